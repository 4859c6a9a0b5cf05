"""The real clock and real chance; everything else is handed them."""

import datetime as dt
import os


def now() -> dt.datetime:
    """The real clock, UTC."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 # Only here: the real clock.


def chance(count: int) -> bytes:
    """Real chance: so many random bytes of the operating system."""
    return os.urandom(count)  # noqa: TID251 # Only here: real chance.
