"""Blackboard's gradebook, Original and Ultra: most points in the header, and no e-mail.

Anthology Blackboard "Work offline with grade data". Original writes UTF-16 text between tabs and
calls it .xls; ``Last Access`` is no date of a result. A total whose display is Pass/Fail says it;
a column whose display is Percentage counts from 0 to 100, whatever its points are. Words such as
In Progress stand for work that nobody has marked.
"""

import re
from dataclasses import replace
from decimal import Decimal

from issuer.gradebooks.columns import PERCENT, Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Table
from issuer.gradebooks.wishes import told_by_words
from issuer.model.mapping import Mapping, Platform

_ITEM = re.compile(r"\[Total Pts: (up to )?([0-9]+(?:[.,][0-9]+)?)\s*([^\]]*)\]")
_SAID_DISPLAY = "pass/fail"


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    items = {at: found for at, name in enumerate(header.names) if (found := _ITEM.search(name))}
    if not items or not header.has("Username"):
        return None
    people = person.columns(header, key, student=("Student ID",))
    shown = {at: found[3].strip().casefold() for at, found in items.items()}
    in_percent = frozenset(at for at, display in shown.items() if display in PERCENT)
    layout = Layout(
        Platform.BLACKBOARD,
        table,
        header,
        Mapping(platform=Platform.BLACKBOARD, **people),
        maxima={
            at: most
            for at, found in items.items()
            if (most := Decimal(found[2].replace(",", "."))) and at not in in_percent
        },
        in_percent=in_percent,
    )
    # An item may be for having been there alone; what is calculated says "up to".
    totals = [at for at, found in items.items() if found[1] and shown[at] == _SAID_DISPLAY]
    said = [header.said(at) for at in totals]
    rule = told_by_words(layout, said) if len(said) == 1 else None
    return replace(layout, guess=layout.guess.model_copy(update={"passed": rule}))
