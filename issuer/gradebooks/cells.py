"""What stands in a cell: clean text, a number, a date, an id, a name; what is damaged is refused.

Spreadsheets turn marks into dates and student numbers into floating points; such a cell is refused
with its cure and never turned back. Numbers are `decimal.Decimal`. Nothing here knows a platform.
"""

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

Sign = Literal[".", ","]
"""A decimal sign."""

MISSING = frozenset(
    {
        "", "-", "–", "—", "n/a", "n.a.", "na", "none", "null", "ex", "excused", "k. a.", "k.a.",
        "not attempted", "in progress", "needs grading", "not completed", "nicht abgeschlossen",
        "no finalizado", "non terminé", "not graded", "incomplete",
    }
)  # fmt: skip
"""Words (case folded) for: nobody has said yet. Never passed, never failed."""

_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:([.,])([0-9]+))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([.,' ])[0-9]{3})+(?:[.,][0-9]+)?")
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar jän jänner enero ene janvier janv",
            "feb february februar febrero février févr fév",
            "mar march mär märz mrz marzo mars",
            "apr april abr abril avr avril",
            "may mai mayo mei",
            "jun june juni junio juin",
            "jul july juli julio juil juillet",
            "aug august ago agosto août aout",
            "sep sept september septiembre septembre",
            "oct october okt oktober octubre octobre",
            "nov november noviembre novembre",
            "dec december dez dezember dic diciembre déc décembre",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?"
)
_TIME = r"(?:,? +(\d{1,2}):(\d\d)(?::(\d\d))?)?"
_DOTTED = re.compile(r"(\d{1,2})([./])\s?(\d{1,2})[./]\s?(\d{4})" + _TIME)
_WORDED = re.compile(r"(\d{1,2})\.?[ -]+([^\W\d_]+)\.?,?[ -]+(\d{4})" + _TIME)
_LOOKS_LIKE_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})?|\d{1,2}[/-]\d{1,2}|\d{4}-\d\d-\d\d.*"
    r"|\d{1,2}[:]\d\d.*"
)
_FLOAT_ID = re.compile(r"[+-]?[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-][0-9]+")
_APOSTROPHE = re.compile(r"'\s*[=+\-@]")
_TURNED = "Look the mark up at the platform and send the file as the platform wrote it"


