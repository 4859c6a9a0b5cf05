"""Names as they come from an address: one that no row can have is not asked for.

PostgreSQL refuses NUL in a text and numbers beyond a column's range with an error of its own, where
SQLite finds nothing; here both find nothing. This module knows no table.
"""

import re

from issuer.errors import NotFound

_NAME = re.compile(r"[!-~]{1,300}")
_LARGEST = 2**31 - 1


def require_name(name: str, *, what: str) -> None:
    """Raise NotFound unless ``name`` is 1 to 300 visible ASCII letters, as every name here is."""
    if not _NAME.fullmatch(name):
        raise unknown(name, what=what)


def require_number(number: int, *, what: str) -> None:
    """Raise NotFound unless ``number`` fits a column, 0 to 2^31-1."""
    if not 0 <= number <= _LARGEST:
        raise unknown(number, what=what)


def unknown(name: object, *, what: str) -> NotFound:
    """The error for what is not there, or is another organisation's: the two read the same."""
    return NotFound(f"There is no {what} {ascii(name)[:60]} here.")
