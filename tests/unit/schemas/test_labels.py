"""The labels of the code lists: what is said in which language, and that the page says the same."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas import CodeList, Concept, library

OFFICIAL = frozenset(
    ["bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
     "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"]
)  # fmt: skip
"""The official languages of the EU, Regulation 1/1958 as amended."""
FOLDER = Path(library.__file__).parent
ENTRIES: dict[str, dict[str, Any]] = {
    entry["name"]: entry
    for entry in json.loads((FOLDER / "manifest.json").read_bytes())["documents"]
    if entry["kind"] == "code-list"
}
SCRIPTS = {"bg": "CYRILLIC", "el": "GREEK"}
# Names that are written alike in every language.
ALIKE = re.compile(r"\b(ECTS|ECVET|EQAR)\b")
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "code-lists.md"


def labels() -> Iterator[tuple[str, str, str, str]]:
    for name in ENTRIES:
        for concept in schemas.code_list(name).concepts:
            for tag, label in concept.labels.items():
                yield name, concept.key, tag, label


def scripts(label: str) -> set[str]:
    letters = (letter for letter in ALIKE.sub("", label) if letter.isalpha())
    return {unicodedata.name(letter).partition(" ")[0] for letter in letters}


def test_every_label_is_a_trimmed_line_in_its_normal_form() -> None:
    for name, key, tag, label in labels():
        where = (name, key, tag)
        assert label, where
        assert label == " ".join(label.split()), where
        assert unicodedata.is_normalized("NFC", label), where
        assert label.isprintable(), where


def test_every_label_is_in_the_script_of_its_language() -> None:
    for name, key, tag, label in labels():
        wanted = {SCRIPTS.get(tag, "LATIN")}
        assert scripts(label) <= wanted, (name, key, tag, label)


@pytest.mark.parametrize(
    ("label", "found"),
    [("курс", {"CYRILLIC"}), ("куpc", {"CYRILLIC", "LATIN"}), ("στο EQAR", {"GREEK"})],
)
def test_a_letter_of_another_script_is_seen(label: str, found: set[str]) -> None:
    assert scripts(label) == found


# ISCED-F itself calls some fields as the group that they are in.
@pytest.mark.parametrize("name", sorted(ENTRIES.keys() - {"isced_f"}))
def test_two_concepts_of_a_list_are_never_called_alike(name: str) -> None:
    for tag in OFFICIAL:
        said = [c.labels[tag] for c in schemas.code_list(name).concepts if tag in c.labels]
        assert len(said) == len(set(said)), tag


def test_every_country_is_named_in_every_language() -> None:
    for country in schemas.code_list("country").concepts:
        assert set(country.labels) == OFFICIAL | {"nb"}, country.key


def test_every_official_language_is_named_in_every_other() -> None:
    known = schemas.code_list("language")
    for tag in OFFICIAL:
        assert set(known.by_key(tag).labels) == OFFICIAL | {"nb"}, tag


def test_portuguese_is_that_of_portugal() -> None:
    macedonia = schemas.code_list("country").by_key("MK")
    assert macedonia.label("pt") == "Macedónia do Norte"


@pytest.mark.parametrize("name", ["country", "language"])
def test_what_is_from_a_package_names_it_by_digest_and_keeps_its_notice(name: str) -> None:
    entry = ENTRIES[name]
    assert (entry["registry"], entry["package"]) == ("pypi", "babel")
    assert entry["package_version"] in entry["source"]
    assert re.fullmatch(r"[0-9a-f]{64}", entry["package_sha256"])
    assert "Unicode License v3" in entry["licence"]
    notice = (FOLDER / entry["notice"]).read_text(encoding="utf-8")
    assert notice.startswith("UNICODE LICENSE V3")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_list_says_its_source_as_the_manifest_does(name: str) -> None:
    stated = json.loads(schemas.read(ENTRIES[name]["url"]))
    assert stated["source"] == ENTRIES[name]["source"]
    assert stated["scheme"] == ENTRIES[name]["url"]


# --- The page -------------------------------------------------------------------------------


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose heading begins with these words."""
    table = PAGE.read_text(encoding="utf-8").partition(f"| {first} |")[2].partition("\n\n")[0]
    lines = table.splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def ways(known: CodeList) -> set[str]:
    return {tag for concept in known.concepts for tag in concept.labels}


def missing(known: CodeList, concept: Concept) -> set[str]:
    """Languages in which the list should be, and this concept is not."""
    one = ways(known)
    return set() if one == {"en"} else (one | OFFICIAL) - set(concept.labels)


def test_the_page_says_in_which_languages_each_list_is() -> None:
    found = {}
    for name, concepts, tags, address in rows("List | Concepts"):
        every = OFFICIAL if tags.startswith("24") else frozenset()
        found[name.strip("`")] = (int(concepts), set(every | named(tags)), address.strip("<>"))
    wanted = {}
    for name in ENTRIES:
        known = schemas.code_list(name)
        tags_of = ways(known) if ways(known) == {"en"} else ways(known) | OFFICIAL
        wanted[name] = (len(known.concepts), tags_of, known.scheme)
    assert found == wanted


def test_the_page_says_which_labels_are_not_known() -> None:
    stated = {(row[0], row[1]): named(row[2]) for row in rows("List | Concept")}
    gaps = {
        (f"`{name}`", f"`{concept.key}`"): gap
        for name in ENTRIES
        for concept in schemas.code_list(name).concepts
        if (gap := missing(schemas.code_list(name), concept))
    }
    assert stated == gaps


def test_the_page_names_the_official_languages() -> None:
    line = next(n for n in PAGE.read_text(encoding="utf-8").splitlines() if n.startswith("“24”"))
    assert named(line) == OFFICIAL
