"""The learner's path: what is earned, what may come next, where each step leads, where to stop.

The words are those of experience.md. Nothing is promised: a step is reached by its rule, and who
recognises it elsewhere decides that. Made from `issuer.services.standing` alone.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from issuer.model.achievement import Tier
from issuer.model.award import AwardState
from issuer.model.lacking import Lacking, lacking
from issuer.model.pathway import PathPart, Step, Target
from issuer.model.rule import Held
from issuer.registry.completions import CompletionState
from issuer.registry.notices import NoticeKind
from issuer.services.present import words
from issuer.services.present.catalogue import Catalogue
from issuer.services.present.path_views import Block, BlockKind, PathView, Rung
from issuer.services.standing import Standing, StepStanding, Told

_STATES = {
    CompletionState.RECORDED: "Reached, recorded here; the certificate comes with a higher step",
    CompletionState.PROPOSED: "Reached; it waits until somebody at the university agrees",
    CompletionState.DECLINED: "Not awarded",
}
_OUT_OF_FORCE = {
    AwardState.SUSPENDED: "Suspended",
    AwardState.REVOKED: "Revoked",
    AwardState.REPLACED: "Replaced",
}
_NOTICES = {
    NoticeKind.PART_SUSPENDED: (
        "A part of it was suspended: {about}. Until that is undone the whole is suspended, too; "
        "both are reinstated together."
    ),
    NoticeKind.PART_REVOKED: (
        "A part of it was revoked: {about}. The whole is suspended until somebody at the "
        "university has decided about it."
    ),
    NoticeKind.PART_WITHDRAWN: (
        "What was recognised for a part of it is recognised no longer. The whole is suspended "
        "until somebody at the university has decided about it."
    ),
    NoticeKind.PART_REPLACED: "A part of it was issued anew: {about}. The whole follows.",
    NoticeKind.PART_REINSTATED: "A part of it is in force again: {about}.",
    NoticeKind.REVOKED: "The university decided, because of a part, that it is not kept: {about}.",
    NoticeKind.RENEWED: "It was awarded anew on the parts that are in force now: {about}.",
}


def paths(stands: Sequence[Standing], notices: Sequence[Told] = ()) -> tuple[PathView, ...]:
    """Each pathway on which a learner is."""
    return tuple(_path(one, notices) for one in stands)


def _path(stands: Standing, notices: Sequence[Told]) -> PathView:
    pathway = stands.pathway
    language = pathway.title.languages[0]
    shelf = Catalogue(stands.offers, language)
    top = max(pathway.steps, key=lambda step: step.tier.number)
    filled, whole = _credits(stands, top)
    rungs = (Rung(tier.number, tuple(_blocks(stands, tier, shelf))) for tier in reversed(Tier))
    return PathView(
        title=pathway.title.get(language),
        language=language,
        direction=words.direction(pathway.title.get(language)),
        href=f"/pathways/{pathway.slug}/v/{pathway.version}",
        rungs=tuple(rung for rung in rungs if rung.blocks),
        earned=f"{words.plain(filled)} of {words.plain(whole)} ECTS" if whole else "",
        filled=float(filled),
        whole=float(whole),
        needed=_needed(stands, shelf),
        version=_version(stands),
        leads=_leads(pathway.target, language),
        decides=words.opened(pathway.target.decided_by) if pathway.target else "",
        transcript=f"path={pathway.slug}",
        notices=tuple(_notices(stands, notices, shelf)),
    )


# --- What is drawn ---------------------------------------------------------------------------


def _blocks(stands: Standing, tier: Tier, shelf: Catalogue) -> Iterator[Block]:
    yield from (_step(stands, one, shelf) for one in stands.pathway.steps if one.tier is tier)
    parts = (_part(stands, one, shelf) for one in stands.pathway.parts if one.tier is tier)
    order = ("now", "done", "later", "skip")
    yield from sorted(parts, key=lambda block: order.index(block.kind))


def _step(stands: Standing, step: Step, shelf: Catalogue) -> Block:
    name, stood = step.achievement, stands.steps.get(step.achievement)
    text = shelf.can_do(name)
    if stood is None:
        text = f"{text} Needed: {shelf.in_words(step.rule)}.".strip()
        state = f"Tier {step.tier.number}, {step.tier} · where it leads"
        return shelf.block(name, kind="later", state=state, text=text)
    if stood.state is CompletionState.AWARDED:
        kind, state = _awarded(stood)
        return shelf.block(name, kind=kind, state=state, text=text)
    because = f": {stood.reason}" if stood.reason else ""
    kind = "skip" if stood.state is CompletionState.DECLINED else "done"
    return shelf.block(name, kind=kind, state=f"{_STATES[stood.state]}{because}", text=text)


def _awarded(stood: StepStanding) -> tuple[BlockKind, str]:
    if stood.award is not None and stood.award.state in _OUT_OF_FORCE:
        reason = f": {stood.award.reason}" if stood.award.reason else ""
        return "skip", f"{_OUT_OF_FORCE[stood.award.state]}{reason}"
    return "done", f"Reached {words.day(stood.completed_on)}"


def _part(stands: Standing, part: PathPart, shelf: Catalogue) -> Block:
    name = part.achievement
    if name in stands.progress.counted:
        held = stands.progress.counted[name][0]
        by = f", recognised from {held.issuer}" if held.issuer else ""
        return shelf.block(name, kind="done", state=f"Earned {words.day(held.earned)}{by}")
    needs = shelf.in_words(part.needs) if part.needs is not None else ""
    if name in stands.progress.waiting:
        return shelf.block(name, kind="done", state=f"Earned; it counts once you also hold {needs}")
    kind, state = _ahead(stands, part)
    if part.capstone:
        state = f"{state} · final project or exam"
    text = f"It counts once you also hold {needs}." if needs and kind != "now" else ""
    return shelf.block(name, kind=kind, state=state, text=text, with_fee=True)


def _ahead(stands: Standing, part: PathPart) -> tuple[BlockKind, str]:
    """Whether a part is the next one to take, a later one, or not needed any more."""
    may_count = part.needs is None or not lacking(part.needs, _held(stands))
    for number, found in enumerate(_lacking_by_step(stands)):
        wanted = next((one for one in found if part.achievement in one.names), None)
        if wanted is not None:
            choice = "" if _is_one_way(wanted) else ": a choice"
            if number == 0 and may_count:
                return "now", f"Your next step{choice}"
            return "later", f"Later{choice}"
    return "skip", "Not needed"


def _is_one_way(one: Lacking) -> bool:
    return one.credits is None and one.n == len(one.names)


def _held(stands: Standing) -> dict[str, Held]:
    return {name: found[0].held for name, found in stands.progress.counted.items()}


def _lacking_by_step(stands: Standing) -> Iterator[tuple[Lacking, ...]]:
    """What each step that is not reached needs, the lowest step first."""
    held = _held(stands)
    reached = {one.step.achievement for one in stands.progress.completed}
    for step in sorted(stands.pathway.steps, key=lambda step: step.tier.number):
        if step.achievement not in reached:
            yield lacking(stands.pathway.unfolded[step.achievement], held)


# --- In words --------------------------------------------------------------------------------


def _needed(stands: Standing, shelf: Catalogue) -> str:
    found = tuple(dict.fromkeys(one for step in _lacking_by_step(stands) for one in step))
    if not found:
        return "Everything on this pathway is reached."
    said = [_lacking(one, shelf) for one in found]
    cost = _cost(stands, found)
    return f"Still needed for all of it: {'; '.join(said)}.{cost}"


def _lacking(one: Lacking, shelf: Catalogue) -> str:
    if not one.names:
        tier = one.tier.number if one.tier else 1
        return f"a part of tier {tier} or higher"
    named = [shelf.title(name) for name in one.names]
    if one.credits is not None:
        return f"{words.plain(one.credits)} ECTS more from {_either(named)}"
    if _is_one_way(one):
        return words.listed(tuple(named))
    return f"{words.count(one.n)} of {_either(named)}"


def _either(named: Sequence[str]) -> str:
    """``A, B or C``."""
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _cost(stands: Standing, found: Sequence[Lacking]) -> str:
    """The fees of what has no choice, as stated; nothing where one is not stated or not alike."""
    offers = [stands.offers.get(one.names[0]) for one in found if len(one.names) == 1]
    fees = [offer.fee for offer in offers if offer is not None and offer.fee is not None]
    currencies = {fee.currency for fee in fees}
    if len(offers) != len(found) or len(fees) != len(found) or len(currencies) != 1:
        return ""
    total = words.plain(sum((fee.amount for fee in fees), Decimal(0)))
    return f" That costs {total} {currencies.pop()}."


def _credits(stands: Standing, top: Step) -> tuple[Decimal, Decimal]:
    earned = sum(
        (found[0].ects or Decimal(0) for found in stands.progress.counted.values()), Decimal(0)
    )
    offer = stands.offers.get(top.achievement)
    whole = offer.ects if offer is not None and offer.ects is not None else Decimal(0)
    return min(earned, whole) if whole else earned, whole


def _version(stands: Standing) -> str:
    if stands.version_kept == stands.newest:
        return ""
    return (
        f"You began under version {stands.version_kept} of the pathway and keep its rules; the "
        f"university has published version {stands.newest} since."
    )


def _leads(target: Target | None, language: str) -> str:
    if target is None:
        return ""
    credit = (
        f"up to {words.plain(target.credits_up_to)} ECTS of it" if target.credits_up_to else "it"
    )
    until = f", until {words.day(target.valid_until)}" if target.valid_until else ""
    return (
        f"According to the university, {credit} can be recognised in "
        f"{target.title.get(language)} ({target.awarding_body}){until}."
    )


def _notices(stands: Standing, notices: Sequence[Told], shelf: Catalogue) -> Iterator[str]:
    """What became of the awards of this pathway, newest first, each said once."""
    for gone in reversed(stands.unrecognised):
        yield (
            f"{words.day(gone.on)}: {shelf.title(gone.part)}. What {gone.issuer} issued is "
            f"recognised for it no longer; decided by: {gone.role}. "
            f"Reason: {gone.reason.removesuffix('.')}."
        )
    said: dict[str, None] = {}
    for one in notices:
        if one.whole in stands.pathway.step_by_name:
            text = _NOTICES[one.kind].format(about=shelf.title(one.about))
            said[f"{words.day(one.on)}: {shelf.title(one.whole)}. {text}"] = None
    yield from said
