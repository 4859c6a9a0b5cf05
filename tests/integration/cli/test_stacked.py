"""``testamur verify`` with the parts of a stacked credential: handed in, kept, or not there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.model.achievement import DocumentFormat
from issuer.services import export
from tests.town.installation import installation

Tell = Callable[..., Any]
BOTH = (DocumentFormat.OB3, DocumentFormat.EDC)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[Path]]:
    """What an installation exports: the folder, the whole, its two parts."""
    home = tmp_path_factory.mktemp("stacked")
    seals = {"euas": f"pkcs12:{home / 'seal.p12'}"}
    address = "https://credentials.uni.example"
    with installation(home / "home", base_url=address, seals=seals) as there:
        award, two = there.stacked("S-stacked", *BOTH)
        folder = home / "out"
        export.export(there.house.bench, folder, pictures=there.house.pictures)
        parts = [folder / f"{one.id}.json" for one in two]
    return folder, folder / f"{award.id}.json", parts


Out = tuple[Path, Path, list[Path]]


def test_parts_are_handed_in(out: Out, tell: Tell) -> None:
    folder, whole, parts = out
    with_parts = [part for path in parts for part in ("--part", path)]
    done = tell("verify", whole, *with_parts, "--material", folder / "material.json", "--json")
    told = json.loads(done.out)
    assert (done.code, told["verdict"]) == (0, "PASSED")
    assert [part["verdict"] for part in told["parts"]] == ["PASSED", "PASSED"]
    said = tell("verify", whole, *with_parts, "--material", folder / "material.json")
    assert "All two parts were looked at: each is genuine and in force." in said.out


def test_without_its_parts_it_passes_and_that_is_said(out: Out, tell: Tell) -> None:
    folder, whole, parts = out
    done = tell("verify", whole, "--material", folder / "material.json")
    assert done.code == 0
    assert "Its two parts were not looked at, because they were not handed in." in done.out
    one = tell("verify", whole, "--part", parts[0], "--material", folder / "material.json")
    assert "One of its two parts was not looked at" in one.out


def test_the_verdict_is_repeated_from_what_was_kept(out: Out, offline: Tell) -> None:
    folder, whole, _ = out
    kept = ("--material", folder / "material.json", "--material", folder / "parts" / whole.name)
    done = offline("verify", whole, *kept, "--json")
    assert done.code == 0
    assert [part["looked_at"] for part in json.loads(done.out)["parts"]] == [True, True]


@pytest.mark.parametrize("form", [".json", ".jsonld"])
def test_of_a_european_document_parts_of_either_form_are_told_apart(
    out: Out, tell: Tell, form: str
) -> None:
    folder, whole, parts = out
    with_parts = [part for path in parts for part in ("--part", path.with_suffix(form))]
    european = whole.with_suffix(".jsonld")
    done = tell("verify", european, *with_parts, "--material", folder / "material.json", "--json")
    told = json.loads(done.out)
    assert (done.code, told["verdict"], told["kind"]) == (0, "PASSED", "edc")
    looked_at = [part["looked_at"] for part in told["parts"]]
    # It names the European documents of its parts; their badges are other documents.
    assert looked_at == ([True, True] if form == ".jsonld" else [False, False])


def test_a_european_document_with_its_kept_parts(out: Out, offline: Tell) -> None:
    folder, whole, _ = out
    kept = ("--material", folder / "material.json", "--material", folder / "parts" / whole.name)
    done = offline("verify", whole.with_suffix(".jsonld"), *kept)
    assert done.code == 0
    assert "All two parts were looked at: each is genuine and in force." in done.out


def test_a_part_that_is_another_document(out: Out, tell: Tell, tmp_path: Path) -> None:
    folder, whole, parts = out
    document = json.loads(parts[0].read_bytes())
    document["name"] = "Something better"
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    done = tell("verify", whole, "--part", changed, "--material", folder / "material.json")
    assert done.code == 1
    assert "is another document than it names" in done.out


def test_what_is_no_part_is_no_verdict(out: Out, tell: Tell, tmp_path: Path) -> None:
    folder, whole, _ = out
    nothing = tmp_path / "nothing.json"
    nothing.write_bytes(b"{}")
    done = tell("verify", whole, "--part", nothing, "--material", folder / "material.json")
    assert done.code == 64
    assert "so it can be no part of another" in done.err
