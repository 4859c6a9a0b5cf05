"""Does a part say of itself what the whole says of it?

Our own check, beside VCDM 2.0 §5.3. Only what both state is compared: another institution may state
less, in another language, and has tiers of its own. Of whom it speaks is compared as well; a name
alone proves nothing, because people marry. What either states was signed by its issuer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from issuer.formats.portrait import portrait
from issuer.formats.said import Portrait
from issuer.formats.stacked import Stated, StatedPart
from issuer.formats.tolerant import mapping, text
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed
from issuer.verify.named import (
    contradict,
    eidas_identifier,
    folded,
    is_same_organisation,
    share_identifier,
)
from issuer.verify.reading import Read
from issuer.verify.report import Json, Report
from issuer.verify.signatures import issuer_of
from issuer.verify.wording import domain, shown

OTHER_NAME = "parts.other_name"


@dataclass(frozen=True)
class Pair:
    """What the whole states of a part, and the part."""

    whole: Case
    stated: Stated
    one: StatedPart
    part: Read
    report: Report

    @property
    def title(self) -> str:
        """The title that the whole states, for a sentence."""
        return f"“{shown(self.one.title)}”"

    @property
    def document(self) -> Json:
        """The part."""
        return self.report.document or {}

    @cached_property
    def own(self) -> Portrait:
        """What the part says of itself."""
        return portrait(self.document)

    @cached_property
    def around(self) -> Portrait:
        """What the whole says of itself."""
        return portrait(self.whole.document)

    @property
    def issuer(self) -> str:
        """Who issued the part, for a sentence."""
        if self.part.sealed is not None:
            # What the document calls itself is nobody's word but its own.
            certificate = self.part.sealed.signatures[0].certificate
            return shown(certificate.subject_organisation or certificate.subject_name)
        return domain(issuer_of(self.document))

    @cached_property
    def is_own(self) -> bool:
        """Whether the issuer of the whole issued the part, or has signed that it did.

        A sealed document states a DID beside the identifier in its certificate. That the part is
        its own, the issuer of the whole has signed by naming that very document as that.
        """
        kinds = {self.whole.read.kind, self.report.kind}
        if "edc" not in kinds:
            return issuer_of(self.whole.document) == issuer_of(self.document)
        sealed_by = eidas_identifier(self.whole.document)
        if kinds == {"edc"} and is_same_organisation(sealed_by, eidas_identifier(self.document)):
            return True
        ours = self.around.issuer_id
        return ours is not None and ours.startswith("did:") and ours == self.own.issuer_id


def contradicted(pair: Pair) -> Finding | None:
    """The first thing of which the part says otherwise; None where there is none."""
    if not pair.is_own and not pair.one.issuer:
        detail = f"Its part {pair.title} was issued by {pair.issuer}, which it does not say."
        return failed("parts.other_issuer", detail)
    for sub, is_other in _differences(pair):
        if is_other:
            what = sub.rpartition("_")[2]
            detail = f"Its part {pair.title} says otherwise of its {what} than the whole does."
            return failed(sub, detail)
    return None


def _differences(pair: Pair) -> Iterator[tuple[str, bool]]:
    one, own = pair.one, pair.own
    # A title may be stated in another of its languages.
    speaks_alike = own.language == pair.around.language
    yield "parts.other_title", bool(own.title) and speaks_alike and own.title != one.title
    yield "parts.other_achievement", _is_other_achievement(pair)
    # Another institution may state no credits at all; who recognised it says what it counts.
    yield "parts.other_credits", _is_more(one.ects, own.ects, unstated=pair.is_own)
    yield "parts.other_hours", _is_more(one.hours, own.workload_hours, unstated=False)
    # Others have tiers of their own; what stands for another part stands on that part's tier.
    is_itself = pair.is_own and not one.stands_for
    yield "parts.other_tier", is_itself and own.tier is not None and own.tier is not one.tier
    yield "parts.other_day", own.awarded_on is not None and own.awarded_on != one.earned


def _is_other_achievement(pair: Pair) -> bool:
    # A badge has it as an id of any kind, a European document as an address.
    subject = mapping(pair.document.get("credentialSubject"))
    course = text(mapping(subject.get("achievement")).get("id")) or pair.own.achievement_url
    named = pair.one.achievement
    if pair.own.achievement_url is None and named == pair.own.credential_id:
        # What has no address of its own is named by the credential.
        return False
    return bool(course and named) and course != named


def _is_more(counted: Decimal | None, own: str | None, *, unstated: bool) -> bool:
    """Whether more is counted than the part has; ``unstated`` is the answer where it has none."""
    if not counted:
        return False
    return unstated if own is None else counted > Decimal(own)


def other_holder(pair: Pair) -> Finding | None:
    """Doubt, where the part is by name and by number somebody else's; None where it is not.

    Neither sentence repeats a name: who shows the whole has not shown the part.
    """
    if not _is_named_otherwise(pair):
        return None
    if pair.is_own and contradict(pair.whole.document, pair.document):
        detail = (
            f"Its part {pair.title} gives another name and another number of its holder than the "
            "whole does, so it may be somebody else's."
        )
        return doubtful("parts.other_holder", detail)
    return None


def other_name(pair: Pair) -> Finding | None:
    """A note, where the part names its holder otherwise; names change."""
    if not _is_named_otherwise(pair):
        return None
    detail = (
        "It is genuine, unchanged and in force, and gives another name of its holder than the "
        "whole does. Names change; that both are one person's, the issuer of the whole says."
    )
    return doubtful(OTHER_NAME, detail)


def _is_named_otherwise(pair: Pair) -> bool:
    here, there = pair.around.learner_name, pair.own.learner_name
    if here is None or there is None or folded(here) == folded(there):
        return False
    return not share_identifier(pair.whole.document, pair.document)
