"""What a person says about a file, as words: ``Course total >= 60`` becomes a rule on columns.

The grammar is one line a rule: ``COLUMN >= 60``, ``COLUMN > 49.5``, ``COLUMN >= 60%``, ``COLUMN is
Pass or Merit, not Fail``, ``COLUMN is filled``, ``all passed: COLUMN; COLUMN``. Nothing is decided
about a person here.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from pydantic import ValidationError

from issuer.errors import UnusableInput
from issuer.gradebooks import cells
from issuer.gradebooks.columns import PERCENT, POINTS, Header
from issuer.gradebooks.layout import Layout, words_of
from issuer.model.mapping import AtLeast, Filled, Rule, Worded

_R = TypeVar("_R", AtLeast, Filled, Worded)

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
            return _made(Filled, column=_said(header, found[1]))
        return _worded(_said(header, found[1]), found[2])
    msg = f"{said[:80]!r} is no rule for what counts as passed. Say {_FORMS}."
    raise UnusableInput(msg)


def _at_least(found: re.Match[str], layout: Layout, maximum: Decimal | None) -> AtLeast:
    in_percent = found[4] == "%"
    at = layout.header.find(found[1], liked=PERCENT if in_percent else POINTS)
    percent_of: Decimal | None = None
    if in_percent and not layout.is_percent(at):
        percent_of = layout.most(at) or maximum
        if percent_of is None:
            msg = (
                f"How many points “{layout.header.names[at]}” has at most is not in this file, so "
                "a percentage cannot be told. Give the threshold in points, or say --map "
                "maximum=100."
            )
            raise UnusableInput(msg)
    return _made(
        AtLeast,
        column=layout.header.said(at),
        threshold=Decimal(found[3].replace(",", ".")),
        above=found[2] == ">",
        percent_of=percent_of,
    )


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
    return _made(
        Worded,
        columns=tuple(columns),
        passed=passed,
        not_passed=against,
        undecided=_undecided(passed),
    )


def _undecided(passed: Sequence[str]) -> tuple[str, ...]:
    return UNDECIDED if {"completed", "abgeschlossen"} & _compared(passed) else ()


def _compared(words: Iterable[str]) -> frozenset[str]:
    return frozenset(cells.compared(word) for word in words)


_UNDECIDED = tuple(cells.compared(word[:-1]) for word in UNDECIDED)


def _worded(column: str, said: str) -> Worded:
    passed, _, against = said.partition(", not ")
    chosen, not_passed = _words(passed), _words(against)
    if not chosen:
        msg = f"No word is named that counts as passed in “{column[:80]}”. Say {_FORMS}."
        raise UnusableInput(msg)
    if not against:
        not_passed = _meant_beside(chosen)
    return _made(
        Worded,
        columns=(column,),
        passed=chosen,
        not_passed=not_passed,
        undecided=_undecided(chosen),
    )


def _meant_beside(chosen: Sequence[str]) -> tuple[str, ...]:
    # Who names the word for passed alone means by "Fail" what everybody means; but a word that
    # was named counts as it was named: in "A or P or F" the F is a mark.
    named = _compared(chosen)
    return tuple(
        word
        for pair in PAIRS
        if named & _compared(pair[0])
        for word in pair[1]
        if cells.compared(word) not in named
    )


def _made(kind: type[_R], **said: object) -> _R:
    try:
        return kind.model_validate(said)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False)[0]["msg"]
        msg = (
            "This cannot be a rule for what counts as passed: "
            f"{first.removeprefix('Value error, ')}. Say {_FORMS}."
        )
        raise UnusableInput(msg) from fault


def _words(said: str) -> tuple[str, ...]:
    words = re.split(r"\s+or\s+|\s*\|\s*", said.strip())
    bare = (word.strip().strip("'\"").strip() for word in words)
    return tuple(word for word in bare if word)


def _said(header: Header, named: str) -> str:
    return header.said(header.find(named.strip()))
