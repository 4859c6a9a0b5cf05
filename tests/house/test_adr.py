"""Decisions are kept: every dependency says why it is there, every record names its check.

And what the documentation points to is there: links, headings, files of the tree.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RECORDS = sorted((DOCS / "adr").glob("[0-9]*.md"))
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
LEAST_REASON = 25
LINE = re.compile(r"^- `([a-z0-9-]+)` – (.+)$", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
PLACE = re.compile(r"`((?:issuer|keys|schemas|tests|examples|docs|\.ci)/[A-Za-z0-9_./-]+)`")


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", one, maxsplit=1)[0].lower() for one in requirements}


def dependencies() -> set[str]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = declared["project"]
    extras = [one for extra in project["optional-dependencies"].values() for one in extra]
    return named([*project["dependencies"], *extras, *declared["build-system"]["requires"]])


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that a reader of Markdown gives to headings."""
    found = re.findall(r"^#{1,6} (.*)$", without_code(text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.strip().lower()).replace(" ", "-") for h in found}


def broken(page: Path) -> Iterator[str]:
    text = without_code(page.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        there = target.exists()
        if not there or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            yield link


def test_every_dependency_says_why_it_is_there() -> None:
    lines = [found for record in RECORDS for found in LINE.findall(record.read_text("utf-8"))]
    names = [name for name, _ in lines]
    assert len(names) == len(set(names)), "a dependency with two lines"
    assert dependencies() - set(names) == set(), "without a line in docs/adr"
    assert set(names) - dependencies() == set(), "a line in docs/adr, and not in pyproject.toml"
    assert [name for name, why in lines if len(why) < LEAST_REASON] == []


def test_records_are_numbered_without_a_gap_and_listed() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == list(range(1, len(numbers) + 1))
    listed = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    assert [record.name for record in RECORDS if f"({record.name})" not in listed] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_record_ends_with_the_check_that_enforces_it(record: Path) -> None:
    sections = re.findall(r"^## (.*)$", record.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sections[0] == "Context"
    assert {"Decision", "Consequences"} <= set(sections)
    assert sections[-1] == "Check"
    check = record.read_text(encoding="utf-8").rpartition("## Check")[2]
    assert PLACE.search(check), "it names no file that checks it"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_points_to_is_there(page: Path) -> None:
    assert list(broken(page)) == []
    named_places = PLACE.findall(page.read_text(encoding="utf-8"))
    assert [place for place in named_places if not (ROOT / place).exists()] == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One `two`\n[a](#one-two) [b](#three) [c](gone.md) [d](https://x.example)\n")
    assert list(broken(page)) == ["#three", "gone.md"]
