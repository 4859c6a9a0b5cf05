"""The table of outcomes on either database: every kind of row, every state of an award."""

import csv
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.errors import NotFound, UnusableInput
from issuer.registry import audit, awards
from issuer.services import erase, outcomes, private_file, receipt, revoke, share
from issuer.services.accept import RowFault
from issuer.services.outcomes import COLUMNS, Form
from issuer.verify import Verdict
from tests.town import ended
from tests.town.cohorts import OB3, Driver, read, results
from tests.town.ended import BATCH, Row
from tests.town.workshop import BASE_URL, Workshop

FORM = Form()


def keep(workshop: Workshop, *rows: Row) -> None:
    with workshop.bench.begin() as tx:
        ended.keep(tx, workshop.slug, rows, at=workshop.clock())


def text(workshop: Workshop, form: Form = FORM, batch: str = BATCH) -> str:
    return "".join(
        outcomes.table(workshop.bench, workshop.slug, batch, form=form, actor="registrar")
    )


def rows(said: str, separator: str = ",") -> list[dict[str, str]]:
    found = csv.reader(io.StringIO(said, newline=""), delimiter=separator, strict=True)
    head, *lines = ([outcomes.restored(cell) for cell in row] for row in found)
    assert tuple(head) == COLUMNS
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_an_issued_row_has_everything_that_is_to_be_sent(workshop: Workshop) -> None:
    award = workshop.issued()
    keep(workshop, Row("kept", award))
    assert rows(text(workshop)) == [
        {
            "line": "2",
            "learner_key": "S1",
            "name": "Alex Example 1",
            "outcome": "issued",
            "award": award.id,
            "learner_link": share.link(workshop.bench, award),
            "page": "",
            "fault": "",
            "cure": "",
        }
    ]
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=True, actor="learner", at=workshop.clock())
    assert rows(text(workshop))[0]["page"] == f"{BASE_URL}/c/{award.id}"


def test_every_state_is_told_in_words(workshop: Workshop) -> None:
    states = ["waiting", "reserved", "written", "already", "not_passed", "unknown", "voided"]
    fault = "course: there is no course 'x'. Name one of the courses that there are"
    failed = Row("failed", code="state.not_found", fault=fault)
    keep(workshop, *(Row(s) for s in states), failed, Row("refused", fault="No cure here"))
    found = rows(text(workshop))
    said = [one["outcome"] for one in found]
    assert said[:3] == ["not issued yet"] * 3
    assert len(set(said[2:])) == 7
    assert found[7]["fault"] == "course: there is no course 'x'"
    assert found[7]["cure"] == "Name one of the courses that there are"
    assert (found[8]["fault"], found[8]["cure"]) == ("No cure here", "")
    assert {one["name"] + one["award"] + one["learner_link"] for one in found} == {""}


def test_what_came_after_the_batch_is_told(workshop: Workshop) -> None:
    revoked, gone, waiting = workshop.issued(1), workshop.issued(2), workshop.approve(3)
    keep(workshop, Row("kept", revoked), Row("kept", gone), Row("kept", waiting))
    with workshop.bench.begin() as tx:
        at = workshop.clock()
        revoke.revoke(tx, workshop.slug, revoked.id, reason="A mistake.", actor="a", at=at)
        erase.erase(tx, workshop.slug, "S2", actor="a", at=at)
    first, second, third = rows(text(workshop))
    assert (first["outcome"], first["learner_link"]) == ("issued; revoked since", "")
    assert second["outcome"] == "issued; the data of the person was erased"
    assert (second["name"], second["learner_key"], second["learner_link"]) == ("", "", "")
    assert third["outcome"] == "issued; waits for a seal from elsewhere"
    assert (third["award"], third["learner_link"]) == (waiting.id, "")


def test_what_another_batch_has_in_hand_is_not_told_as_issued(workshop: Workshop) -> None:
    keep(workshop, Row("already", workshop.issued(1)), Row("already", workshop.approve(2)))
    first, second = rows(text(workshop))
    assert first["outcome"] == "was issued before this file"
    assert second["outcome"] == "is issued by another batch, which has not ended"
    assert second["learner_link"] == ""


def test_a_row_without_an_award_still_says_who_it_is(workshop: Workshop) -> None:
    award = workshop.approve()
    with workshop.bench.read() as tx:
        staged = awards.staged_of(tx, award.id)
    keep(workshop, Row("failed", staged_id=staged, fault="Why. How"))
    [found] = rows(text(workshop))
    assert (found["learner_key"], found["name"], found["award"]) == ("S1", "Alex Example 1", "")


