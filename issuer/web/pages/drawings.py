"""Gauges: small bars that repeat a number which is written beside them.

No specification; experience.md: "Gauges repeat what is written". Numbers come in, rectangles go
out; a stated number may be absurd, so everything is bounded.
"""

import math
from dataclasses import dataclass

from issuer.services.present.views import Number

_WIDTH = 160.0
_MOST_BOXES = 20
_GAP = 4.0
_WIDEST = 32.0
_STEP = 20.0


@dataclass(frozen=True)
class Bar:
    """A rectangle in a box of 160 by 32; ``filled`` or an outline."""

    x: float
    y: float
    width: float
    height: float
    filled: bool


def gauge(number: Number) -> tuple[Bar, ...]:
    """The rectangles for one number; none where nothing is stated."""
    if not number.filled:
        return ()
    return {
        "hours": _weeks,
        "ects": _year,
        "eqf": _levels,
        "tier": _tiers,
    }[number.kind](number.filled)


def _weeks(weeks: float) -> tuple[Bar, ...]:
    # One box a working week; the last one is filled in part.
    boxes = min(_MOST_BOXES, max(1, math.ceil(weeks)))
    pitch = min(_WIDEST + _GAP, (_WIDTH + _GAP) / boxes)
    width = pitch - _GAP
    outlines = (_outline(i * pitch, 12, width, 20) for i in range(boxes))
    filled = (
        Bar(round(i * pitch, 1), 12, round(width * min(1.0, weeks - i), 1), 20, filled=True)
        for i in range(boxes)
    )
    return (*outlines, *filled)


def _year(credits_: float) -> tuple[Bar, ...]:
    share = min(1.0, credits_ / 60)
    return (
        _outline(0, 12, _WIDTH, 20),
        Bar(0, 12, max(2.0, round(_WIDTH * share, 1)), 20, filled=True),
    )


def _levels(level: float) -> tuple[Bar, ...]:
    return tuple(
        Bar(i * _STEP + 0.5, 22.5 - 3 * i, 16, 9 + 3 * i, filled=i + 1 == level) for i in range(8)
    )


def _tiers(tier: float) -> tuple[Bar, ...]:
    return tuple(
        Bar(i * 52 + 0.5, 23.5 - 8 * i, 47, 8 + 8 * i, filled=i + 1 == tier) for i in range(3)
    )


def _outline(x: float, y: float, width: float, height: float) -> Bar:
    return Bar(round(x + 0.5, 1), y + 0.5, round(max(1.0, width - 1), 1), height - 1, filled=False)
