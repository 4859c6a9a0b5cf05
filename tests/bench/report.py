"""The report: sections of tables and aims, on the terminal and as ``docs/reference/benchmarks.md``.

Only a run of all sections writes the page, so that all its numbers are of one run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import meters

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "benchmarks.md"


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first column is text, the others are numbers."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Aim:
    """What was wanted, and what came out."""

    wanted: str
    found: str
    reached: bool | None
    """None: it was not measured."""

    @property
    def verdict(self) -> str:
        """In plain words."""
        return {True: "reached", False: "not reached", None: "not measured"}[self.reached]


@dataclass
class Section:
    """One part of the report."""

    name: str
    """As ``BENCH=`` takes it."""
    title: str
    told: list[str] = field(default_factory=list)
    """What is compared, what it includes and what it leaves out; a paragraph each."""
    tables: list[Table] = field(default_factory=list)
    aims: list[Aim] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """What could not be measured, and why."""


def at_least(wanted: str, value: float | None, *, least: float, shown: str) -> Aim:
    """An aim that is a lower bound; ``shown`` is a format such as ``{:.1f}×``."""
    if value is None:
        return Aim(wanted, "–", None)
    return Aim(wanted, shown.format(value), value >= least)


def at_most(wanted: str, value: float | None, *, most: float, shown: str) -> Aim:
    """An aim that is an upper bound."""
    if value is None:
        return Aim(wanted, "–", None)
    return Aim(wanted, shown.format(value), value <= most)


def terminal(section: Section) -> str:
    """A section as text with aligned columns."""
    lines = [section.title, "=" * len(section.title), *section.told]
    for table in section.tables:
        lines += ["", *_aligned([table.header, *table.rows])]
    if section.aims:
        rows = [["aim", "found", ""], *([a.wanted, a.found, a.verdict] for a in section.aims)]
        lines += ["", *_aligned(rows)]
    lines += [f"NOT MEASURED: {why}" for why in section.missing]
    return "\n".join(lines) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def page(sections: Sequence[Section], *, about: Mapping[str, str], short: bool) -> str:
    """The whole page."""
    lines = [
        "# Benchmarks",
        "",
        (
            "Written by `make bench`, and by nothing else: do not edit it. Every number about "
            "speed or memory in these documents stands here. Each round does one of each thing in "
            "turn, on the same machine; medians count. Rates differ from machine to machine: "
            "trust the ratios."
        ),
        "",
    ]
    if short:
        lines += [
            "**This was a short run**, which shows that everything works. Its numbers say little.",
            "",
        ]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in about.items()), ""]
    for section in sections:
        lines += _written(section)
    return "\n".join(lines)


def _written(section: Section) -> list[str]:
    lines = [f"## {section.title}", "", f"`make bench BENCH={section.name}`", ""]
    for paragraph in section.told:
        lines += [paragraph, ""]
    for table in section.tables:
        lines += [*_markdown(table), ""]
    if section.aims:
        rows = [[a.wanted, a.found, a.verdict] for a in section.aims]
        lines += [*_markdown(Table(["aim", "found", ""], rows)), ""]
    for why in section.missing:
        lines += [f"**Not measured:** {why}", ""]
    return lines


def _markdown(table: Table) -> list[str]:
    rule = ["---", *("---:" for _ in table.header[1:])]
    rows = [table.header, rule, *table.rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def write(text: str) -> None:
    """Put the page in its place."""
    PAGE.write_text(text, encoding="utf-8")
    meters.say(f"Written: {PAGE.relative_to(PAGE.parents[2])}")
