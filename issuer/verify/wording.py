"""Words for people: text of strangers made harmless, domains and dates as one reads them.

Unicode Technical Report 36 §2 (https://www.unicode.org/reports/tr36/): what cannot be seen may
reorder or hide what can. Nothing is judged here.
"""

import datetime as dt
import re
import unicodedata

_MOST_LETTERS = 200
_WEB = re.compile(r"did:web:([a-z0-9.-]+(?:%3A[0-9]+)?)((?::[A-Za-z0-9._~-]+)*)")
_ONES = "no one two three four five six seven eight nine ten eleven twelve"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
_BREAKS = frozenset({"Cc", "Zl", "Zp"})


def shown(value: object) -> str:
    """Text of a stranger for a sentence: one line, nothing invisible, at most 200 letters."""
    kept = str(value)[: 4 * _MOST_LETTERS]
    if not kept.isprintable():
        kept = "".join(map(_seen, kept))
    line = " ".join(kept.split())
    return line if len(line) <= _MOST_LETTERS else line[:_MOST_LETTERS] + "…"


def _seen(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in _BREAKS:
        return " "
    return "" if kind in _UNSEEN else letter


def domain(did: str) -> str:
    """Who a DID names, as people read it: the domain (and path) of a did:web, else the id."""
    found = _WEB.fullmatch(did)
    if found is None:
        return shown(did)
    # Of all that may be encoded in it only the port is.
    return found[1].replace("%3A", ":") + found[2].replace(":", "/")


def day(at: dt.datetime) -> str:
    """``12 June 2026``, in UTC."""
    try:
        return day_of(at.astimezone(dt.UTC))
    except OverflowError:
        # The first and the last day of the calendar have no neighbours.
        return day_of(at)


def day_of(date: dt.date) -> str:
    """``12 June 2026``, of a day."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def count(number: int) -> str:
    """``eleven``; digits from thirteen on."""
    ones = _ONES.split()
    return ones[number] if 0 <= number < len(ones) else str(number)
