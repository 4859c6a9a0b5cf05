"""Which platform wrote a table, told by its header and never by the name of the file.

Each module here knows one platform's files. The first that knows the table lays it out; what nobody
knows is laid out as it stands, and a person says what its columns mean.
"""

from collections.abc import Callable

from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import (
    blackboard,
    brightspace,
    canvas,
    completion,
    ilias,
    moodle,
    openedx,
    openolat,
    other,
    own,
)
from issuer.gradebooks.table import Table

Known = Callable[[Table, str], Layout | None]

_KNOWN: tuple[Known, ...] = (
    own.lay_out,
    moodle.lay_out_xml,
    canvas.lay_out,
    openedx.lay_out,
    brightspace.lay_out,
    blackboard.lay_out,
    openolat.lay_out,
    ilias.lay_out,
    completion.lay_out_course,
    completion.lay_out_activities,
    moodle.lay_out,
)


def lay_out(table: Table, *, key: str) -> Layout:
    """The layout of a table; ``key`` is what identifies learners: student_number or email."""
    for known in _KNOWN:
        if (found := known(table, key)) is not None:
            return found
    return other.lay_out(table, key)
