"""The library: every file is pinned, tells its origin, and is the published one."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas import library

FOLDER = Path(library.__file__).parent
ENTRIES: list[dict[str, Any]] = json.loads((FOLDER / "manifest.json").read_bytes())["documents"]
PUBLISHED = [e for e in ENTRIES if e["kind"] in {"context", "json-schema"}]
OURS = [e for e in ENTRIES if e["kind"] in {"code-list", "vocabulary"}]
LISTS = [e["name"] for e in ENTRIES if e["kind"] == "code-list"]
FILES = [e["file"] for e in ENTRIES]


@pytest.mark.parametrize("entry", ENTRIES, ids=FILES)
def test_a_file_has_the_digest_and_size_that_the_manifest_says(entry: dict[str, Any]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"]
    assert len(data) == entry["bytes"]
    assert schemas.read(entry["url"]) == data
    json.loads(data)


@pytest.mark.parametrize("entry", PUBLISHED, ids=[e["file"] for e in PUBLISHED])
def test_what_others_published_tells_its_package_and_keeps_its_notice(
    entry: dict[str, Any],
) -> None:
    for member in ("package", "package_version", "path_in_package", "taken", "licence"):
        assert entry[member]
    assert entry["registry"] in {"pypi", "npm"}
    notice = (FOLDER / entry["notice"]).read_text(encoding="utf-8")
    assert "Copyright ©" in notice


@pytest.mark.parametrize("entry", OURS, ids=[e["file"] for e in OURS])
def test_what_is_ours_tells_its_source_version_date_and_licence(entry: dict[str, Any]) -> None:
    for member in ("source", "version", "taken", "licence"):
        assert entry[member]


def test_nothing_lies_in_the_library_that_the_manifest_does_not_name() -> None:
    present = {
        p.relative_to(FOLDER).as_posix()
        for p in FOLDER.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    notices = {e["notice"] for e in ENTRIES if "notice" in e}
    assert present == {*FILES, *notices, "manifest.json", "library.py", "__init__.py"}
    assert len({e["url"] for e in ENTRIES}) == len(ENTRIES)


@pytest.mark.vectors
@pytest.mark.parametrize("entry", PUBLISHED, ids=[e["file"] for e in PUBLISHED])
def test_a_document_equals_the_published_one(
    entry: dict[str, Any], published: Callable[[str], Path]
) -> None:
    index = json.loads(published("contexts/INDEX.json").read_bytes())
    # The first of several is the one in force; the others are historic.
    theirs = published(index[entry["url"]][0]["file"]).read_bytes()
    assert json.loads(schemas.read(entry["url"])) == json.loads(theirs)


def test_the_contexts_that_a_credential_names_are_pinned() -> None:
    assert {
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    } <= schemas.context_urls()
    for url in schemas.context_urls():
        assert "@context" in schemas.context(url)
    for url in schemas.json_schema_urls():
        assert schemas.json_schema(url)["$id"] == url


@pytest.mark.parametrize(
    "url",
    ["", "https://stranger.example/", "contexts/credentials-v2.json", "../manifest.json",
     "http://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/v2/"],
)  # fmt: skip
def test_what_is_not_pinned_is_unknown(url: str) -> None:
    for ask in (schemas.read, schemas.context, schemas.json_schema):
        with pytest.raises(schemas.UnknownDocument, match="not in the pinned catalogue") as fault:
            ask(url)
        assert fault.value.code == "schemas.unknown_document"


def test_a_document_of_one_kind_is_not_handed_out_as_another() -> None:
    with pytest.raises(schemas.UnknownDocument, match="is not a context"):
        schemas.context(next(iter(schemas.json_schema_urls())))
    with pytest.raises(schemas.UnknownDocument, match="is not a json-schema"):
        schemas.json_schema("https://www.w3.org/ns/credentials/v2")
    with pytest.raises(schemas.UnknownDocument, match="is not a context"):
        schemas.context(schemas.VOCABULARY)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the library that may be changed."""
    folder = tmp_path / "schemas"
    shutil.copytree(FOLDER, folder)
    cached = (library._manifest, library.read, library._parsed, library.code_list)
    for function in cached:
        function.cache_clear()
    monkeypatch.setattr(library, "_HERE", folder)
    yield folder
    for function in cached:
        function.cache_clear()


