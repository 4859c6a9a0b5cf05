"""``testamur pathway check`` and ``testamur stack``, as an operator types them."""

import re
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from issuer.bootstrap.working import work_on
from issuer.cli.opening import opened
from issuer.registry import learners, recognitions
from issuer.registry.recognitions import Decision
from tests.integration.cli.conftest import EXAMPLES
from tests.integration.cli.test_verbs import HEADER
from tests.town import on_a_path

Tell = Any
PATHWAY = EXAMPLES / "pathways" / "data-steward.yaml"
COURSES = EXAMPLES / "achievements"
PARTS = ("data-stewardship-foundations", "data-stewardship", "research-data-law")
NUMBER = r"EUAS(?:-[0-9A-Z]{4}){4}"
DECIDED = ("--by", "Mira Example", "--reason", "It was not their own work")


@pytest.fixture
def steward(home: Path, tell: Tell, tmp_path: Path) -> Path:
    """An installation with the pathway, and a learner who holds three of its parts."""
    assert tell("pathway", "add", PATHWAY, "--home", home).code == 0
    results = tmp_path / "results.csv"
    rows = (f"R-{n},{part},2026-06-12,yes,S1,Alex,Example\n" for n, part in enumerate(PARTS))
    results.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert tell("issue", results, "--yes", "--home", home).code == 0
    assert tell("stack", "run", "--home", home).code == 0
    return home


def _credentials(home: Path, tell: Tell, tmp_path: Path) -> dict[str, str]:
    """Course to number of each credential."""
    to = tmp_path / "out"
    assert tell("export", "--to", to, "--home", home).code == 0
    found = {}
    for path in to.glob("*.json"):
        if re.fullmatch(NUMBER, path.stem):
            (course,) = set(re.findall(r"/achievements/([a-z-]+)/v/", path.read_text("utf-8"))[:1])
            found[course] = path.stem
    return found


def test_a_pathway_is_checked_with_a_folder_of_courses(tell: Tell, tmp_path: Path) -> None:
    done = tell("pathway", "check", PATHWAY, "--courses", COURSES)
    assert (done.code, done.out) == (0, "All is well.\n")
    text = PATHWAY.read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(text.replace("n: 1", "n: 3"), encoding="utf-8")
    done = tell("pathway", "check", wrong, "--courses", COURSES)
    assert done.code == 64
    assert "✗ steps.practising-data-steward.rule: 3 of 2 can never be had" in done.out
    assert "must be mended" in done.out
    wrong.write_text(text.replace("credits_up_to: 3", "credits_up_to: 1"), encoding="utf-8")
    done = tell("pathway", "check", wrong, "--courses", COURSES)
    assert done.code == 0
    assert "! recognised.1.credits_up_to" in done.out
    assert "Usable; 1 warnings." in done.out


def test_a_pathway_is_checked_with_what_is_installed(
    home: Path, tell: Tell, tmp_path: Path
) -> None:
    assert tell("pathway", "check", PATHWAY, "--home", home).code == 0
    wrong = tmp_path / "wrong.yaml"
    text = PATHWAY.read_text(encoding="utf-8")
    wrong.write_text(text.replace("tier: basic", "tier: professional"), encoding="utf-8")
    done = tell("pathway", "check", wrong, "--home", home)
    assert (done.code, "tier-differs" in done.out) == (64, False)
    assert "is professional here and basic in its achievement" in done.out
    done = tell("pathway", "add", wrong, "--home", home)
    assert (done.code, "[input.fields]" in done.err) == (64, True)


