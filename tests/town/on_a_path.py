"""Where learners stand on the demo pathway, for pages: at the beginning, on the way, at the top."""

import datetime as dt
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.award import Award, AwardState
from issuer.model.pathway import Pathway
from issuer.model.progress import Progress, progress
from issuer.model.stack import Part, PartDocument
from issuer.model.texts import LangText
from issuer.registry.completions import CompletionState
from issuer.services import pathway_file
from issuer.services.standing import Standing, StepStanding

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
HOUSE = "example-uas"
FOUNDATIONS, PRACTICE, LAW = "data-stewardship-foundations", "data-stewardship", "research-data-law"
PROJECT = "steward-project"
STEWARD, LEADER = "practising-data-steward", "professional-data-steward"
DIGEST = "uEi" + "A" * 44


@cache
def pathway() -> Pathway:
    """The demo pathway, as its file has it."""
    data = (EXAMPLES / "pathways/data-steward.yaml").read_bytes()
    return pathway_file.read(data, organisation=HOUSE)


@cache
def offers() -> dict[str, Achievement]:
    """Its parts and steps."""
    path = pathway()
    found = {}
    for slug in (*path.part_by_name, *path.step_by_name):
        text = (EXAMPLES / f"achievements/{slug}.toml").read_text(encoding="utf-8")
        found[slug] = Achievement.model_validate(tomllib.loads(text) | {"organisation": HOUSE})
    return found


def part(name: str, earned: dt.date, **changes: Any) -> Part:
    """A part that somebody has."""
    offer = offers()[name]
    document = PartDocument(
        format=DocumentFormat.OB3, id=f"https://credentials.uni.example/c/{name}", digest=DIGEST
    )
    stated = Part(
        name=name,
        title=offer.title,
        achievement=f"https://credentials.uni.example/achievements/{name}/v/1",
        tier=pathway().part_by_name[name].tier,
        ects=offer.ects,
        hours=offer.workload_hours,
        earned=earned,
        documents=(document,),
    )
    return stated.model_copy(update=changes)


def earned(names: Iterable[str]) -> list[Part]:
    """These parts, one a month."""
    return [part(name, dt.date(2026, number, 12)) for number, name in enumerate(names, start=1)]


def stands(
    *names: str,
    path: Pathway | None = None,
    steps: dict[str, StepStanding] | None = None,
    newest: int = 1,
    parts: tuple[Part, ...] = (),
) -> Standing:
    """Somebody who holds these parts; each step that is reached is awarded unless ``steps`` say."""
    path = path or pathway()
    done: Progress = progress(path, (*earned(names), *parts))
    reached = {
        one.step.achievement: StepStanding(CompletionState.AWARDED, None, one.on)
        for one in done.completed
    }
    return Standing(path, path.version, newest, done, offers(), reached | (steps or {}), {})


def awarded(step: str, **changes: Any) -> StepStanding:
    """A step that was awarded, and what became of the award."""
    values: dict[str, Any] = {
        "id": "EUAS-P7SD-5J8F-R3GN-6WTK",
        "organisation": HOUSE,
        "achievement": step,
        "achievement_version": 1,
        "learner_id": 1,
        "state": AwardState.ACTIVE,
        "approved_by": "registrar",
        "approved_at": dt.datetime(2026, 6, 12, 9, tzinfo=dt.UTC),
        "awarded_on": dt.date(2026, 6, 12),
    }
    award = Award.model_validate(values | changes)
    return StepStanding(CompletionState.AWARDED, award.id, dt.date(2026, 6, 12), award=award)


def changed(**changes: Any) -> Pathway:
    """The demo pathway with other values; made anew, because a copy keeps what was worked out."""
    path = pathway()
    return Pathway.model_validate({n: getattr(path, n) for n in Pathway.model_fields} | changes)


def arabic() -> Pathway:
    """A pathway that is written from right to left."""
    return changed(
        title=LangText.of(ar="أمين البيانات"),
        description=LangText.of(ar="من الخطوات الأولى مع بيانات البحث إلى قيادة إدارتها."),
    )


def elsewhere() -> Part:
    """A part that somebody else issued and that was recognised."""
    return part(LAW, dt.date(2026, 3, 2), issuer="Example College of Law", ects=Decimal(3))