@pytest.mark.parametrize(
    ("file", "ask"),
    [
        (
            "contexts/credentials-v2.json",
            lambda: schemas.context("https://www.w3.org/ns/credentials/v2"),
        ),
        ("codelists/assessment.json", lambda: schemas.code_list("assessment")),
        ("vocabulary/testamur-v1.json", schemas.vocabulary_context),
        ("vocabulary/testamur-v1.json", schemas.vocabulary_terms),
    ],
)
def test_a_file_that_was_changed_is_never_handed_out(
    copied: Path, file: str, ask: Callable[[], object]
) -> None:
    data = (copied / file).read_bytes()
    (copied / file).write_bytes(data + b" ")
    with pytest.raises(schemas.DigestMismatch, match=f"schemas/{file} was changed") as fault:
        ask()
    assert fault.value.code == "schemas.digest_mismatch"
    (copied / file).write_bytes(data)
    assert ask()


# --- Code lists -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_one_key_and_one_identifier_for_each_concept(name: str) -> None:
    found = schemas.code_list(name)
    assert found.name == name
    assert len({c.key for c in found.concepts}) == len(found.concepts) >= 1
    assert len({c.iri for c in found.concepts}) == len(found.concepts)
    for concept in found.concepts:
        assert concept.label() == concept.labels["en"]
        assert concept.iri.startswith("http://")
        assert found.by_key(concept.key) is found.by_iri(concept.iri) is concept


@pytest.mark.vectors
@pytest.mark.parametrize("name", [n for n in LISTS if n != "country"])
def test_every_concept_is_one_of_the_eu_vocabulary(
    name: str, published: Callable[[str], Path]
) -> None:
    core = json.loads(published("elm/vocab/core.json").read_bytes())
    large = [
        json.loads(published(f"elm/vocab/{each}.json").read_bytes())
        for each in ("file-type", "language")
    ]
    theirs = {
        iri: concept["scheme"]
        for group in (*core.values(), *large)
        for iri, concept in group.items()
    }
    found = schemas.code_list(name)
    for concept in found.concepts:
        assert theirs[concept.iri] == found.scheme, concept.key


@pytest.mark.vectors
def test_every_country_is_one_of_the_eu_table(published: Callable[[str], Path]) -> None:
    theirs = json.loads(published("elm/vocab/country.json").read_bytes())
    countries = schemas.code_list("country").concepts
    assert {c.iri for c in countries} <= set(theirs)
    assert len(countries) > 240


def test_a_label_in_another_language_and_in_one_that_is_not_there() -> None:
    written = schemas.code_list("assessment").by_key("written_examination")
    assert written.label("de") == "schriftliche Prüfung"
    assert written.label("xx") == "written examination"


@pytest.mark.parametrize("name", ["", "colours", "../manifest", "assessment.json", "Assessment"])
def test_a_list_that_is_not_there(name: str) -> None:
    with pytest.raises(schemas.UnknownDocument, match="no code list"):
        schemas.code_list(name)


def test_a_concept_that_is_not_in_the_list() -> None:
    found = schemas.code_list("assessment")
    for ask in (found.by_key, found.by_iri):
        with pytest.raises(schemas.UnknownDocument, match="not in the list assessment"):
            ask("magic")


# --- Our vocabulary -------------------------------------------------------------------------


def test_our_context_is_a_fresh_copy_each_time() -> None:
    one = schemas.vocabulary_context()
    one["canDo"] = "https://evil.example/"
    assert schemas.vocabulary_context()["canDo"] == "https://w3id.org/testamur/vocab#canDo"


def test_our_context_is_protected_and_names_nothing_of_others() -> None:
    context = schemas.vocabulary_context()
    assert context.pop("@protected") is True
    assert "@vocab" not in context
    assert "@base" not in context
    for name, definition in context.items():
        iri = definition if isinstance(definition, str) else definition["@id"]
        assert iri.startswith(schemas.VOCABULARY) or name == "1EdTechJsonSchemaValidator2019"
    theirs = schemas.context("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    name = "1EdTechJsonSchemaValidator2019"
    assert context[name] == theirs["@context"][name]


def test_every_term_of_our_context_is_explained_to_people() -> None:
    terms = {t.name: t for t in schemas.vocabulary_terms()}
    context = schemas.vocabulary_context()
    defined = {name for name in context if not name.startswith(("@", "1EdTech"))}
    assert defined <= set(terms)
    for term in terms.values():
        assert term.iri == schemas.VOCABULARY + term.name
        assert term.label
        assert term.comment.endswith(".")
        assert term.exact_match is None or term.exact_match.startswith("http")
    assert len({t.iri for t in terms.values()}) == len(schemas.vocabulary_terms())


def test_our_context_is_recognised() -> None:
    assert schemas.is_vocabulary_context(schemas.vocabulary_context())
    assert not schemas.is_vocabulary_context(schemas.vocabulary_context() | {"more": "x"})
    assert not schemas.is_vocabulary_context("https://w3id.org/testamur/vocab")
