"""Stacking: what a learner of a large pathway has completed, decided from what is in the registry.

An invented pathway of 200 achievements: 190 courses, and ten steps that a person agrees to, each
built on the one before and on ten of nineteen courses. One learner holds 300 awards: every course
once, and more than half of them a second time.
"""

import csv
import hashlib
import io
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from issuer.gradebooks import text as texts
from issuer.gradebooks.table import Reading
from issuer.model.achievement import Stacking, StackingMode, Tier
from issuer.model.pathway import Approval, PathPart, Pathway, Step
from issuer.model.progress import progress
from issuer.model.rule import AllOf, SomeOf
from issuer.registry import learners
from issuer.services import accept, cohort, holdings, offer, pathways, stack
from issuer.settings import Settings
from tests.bench import report, rounds
from tests.bench.options import Options
from tests.bench.premises import OB3, Premises, do_chunk, premises
from tests.bench.report import Section, Table
from tests.bench.rounds import Results

NAME = "stacking"
_DECIDE = "read what is held and decide"
_RULES = "of it, the rules alone"
_STEPS, _COURSES, _OF = 10, 19, 10
_AWARDS = 300
_TIMES = 5
_MOST_MS = 50
_WHO = "S1"


def section(options: Options) -> Section:
    """Measure it."""
    found = Section(NAME, "Stacking")
    with ExitStack() as stacked:
        folder = Path(stacked.enter_context(tempfile.TemporaryDirectory()))
        place = stacked.enter_context(premises(Settings(home=folder)))
        path = _offered(place)
        learner = _earned(place, path)
        found.told = [
            (
                f"A pathway of {len(path.parts) + len(path.steps)} achievements: {len(path.parts)} "
                f"courses and {len(path.steps)} steps, each built on the one before and on {_OF} "
                f"of {_COURSES} courses. A learner holds {_AWARDS} awards and has completed all "
                "steps; each waits for a person. What is measured is what is done after every "
                "result (`issuer.services.stack.consider`) where nothing new comes of it: SQLite, "
                "all transactions, everything decrypted. Issuing is measured above."
            )
        ]
        results = rounds.interleave(
            _work(place, path, learner), rounds=max(5, options.rounds) * 4, warm=3
        )
    _tell(found, results)
    return found


def _work(place: Premises, path: Pathway, learner: int) -> dict[str, rounds.Contestant]:
    with place.bench.read() as tx:
        held = holdings.read(tx, place.slug, learner, bench=place.bench, pathways=(path,))
        parts = tuple(held.parts(path))

    def decide() -> None:
        if stack.consider(place.bench, place.slug, learner):
            raise SystemExit("what was decided was decided again")

    return {
        _DECIDE: rounds.here(decide, count=_TIMES),
        _RULES: rounds.here(lambda: progress(path, parts), count=_TIMES),
    }


def _tell(found: Section, results: Results) -> None:
    rows = [
        [name, f"{s.cpu_s * 1e3:.1f} ms", f"± {s.spread:.0%}", f"{s.wall_s * 1e3:.1f} ms"]
        for name, s in results.items()
    ]
    found.tables.append(Table(["", "CPU each", "", "by the clock"], rows))
    wanted = f"200 achievements, {_AWARDS} awards: under {_MOST_MS} ms by the clock"
    took = results[_DECIDE].wall_s * 1e3
    found.aims = [report.at_most(wanted, took, most=_MOST_MS, shown="{:.1f} ms")]


def _offered(place: Premises) -> Pathway:
    """The courses, the steps and the pathway, kept."""
    numbers = range(_STEPS * _COURSES)
    courses = [f"course-{number:03d}" for number in numbers]
    steps = [f"step-{number:02d}" for number in range(_STEPS)]
    with place.bench.begin() as tx:
        for slug in (*courses, *steps):
            tier = Tier.PROFESSIONAL if slug in steps else Tier.INTERMEDIATE
            stacking = Stacking(mode=StackingMode.STACKABLE, tier=tier)
            like = {"slug": slug, "stacking": stacking, "suspendable": True}
            one = place.course.model_copy(update=like)
            offer.put_achievement(tx, one, at=place.bench.moment, actor="bench")
        path = Pathway.model_validate(_pathway(place, courses, steps))
        return pathways.put(tx, path, at=place.bench.moment, actor="bench")


def _pathway(place: Premises, courses: list[str], steps: list[str]) -> dict[str, Any]:
    made = []
    for number, slug in enumerate(steps):
        some = courses[number * _COURSES : (number + 1) * _COURSES]
        before = (steps[number - 1],) if number else ()
        rule = AllOf(all_of=(*before, SomeOf(n=_OF, of=tuple(some))))
        tier, approval = Tier.PROFESSIONAL, Approval.PERSON
        made.append(Step(achievement=slug, tier=tier, rule=rule, approval=approval))
    return {
        "organisation": place.slug,
        "slug": "large",
        "title": place.course.title,
        "description": place.course.description,
        "certify_from": Tier.BASIC,
        "parts": tuple(PathPart(achievement=slug, tier=Tier.INTERMEDIATE) for slug in courses),
        "steps": tuple(made),
    }


def _earned(place: Premises, path: Pathway) -> int:
    """Issue the awards of one learner, and decide what they complete; returns the learner."""
    data = _file(path)
    names = tuple(part.achievement for part in path.parts)
    source = accept.Source(place.slug, place.organisation.learner_key, names)
    rows = accept.rows(texts.read(data, reading=Reading()), source=source)
    digest = hashlib.sha256(data).hexdigest()
    order = cohort.Order(place.slug, "own CSV", digest, "bench", formats=(OB3,))
    batch = cohort.open_batch(place.bench, order, rows)
    place.start(batch.id)
    for number in place.chunks(batch.id):
        do_chunk(place.bench, batch.id, number)
    with place.bench.read() as tx:
        learner = learners.lookup(tx, place.slug, _WHO)
    done = stack.consider(place.bench, place.slug, learner)
    if len(done) != _STEPS:
        raise SystemExit(f"{len(done)} of {_STEPS} steps were completed")
    return learner


def _file(path: Pathway) -> bytes:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(
        ["result_id", "course", "date", "passed", "student_number", "given_name", "family_name"]
    )
    for number in range(_AWARDS):
        course = path.parts[number % len(path.parts)].achievement
        day = f"2026-{1 + number // len(path.parts):02d}-12"
        lines.writerow([f"R{number}", course, day, "yes", _WHO, "Alex", "Example"])
    return written.getvalue().encode()
