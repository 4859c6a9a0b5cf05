"""Many issue at once, in threads and in processes: no two share a place, nothing is lost."""

import subprocess
import sys
from pathlib import Path

from issuer.errors import Busy, Conflict
from issuer.model.award import Award, AwardState
from issuer.registry import slots
from issuer.services import recover
from issuer.verify import Verdict
from tests.conftest import ROOT
from tests.town.workshop import Workshop
from tests.town.writers import at_once

EACH = 3


def _require_apart(workshop: Workshop, count: int) -> None:
    everything = workshop.awards()
    assert len(everything) == count
    assert {award.state for award in everything} == {AwardState.ACTIVE}
    places = [workshop.slot(award) for award in everything]
    assert len({(place.list_number, place.index) for place in places if place}) == count
    for award in everything:
        for tongue in workshop.documents(award):
            assert workshop.check(workshop.sealed(award, tongue)).verdict is Verdict.PASSED
    lines = workshop.lines()
    assert lines.count("issue.write_down") == lines.count("issue.keep") == 2 * count
    assert "issue.void" not in lines


def test_eight_writers_never_share_a_place(
    workshop: Workshop, database_url: str, tmp_path: Path
) -> None:
    with workshop.bench.begin() as tx:
        # Few places are left, so that somebody opens the next list while others write.
        slots.lease(tx, workshop.slug, count=131_072 - 5)
    workshop.publish()
    command = [sys.executable, "-m", "tests.town.desk", database_url, str(tmp_path), str(EACH)]
    desks = [
        subprocess.Popen([*command, str(100 * (1 + number))], cwd=ROOT, stderr=subprocess.PIPE)
        for number in range(2)
    ]

    def work(number: int) -> None:
        for i in range(EACH):
            workshop.issued(10 * number + i)

    at_once(work, count=4)
    for desk in desks:
        _, said = desk.communicate(timeout=300)
        assert desk.returncode == 0, said.decode()
    _require_apart(workshop, 8 * EACH)
    with workshop.bench.read() as tx:
        assert [record.cursor for record in slots.lists(tx, workshop.slug)] == [
            131_072,
            8 * EACH - 5,
        ]


def test_one_award_that_many_issue_is_issued_once(workshop: Workshop) -> None:
    award = workshop.approve()

    def work(_: int) -> Award | None:
        try:
            return workshop.issue(award)
        except (Conflict, Busy):
            return None

    at_once(work, count=4)
    recover.recover(workshop.bench, workshop.slug, actor="operator")
    _require_apart(workshop, 1)


def test_one_result_that_many_decide_is_one_award(workshop: Workshop) -> None:
    def work(_: int) -> str | None:
        try:
            return workshop.approve().id
        except (Conflict, Busy):
            return None

    found = {award_id for award_id in at_once(work, count=6) if award_id}
    assert found == {award.id for award in workshop.awards()}
    assert len(found) == 1
