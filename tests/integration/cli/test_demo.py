"""The demo: everything it issues verifies offline, and nothing that was changed does."""

import copy
import datetime as dt
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issuer.cli.verifying import USAGE
from issuer.jsonld.rdfc10 import canonicalise
from issuer.model.award import Award, AwardState
from issuer.services import look
from issuer.verify import Policy, Verdict, verify
from issuer.verify.material import decode

Tell = Any
IN_FORCE = 23
"""Twelve courses, ten parts and three wholes, without a part that was revoked and its whole."""


def everything(folder: Path, ending: str) -> list[Path]:
    found = folder.glob(f"EUAS-*.{ending}")
    return sorted(p for p in found if not p.name.endswith(".parts.json"))


def documents(folder: Path, ending: str) -> list[Path]:
    """Those in force: only they have a paper."""
    return [p for p in everything(folder, ending) if p.with_suffix(".pdf").exists()]


def test_it_writes_every_document_once(demo: Path) -> None:
    assert [len(documents(demo, e)) for e in ("json", "jwt", "png", "pdf")] == [IN_FORCE] * 4
    assert len(everything(demo, "json")) == IN_FORCE + 2
    assert (demo / "material.json").is_file()
    assert (demo / "trust.toml").is_file()
    assert {p.stat().st_mode & 0o077 for p in demo.iterdir()} == {0}


def test_a_second_run_issues_nothing(demo: Path, offline: Tell) -> None:
    before = {p.name: p.read_bytes() for p in documents(demo, "json")}
    done = offline("demo", "--home", demo.parent, "--no-serve")
    assert done.code == 0
    assert "issued already" in done.out
    assert {p.name: p.read_bytes() for p in documents(demo, "json")} == before


def _parts_of(path: Path) -> str:
    subject = json.loads(path.read_bytes())["credentialSubject"]
    return json.dumps(subject.get("stackedFrom", {}).get("part", []))


@pytest.fixture
def used(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell: Tell) -> Path:
    """A copy of the demo in which somebody revoked one credential and erased a learner."""
    monkeypatch.delenv("TESTAMUR_PASSPHRASE")
    home = tmp_path / "home"
    shutil.copytree(demo.parent, home)
    shutil.rmtree(home / "out")
    alex = [p for p in documents(demo, "json") if '"Alex Example"' in p.read_text("utf-8")]
    # A part would take what is built from it along.
    parts = re.findall(r"/c/(EUAS-[A-Z0-9-]+)", " ".join(map(_parts_of, everything(demo, "json"))))
    others = (p.stem for p in documents(demo, "json") if p not in alex)
    other = next(name for name in others if name not in parts)
    assert tell("revoke", other, "--reason", "A mistake", "--home", home).code == 0
    assert tell("learner", "erase", "S1001", "--yes", "--home", home).code == 0
    return home


def test_what_was_done_to_it_since_is_an_answer_and_no_fault(used: Path, tell: Tell) -> None:
    done = tell("demo", "--home", used, "--no-serve")
    assert done.code == 0
    rows = [line for line in done.out.splitlines() if "EUAS-" in line and "http" not in line]
    # Who was erased and is sent again is somebody new; of the two from before no file is left.
    assert len(rows) == 27
    verdicts = [sorted(set(re.findall("PASSED|FAILED", row))) for row in rows]
    assert sorted(verdicts) == [[], [], *[["FAILED"]] * 3, *[["PASSED"]] * 22]
    failed = [row for row in rows if "FAILED" in row]
    assert [sum(word in row for row in failed) for word in ("revoked", "suspended")] == [2, 1]
    assert len(everything(used / "out", "json")) == 25
    assert "Issuing: " in done.err
    assert "Checking offline: " in done.err
    assert "http://localhost:8000/verify" in done.out
    assert "http://localhost:8000/c/EUAS-" in done.out
    assert re.search(r"http://localhost:8000/l/EUAS-\S+", done.out)


