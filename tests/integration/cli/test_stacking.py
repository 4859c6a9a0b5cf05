"""Pathways and stacking through the command line alone."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.conftest import EXAMPLES

Tell = Any


@pytest.fixture
def home(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the demo."""
    monkeypatch.delenv("TESTAMUR_PASSPHRASE", raising=False)
    copy = tmp_path / "home"
    shutil.copytree(demo.parent, copy)
    return copy


def test_a_pathway_is_taken_in_shown_and_followed(tell: Tell, home: Path, tmp_path: Path) -> None:
    monkey = (EXAMPLES / "pathways" / "data-steward.yaml").read_text(encoding="utf-8")
    by_person = tmp_path / "by-person.yaml"
    step = "  - achievement: practising-data-steward\n"
    assert step in monkey
    by_person.write_text(monkey.replace(step, f"{step}    approval: person\n"), encoding="utf-8")
    added = tell("pathway", "add", by_person, "--home", home)
    assert (added.code, added.out) == (0, "data-steward, version 2.\n")
    listed = tell("pathway", "list", "--home", home)
    assert "data-steward" in listed.out
    assert '"approval": "person"' in tell("pathway", "show", "data-steward", "--home", home).out
    first = tell("pathway", "show", "data-steward", "--version", 1, "--home", home)
    assert '"approval": "automatic"' in first.out
    # Whoever is on the way keeps the first version, and all that is complete was decided.
    done = tell("stack", "run", "--home", home)
    assert (done.code, done.out) == (0, "0 steps are new.\n")
    assert "Waiting" in tell("stack", "pending", "--home", home).out


def test_what_waits_is_agreed_to_or_declined(tell: Tell, home: Path, tmp_path: Path) -> None:
    text = (EXAMPLES / "pathways" / "data-steward.yaml").read_text(encoding="utf-8")
    step = "  - achievement: practising-data-steward\n"
    by_person = tmp_path / "by-person.yaml"
    by_person.write_text(text.replace(step, f"{step}    approval: person\n"), encoding="utf-8")
    assert tell("pathway", "add", by_person, "--home", home).code == 0
    header = "result_id,course,date,passed,student_number,given_name,family_name\n"
    needed = ("data-stewardship-foundations", "data-stewardship", "research-data-law")
    rows = [
        f"{person}-{course},{course},2026-06-12,yes,{person},Ada,Example\n"
        for person in ("S3001", "S3002")
        for course in needed
    ]
    results = tmp_path / "results.csv"
    results.write_text(header + "".join(rows), encoding="utf-8")
    assert tell("issue", results, "--confirm", "--home", home).code == 0
    waiting = tell("stack", "pending", "--home", home).out
    lines = [line for line in waiting.splitlines() if "practising-data-steward" in line]
    learners = [line.split("│")[1].strip() for line in lines]
    assert len(learners) == 2
    place = ("data-steward", "practising-data-steward", "--by", "Dr Example", "--home", home)
    agreed = tell("stack", "approve", learners[0], *place)
    assert agreed.code == 0
    assert "practising-data-steward is awarded (EUAS-" in agreed.out
    assert tell("stack", "approve", learners[0], *place).code == 64
    why = ("--reason", "The exam is open.", "--org", "euas")
    declined = tell("stack", "decline", learners[1], *place, *why)
    assert "was declined" in declined.out
    move = ("data-steward", "--by", "Dr Example", "--home", home)
    moved = tell("stack", "move", learners[1], *move, "--version", 1)
    assert (moved.code, moved.out.splitlines()[0]) == (
        0,
        f"Learner {learners[1]} follows version 1 of data-steward.",
    )
