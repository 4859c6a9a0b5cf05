"""``testamur issue`` on files of learning platforms, and the mappings that it keeps."""

import re
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples"
MOODLE = EXAMPLES / "moodle-gradebook.csv"
COURSE = ("--achievement", "data-stewardship")
SAID = (*COURSE, "--pass-if", "Course total >= 60%", "--passed-on", "2026-07-03")
Tell = Any


def counts(said: str) -> dict[str, int]:
    return {m[1].strip(): int(m[2]) for m in re.finditer(r"│ ([^│]+?) +│ (\d+) +│", said)}


def test_a_gradebook_is_shown_and_then_issued(home: Path, tell: Tell) -> None:
    done = tell("issue", MOODLE, *SAID, "--home", home)
    assert done.code == 0
    assert "Read as moodle-gradebook: text in UTF-8, separated by ','." in done.out
    assert "Exported 2026-07-03 10:15 UTC." in done.out
    assert "“Course total (Percentage)” is at least 60" in done.out
    assert counts(done.out)["new, will be issued"] == 6
    assert "Data Stewardship in Practice" in done.out
    assert "neither student number nor e-mail" in done.out
    assert "Nothing was issued: this was a dry run. With --confirm it is." in done.out
    issued = tell("issue", MOODLE, *SAID, "--confirm", "--home", home)
    assert issued.code == 0
    assert "6 issued." in issued.out
    assert "Issuing: 6 of 6" in issued.err
    again = tell("issue", MOODLE, *SAID, "--confirm", "--home", home)
    assert "0 issued." in again.out
    assert counts(again.out)["issued already"] == 6


def test_what_is_open_is_asked_and_nothing_is_issued(home: Path, tell: Tell) -> None:
    done = tell("issue", MOODLE, *COURSE, "--home", home)
    assert done.code == 64
    assert "What counts as passed?" in done.err
    assert "Answer the questions above." in done.out
    confirmed = tell("issue", MOODLE, *COURSE, "--confirm", "--home", home)
    assert confirmed.code == 64
    assert "something is not said yet" in confirmed.err
    assert "[input.unusable]" in confirmed.err


def test_a_mapping_is_kept_shown_used_and_removed(home: Path, tell: Tell) -> None:
    kept = tell(
        "issue", MOODLE, *SAID, "--save-mapping", "final", "--map", "grade=Course total (Real)",
        "--map", "grade_scheme=points of 150", "--home", home,
    )  # fmt: skip
    assert "The mapping is kept as final" in kept.out
    listed = tell("mapping", "list", "--home", home)
    assert "moodle-gradebook" in listed.out
    assert (
        "final" not in tell("mapping", "list", "--achievement", "python-basics", "--home", home).out
    )
    shown = tell("mapping", "show", "final", *COURSE, "--home", home)
    assert "points of 150" in shown.out
    used = tell("issue", MOODLE, *COURSE, "--passed-on", "2026-07-03", "--home", home)
    assert "Mapping final" in used.out
    assert counts(used.out)["new, will be issued"] == 6
    named = (*COURSE, "--mapping", "final", "--passed-on", "2026-07-03")
    assert tell("issue", MOODLE, *named, "--home", home).code == 0
    assert tell("mapping", "remove", "final", *COURSE, "--home", home).code == 0
    assert tell("mapping", "show", "final", *COURSE, "--home", home).code == 64


def test_what_a_teacher_has_to_look_at_is_shown(home: Path, tell: Tell, tmp_path: Path) -> None:
    row = 'Maria,Rossi,S5{},,{},1,1,1,1,"{}",1\n'
    more = [("m@a.example", "70.00 %"), ("M@a.example", "70.00 %"), ("x@a.example", "05. Okt")]
    path = tmp_path / "more.csv"
    path.write_bytes(
        MOODLE.read_bytes() + "".join(row.format(n, *one) for n, one in enumerate(more)).encode()
    )
    done = tell("issue", path, *SAID, "--home", home)
    assert done.code == 64
    assert "line 13, column Course total (Percentage) ('05. Okt'): a spreadsheet" in done.err
    assert "Look at lines 11 and 12: their e-mail addresses differ only" in done.err
    assert "1 rows have faults" in done.err


def test_rows_that_are_no_people_are_counted(home: Path, tell: Tell, tmp_path: Path) -> None:
    path = tmp_path / "canvas.csv"
    path.write_text(
        "Student,ID,SIS User ID,Section,Final Grade\n    Points Possible,,,,(read only)\n"
        '"Okonkwo, Ada",1,001,S,Pass\n'
    )
    said = (*COURSE, "--passed-on", "2026-07-03", "--home", home)
    shown = counts(tell("issue", path, *said).out)
    assert (shown["no people: Points Possible"], shown["new, will be issued"]) == (1, 1)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ((*COURSE, "--map", "key"), "is no FIELD=COLUMN"),
        ((*COURSE, "--map", "key="), "is no FIELD=COLUMN"),
        ((*COURSE, "--sheet", "x", "--encoding", "latin-9"), "is no encoding that is read here"),
        ((*COURSE, "--passed-on", "soon"), "does not match"),
        ((), "Say which one with --achievement"),
    ],
)
def test_what_was_said_wrongly_is_told(
    home: Path, tell: Tell, said: tuple[str, ...], sentence: str
) -> None:
    done = tell("issue", MOODLE, *said, "--home", home)
    assert done.code == 64
    assert sentence in done.err


def test_our_own_csv_has_no_mapping_to_keep(home: Path, tell: Tell, tmp_path: Path) -> None:
    done = tell("issue", EXAMPLES / "results.csv", "--save-mapping", "x", "--home", home)
    assert done.code == 64
    assert "needs no mapping" in done.err


def test_of_very_many_faults_the_first_are_shown(
    home: Path, tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.services.planning.MOST_FAULTS", 1)
    path = tmp_path / "bad.csv"
    path.write_text("course,date,passed,student_number\nx,never,yes,1\n")
    done = tell("issue", path, "--home", home)
    assert "1 further faults are not shown." in done.err
