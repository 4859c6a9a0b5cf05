"""Brightspace's export of grades: the header says the most points, ids begin with ``#``.

D2L Brightspace "Export grades" (community.d2l.com). The ``#`` is there so that spreadsheets keep
leading zeros, and one is taken off. Its encoding is not documented.
"""

import re
from decimal import Decimal

from issuer.gradebooks import cells
from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Table
from issuer.model.mapping import Mapping, Platform

_MOST = re.compile(r"MaxPoints:\s*([0-9]+(?:\.[0-9]+)?)")


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    if not header.has("OrgDefinedId"):
        return None
    people = person.columns(header, key, student=("OrgDefinedId",))
    return Layout(
        Platform.BRIGHTSPACE,
        table,
        header,
        Mapping(platform=Platform.BRIGHTSPACE, **people),
        cleaned_id=cells.without_hash,
        maxima={
            at: Decimal(found[1])
            for at, name in enumerate(header.names)
            if (found := _MOST.search(name)) and Decimal(found[1])
        },
    )
