"""Does a stacked credential keep to the rule that it states?

Council Recommendation 2022/C 243/02, Annex I (O4); the rule and the parts are stated in our own
vocabulary (`issuer.formats.stacking`) and signed with the rest. What the parts themselves say is
the next question.
"""

from collections.abc import Iterator
from decimal import Decimal

from issuer.errors import MalformedDocument
from issuer.formats import elm3, stacking
from issuer.formats.stacked import Stated
from issuer.formats.vocabulary import plain
from issuer.model.progress import months_before
from issuer.model.rule import chosen
from issuer.verify.case import Case
from issuer.verify.finding import Finding, failed, passed
from issuer.verify.report import Json
from issuer.verify.wording import count, day_of, shown


def rule(case: Case) -> Finding:
    """Say whether the parts that are named fulfil the rule that is stated, each counted once."""
    # 1. It can be read.
    try:
        stated = stacking.parse(case.document)
    except MalformedDocument as fault:
        return failed("rule.malformed", shown(fault.message))
    return next(_faults(case, stated), None) or passed(_sentence(stated))


def _faults(case: Case, stated: Stated) -> Iterator[Finding]:
    parts = stated.parts
    # 2. It is not a part of itself, nor of a part of itself.
    named = {_award(one.id) for one in parts}
    if not named.isdisjoint(map(_award, (str(case.document.get("id")), *case.above))):
        yield failed("rule.cycle", "It names itself among its parts, or what it is itself part of.")
    # 3. No part is named twice, under whatever name and in whatever tongue.
    found = {"name": {one.name for one in parts}, "id": named}
    for what, told_apart in (found | {"digest": {one.digest for one in parts}}).items():
        if len(told_apart) < len(parts):
            yield failed("rule.counted_twice", f"It names the same part twice (by its {what}).")
    # 4. The parts fulfil the rule, and none is too old for it.
    if chosen(stated.rule, {one.name: one.held for one in parts}) is None:
        yield failed("rule.not_fulfilled", "Its parts do not fulfil the rule that it states.")
    yield from _too_old(stated)
    # 5. Nothing is counted twice, and no more is claimed than the parts carry.
    yield from _sums(case.document, stated)


def _award(document_id: str) -> str:
    # As a European document an award has an id that is made from its address as a badge.
    is_address = document_id.startswith(("https://", "http://"))
    return elm3.credential_id(document_id) if is_address else document_id


def _too_old(stated: Stated) -> Iterator[Finding]:
    if stated.max_age_months is None:
        return
    completed = max(one.earned for one in stated.parts)
    try:
        oldest = months_before(completed, months=stated.max_age_months)
    except (ValueError, OverflowError):
        # Before the calendar begins nothing was earned.
        return
    old = next((one for one in stated.parts if one.earned < oldest), None)
    if old is not None:
        detail = (
            f"Its part “{shown(old.title)}” was earned on {day_of(old.earned)}. By its rule a part "
            f"is not older than {stated.max_age_months} months on {day_of(completed)}."
        )
        yield failed("rule.too_old", detail)


def _sums(document: Json, stated: Stated) -> Iterator[Finding]:
    ects, hours = _together(stated)
    for what, said, found in (("credits", stated.ects, ects), ("hours", stated.hours, hours)):
        if said is not None and said != found:
            detail = f"It states {plain(said)} {what} in all; its parts have {plain(found)}."
            yield failed("rule.totals", detail)
    earned = stacking.credits_of(document)
    # Where no part states credits, those of the whole are not a sum of theirs.
    if ects and earned and Decimal(earned) > ects:
        detail = f"It claims {earned} credits; its parts have {plain(ects)}."
        yield failed("rule.credits", detail)


def _together(stated: Stated) -> tuple[Decimal, Decimal]:
    ects = sum((one.ects for one in stated.parts if one.ects), Decimal(0))
    return ects, sum((one.hours for one in stated.parts if one.hours), Decimal(0))


def _sentence(stated: Stated) -> str:
    ects, hours = _together(stated)
    many = len(stated.parts)
    head = "Its one part fulfils" if many == 1 else f"Its {count(many)} parts fulfil"
    sums = ((ects, "ECTS"), (hours, "hour" if hours == 1 else "hours"))
    carried = [f"{plain(number_)} {unit}" for number_, unit in sums if number_]
    return f"{head} the rule that it states: {', '.join([*carried, 'nothing counted twice'])}."
