"""The parts of a stacked credential: each that is at hand is asked every question itself.

VCDM 2.0 §5.3 (``digestMultibase``, `issuer.proofs.digest_multibase`). Depth and number are bounded
in all, however parts are nested; what is not at hand is named and never fetched. What a finding
about a part means for the whole is asked in `issuer.verify.steps.parts`.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from issuer.errors import UnusableInput
from issuer.formats import stacked
from issuer.formats.portrait import portrait
from issuer.formats.stacked import Stated, StatedPart
from issuer.formats.tolerant import mapping, text
from issuer.model.stack import IfRevoked
from issuer.proofs.digest_multibase import digest_multibase
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.reading import Read, read
from issuer.verify.report import PartReport, Report, Verdict
from issuer.verify.signatures import issuer_of
from issuer.verify.wording import day, domain, shown

Ask = Callable[[Case], Report]
MOST_DEPTH = 3
"""Parts of parts of parts are looked at, and no deeper."""
NOT_AT_HAND = "parts.not_at_hand"
_OPEN = "parts.open"
UNSEEN = {
    NOT_AT_HAND: "it was not handed in",
    "parts.too_many": "ten parts are looked at in one verification, and no more",
    "parts.too_deep": "parts of parts of parts are looked at, and no deeper",
}
"""Why a part was not looked at, by sub-indication."""
NO_NEWS = frozenset({*UNSEEN, _OPEN, "parts.not_asked"})
"""Nothing is known of a part that would speak against the whole."""


def _inside(data: bytes) -> Read:
    # What carries it is none of the part's business.
    return replace(read(data), carrier=None, paper=None, others=())


def look(case: Case, ask: Ask) -> Iterator[PartReport]:
    """Look at each part that is at hand, in the order of the document, as far as it is signed.

    ``ask`` asks every question about one of them.
    """
    # What nobody is shown to have signed names no parts: it only keeps a checker busy.
    if case.policy.proof_only or not case.has_passed("rule", "proof", "issuer_key"):
        return
    stated = stacked.parse(case.document)
    within = len(case.above) < MOST_DEPTH
    there = [one.id for one in stated.parts if one.id in case.material.parts and within]
    # Those of its own first: what they are built from themselves gets what is left.
    looked = frozenset(there[: case.allowance.left])
    case.allowance.left -= len(looked)
    for one in stated.parts:
        if one.id in looked:
            yield _looked(ask, case, stated, one)
        else:
            yield _unseen(case, one, within=within)


def _unseen(case: Case, one: StatedPart, *, within: bool) -> PartReport:
    sub = NOT_AT_HAND
    if not within:
        sub = "parts.too_deep"
    elif one.id in case.material.parts:
        sub = "parts.too_many"
    detail = f"It was not looked at, because {UNSEEN[sub]}."
    return PartReport(one.id, one.title, Verdict.INDETERMINATE, detail, sub)


@dataclass(frozen=True)
class _Pair:
    """What the whole states of a part, and the part."""

    whole: Case
    stated: Stated
    one: StatedPart
    part: Read
    report: Report

    @property
    def title(self) -> str:
        return f"“{shown(self.one.title)}”"

    @property
    def issuer(self) -> str:
        return issuer_of(self.report.document or {})


def _looked(asked: Ask, case: Case, stated: Stated, one: StatedPart) -> PartReport:
    part = _inside(case.material.parts[one.id].value)
    # Whose the parts are the issuer has said by naming them; names change.
    policy = replace(case.policy, holder=None)
    above = (*case.above, str(case.document.get("id")))
    inner = replace(case, read=part, findings={}, others=(), parts=[], above=above, policy=policy)
    report = asked(inner)
    found = _judged(_Pair(case, stated, one, part, report))
    return PartReport(one.id, one.title, found.verdict, found.detail, found.sub, report)


def _judged(pair: _Pair) -> Finding:
    # 1. It is the document that was named.
    other = _other_document(pair)
    if other is not None:
        return other
    return (
        # 2. It says of itself what the whole says of it.
        _other_statement(pair)
        # 3. It is in force.
        or _out_of_force(pair)
        # 4. Whatever else is asked of a credential.
        or _unsound(pair)
        or _unclear(pair)
        or passed(f"It is genuine, unchanged and in force, signed by {domain(pair.issuer)}.")
    )


def _other_document(pair: _Pair) -> Finding | None:
    try:
        same = digest_multibase(pair.part.data) == pair.one.digest
    except UnusableInput:
        same = False
    if same:
        return None
    detail = f"What was looked at as its part {pair.title} is another document than it names."
    return failed("parts.other_document", detail)


def _other_statement(pair: _Pair) -> Finding | None:
    theirs = pair.report.document or {}
    one, own = pair.one, portrait(theirs)
    ours = issuer_of(pair.whole.document) == pair.issuer
    if not ours and not one.issuer:
        detail = (
            f"Its part {pair.title} was issued by {domain(pair.issuer)}, which it does not say."
        )
        return failed("parts.other_issuer", detail)
    course = text(mapping(mapping(theirs.get("credentialSubject")).get("achievement")).get("id"))
    # A title may be stated in another of its languages.
    speaks_alike = own.language == portrait(pair.whole.document).language
    differs = (
        ("parts.other_title", bool(own.title) and speaks_alike and own.title != one.title),
        ("parts.other_achievement", bool(course and one.achievement) and course != one.achievement),
        # Another institution may state no credits at all; who recognised it says what it counts.
        ("parts.other_credits", _is_more(one.ects, own.ects, unstated=ours)),
        ("parts.other_hours", _is_more(one.hours, own.workload_hours, unstated=False)),
    )
    for sub, is_other in differs:
        if is_other:
            what = sub.rpartition("_")[2]
            detail = f"Its part {pair.title} says otherwise of its {what} than the whole does."
            return failed(sub, detail)
    return None


def _is_more(counted: Decimal | None, own: str | None, *, unstated: bool) -> bool:
    """Whether more is counted than the part has; ``unstated`` is the answer where it has none."""
    if not counted:
        return False
    return unstated if own is None else counted > Decimal(own)


def _out_of_force(pair: _Pair) -> Finding | None:
    subs = {c.sub: c for c in pair.report.checks if c.verdict is Verdict.FAILED}
    if check := subs.get("status.revocation"):
        detail = f"Its part {pair.title} was revoked. {check.detail}"
        if pair.stated.if_revoked is IfRevoked.FAILED:
            return failed("parts.revoked", f"{detail} By its own rule the whole then fails.")
        return doubtful("parts.revoked", f"{detail} By its own rule the whole is then in doubt.")
    if check := subs.get("status.suspension"):
        return doubtful("parts.suspended", f"Its part {pair.title} is suspended. {check.detail}")
    return None


def _unsound(pair: _Pair) -> Finding | None:
    wrong = [c for c in pair.report.checks if c.counts and c.verdict is Verdict.FAILED]
    if [c.sub for c in wrong] == ["validity.expired"]:
        return _expired(pair)
    if not wrong:
        return None
    return failed("parts.failed", f"Its part {pair.title} is not in order. {wrong[0].detail}")


def _expired(pair: _Pair) -> Finding:
    ended, begun = portrait(pair.report.document or {}).valid_until, _began(pair.whole)
    if ended is not None and begun is not None and ended >= begun:
        # What was earned stays earned: how old a part may be is said by the rule.
        return passed(f"It expired on {day(ended)}, after the whole was issued.")
    detail = f"Its part {pair.title} had expired when the whole was issued."
    return doubtful("parts.expired", detail)


def _began(whole: Case) -> dt.datetime | None:
    return portrait(whole.document).valid_from


def _unclear(pair: _Pair) -> Finding | None:
    unclear = [c for c in pair.report.checks if c.counts and c.verdict is Verdict.INDETERMINATE]
    stranger = issuer_of(pair.whole.document) != pair.issuer
    for check in unclear:
        if check.id == "issuer_established" and check.sub != "issuer.not_shown" and stranger:
            detail = (
                f"Its part {pair.title} was recognised from {shown(pair.one.issuer)}. "
                f"{check.detail}"
            )
            return doubtful("parts.issuer_not_established", detail)
        if check.id == "parts" or check.sub == "key.stolen_unproven":
            return doubtful("parts.doubtful", f"Its part {pair.title}: {check.detail}")
    # Who the issuer of the whole is has been asked of the whole.
    missing = [c for c in unclear if c.id != "issuer_established"]
    if not missing:
        return None
    return doubtful(_OPEN, f"Not all could be found out about it. {missing[0].detail}")