def test_it_is_served_on_loopback_alone(
    used: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[dict[str, Any]] = []
    monkeypatch.setattr("uvicorn.run", lambda _door, **how: served.append(how))
    assert tell("demo", "--home", used).code == 0
    assert tell("serve", "--home", used, "--host", "::1", "--port", 8080).code == 0
    assert [(how["host"], how["port"], how["access_log"]) for how in served] == [
        ("127.0.0.1", 8000, False),
        ("::1", 8080, False),
    ]
    # What a proxy says of a client is not believed.
    assert not any(how["proxy_headers"] for how in served)


def test_a_credential_that_does_not_verify_is_our_fault(
    used: Path, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Everything is in force, as far as the demo can see.
    listing = look.listing

    def all_active(*what: Any, **how: Any) -> tuple[Award, ...]:
        found = listing(*what, **how)
        return tuple(one.model_copy(update={"state": AwardState.ACTIVE}) for one in found)

    monkeypatch.setattr("issuer.services.look.listing", all_active)
    monkeypatch.setattr("issuer.cli.demo._FALLEN", ("nobody", "nothing", "no reason"))
    done = tell("demo", "--home", used, "--no-serve")
    assert done.code == 70
    assert "does not verify" in done.err


def test_without_the_examples_it_says_what_is_missing(
    tell: Tell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.cli.demo._EXAMPLES", tmp_path / "nowhere")
    done = tell("demo", "--home", tmp_path / "home", "--no-serve")
    assert done.code == 64
    assert "examples/" in done.err
    assert not (tmp_path / "home").exists()


def test_it_keeps_its_passphrase_to_itself(demo: Path) -> None:
    home = demo.parent
    assert (home / "passphrase").stat().st_mode & 0o777 == 0o600
    assert len((home / "passphrase").read_text().strip()) == 32
    secret = (home / "passphrase").read_text().strip().encode()
    others = [p for p in home.rglob("*") if p.is_file() and p.name != "passphrase"]
    assert [p for p in others if secret in p.read_bytes()] == []


@pytest.mark.parametrize("ending", ["json", "jwt", "png", "pdf"])
def test_each_passes_with_the_material_and_no_network(
    demo: Path, offline: Tell, ending: str
) -> None:
    for path in documents(demo, ending):
        done = offline("verify", path, "--material", demo / "material.json")
        assert (done.code, done.out.splitlines()[0]) == (
            0,
            "PASSED. Genuine, unchanged and in force.",
        )


def test_without_material_it_is_open(demo: Path, offline: Tell) -> None:
    for path in documents(demo, "json")[:2] + documents(demo, "jwt")[:1]:
        done = offline("verify", path, "--offline")
        assert done.code == 2
        assert "The keys of localhost:8000 could not be had." in done.out


def test_a_trust_list_alone_is_not_enough(demo: Path, offline: Tell) -> None:
    path = documents(demo, "json")[0]
    assert offline("verify", path, "--offline", "--trust", demo / "trust.toml").code == 2


def changes(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every copy of the document with one text, number or truth value changed."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for name, member in places:
        here = (*path, name)
        inner = changes(member, here) if isinstance(member, dict | list) else [other(member, here)]
        for where, changed in inner:
            copied = copy.copy(value)
            copied[name] = changed
            yield where, copied


def other(value: Any, path: tuple[str | int, ...]) -> tuple[str, Any]:
    """Another value of the same kind, with its place."""
    if isinstance(value, bool):
        return ".".join(map(str, path)), not value
    return ".".join(map(str, path)), f"{value}x" if isinstance(value, str) else value + 1


def of_course(demo: Path, slug: str) -> dict[str, Any]:
    """The first credential of a course: which one that is does not depend on random ids."""
    found = [json.loads(p.read_bytes()) for p in documents(demo, "json")]
    named = [d for d in found if d["credentialSubject"]["achievement"]["humanCode"] == slug]
    document: dict[str, Any] = min(named, key=lambda d: str(d["credentialSubject"]["identifier"]))
    return document


@pytest.mark.parametrize("slug", ["python-basics", "data-stewardship", "ethik-der-ki"])
def test_every_changed_value_fails(demo: Path, slug: str) -> None:
    material = decode((demo / "material.json").read_bytes())
    altered = list(changes(of_course(demo, slug)))
    passed = [
        where
        for where, document in altered
        if verify(
            json.dumps(document).encode(),
            material=material,
            policy=Policy(),
            at=dt.datetime.now(dt.UTC),
            canonicalise=canonicalise,
        ).verdict
        is not Verdict.FAILED
    ]
    assert passed == []
    assert len(altered) > 150


def test_the_command_says_so_with_its_exit_code(demo: Path, tell: Tell, tmp_path: Path) -> None:
    file = tmp_path / "changed.json"
    codes = {}
    # What only the form of the document gives away, what only its signature does, and the proof.
    for where, document in changes(of_course(demo, "python-basics")):
        if where.count(".") <= 1:
            file.write_text(json.dumps(document), encoding="utf-8")
            codes[where] = tell("verify", file, "--material", demo / "material.json").code
    assert set(codes.values()) == {1}
    assert {"@context.1", "issuer.id", "proof.type", "proof.cryptosuite"} <= set(codes)


def test_a_changed_token_fails(demo: Path, tell: Tell, tmp_path: Path) -> None:
    token = documents(demo, "jwt")[0].read_text()
    head, body, signature = token.split(".")
    file = tmp_path / "changed.jwt"
    for text in (
        f"{head}.{body}.{signature[:-6]}AAAAAA",
        f"{head}.{body[:40]}{'A' if body[40] != 'A' else 'B'}{body[41:]}.{signature}",
    ):
        file.write_text(text)
        assert tell("verify", file, "--material", demo / "material.json").code in {1, USAGE}


def test_the_report_as_json(demo: Path, offline: Tell) -> None:
    path = documents(demo, "png")[0]
    done = offline("verify", path, "--material", demo / "material.json", "--json")
    report = json.loads(done.out)
    assert (report["verdict"], report["carrier"]) == ("PASSED", "png")
    # Two more are asked of what is built from parts.
    assert len(report["checks"]) == (
        15 if "stackedFrom" in path.with_suffix(".json").read_text(encoding="utf-8") else 13
    )
    said = {c["id"]: c for c in report["checks"]}["picture"]
    assert (said["verdict"], said["counts"]) == ("INDETERMINATE", False)
    assert "The picture around the credential is not protected" in said["detail"]


def test_the_holder_counts_when_asked_for(demo: Path, tell: Tell) -> None:
    path = documents(demo, "json")[0]
    name = json.loads(path.read_bytes())["credentialSubject"]["identifier"][0]["identityHash"]
    base = ("verify", path, "--material", demo / "material.json", "--holder")
    assert tell(*base, name).code == 0
    assert tell(*base, "Somebody Else").code == 1


def test_each_award_has_its_european_document(demo: Path, offline: Tell, tell: Tell) -> None:
    paths = documents(demo, "jsonld")
    # Those of three courses, and the highest of the pathway.
    assert len(paths) == 16
    for path in paths:
        done = offline("verify", path, "--material", demo / "material.json")
        assert (done.code, done.out.splitlines()[0]) == (
            0,
            "PASSED. Genuine, unchanged and in force.",
        )
    # It says plainly that its seal is a test.
    said = tell("verify", paths[0], "--material", demo / "material.json", "--json").out
    checks = {c["id"]: c for c in json.loads(said)["checks"]}
    assert "It is a test seal" in checks["certificate"]["detail"]
    assert tell("verify", paths[0], "--offline").code == 2


def test_a_pdf_is_small_enough_and_says_of_its_pages_what_is_known(demo: Path, tell: Tell) -> None:
    for path in documents(demo, "pdf"):
        assert path.stat().st_size <= 400 * 1024
    said = tell("verify", path, "--material", demo / "material.json", "--json").out
    report = json.loads(said)
    checks = {c["id"]: c for c in report["checks"]}
    assert report["carrier"] == "pdf"
    assert checks["picture"]["verdict"] == checks["paper"]["verdict"] == "PASSED"
    assert "the same byte for byte" in checks["picture"]["detail"]
    assert "PAdES B-B" in checks["paper"]["detail"]
    assert tell("verify", path, "--offline").code == 2


def test_a_pdf_that_was_changed_fails(demo: Path, tell: Tell, tmp_path: Path) -> None:
    sealed = documents(demo, "pdf")[0].read_bytes()
    file = tmp_path / "changed.pdf"
    changed = sealed.replace(b"/StructParents 1", b"/StructParents 0")
    assert changed != sealed
    for data in (changed, sealed + b" ", sealed[:-2], sealed.replace(b"startxref", b"startxreF")):
        file.write_bytes(data)
        done = tell("verify", file, "--material", demo / "material.json")
        assert done.code in {1, 2, USAGE}
        assert not done.out.startswith("PASSED")


def test_a_european_document_that_was_changed_fails(demo: Path, tell: Tell, tmp_path: Path) -> None:
    sealed = documents(demo, "jsonld")[0].read_text("utf-8")
    file = tmp_path / "changed.jsonld"
    for old, new in (("Example", "Exampel"), ("VATAT", "VATDE"), ("2026", "2027")):
        assert old in sealed
        file.write_text(sealed.replace(old, new, 1), encoding="utf-8")
        done = tell("verify", file, "--material", demo / "material.json")
        assert done.code in {1, USAGE}
        assert not done.out.startswith("PASSED")


def test_the_demo_says_that_its_seal_is_a_test(used: Path, tell: Tell) -> None:
    assert "TEST seal" in tell("demo", "--home", used, "--no-serve").err


def test_all_documents_of_an_award_give_one_answer(used: Path, tell: Tell) -> None:
    assert tell("demo", "--home", used, "--no-serve").code == 0
    out = used / "out"
    verdicts: dict[str, set[int]] = {}
    for ending in ("json", "jwt", "jsonld", "png", "pdf"):
        for path in everything(out, ending):
            done = tell("verify", path, "--material", out / "material.json")
            verdicts.setdefault(path.stem, set()).add(done.code)
    assert {frozenset(codes) for codes in verdicts.values()} == {frozenset({0}), frozenset({1})}
