"""What an operator watches of a running installation: lists that expire, workers that are alive.

Numbers of the whole installation, the same whichever process tells them. Nothing is changed here.
"""

import datetime as dt
from dataclasses import dataclass

from issuer.registry import condition, published
from issuer.registry.database import Transaction


@dataclass(frozen=True)
class Running:
    """How it is at a moment."""

    workers: int
    """Workers that were seen lately."""
    list_seconds_left: float | None
    """Until the first status list expires; None: there is none."""


def look(tx: Transaction, *, at: dt.datetime) -> Running:
    """Look at it."""
    ends = published.validity(tx).values()
    left = (min(ends) - at).total_seconds() if ends else None
    return Running(condition.alive(tx, at=at)[0], left)
