"""What is vendored is what was published: digests, sizes, nothing besides, licences."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent / "data"
ENTRIES: list[dict[str, Any]] = json.loads((DATA / "manifest.json").read_bytes())["files"]
FILES = [entry["file"] for entry in ENTRIES]


@pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
def test_a_vector_has_the_digest_and_size_it_was_taken_with(entry: dict[str, Any]) -> None:
    data = (DATA / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert len(data) == entry["bytes"]


@pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
def test_a_vector_tells_where_it_comes_from_and_under_which_licence(entry: dict[str, Any]) -> None:
    origin = {"published", "package", "registry", "package_version", "path_in_package", "taken"}
    assert origin <= {name for name, value in entry.items() if value}
    assert entry["registry"] in {"pypi", "npm"}
    notice = (DATA / entry["notice"]).read_text(encoding="utf-8")
    assert entry["licence"].split(" (")[0] in notice
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert f"`{entry['file']}`" in readme


def test_nothing_lies_here_that_the_manifest_does_not_name() -> None:
    present = {p.relative_to(DATA).as_posix() for p in DATA.rglob("*") if p.is_file()}
    notices = {entry["notice"] for entry in ENTRIES}
    assert present == {*FILES, *notices, "README.md", "manifest.json"}


@pytest.mark.vectors
@pytest.mark.parametrize("name", [f for f in FILES if f.endswith(".json")])
def test_a_vendored_file_equals_the_one_in_the_published_collection(
    name: str, published: Callable[[str], Path]
) -> None:
    where = name if name.startswith("contexts/") else f"vectors/{name}"
    assert (DATA / name).read_bytes() == published(where).read_bytes()


@pytest.mark.vectors
@pytest.mark.parametrize("name", ["docHashDataInt.txt", "proofHashDataInt.txt"])
def test_a_vendored_text_equals_the_one_in_the_published_collection(
    name: str, published: Callable[[str], Path]
) -> None:
    texts = json.loads(published("vectors/eddsa-rdfc-2022/texts.json").read_bytes())
    assert (DATA / "eddsa-rdfc-2022" / name).read_bytes() == texts[name].encode()


def test_what_is_vendored_is_found_without_the_collection(
    vector: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TESTAMUR_VECTORS", raising=False)
    assert vector("eddsa-inputs/keyPair.json") == DATA / "eddsa-inputs" / "keyPair.json"
    assert "TESTAMUR_VECTORS" not in os.environ
