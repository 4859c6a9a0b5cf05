"""A real installation in a folder: the demo university, its courses, and a few awards of it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from issuer import bootstrap
from issuer.bootstrap import House
from issuer.model.achievement import DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award
from issuer.model.learner import Learner
from issuer.model.stack import Part, Stack
from issuer.registry import stack_parts
from issuer.registry.stack_parts import StackPart
from issuer.services import accept, issue, look, offer, publish, revoke, share
from issuer.services.decide import decide
from issuer.settings import Settings
from issuer.web.app import create_app
from tests.town.stacks import named, stack_of

_EXAMPLES = Path(__file__).parent.parent.parent / "examples"
PASSPHRASE = b"for tests"
COURSES = ("data-stewardship", "ethics-of-ai")
_TOKEN = DocumentFormat.OB3_JWT
_PARTS = ("data-stewardship", "ethik-der-ki")


@dataclass(frozen=True)
class Installation:
    """An open installation with awards that are issued and not yet shared."""

    house: House
    slug: str
    awards: tuple[Award, ...]

    def secret(self, award: Award) -> str:
        """Path of the learner's own page."""
        return share.link(self.house.bench, award).removeprefix(self.house.settings.base_url)

    def share(self, award: Award, *, on: bool = True) -> None:
        """Do what the learner's switch does."""
        bench = self.house.bench
        with bench.begin() as tx:
            share.set_sharing(tx, award, shared=on, actor="learner", at=bench.moment)

    def revoke(self, award: Award, reason: str) -> None:
        """Do what the registrar does when something was wrong."""
        bench = self.house.bench
        with bench.begin() as tx:
            revoke.revoke(
                tx, self.slug, award.id, reason=reason, actor="registrar", at=bench.moment
            )
        publish.publish(bench, self.slug)

    def stacked(self, key: str, *forms: DocumentFormat) -> tuple[Award, tuple[Award, ...]]:
        """Issue an award to the learner ``key`` that is built from two others of that learner."""
        two = tuple(self.issued(key, course, forms=forms) for course in _PARTS)
        stack = stack_of(
            *(self._named(f"part-{number}", award) for number, award in enumerate(two))
        )
        whole = self.issued(key, COURSES[0], stack=stack, forms=forms)
        kept = [StackPart(f"part-{number}", award.id) for number, award in enumerate(two)]
        with self.house.bench.begin() as tx:
            stack_parts.add(tx, self.slug, whole.id, parts=kept)
        return whole, two

    def _named(self, name: str, award: Award) -> Part:
        with self.house.bench.read() as tx:
            forms = [form for form in look.formats(tx, award.id) if form is not _TOKEN]
            return named(name, *(look.sealed(tx, award.id, form).data for form in forms))

    def issued(
        self,
        key: str,
        course: str,
        *,
        stack: Stack | None = None,
        forms: tuple[DocumentFormat, ...] = (),
    ) -> Award:
        """Issue an award to the learner ``key``, in these forms or those of the course."""
        bench = self.house.bench
        learner = Learner(organisation=self.slug, key=key, display_name="Ada Example")
        result = AssessmentResult(
            organisation=self.slug,
            achievement=course,
            date=bench.moment.date() - dt.timedelta(days=0 if stack else 30),
            passed=True,
            learner=learner,
            source_id=f"{key}/{course}" if stack else None,
            stack=stack,
        )
        with bench.begin() as tx:
            award = decide(tx, result, actor="operator", bench=bench).award
        assert award is not None
        return issue.issue(bench, self.slug, award.id, actor="operator", formats=forms or None)

    def app(self) -> ASGIApp:
        """The whole application over this installation."""
        return create_app(self.house)


@contextmanager
def installation(
    home: Path,
    *,
    base_url: str,
    rows: int = 3,
    **more: Any,
) -> Iterator[Installation]:
    """Make one in ``home`` and issue for the first ``rows`` results of the examples.

    Its database is a file of SQLite in there, unless ``database_url`` names another.
    """
    settings = Settings(home=home, base_url=base_url, worker_processes=1, **more)
    organisation = offer.read_organisation((_EXAMPLES / "organisation.toml").read_bytes())
    bootstrap.init(settings, organisation, passphrase=lambda: PASSPHRASE)
    bootstrap.create_test_seal(settings, organisation, passphrase=lambda: PASSPHRASE)
    with bootstrap.open_house(settings, passphrase=lambda: PASSPHRASE) as house:
        yield Installation(house, organisation.slug, _issued(house, organisation.slug, rows))


def _issued(house: House, slug: str, rows: int) -> tuple[Award, ...]:
    bench = house.bench
    for name in COURSES:
        data = (_EXAMPLES / "achievements" / f"{name}.toml").read_bytes()
        with bench.begin() as tx:
            course = offer.read_achievement(data, organisation=slug)
            offer.put_achievement(tx, course, at=bench.moment, actor="operator")
    source = accept.Source(slug, "student_number", list(COURSES))
    data = (_EXAMPLES / "results.csv").read_bytes()
    issued = []
    for row in accept.read_csv(data, source=source).rows[:rows]:
        with bench.begin() as tx:
            award = decide(tx, row.result, actor="operator", bench=bench).award
        if award is not None:
            issued.append(issue.issue(bench, slug, award.id, actor="operator"))
    return tuple(issued)
