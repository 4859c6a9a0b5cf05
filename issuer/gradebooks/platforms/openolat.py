"""OpenOlat's results of a course: two rows of header, people, and a legend with the pass marks.

OpenOlat ScoreAccountingHelper.java (18 to 20): above the titles of course elements, below their
fields. Points are texts with a point; ``Bestanden`` or ``Passed`` is yes or no in the language of
the person who exports, ``-`` is not assessed.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from issuer.errors import MalformedDocument
from issuer.gradebooks import cells
from issuer.gradebooks.columns import Header, compared
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Row, Table
from issuer.gradebooks.wishes import told_by_words
from issuer.model.mapping import Mapping, Platform

_POINTS = ("punkte", "score", "points")
_PASSED = ("bestanden", "passed")
_CHANGED = ("letzte aktualisierung", "last update", "last modified")
_MOST = "maxvalue"


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file. Raises MalformedDocument where its header is torn."""
    second = next(iter(table.rows), None)
    if "url" not in {compared(name) for name in table.header} or not isinstance(second, Row):
        return None
    fields = [compared(cell) for cell in second.cells]
    if fields[0] or not {*fields} & {*_POINTS, *_PASSED}:
        return None
    _require_as_wide(second, len(table.header))
    header = Header(_merged(table.header, second.cells))
    layout = Layout(
        Platform.OPENOLAT,
        table,
        header,
        Mapping(platform=Platform.OPENOLAT, **person.columns(header, key)),
        first_row=1,
        ends=_is_legend,
        maxima=_maxima(table, header, fields),
        sign=".",
    )
    guess = layout.guess.model_copy(update=_decided(layout, fields))
    return replace(layout, guess=guess)


def _require_as_wide(second: Row, width: int) -> None:
    if len(second.cells) != width:
        msg = (
            f"Line {second.line}, the second row of the header, has {len(second.cells)} cells "
            f"where the first has {width}. Send the file as OpenOlat wrote it."
        )
        raise MalformedDocument(msg)


def _merged(titles: Sequence[str], fields: Sequence[str]) -> list[str]:
    names, title = [], ""
    for above, below in zip(titles, fields, strict=True):
        title = above.strip() or title
        names.append(f"{title}: {below.strip()}" if below.strip() else above.strip())
    return names


def _decided(layout: Layout, fields: Sequence[str]) -> dict[str, object]:
    """The rule and the date, where there is one course element alone."""
    passed = [layout.header.said(at) for at, field in enumerate(fields) if field in _PASSED]
    changed = [layout.header.said(at) for at, field in enumerate(fields) if field in _CHANGED]
    if len(passed) != 1 or len(changed) != 1:
        return {}
    return {"passed": told_by_words(layout, passed), "dates": tuple(changed)}


def _is_legend(row: Sequence[str]) -> bool:
    """The word for legend stands alone in its row, whatever the language."""
    return bool(row[0].strip()) and not any(cell.strip() for cell in row[1:])


def _maxima(table: Table, header: Header, fields: Sequence[str]) -> dict[int, Decimal]:
    points = {
        compared(name).rpartition(": ")[0]: at
        for at, name in enumerate(header.names)
        if fields[at] in _POINTS
    }
    found: dict[int, Decimal] = {}
    element = ""
    for row in table.rows:
        texts = [cell.strip() for cell in row.cells if cell.strip()] if isinstance(row, Row) else []
        if len(texts) == 1:
            element = compared(texts[0])
        elif len(texts) == 2 and compared(texts[0]) == _MOST:  # noqa: PLR2004 # Word and value.
            most = _most(texts[1])
            if most and element in points:
                found[points[element]] = most
    return found


def _most(text: str) -> Decimal | None:
    try:
        return cells.number(text, sign=".")
    except cells.Damaged:
        # Somebody saved the file again: then nobody has said the most, and all else can be read.
        return None
