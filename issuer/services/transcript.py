"""The transcript: everything that a learner earned on a pathway, on one page to read.

It rests on what is in force at this moment (`issuer.services.standing`); each part counts once. It
is a reading copy and no credential: nothing is signed or kept here.
"""

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from issuer.errors import NotFound
from issuer.model.achievement import Tier
from issuer.model.award import Award, AwardState
from issuer.model.stack import Part
from issuer.registry import awards, organisations
from issuer.registry.completions import CompletionState
from issuer.registry.database import Transaction
from issuer.render.transcript import TranscriptFacts, TranscriptRow, transcript_pdf
from issuer.services import standing
from issuer.services.look import Shown
from issuer.services.present import words
from issuer.services.standing import Standing
from issuer.services.workbench import Workbench

_PROVES = "Each part is a signed credential of its own. {how}, and check it there."
_HOW = "Ask for its link"
_HOW_HERE = "Ask for its link, or open the address below"


def transcript(
    tx: Transaction, bench: Workbench, shown: Shown, *, pathway: str | None = None
) -> bytes:
    """The PDF for the learner of an award; ``pathway`` where the award counts on several.

    Raises NotFound where the learner has begun no such pathway.
    """
    award = shown.award
    there = standing.of_learner(tx, award.organisation, award.learner_id, bench=bench)
    found = _chosen(there, shown, pathway)
    facts = facts_of(tx, bench, shown, stands=found)
    return transcript_pdf(facts, made=bench.now().date())


def _chosen(there: Sequence[Standing], shown: Shown, pathway: str | None) -> Standing:
    slug = shown.award.achievement
    for one in there:
        own = slug in one.pathway.role_of or slug in one.pathway.step_by_name
        if one.pathway.slug == pathway or (pathway is None and own):
            return one
    raise NotFound("Nothing was earned on such a pathway yet.")


def facts_of(
    tx: Transaction, bench: Workbench, shown: Shown, *, stands: Standing
) -> TranscriptFacts:
    """What the page says of a learner's standing on one pathway."""
    organisation = organisations.get(tx, shown.award.organisation)
    language = stands.pathway.title.languages[0]
    # One for each part, so that nothing is counted twice.
    earned = sorted(
        (found[0] for found in stands.progress.counted.values()),
        key=lambda part: (part.earned, part.name),
    )
    zone = ZoneInfo(organisation.time_zone)
    url = _url(tx, bench, shown, stands)
    return TranscriptFacts(
        title=stands.pathway.title.get(language),
        name=shown.learner.display_name,
        institution=organisation.legal_name.get(language),
        line=_line(stands, count=len(earned)),
        parts=tuple(_row(part, language, stands.awards.get(part.name)) for part in earned),
        ects=words.plain(sum((part.ects for part in earned if part.ects), Decimal(0))),
        hours=words.plain(sum((part.hours for part in earned if part.hours), Decimal(0))),
        proves=_PROVES.format(how=_HOW_HERE if url else _HOW),
        printed=f"Made on {words.day(bench.now().astimezone(zone).date())}.",
        url=url,
        colour=organisation.colour,
        language=language,
    )


def _line(stands: Standing, *, count: int) -> str:
    done = f"{words.opened(words.count(count))} {'part is' if count == 1 else 'parts are'} in force"
    reached = [one.step for one in stands.progress.completed]
    if not reached:
        return f"{done}; no step of the pathway is completed yet."
    top = max(reached, key=lambda step: step.tier.number)
    title = stands.offers[top.achievement].title if top.achievement in stands.offers else None
    named = f": {title.get(stands.pathway.title.languages[0])}" if title else ""
    return f"{done}. Tier {top.tier.number} of {len(Tier)} is reached{named}."


def _row(part: Part, language: str, award: Award | None) -> TranscriptRow:
    # What was recognised from elsewhere has no number of ours.
    note = f"recognised from {part.issuer}" if part.issuer else award.id if award else ""
    return TranscriptRow(
        title=part.title.get(language),
        tier=str(part.tier.number),
        earned=words.day(part.earned),
        ects=words.plain(part.ects) if part.ects is not None else "",
        hours=words.plain(part.hours) if part.hours is not None else "",
        note=note,
    )


def _url(tx: Transaction, bench: Workbench, shown: Shown, stands: Standing) -> str | None:
    """The public page of the highest award that the learner shows; None where none is shown."""
    steps = sorted(stands.pathway.steps, key=lambda step: -step.tier.number)
    for step in steps:
        stood = stands.steps.get(step.achievement)
        if stood is None or stood.state is not CompletionState.AWARDED or not stood.award_id:
            continue
        award = awards.get(tx, shown.award.organisation, stood.award_id)
        if award.shared and award.state is AwardState.ACTIVE:
            return f"{bench.base_url}/c/{award.id}"
    own = shown.award
    return f"{bench.base_url}/c/{own.id}" if own.shared else None