class Damaged(ValueError):
    """A cell that cannot be what it should be; says the fault and the cure."""

    def __init__(self, fault: str, cure: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.cure = cure


def clean(text: str) -> str:
    """The text without blanks at its ends, no-break spaces included."""
    return text.strip().strip("\u00a0\u2007\u202f\ufeff").strip()


def without_apostrophe(text: str) -> str:
    """The text without the one apostrophe that Moodle puts before ``= + - @``."""
    return text[1:] if _APOSTROPHE.match(text) else text


def without_hash(text: str) -> str:
    """The text without the one ``#`` that Brightspace puts before ids."""
    return text.removeprefix("#")


def compared(text: str) -> str:
    """The text as it is compared: NFC, plain blanks, without case; never for display."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u00a0", " ").casefold().split())


def is_missing(text: str) -> bool:
    """Whether the cell says that nobody has said yet."""
    return compared(text) in MISSING


def sign_of(text: str) -> Sign | None:
    """The decimal sign that this number surely has; None: it shows none.

    ``1.234`` shows none: it may be one and a bit or a thousand; ``0.915`` shows one.
    """
    found = _NUMBER.fullmatch(_bare(text))
    if found is None or found[3] is None or (_GROUPED.fullmatch(found[0]) and found[2] != "0"):
        return None
    return "." if found[3] == "." else ","


def number(text: str, *, sign: Sign | None) -> Decimal | None:
    """The number in a cell; None: nobody has said yet. Raises Damaged.

    ``sign`` is the decimal sign of the column; None where nothing shows it.
    """
    bare = _bare(text)
    if is_missing(bare):
        return None
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise _no_number(bare)
    if found[3] is not None and found[3] != sign:
        if sign is None:
            fault = "it may be a decimal number or one with thousands"
        else:
            fault = f"its decimal sign is {found[3]!r} and that of the column {sign!r}"
        cure = f"If all of the column are written so, say --map decimal={found[3]}"
        raise Damaged(fault, f"{cure}; else correct the cell")
    return Decimal(f"{found[1]}{found[2]}" + (f".{found[4]}" if found[4] else ""))


def _bare(text: str) -> str:
    # Moodle writes 91.00 %, with a blank that may be a no-break one.
    return clean(clean(text).removesuffix("%"))


def _no_number(bare: str) -> Damaged:
    if _GROUPED.fullmatch(bare):
        return Damaged("it has signs for thousands", "Write it without them")
    words = [w for w in re.split(r"[\W\d_]+", bare.casefold()) if w]
    if _LOOKS_LIKE_DATE.fullmatch(bare) or (words and all(w in _MONTHS for w in words)):
        return Damaged("a spreadsheet has turned this mark into a date", _TURNED)
    return Damaged("not a number", "Write a number, or leave it empty where there is none yet")


def student_id(text: str) -> str:
    """The id as it stands there; raises Damaged where a spreadsheet has made a number of it."""
    if _FLOAT_ID.fullmatch(text):
        fault = "a spreadsheet has turned this id into a number, so digits are lost"
        raise Damaged(fault, "Send the file as the platform wrote it; never save it in between")
    return text


def name(text: str) -> str:
    """A name or a part of one; a lone dash is none. Raises Damaged."""
    if "?" in text or "\ufffd" in text:
        fault = "letters of this name were lost when the file was saved"
        raise Damaged(fault, "Send the file as the platform wrote it, or save it as CSV UTF-8")
    return "" if text in {"-", "–", "—"} else text


def local_date(text: str, *, zone: str, home: str) -> dt.date:
    """The day on which it was for the organisation; raises Damaged.

    ``zone`` is where the clock of the file stood, ``home`` where the organisation is.
    """
    found = _moment(text)
    if found is None:
        cure = "Write it as 2026-06-12, or as the platform does"
        raise Damaged("not a date", cure)
    if not isinstance(found, dt.datetime):
        return found
    there = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    try:
        return there.astimezone(ZoneInfo(home)).date()
    except OverflowError:
        # At an end of the calendar there is no day before or after.
        raise Damaged("not a date", "Write the day on which it was, as 2026-06-12") from None


@lru_cache(maxsize=4_096)
def _moment(text: str) -> dt.date | dt.datetime | None:
    try:
        return _iso(text) or _dotted(text) or _worded(text)
    except ValueError as fault:
        if isinstance(fault, Damaged):
            raise
        return None


def _iso(text: str) -> dt.date | dt.datetime | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    if found[4] is None:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    return dt.datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))


def _dotted(text: str) -> dt.date | dt.datetime | None:
    found = _DOTTED.fullmatch(text)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    most = 12
    if found[2] == "/" and day <= most and month <= most and day != month:
        raise Damaged("day and month cannot be told apart", "Write it as 2026-06-12")
    return _put_together(year, month, day, found.groups()[4:])


def _worded(text: str) -> dt.date | dt.datetime | None:
    found = _WORDED.fullmatch(text)
    if found is None or found[2].casefold() not in _MONTHS:
        return None
    month = _MONTHS[found[2].casefold()]
    return _put_together(int(found[3]), month, int(found[1]), found.groups()[3:])


def _put_together(
    year: int, month: int, day: int, time: tuple[str | None, ...]
) -> dt.date | dt.datetime:
    hour, minute, second = time
    if hour is None:
        return dt.date(year, month, day)
    clock = dt.time(int(hour), int(minute or 0), int(second or 0))
    return dt.datetime.combine(dt.date(year, month, day), clock)
