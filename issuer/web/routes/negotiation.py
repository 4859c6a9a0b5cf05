"""Which of several forms a client wants: the Accept header.

RFC 9110 §12.5.1 (proactive negotiation, quality values). Parameters other than ``q`` are not looked
at, and a header that cannot be read wants anything.
"""

import re

_PART = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*(;[^,]*)?")
_QUALITY = re.compile(r";\s*q=([01](?:\.[0-9]{0,3})?)")
_MOST_HEADER = 2_000


def choose(accept: str | None, offered: tuple[str, ...]) -> str | None:
    """The offered media type that ``accept`` likes best, the first of equals; None: none at all."""
    wanted = _wanted(accept or "*/*")
    liked = {kind: _quality(kind, wanted) for kind in offered}
    best = max(offered, key=lambda kind: liked[kind])
    return best if liked[best] > 0 else None


def _wanted(accept: str) -> dict[str, float]:
    found = {}
    for part in accept[:_MOST_HEADER].split(","):
        if match := _PART.fullmatch(part):
            quality = _QUALITY.search(match[2] or "")
            found[match[1].lower()] = float(quality[1]) if quality else 1.0
    return found or {"*/*": 1.0}


def _quality(kind: str, wanted: dict[str, float]) -> float:
    # The most specific range counts: text/html before text/* before */*.
    for pattern in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        if pattern in wanted:
            return wanted[pattern]
    return 0.0
