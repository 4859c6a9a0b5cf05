"""Every verb, as an operator types it: what it says, and with which code it ends."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import Busy
from issuer.registry.database import Database

EXAMPLES = Path(__file__).parents[3] / "examples"
HEADER = "result_id,course,date,passed,student_number,given_name,family_name\n"
GOOD = "R-1,python-basics,2026-06-12,yes,S1,Alex,Example\n"
Tell = Any


def credential(said: str) -> str:
    """The first number of a credential in an output."""
    found = re.search(r"EUAS(-[0-9A-Z]{4}){4}", said)
    assert found is not None
    return found.group()


@pytest.fixture
def issued(home: Path, tell: Tell, tmp_path: Path) -> tuple[Path, str]:
    """An installation that has issued one suspendable credential, and its number."""
    results = tmp_path / "results.csv"
    results.write_text(HEADER + GOOD, encoding="utf-8")
    assert tell("issue", results, "--yes", "--home", home).code == 0
    assert tell("export", "--to", tmp_path / "out", "--home", home).code == 0
    return home, next((tmp_path / "out").glob("EUAS*.png")).stem


def test_init_says_what_comes_next_and_may_be_run_again(home: Path, tell: Tell) -> None:
    done = tell("init", EXAMPLES / "organisation.toml", "--home", home)
    assert done.code == 0
    assert "Example University of Applied Sciences can issue" in done.out
    listed = tell("keys", "list", "--home", home).out
    assert (listed.count("award-"), listed.count("status-")) == (1, 1)


def test_a_verb_without_an_installation_says_how_to_make_one(tmp_path: Path, tell: Tell) -> None:
    done = tell("publish", "--home", tmp_path / "nowhere")
    assert done.code == 64
    assert "testamur init" in done.err


def test_a_wrong_passphrase_opens_nothing(
    home: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESTAMUR_PASSPHRASE", "another")
    done = tell("publish", "--home", home)
    assert done.code == 64
    assert "the passphrase is wrong" in done.err
    assert "another" not in done.err + done.out


def test_courses_are_listed_with_what_they_state(home: Path, tell: Tell) -> None:
    done = tell("achievement", "list", "--home", home)
    assert "11/11" in done.out
    assert "R&D: Python basics for the laboratory" in done.out


def test_an_incomplete_course_is_taken_in_and_cannot_issue(
    home: Path, tell: Tell, tmp_path: Path
) -> None:
    course = tmp_path / "bare.toml"
    course.write_text('slug="bare"\ntitle={en="Bare"}\ndescription={en="Bare."}\n')
    done = tell("achievement", "add", course, "--home", home)
    assert done.code == 0
    assert "learning outcomes is missing; fill in achievement.learning_outcomes" in done.err
    results = tmp_path / "r.csv"
    results.write_text(HEADER + GOOD.replace("python-basics", "bare"))
    done = tell("issue", results, "--yes", "--home", home)
    assert done.code == 64
    assert "line 2, column course" in done.err
    assert "0 issued." in done.out


def test_a_wrong_course_file_names_the_field(home: Path, tell: Tell, tmp_path: Path) -> None:
    course = tmp_path / "wrong.toml"
    course.write_text('slug="Wrong Slug"\ntitle={en="T"}\ndescription={en="D"}\n')
    done = tell("achievement", "add", course, "--home", home)
    assert done.code == 64
    assert "slug" in done.err


def test_good_rows_are_not_lost_beside_bad_ones(home: Path, tell: Tell, tmp_path: Path) -> None:
    results = tmp_path / "results.csv"
    results.write_text(
        HEADER
        + GOOD
        + "R-2,python-basics,12th of June,yes,S2,Bea,Example\n"
        + "R-3,unknown-course,2026-06-12,yes,S3,Cem,Example\n"
        + "R-4,python-basics,2026-06-12,no,S4,Dora,Example\n"
        + GOOD,
        encoding="utf-8",
    )
    done = tell("issue", results, "--yes", "--home", home)
    assert done.code == 64
    assert "1 issued." in done.out
    assert "line 3, column date ('12th of June')" in done.err
    assert "line 4, column course ('unknown-course')" in done.err
    assert "line 6" in done.err
    assert "3 rows have faults" in done.err
    again = tell("issue", results, "--yes", "--home", home)
    assert "0 issued." in again.out


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", ()), ("cp1252", ("--encoding", "windows-1252")), ("utf-16", ())],
)
def test_files_as_spreadsheets_save_them(
    home: Path, tell: Tell, tmp_path: Path, encoding: str, said: tuple[str, ...]
) -> None:
    results = tmp_path / "results.csv"
    text = (HEADER + GOOD.replace("Alex", "Zoë")).replace(",", ";").replace("\n", "\r\n")
    results.write_bytes(text.encode(encoding))
    assert "1 issued." in tell("issue", results, *said, "--yes", "--home", home).out


def test_a_file_without_a_column_says_which(home: Path, tell: Tell, tmp_path: Path) -> None:
    results = tmp_path / "results.csv"
    results.write_text("course,date\npython-basics,2026-06-12\n")
    done = tell("issue", results, "--yes", "--home", home)
    assert done.code == 64
    assert "The header lacks passed, student_number" in done.err


@pytest.mark.parametrize("confirm", ["--confirm", "--yes"])
def test_nothing_is_issued_in_a_dry_run(
    home: Path, tell: Tell, tmp_path: Path, confirm: str
) -> None:
    results = tmp_path / "results.csv"
    results.write_text(HEADER + GOOD)
    done = tell("issue", results, "--home", home)
    assert done.code == 0
    assert "Nothing was issued: this was a dry run." in done.out
    assert "1 issued." in tell("issue", results, confirm, "--home", home).out
    again = tell("issue", results, "--home", home)
    assert re.search(r"issued already\s+│ 1", again.out)


def test_a_second_result_with_the_same_key_is_reported(
    issued: tuple[Path, str], tell: Tell, tmp_path: Path
) -> None:
    results = tmp_path / "again.csv"
    results.write_text(HEADER + GOOD.replace("2026-06-12", "2026-06-13"))
    done = tell("issue", results, "--yes", "--home", issued[0])
    assert done.code == 64
    assert "column result_id" in done.err
    assert "other content" in done.err


def test_revocation_is_published_and_final(
    issued: tuple[Path, str], tell: Tell, tmp_path: Path
) -> None:
    home, number = issued
    reason = "Plagiarism was found"
    done = tell("revoke", number, "--reason", reason, "--home", home)
    assert done.code == 0
    assert done.out == f"{number} is revoked.\n1 status lists were published.\n"
    tell("export", "--to", tmp_path / "out", "--home", home)
    material = tmp_path / "out" / "material.json"
    shown = tell("verify", tmp_path / "out" / f"{number}.json", "--material", material)
    assert shown.code == 1
    assert f"Reason: {reason}." in shown.out
    for verb in ("revoke", "suspend", "reinstate"):
        again = tell(verb, number, "--reason", "No", "--home", home)
        assert again.code == 64
        assert "state.transition" in again.err


def test_suspension_is_undone(issued: tuple[Path, str], tell: Tell, tmp_path: Path) -> None:
    home, number = issued
    material = tmp_path / "out" / "material.json"
    for verb, code in (("suspend", 1), ("reinstate", 0)):
        assert tell(verb, number, "--reason", "Under review", "--home", home).code == 0
        tell("export", "--to", tmp_path / "out", "--home", home)
        found = tell("verify", tmp_path / "out" / f"{number}.json", "--material", material)
        assert found.code == code


def test_suspension_needs_an_entry(home: Path, tell: Tell, tmp_path: Path) -> None:
    results = tmp_path / "results.csv"
    results.write_text(HEADER + GOOD.replace("python-basics", "data-stewardship"))
    tell("issue", results, "--yes", "--home", home)
    tell("export", "--to", tmp_path / "out", "--home", home)
    number = next((tmp_path / "out").glob("EUAS*.png")).stem
    done = tell("suspend", number, "--reason", "Under review", "--home", home)
    assert done.code == 64
    assert "carries no suspension entry" in done.err


def test_lists_are_published_when_they_are_due(home: Path, tell: Tell) -> None:
    assert "fresh" in tell("publish", "--home", home).out
    forced = tell("publish", "--force", "--home", home).out
    assert ("revocation list 1: 0 set" in forced, "suspension list 1: 0 set" in forced) == (
        True,
        True,
    )


def test_recover_finds_nothing_to_do(issued: tuple[Path, str], tell: Tell) -> None:
    assert "0 finished, 0 voided" in tell("recover", "--home", issued[0]).out
    restored = tell("recover", "--after-restore", "--home", issued[0])
    assert restored.code == 0
    assert "2 status lists published" in restored.out


def test_keys_are_rotated_and_old_credentials_stay_good(
    issued: tuple[Path, str], tell: Tell, tmp_path: Path
) -> None:
    home, number = issued
    assert tell("keys", "rotate", "award", "--home", home).code == 0
    assert tell("keys", "rotate", "status", "--home", home).code == 0
    listed = tell("keys", "list", "--home", home).out
    assert listed.count("retired") == 3  # Two keys and the head of the column.
    assert not (home / "keys" / "euas" / "award-1.json").exists()
    tell("export", "--to", tmp_path / "out", "--home", home)
    material = tmp_path / "out" / "material.json"
    file = tmp_path / "out" / f"{number}.json"
    assert tell("verify", file, "--material", material).code == 0


def test_a_stolen_key_is_declared_and_its_credentials_are_issued_again(
    issued: tuple[Path, str], tell: Tell, tmp_path: Path
) -> None:
    home, number = issued
    since = "2026-01-01T00:00:00Z"
    done = tell("keys", "compromise", "award-1", "--since", since, "--home", home)
    assert done.code == 0
    assert credential(done.out) == number
    assert tell("keys", "rotate", "award", "--home", home).code == 0
    again = tell("reseal", "--home", home)
    assert again.code == 0
    fresh = re.findall(r"EUAS(?:-[0-9A-Z]{4}){4}", again.out)
    assert fresh[0] == number
    tell("export", "--to", tmp_path / "out", "--home", home)
    material = tmp_path / "out" / "material.json"
    verdicts = [
        tell("verify", tmp_path / "out" / f"{each}.json", "--material", material).code
        for each in fresh
    ]
    assert verdicts == [1, 0]


def test_a_moment_that_is_none_is_refused(home: Path, tell: Tell) -> None:
    done = tell("keys", "compromise", "award-1", "--since", "yesterday", "--home", home)
    assert done.code == 64
    assert "2026-06-12T09:30:00Z" in done.err


def test_tokens_are_shown_once(home: Path, tell: Tell) -> None:
    made = tell("token", "create", "learning platform", "--role", "issuer", "--home", home)
    assert re.fullmatch(r"tsm_[A-Za-z0-9_-]{43}\n", made.out)
    listed = tell("token", "list", "--home", home).out
    assert "learning platform" in listed
    assert made.out.strip() not in listed
    assert tell("token", "withdraw", "1", "--home", home).code == 0
    assert tell("token", "withdraw", "7", "--home", home).code == 64
    assert tell("token", "create", "x", "--role", "owner", "--home", home).code == 64


def test_links_are_shown_and_withdrawn(issued: tuple[Path, str], tell: Tell) -> None:
    home, number = issued
    first = tell("link", "show", number, "--home", home).out
    assert first == tell("link", "show", number, "--home", home).out
    assert first != tell("link", "withdraw", number, "--home", home).out


def test_a_learner_is_erased_only_after_a_yes(
    issued: tuple[Path, str], tell: Tell, tmp_path: Path
) -> None:
    home, number = issued
    assert tell("learner", "erase", "S1", "--home", home).code == 64
    assert tell("learner", "erase", "S9", "--yes", "--home", home).code == 64
    assert tell("learner", "erase", "S1", "--yes", "--home", home).code == 0
    tell("export", "--to", tmp_path / "after", "--home", home)
    assert not list((tmp_path / "after").glob("EUAS*"))
    # What the learner kept is checked as before.
    kept, material = tmp_path / "out" / f"{number}.json", tmp_path / "after" / "material.json"
    assert tell("verify", kept, "--material", material).code == 0


def test_a_key_that_is_still_on_the_disk_is_told_and_scrubbed_later(
    issued: tuple[Path, str], tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = issued

    def busy(_database: Database) -> None:
        raise Busy("Somebody reads.", retry_after_s=1)

    with monkeypatch.context() as reading:
        reading.setattr(Database, "scrub", busy)
        done = tell("learner", "erase", "S1", "--yes", "--home", home)
    assert (done.code, "Erased." in done.out) == (64, True)
    assert "testamur learner scrub" in done.err
    assert tell("learner", "scrub", "--home", home).code == 0


def test_keys_planned_activated_destroyed(home: Path, tell: Tell) -> None:
    assert tell("keys", "plan", "award", "--home", home).code == 0
    assert tell("keys", "destroy", "award-1", "--home", home).code == 64
    assert tell("keys", "activate", "award-2", "--home", home).code == 0
    assert tell("keys", "destroy", "award-1", "--home", home).code == 0


def test_a_key_is_retired_only_after_a_yes(home: Path, tell: Tell) -> None:
    assert tell("keys", "plan", "award", "--home", home).code == 0
    for kid, stops in (
        ("award-2", "nothing stops"),
        ("award-1", "nothing can be issued"),
        ("status-1", "INDETERMINATE"),
    ):
        asked = tell("keys", "retire", kid, "--home", home)
        assert asked.code == 64
        assert stops in asked.out
        assert "retired" not in asked.out
    assert tell("keys", "retire", "award-2", "--yes", "--home", home).code == 0
    listed = tell("keys", "list", "--home", home).out
    assert listed.count("retired") == 2  # The key and the head of the column.
    assert tell("keys", "retire", "award-9", "--yes", "--home", home).code == 64


def test_an_old_key_file_that_is_away_is_a_warning(home: Path, tell: Tell) -> None:
    (home / "keys" / "euas" / "award-1.json").unlink()
    done = tell("keys", "rotate", "award", "--home", home)
    assert done.code == 0
    assert "award-2 signs from now on" in done.out
    assert "testamur keys destroy award-1" in done.err


def test_wrong_usage_is_no_verdict(tell: Tell) -> None:
    for arguments in (("verfy",), ("verify",), ("verify", "x", "--colour"), ("keys", "spin")):
        assert tell(*arguments).code == 64


def test_input_that_is_no_credential_is_no_verdict(tell: Tell, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.write_bytes(b" \n")
    assert tell("verify", empty).code == 64
    assert tell("verify", tmp_path / "missing").code == 64
    done = tell("verify", "https://credentials.uni.example/c/1", "--offline")
    assert done.code == 64
    assert "no network is to be used" in done.err


def test_a_fault_of_ours_is_no_verdict(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("issuer.services.check.verify", broken)
    done = tell("verify", EXAMPLES / "results.csv", "--offline")
    assert done.code == 70
    assert "a fault of ours" in done.err


def test_verify_opens_no_installation(offline: Tell, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"type": "nothing"}))
    code = (
        "import sys; from issuer.cli import run; run(['verify', sys.argv[1], '--offline']); "
        "sys.exit(bool({'sqlalchemy','fastapi','alembic','httpcore2','psycopg','typst'} "
        "& set(sys.modules)))"
    )
    import subprocess  # noqa: PLC0415 # Only this test needs it.

    assert subprocess.run([sys.executable, "-c", code, str(file)], check=False).returncode == 0


def test_a_course_is_shown_in_each_version(home: Path, tell: Tell, tmp_path: Path) -> None:
    first = json.loads(tell("achievement", "show", "python-basics", "--home", home).out)
    assert (first["version"], first["annex_1"]["missing"]) == (1, {})
    changed = tmp_path / "changed.toml"
    text = (EXAMPLES / "achievements" / "python-basics.toml").read_text(encoding="utf-8")
    changed.write_text(text.replace("Python basics", "Python, the basics"), encoding="utf-8")
    assert "version 2" in tell("achievement", "add", changed, "--home", home).out
    second = json.loads(tell("achievement", "show", "python-basics", "--home", home).out)
    assert "Python, the basics" in second["title"]["en"]
    base = ("achievement", "show", "python-basics", "--home", home, "--version")
    assert json.loads(tell(*base, 1).out) == first
    assert tell(*base, 3).code == 64
    assert tell("achievement", "show", "unknown", "--home", home).code == 64


@pytest.mark.parametrize(
    ("tongues", "written"),
    [(["ob3"], {".json", ".pdf", ".png"}), (["ob3-jwt"], {".jwt", ".pdf"}),
     (["ob3", "ob3-jwt"], {".json", ".jwt", ".pdf", ".png"})],
)  # fmt: skip
def test_formats_are_chosen(
    home: Path, tell: Tell, tmp_path: Path, tongues: list[str], written: set[str]
) -> None:
    results = tmp_path / "results.csv"
    results.write_text(HEADER + GOOD)
    chosen = [part for tongue in tongues for part in ("--format", tongue)]
    assert tell("issue", results, "--yes", *chosen, "--home", home).code == 0
    tell("export", "--to", tmp_path / "out", "--home", home)
    assert {p.suffix for p in (tmp_path / "out").glob("EUAS*")} == written
    assert tell("issue", results, "--yes", "--format", "pdf", "--home", home).code == 64


def test_which_of_two_organisations_is_meant_must_be_said(
    home: Path, tell: Tell, tmp_path: Path
) -> None:
    text = (EXAMPLES / "organisation.toml").read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(
        text.replace('slug = "euas"', 'slug = "other"')
        .replace('code = "EUAS"', 'code = "OTHR"')
        .replace("localhost%3A8000", "localhost%3A8000:other"),
        encoding="utf-8",
    )
    assert tell("init", other, "--home", home).code == 0
    done = tell("publish", "--home", home)
    assert done.code == 64
    assert "--org" in done.err
    assert "euas, other" in done.err
    assert tell("publish", "--org", "nobody", "--home", home).code == 64
    assert tell("publish", "--org", "other", "--home", home).code == 0
    assert "Python" not in tell("achievement", "list", "--org", "other", "--home", home).out


def test_settings_are_written_once(tell: Tell, tmp_path: Path) -> None:
    home = tmp_path / "home"
    base = ("init", EXAMPLES / "organisation.toml", "--home", home, "--base-url")
    assert tell(*base, "https://credentials.uni.example", "--algorithm", "P-256").code == 0
    written = (home / "testamur.toml").read_text()
    assert 'base_url = "https://credentials.uni.example"' in written
    assert 'award_suite = "ecdsa-rdfc-2019"' in written
    again = tell(*base, "https://elsewhere.example", "--algorithm", "P-256")
    assert "was left as it is" in again.err
    assert (home / "testamur.toml").read_text() == written
    assert tell("keys", "list", "--home", home).out.count("P-256") == 2


def test_what_recovery_voids_is_named(
    home: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from issuer.services.recover import Recovered  # noqa: PLC0415 # Only this test needs it.

    def recovered(*_: object, **__: object) -> Recovered:
        return Recovered(finished=("EUAS-1",), voided=("EUAS-2",), published=2, restored_bits=3)

    monkeypatch.setattr("issuer.services.recover.recover", recovered)
    done = tell("recover", "--home", home)
    assert "1 finished, 1 voided, 2 status lists published, 3 revoked entries" in done.out
    assert "EUAS-2 was voided; send its result again." in done.err


def test_a_change_stands_though_its_list_cannot_be_published(
    issued: tuple[Path, str], tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from issuer.errors import StaleBackup  # noqa: PLC0415 # Only this test needs it.

    def refuse(*_: object, **__: object) -> None:
        raise StaleBackup("Fewer entries than the world has seen.")

    home, number = issued
    with monkeypatch.context() as patched:
        patched.setattr("issuer.services.publish.publish", refuse)
        done = tell("revoke", number, "--reason", "A mistake", "--home", home)
    assert (done.code, done.out) == (64, f"{number} is revoked.\n")
    assert "Fewer entries" in done.err
    assert "revocation list 1: 1 set" in tell("publish", "--home", home).out
