"""Blackboard's gradebook, Original and Ultra: most points in the header, and no e-mail.

Anthology Blackboard "Work offline with grade data". Original writes UTF-16 text between tabs and
calls it .xls; ``Last Access`` is no date of a result. A column whose display is Pass/Fail says it;
words such as In Progress stand for work that nobody has marked.
"""

import re
from dataclasses import replace
from decimal import Decimal

from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Table
from issuer.gradebooks.wishes import told_by_words
from issuer.model.mapping import Mapping, Platform

_ITEM = re.compile(r"\[Total Pts: (?:up to )?([0-9]+(?:[.,][0-9]+)?)\s*([^\]]*)\]")
_SAID_DISPLAY = "pass/fail"


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    items = {at: found for at, name in enumerate(header.names) if (found := _ITEM.search(name))}
    if not items or not header.has("Username"):
        return None
    people = person.columns(header, key, student=("Student ID",))
    layout = Layout(
        Platform.BLACKBOARD,
        table,
        header,
        Mapping(platform=Platform.BLACKBOARD, **people),
        maxima={
            at: Decimal(found[1].replace(",", "."))
            for at, found in items.items()
            if Decimal(found[1].replace(",", "."))
        },
    )
    said = [header.said(at) for at, found in items.items() if found[2].casefold() == _SAID_DISPLAY]
    rule = told_by_words(layout, said) if len(said) == 1 else None
    return replace(layout, guess=layout.guess.model_copy(update={"passed": rule}))
