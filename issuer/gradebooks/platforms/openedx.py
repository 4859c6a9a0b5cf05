"""Open edX's grade report: marks from 0 to 1, e-mail and user name, and nobody's name.

openedx edx-platform lms/djangoapps/instructor_task (grades.py), an older stored version; newer
ones may have more columns. ``Certificate Delivered`` is ``Y`` for who has passed; ``N`` depends on
track and identity check too, so it does not say failed. Names are in the profile report alone.
"""

from decimal import Decimal

from issuer.gradebooks.columns import Header
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.platforms import person
from issuer.gradebooks.table import Table
from issuer.model.mapping import Mapping, Platform, Worded

_MARKS_END = ("Cohort Name", "Enrollment Track", "Verification Status", "Enrollment Status")


def lay_out(table: Table, key: str) -> Layout | None:
    """The layout; None: it is another file."""
    header = Header(table.header)
    email = header.first("Email")
    if not (header.has("Username") and header.has("Grade") and header.has("Student ID") and email):
        return None
    first = header.find("Grade")
    ends = [header.find(name) for name in _MARKS_END if header.has(name)]
    last = min([at for at in ends if at > first], default=first + 1)
    delivered = header.first("Certificate Delivered")
    guess = Mapping(
        platform=Platform.OPENEDX,
        # The column Student ID counts the users of the platform.
        key=email if key == "email" else None,
        email=email,
        passed=Worded(columns=(delivered,), passed=("Y",), undecided=("N",)) if delivered else None,
        **person.names(header),
    )
    return Layout(
        Platform.OPENEDX,
        table,
        header,
        guess,
        maxima=dict.fromkeys(range(first, last), Decimal(1)),
        sign=".",
    )
