"""The parts of a stacked credential: each that is at hand is asked every question itself.

VCDM 2.0 §5.3 (``digestMultibase``, `issuer.proofs.digest_multibase`). Depth and number are bounded
in all, however parts are nested; what is not at hand is named and never fetched. What a finding
about a part means for the whole is asked in `issuer.verify.steps.parts`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from issuer.errors import UnusableInput
from issuer.formats import stacking
from issuer.formats.stacked import Stated, StatedPart
from issuer.model.stack import IfRevoked
from issuer.proofs.digest_multibase import digest_multibase
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed
from issuer.verify.part_says import OTHER_NAME, Pair, contradicted, other_holder, other_name
from issuer.verify.reading import Read, read
from issuer.verify.report import Check, PartReport, Report, Verdict
from issuer.verify.wording import day, shown

Ask = Callable[[Case], Report]
_SHOWN_BY_KEY = ("proof", "issuer_key")
# Anybody can make a certificate in any name: only one that is anchored shows who sealed.
_SHOWN_BY_SEAL = ("seal", "issuer_key", "certificate")
MOST_DEPTH = 3
"""Parts of parts of parts are looked at, and no deeper."""
NOT_AT_HAND = "parts.not_at_hand"
_OPEN = "parts.open"
_STOLEN = frozenset({"key.stolen_unproven", "certificate.stolen"})
UNSEEN = {
    NOT_AT_HAND: "it was not handed in",
    "parts.too_many": "ten parts are looked at in one verification, and no more",
    "parts.too_deep": "parts of parts of parts are looked at, and no deeper",
}
"""Why a part was not looked at, by sub-indication."""
NO_NEWS = frozenset({*UNSEEN, _OPEN, "parts.not_asked", OTHER_NAME})
"""Nothing is known of a part that would speak against the whole."""


def _inside(data: bytes) -> Read:
    # What carries it is none of the part's business.
    return replace(read(data), carrier=None, paper=None, others=())


def look(case: Case, ask: Ask) -> Iterator[PartReport]:
    """Look at each part that is at hand, in the order of the document, as far as it is signed.

    ``ask`` asks every question about one of them.
    """
    # What nobody is shown to have signed names no parts: it only keeps a checker busy.
    shown_by = _SHOWN_BY_SEAL if case.read.kind == "edc" else _SHOWN_BY_KEY
    if case.policy.proof_only or not case.has_passed("rule", *shown_by):
        return
    stated = stacking.parse(case.document)
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


def _looked(asked: Ask, case: Case, stated: Stated, one: StatedPart) -> PartReport:
    part = _inside(case.material.parts[one.id].value)
    # Whose the parts are the issuer has said by naming them; names change.
    policy = replace(case.policy, holder=None)
    above = (*case.above, str(case.document.get("id")))
    inner = replace(case, read=part, findings={}, others=(), parts=[], above=above, policy=policy)
    report = asked(inner)
    found = _judged(Pair(case, stated, one, part, report))
    return PartReport(one.id, one.title, found.verdict, found.detail, found.sub, report)


def _judged(pair: Pair) -> Finding:
    # 1. It is the document that was named.
    other = _other_document(pair)
    if other is not None:
        return other
    return (
        # 2. It says of itself what the whole says of it.
        contradicted(pair)
        # 3. It is in force.
        or _out_of_force(pair)
        # 4. Whatever else is asked of a credential.
        or _unsound(pair)
        # 5. It is the same person's.
        or other_holder(pair)
        or _unclear(pair)
        or other_name(pair)
        or passed(f"It is genuine, unchanged and in force, {_signed(pair)} by {pair.issuer}.")
    )


def _signed(pair: Pair) -> str:
    return "sealed" if pair.report.kind == "edc" else "signed"


def _other_document(pair: Pair) -> Finding | None:
    try:
        same = digest_multibase(pair.part.data) == pair.one.digest
    except UnusableInput:
        same = False
    if same:
        return None
    detail = f"What was looked at as its part {pair.title} is another document than it names."
    return failed("parts.other_document", detail)


def _out_of_force(pair: Pair) -> Finding | None:
    subs = {c.sub: c for c in pair.report.checks if c.verdict is Verdict.FAILED}
    if check := subs.get("status.revocation"):
        detail = f"Its part {pair.title} was revoked. {check.detail}"
        if pair.stated.if_revoked is IfRevoked.FAILED:
            return failed("parts.revoked", f"{detail} By its own rule the whole then fails.")
        return doubtful("parts.revoked", f"{detail} By its own rule the whole is then in doubt.")
    if check := subs.get("status.suspension"):
        # Of a European document it may not be known whether it was suspended or revoked.
        state = "not in force" if pair.report.kind == "edc" else "suspended"
        return doubtful("parts.suspended", f"Its part {pair.title} is {state}. {check.detail}")
    return None


def _unsound(pair: Pair) -> Finding | None:
    wrong = [c for c in pair.report.checks if c.counts and c.verdict is Verdict.FAILED]
    if [c.sub for c in wrong] == ["validity.expired"]:
        return _expired(pair)
    if not wrong:
        return None
    return failed("parts.failed", f"Its part {pair.title} is not in order. {wrong[0].detail}")


def _leaves_unknown(check: Check) -> bool:
    """Whether nobody here knows who that institution is."""
    if check.id == "issuer_established":
        return check.sub != "issuer.not_shown"
    return check.sub == "certificate.not_anchored"


def _expired(pair: Pair) -> Finding:
    ended, begun = pair.own.valid_until, pair.around.valid_from
    if ended is not None and begun is not None and ended >= begun:
        # What was earned stays earned: how old a part may be is said by the rule.
        return passed(f"It expired on {day(ended)}, after the whole was issued.")
    detail = f"Its part {pair.title} had expired when the whole was issued."
    return doubtful("parts.expired", detail)


def _unclear(pair: Pair) -> Finding | None:
    unclear = [c for c in pair.report.checks if c.counts and c.verdict is Verdict.INDETERMINATE]
    for check in unclear:
        if not pair.is_own and _leaves_unknown(check):
            detail = (
                f"Its part {pair.title} was recognised from {shown(pair.one.issuer)}. "
                f"{check.detail}"
            )
            return doubtful("parts.issuer_not_established", detail)
        if check.id == "parts" or check.sub in _STOLEN:
            return doubtful("parts.doubtful", f"Its part {pair.title}: {check.detail}")
    # Who the issuer of the whole is has been asked of the whole.
    missing = [c for c in unclear if c.id != "issuer_established"]
    if not missing:
        return None
    return doubtful(_OPEN, f"Not all could be found out about it. {missing[0].detail}")
