"""What a person says about a file, as words: ``Course total >= 60`` becomes a rule on columns.

The grammar is one line a rule: ``COLUMN >= 60``, ``COLUMN > 49.5``, ``COLUMN >= 60%``, ``COLUMN is
Pass or Merit, not Fail``, ``COLUMN is filled``, ``all passed: COLUMN; COLUMN``. Nothing is decided
about a person here.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from issuer.errors import UnusableInput
from issuer.gradebooks import cells
from issuer.gradebooks.columns import PERCENT, POINTS, Header, display
from issuer.gradebooks.layout import Layout, words_of
from issuer.model.mapping import AtLeast, Filled, Rule, Worded

Pair = tuple[tuple[str, ...], tuple[str, ...]]
"""Words for passed, and the words for not passed that belong to them."""

PAIRS: tuple[Pair, ...] = (
    (("Pass", "Passed", "P"), ("Fail", "Failed", "F")),
    (("Yes", "Y"), ("No", "N")),
    (("true",), ("false",)),
    (("bestanden",), ("nicht bestanden",)),
    (("ja",), ("nein",)),
    (("aprobado", "apto"), ("no aprobado", "suspenso", "no apto")),
    (("sí", "si"), ("no",)),
    (("réussi", "admis"), ("échoué", "ajourné")),
    (("oui",), ("non",)),
    (("Satisfactory",), ("Unsatisfactory",)),
    (
        ("Completed (achieved pass grade)", "Completed"),
        ("Completed (did not achieve pass grade)",),
    ),
    (
        ("Abgeschlossen (Bestehensgrenze erreicht)", "Abgeschlossen"),
        ("Abgeschlossen (Bestehensgrenze nicht erreicht)",),
    ),
)
"""Words that say so wherever they stand; which of them are meant, a column shows."""
UNDECIDED = ("Completed (set by *", "Abgeschlossen (gesetzt *")
"""Words of Moodle that hide whether something was passed."""

_NUMBER = re.compile(r"(.+?)\s*(>=|≥|>)\s*(-?[0-9]+(?:[.,][0-9]+)?)\s*(%?)", re.DOTALL)
_WORD = re.compile(r"(.+?)\s+(?:is|=)\s+(.+)", re.DOTALL | re.IGNORECASE)
_ALL = re.compile(r"all passed\s*:\s*(.+)", re.DOTALL | re.IGNORECASE)
_FORMS = (
    "'COLUMN >= 60', 'COLUMN >= 60%', 'COLUMN is Pass, not Fail', 'COLUMN is filled' or "
    "'all passed: COLUMN; COLUMN'"
)


def rule(said: str, *, layout: Layout, maximum: Decimal | None = None) -> Rule:
    """The rule that ``said`` means for this file; raises UnusableInput with the forms there are.

    ``maximum`` are the most points of columns for which the file does not name them.
    """
    said = said.strip()
    header = layout.header
    if found := _ALL.fullmatch(said):
        columns = [_said(header, one) for one in found[1].split(";") if one.strip()]
        if (told := told_by_words(layout, columns)) is None:
            msg = (
                f"Not every word in {', '.join(columns)[:300]} says whether it was passed. Name "
                "the words: 'COLUMN is Pass or Merit, not Fail'."
            )
            raise UnusableInput(msg)
        return told
    if found := _NUMBER.fullmatch(said):
        return _at_least(found, layout, maximum)
    if found := _WORD.fullmatch(said):
        if found[2].strip().casefold() == "filled":
            return Filled(column=_said(header, found[1]))
        return _worded(_said(header, found[1]), found[2])
    msg = f"{said[:80]!r} is no rule for what counts as passed. Say {_FORMS}."
    raise UnusableInput(msg)


def _at_least(found: re.Match[str], layout: Layout, maximum: Decimal | None) -> AtLeast:
    in_percent = found[4] == "%"
    at = layout.header.find(found[1], liked=PERCENT if in_percent else POINTS)
    percent_of: Decimal | None = None
    if in_percent and display(layout.header.names[at]) not in PERCENT:
        percent_of = layout.maxima.get(at, maximum)
        if percent_of is None and not _writes_percent(layout, at):
            msg = (
                f"How many points “{layout.header.names[at]}” has at most is not in this file, so "
                "a percentage cannot be told. Give the threshold in points, or say --map "
                "maximum=100."
            )
            raise UnusableInput(msg)
    return AtLeast(
        column=layout.header.said(at),
        threshold=Decimal(found[3].replace(",", ".")),
        above=found[2] == ">",
        percent_of=percent_of,
    )


def _writes_percent(layout: Layout, at: int) -> bool:
    """Whether the column itself is in per cent: Canvas's scores are, and cells with a % sign."""
    if layout.header.names[at].casefold().endswith("score"):
        return True
    return any(row.cells[at].strip().endswith("%") for row in layout.sample())


def told_by_words(layout: Layout, columns: Sequence[str]) -> Worded | None:
    """The rule that these columns say passed, in words that everybody knows; None: they do not."""
    met: set[str] = set()
    for column in columns:
        met |= words_of(layout.sample(), layout.header.find(column))
    met = {word for word in met if not word.startswith(_UNDECIDED)}
    pairs = [pair for pair in PAIRS if met & _compared((*pair[0], *pair[1]))]
    passed = tuple(dict.fromkeys(word for pair in pairs for word in pair[0]))
    against = tuple(dict.fromkeys(word for pair in pairs for word in pair[1]))
    known, refused = _compared(passed), _compared(against)
    if not columns or not met or met - known - refused or known & refused:
        return None
    return Worded(
        columns=tuple(columns), passed=passed, not_passed=against, undecided=_undecided(passed)
    )


def _undecided(passed: Sequence[str]) -> tuple[str, ...]:
    return UNDECIDED if {"completed", "abgeschlossen"} & _compared(passed) else ()


def _compared(words: Iterable[str]) -> frozenset[str]:
    return frozenset(cells.compared(word) for word in words)


_UNDECIDED = tuple(cells.compared(word[:-1]) for word in UNDECIDED)


def _worded(column: str, said: str) -> Worded:
    passed, _, against = said.partition(", not ")
    chosen, not_passed = _words(passed), _words(against)
    for pair in PAIRS:
        # Who names the word for passed alone means by "Fail" what everybody means.
        if not against and _compared(chosen) & _compared(pair[0]):
            not_passed = (*not_passed, *pair[1])
    return Worded(
        columns=(column,), passed=chosen, not_passed=not_passed, undecided=_undecided(chosen)
    )


def _words(said: str) -> tuple[str, ...]:
    words = re.split(r"\s+or\s+|\s*\|\s*", said.strip())
    return tuple(word.strip().strip("'\"") for word in words if word.strip())


def _said(header: Header, named: str) -> str:
    return header.said(header.find(named.strip()))