def test_a_whole_waits_for_a_decision_and_is_told_of(
    steward: Path, tell: Tell, tmp_path: Path
) -> None:
    numbers = _credentials(steward, tell, tmp_path)
    whole, part = numbers["practising-data-steward"], numbers["research-data-law"]
    done = tell("stack", "decide", whole, "--revoke", *DECIDED, "--home", steward)
    assert (done.code, "nothing to decide" in done.err) == (64, True)
    done = tell("revoke", part, "--reason", "It was not their own work", "--home", steward)
    assert done.code == 0
    done = tell("stack", "waiting", "--home", steward)
    assert whole in done.out
    assert part in done.out
    done = tell("reinstate", whole, "--reason", "A mistake", "--home", steward)
    assert (done.code, "[state.held]" in done.err) == (64, True)
    done = tell("stack", "notices", "--seen", "--home", steward)
    assert "part-revoked" in done.out
    assert "part-revoked" not in tell("stack", "notices", "--home", steward).out
    done = tell("stack", "decide", whole, "--renew", *DECIDED, "--home", steward)
    assert (done.code, "do not complete" in done.err) == (64, True)
    done = tell("stack", "decide", whole, "--revoke", *DECIDED, "--home", steward)
    assert (done.code, f"{whole} is revoked." in done.out) == (0, True)


def test_a_whole_is_awarded_anew(steward: Path, tell: Tell, tmp_path: Path) -> None:
    numbers = _credentials(steward, tell, tmp_path)
    whole, part = numbers["practising-data-steward"], numbers["research-data-law"]
    results = tmp_path / "more.csv"
    row = "R-9,data-visualisation,2026-06-13,yes,S1,Alex,Example\n"
    results.write_text(HEADER + row, encoding="utf-8")
    assert tell("issue", results, "--yes", "--home", steward).code == 0
    assert tell("revoke", part, "--reason", "Withdrawn", "--home", steward).code == 0
    done = tell("stack", "decide", whole, "--renew", *DECIDED, "--home", steward)
    assert done.code == 0
    assert re.search(rf"{whole} was replaced by {NUMBER}, which is active\.", done.out)


@pytest.mark.parametrize("ects", ["many", "0", "NaN", "-1"])
def test_credits_are_a_number(steward: Path, tell: Tell, tmp_path: Path, ects: str) -> None:
    file = tmp_path / "hers.json"
    file.write_text("{}", encoding="utf-8")
    done = tell(*_recognise(file), "--ects", ects, "--home", steward)
    assert (done.code, "--ects" in done.err) == (64, True)


def test_what_is_not_recognised_is_told(steward: Path, tell: Tell, tmp_path: Path) -> None:
    numbers = _credentials(steward, tell, tmp_path)
    own = tmp_path / "out" / f"{numbers['research-data-law']}.json"
    done = tell(*_recognise(own), "--ects", "3", "--home", steward)
    assert (done.code, "[state.not_recognised]" in done.err) == (64, True)
    assert "does not list its issuer" in done.err


@pytest.fixture
def recognised(steward: Path, tell: Tell, tmp_path: Path) -> int:
    """Somebody else's credential, with which another learner completed a step."""
    rows = (f"O-{n},{part},2026-06-12,yes,S2,Robin,Example\n" for n, part in enumerate(PARTS[:2]))
    results = tmp_path / "others.csv"
    results.write_text(HEADER + "".join(rows), encoding="utf-8")
    assert tell("issue", results, "--yes", "--home", steward).code == 0
    with opened(steward) as house, house.bench.begin() as tx:
        learner = learners.lookup(tx, "euas", "S2")
        decision = Decision("examination board", "Mira Example", house.bench.moment)
        accepted = (on_a_path.elsewhere(), b"{}")
        number = recognitions.add(
            tx, "euas", learner, pathway="data-steward", accepted=accepted, decision=decision
        )
    assert "practising-data-steward is awarded" in tell("stack", "run", "--home", steward).out
    return number


