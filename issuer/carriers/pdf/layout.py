"""Whether what was added to a PDF lies there so plainly that every reader sees the same.

ISO 32000-2 §7.5.4 to §7.5.6, and stricter. Readers differ in what they do with a second object of
one number, a second table or a freed object, and some put a damaged file together again by
searching it; so there must be nothing that one of them could find and another one not. What the
objects say is not looked at.
"""

import re
from typing import Any, Final

# The head of an object as it must be written; and all that somebody might take for one (§7.3.10).
_HEAD: Final = re.compile(rb"(?<![0-9])([0-9]{1,10}) ([0-9]{1,5}) obj")
_LIKE_A_HEAD: Final = re.compile(rb"(?<![0-9])[0-9]++[\0\t\n\f\r ]++[0-9]++[\0\t\n\f\r ]*+obj")
_COMMENT: Final = re.compile(rb"%[^\r\n]*+")
_TABLE: Final = re.compile(rb"(?<!start)xref")


def is_plain(before: Any, after: Any, *, since: int, data: bytes) -> bool:
    """Whether the bytes of ``data`` from ``since`` on are objects, each in the table behind them.

    ``before`` and ``after`` are the library's readers of the file up to there and of the whole.
    """
    old, new = before.xrefs, after.xrefs
    first, last = old.total_revisions, new.total_revisions
    # 1. The tables that the file had are its first ones still, and there are others.
    if last <= first or _starts(new, first) != _starts(old, first):
        return False
    # 2. Each further one frees nothing, packs nothing, and lists what stands just before it.
    listed, behind, tables = set(), since, 0
    for at in range(first, last):
        place, table = new.get_xref_container_info(at), new.get_xref_data(at)
        rows = {(where, number, gen) for number, (gen, where) in table.standard_xrefs.items()}
        is_odd = table.freed or table.xrefs_in_objstm or table.hybrid
        if is_odd or not all(behind <= where <= place.start_location for where, _, _ in rows):
            return False
        listed |= rows
        behind = place.end_location
        tables += place.stream_ref is None
    # 3. There is no object beside those, no second table, and no second trailer.
    added = data[since:]
    heads = {(m.start(), int(m[1]), int(m[2])) for m in _HEAD.finditer(data, since)}
    counts = {len(_LIKE_A_HEAD.findall(text)) for text in (added, _COMMENT.sub(b" ", added))}
    return (
        heads == listed
        and counts == {len(listed)}
        and len(_TABLE.findall(added)) == added.count(b"trailer") == tables
        and added.count(b"startxref") == last - first
    )


def _starts(tables: Any, count: int) -> list[int]:
    return [tables.get_startxref_for_revision(at) for at in range(count)]


def listed_in(reader: Any, *, since: int = 0) -> set[Any]:
    """References to what is listed in the tables of a file, from the revision ``since`` on."""
    tables = reader.xrefs
    revisions = range(since, tables.total_revisions)
    return {ref for at in revisions for ref in tables.explicit_refs_in_revision(at)}