@pytest.mark.parametrize("separator", [*outcomes.SEPARATORS.values()])
def test_separators_and_the_mark_of_a_spreadsheet(workshop: Workshop, separator: str) -> None:
    keep(workshop, Row("kept", workshop.issued()))
    said = text(workshop, Form(separator, bom=True))
    assert said.encode().startswith(b'\xef\xbb\xbf"line"')
    assert said.endswith('"\r\n')
    assert rows(said.removeprefix("\ufeff"), separator)[0]["learner_key"] == "S1"
    assert not text(workshop).startswith("\ufeff")


@pytest.mark.parametrize("separator", ["", "=", ",,", "|", "\n"])
def test_other_separators_are_refused(separator: str) -> None:
    with pytest.raises(UnusableInput, match="comma, semicolon, tab"):
        Form(separator)


def test_a_formula_for_a_name_is_text(workshop: Workshop) -> None:
    name = '=HYPERLINK("https://evil.example","Click")'
    learner = {"organisation": workshop.slug, "key": "+1+1", "display_name": name}
    keep(workshop, Row("kept", workshop.issued(1, learner=learner)))
    said = text(workshop)
    assert '"\'=HYPERLINK(""https://evil.example"",""Click"")"' in said
    assert ",=" not in said
    assert '"=' not in said
    [found] = rows(said)
    assert (found["name"], found["learner_key"]) == (name, "+1+1")


def test_it_comes_in_pieces_and_who_took_it_is_written_down(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "_PAGE", 2)
    keep(workshop, *(Row("unknown") for _ in range(5)))
    pieces = outcomes.table(workshop.bench, workshop.slug, BATCH, form=FORM, actor="the office")
    assert [piece.count("\r\n") for piece in pieces] == [1, 2, 2, 1]
    with workshop.bench.read() as tx:
        last = audit.lines(tx, workshop.slug)[-1].entry
    assert (last.verb, last.actor, last.detail) == (
        "batch.outcomes", "the office", {"batch": BATCH},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "batch"), [("rival", BATCH), ("euas", "batch-9"), ("euas", "\x00")]
)
def test_a_batch_of_others_is_not_there(workshop: Workshop, slug: str, batch: str) -> None:
    keep(workshop, Row("unknown"))
    with pytest.raises(NotFound):
        outcomes.table(workshop.bench, slug, batch, form=FORM, actor="a")


def test_a_cohort_gets_its_receipt_and_its_table(workshop: Workshop) -> None:
    driver = Driver(workshop)
    fault = RowFault(40, "date", "=1+1", "not a date", "Write it as 2026-06-12")
    batch = driver.run(
        driver.open(read([*results(workshop, 3), workshop.result(9, passed=None)], fault))
    )
    kept = receipt.write_receipt(workshop.bench, batch.id)
    counts = kept.content.counts
    assert (counts.rows, counts.issued, counts.unknown, counts.refused) == (5, 3, 1, 1)
    assert receipt.verify(workshop.bench, kept).verdict is Verdict.PASSED
    found = rows(text(workshop, batch=batch.id))
    assert [one["learner_key"] for one in found] == ["S1", "S2", "S3", "", ""]
    assert (found[-1]["line"], found[-1]["cure"]) == ("40", "Write it as 2026-06-12")
    with workshop.bench.read() as tx:
        for one in found[:3]:
            [proof] = receipt.prove(tx, workshop.slug, one["award"])
            assert (proof.leaves, proof.format) == (3, str(OB3[0]))


# --- The file -------------------------------------------------------------------------------------


def test_a_private_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    place = tmp_path / "outcomes.csv"
    place.write_bytes(b"old")
    place.chmod(0o644)
    before = os.umask(0)
    try:
        private_file.pour(place, [b"a", b"b"])
    finally:
        os.umask(before)
    assert place.read_bytes() == b"ab"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_file_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "outcomes.csv"
    place.write_bytes(b"old")

    def pieces() -> Iterator[bytes]:
        yield b"Alex Example"
        raise NotFound("gone")

    with pytest.raises(NotFound):
        private_file.pour(place, pieces())
    assert [p.name for p in tmp_path.iterdir()] == ["outcomes.csv"]
    assert place.read_bytes() == b"old"


def test_nobody_reads_along(tmp_path: Path) -> None:
    # Somebody has laid a link, or a file that he holds open, where the fresh one would be.
    elsewhere, place = tmp_path / "elsewhere", tmp_path / "outcomes.csv"
    elsewhere.write_bytes(b"mine")
    fresh = tmp_path / ".outcomes.csv.new"
    fresh.symlink_to(elsewhere)
    private_file.write(place, b"Alex Example")
    assert elsewhere.read_bytes() == b"mine"
    fresh.write_bytes(b"")
    with fresh.open("rb") as held:
        private_file.write(place, b"Alex Example")
        assert held.read() == b""
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
