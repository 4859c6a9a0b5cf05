"""Numbers about speed come from one run of ``make bench``, whose page holds all its sections."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
PEERS = ROOT / "tests" / "bench" / "requirements-peers.lock"
UNIT = r"(?:/s\b|µs\b|×(?!\s?\d)|(?:a|per) second\b)"
# A number, perhaps the last of a range, with its unit behind it.
SPEED = re.compile(rf"(?<![\w.,])(\d[\d,.\u202f]*\d|\d)\s?(?:[a-z]+\s)?{UNIT}")


def plain(number: str) -> str:
    return re.sub(r"[,\u202f]", "", number)


def speeds(text: str) -> set[str]:
    """The numbers in a page that say how quick something is."""
    return {plain(m.group(1)) for m in SPEED.finditer(text)}


def measured() -> set[str]:
    numbers = re.findall(r"\d[\d,.]*\d|\d", PAGE.read_text(encoding="utf-8"))
    return {plain(number) for number in numbers}


def test_the_page_has_every_section() -> None:
    sections = importlib.import_module("tests.bench.__main__").SECTIONS
    text = PAGE.read_text(encoding="utf-8")
    assert "Written by `make bench`" in text
    named = re.findall(r"^`make bench BENCH=([a-z]+)`$", text, flags=re.MULTILINE)
    assert named == list(sections)
    for name in ("Date", "Commit", "Processor", "Python", "Node", "SQLite", "PostgreSQL"):
        assert f"| {name} |" in text


def test_no_page_states_a_speed_that_was_not_measured(tree: list[Path]) -> None:
    there = measured()
    pages = [
        p
        for p in tree
        if p.suffix == ".md"
        and p != PAGE
        and (p.parent == ROOT or (ROOT / "docs") in p.parents)
        # A decision keeps the numbers on which it was made.
        and (ROOT / "docs" / "adr") not in p.parents
    ]
    assert len(pages) > 20
    wrong = {
        str(p.relative_to(ROOT)): found
        for p in pages
        if (found := speeds(p.read_text(encoding="utf-8")) - there)
    }
    assert not wrong, "speeds that are not in docs/reference/benchmarks.md"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it does 4,000/s on two cores, 31.5× as many, in 450 µs each", {"4000", "31.5", "450"}),
        ("500 credentials a second, and 20 per second", {"500", "20"}),
        ("a picture of 1200×627, 4 × 8 processes, TS 119 182-1, 2026-06-12", set()),
        ("a second chance, 3 a week", set()),
    ],
)
def test_speeds_are_found(text: str, found: set[str]) -> None:
    assert speeds(text) == found


def test_the_lock_of_the_peers_pins_every_package_by_hash_and_names_no_index() -> None:
    text = PEERS.read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert {"openbadgeslib", "openvc-core"} <= {entry.partition("==")[0] for entry in entries}
    for entry in entries:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,-]+\])?==[^\s;]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert not re.search(r"https?://|--(extra-)?index|--find-links|@ file", text)