def test_what_was_recognised_is_shown_and_taken_back(
    steward: Path, recognised: int, tell: Tell
) -> None:
    shown = tell("stack", "recognised", "--home", steward).out
    assert "research-data-law" in shown
    assert "Robin" not in shown
    why = ("--reason", "The college withdrew it", "--by", "Mira Example", "--home", steward)
    done = tell("stack", "withdraw", recognised, "--role", "registrar", *why)
    assert (done.code, "examination board" in done.err) == (64, True)
    done = tell("stack", "withdraw", recognised, "--role", "examination board", *why)
    assert done.code == 0
    assert f"Number {recognised} is not recognised for research-data-law." in done.out
    (whole,) = re.findall(rf"({NUMBER}) waits for a decision", done.out)
    assert whole in tell("stack", "waiting", "--home", steward).out
    assert "part-withdrawn" in tell("stack", "notices", "--home", steward).out
    again = tell("stack", "withdraw", recognised, "--role", "examination board", *why)
    assert (again.code, "withdrawn before" in again.out) == (0, True)
    done = tell("stack", "decide", whole, "--revoke", *DECIDED, "--home", steward)
    assert (done.code, f"{whole} is revoked." in done.out) == (0, True)


def _recognise(file: Path) -> tuple[str | Path, ...]:
    whose = ("--learner", "S1", "--pathway", "data-steward", "--part", "research-data-law")
    who = ("--role", "examination board", "--by", "Mira Example")
    return ("stack", "recognise", file, *whose, *who)


@pytest.fixture
def cohort(home: Path, tell: Tell, tmp_path: Path) -> Callable[[int], Any]:
    """Issue the n-th part to 24 learners."""
    assert tell("pathway", "add", PATHWAY, "--home", home).code == 0
    with (home / "testamur.toml").open("a", encoding="utf-8") as file:
        file.write("batch_chunk = 5\nissue_processes = 1\n")
    results = tmp_path / "results.csv"

    def issue(n: int) -> Any:
        rows = (f"R-{n}-{m},{PARTS[n]},2026-06-12,yes,S{m},Alex,Example {m}\n" for m in range(24))
        results.write_text(HEADER + "".join(rows), encoding="utf-8")
        done = tell("issue", results, "--confirm", "--format", "ob3", "--home", home)
        assert (done.code, "24 issued." in done.out) == (0, True), done
        return done

    return issue


def test_what_a_cohort_completes_and_nobody_issued_is_issued_when_asked(
    home: Path, tell: Tell, cohort: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort(0)
    cohort(1)
    done: list[str] = []

    def once(house: Any, batch_id: str, *, stopping: Event) -> None:
        # As where the process ends before it comes to the second batch.
        if not done:
            done.append(batch_id)
            work_on(house, batch_id, stopping=stopping)

    with monkeypatch.context() as patch:
        patch.setattr("issuer.bootstrap.working.work_on", once)
        assert re.search(r"batch-[0-9a-z]+ is queued\.", cohort(2).out)
    said = tell("stack", "run", "--home", home)
    assert re.search(r"batch-[0-9a-z]+ is done\.", said.out)
    assert "0 steps are new." in said.out
    assert tell("batch", "list", "--home", home).out.count("24 of 24") == 4


def test_what_a_cohort_completes_is_issued_behind_it(
    home: Path, tell: Tell, tmp_path: Path, cohort: Callable[[int], Any]
) -> None:
    done = [cohort(n) for n in range(3)][-1]
    # The batch of what was completed is told of with the file that completed it.
    assert re.search(r"what batch-[0-9a-z]+ completed", done.out)
    (behind,) = re.findall(r"(batch-[0-9a-z]+) is done\.", done.out)
    outcomes = tmp_path / "outcomes.csv"
    assert tell("batch", "outcomes", behind, "--to", outcomes, "--home", home).code == 0
    assert outcomes.read_text("utf-8").count('"issued"') == 24
    assert tell("batch", "receipt", "show", behind, "--home", home).code == 0
    listed = tell("batch", "list", "--home", home).out
    assert listed.count("24 of 24") == 4
    assert tell("stack", "run", "--home", home).out.strip().startswith("0 ")
    to = tmp_path / "out"
    assert tell("export", "--to", to, "--home", home).code == 0
    texts = [p.read_text("utf-8") for p in to.glob("*.json") if re.fullmatch(NUMBER, p.stem)]
    courses = [re.findall(r"/achievements/([a-z-]+)/v/", text)[0] for text in texts]
    assert courses.count("practising-data-steward") == 24
