"""How days, numbers, places and languages are written for an English reader.

ISO 8601 for machines; for people ``12 June 2026``, as experience.md writes it. No locale library:
the interface speaks one language, and what is written must be the same on every machine.
"""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import schemas
from issuer.model.meanings import HOURS_A_WEEK
from issuer.model.texts import from_right_to_left
from issuer.services.present.views import When
from schemas.library import UnknownDocument

_MONTHS = "January February March April May June July August September October November December"
_ONES = "no one two three four five six seven eight nine ten eleven twelve"
_LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mt": "Maltese",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_HOURS_A_DAY = 8
_DAYS_AT_MOST = 5


def day(date: dt.date) -> str:
    """``12 June 2026``."""
    return f"{date.day} {_MONTHS.split()[date.month - 1]} {date.year}"


def when_day(date: dt.date) -> When:
    """A day; of a moment, the day that its own offset names."""
    plain = date.date() if isinstance(date, dt.datetime) else date
    return When(plain.isoformat(), day(plain))


def local_day(at: dt.datetime, zone: ZoneInfo) -> When:
    """The day of a moment in ``zone``."""
    return when_day(_there(at, zone))


def when(at: dt.datetime, zone: ZoneInfo) -> When:
    """A moment to the second, on the clocks of ``zone``."""
    there = _there(at, zone)
    return When(there.isoformat(timespec="seconds"), f"{day(there)} at {there:%H:%M:%S}")


def clock(at: dt.datetime, zone: ZoneInfo) -> str:
    """``18 June 2026, 14:32:05``: when a piece of material was obtained."""
    there = _there(at, zone)
    return f"{day(there)}, {there:%H:%M:%S}"


def zone_name(zone: ZoneInfo) -> str:
    """``Vienna time``."""
    key = zone.key or "UTC"
    return f"{key.rpartition('/')[2].replace('_', ' ')} time" if "/" in key else key


def _there(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    try:
        return at.astimezone(zone)
    except OverflowError:
        # The first and the last day of the calendar have no neighbours.
        return at.replace(tzinfo=zone)


def count(number: int) -> str:
    """``eleven``; digits from thirteen on."""
    ones = _ONES.split()
    return ones[number] if 0 <= number < len(ones) else str(number)


def decimal(text: str | None) -> Decimal | None:
    """A stated number, or None where it is none that could be drawn."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None


def plain(value: Decimal) -> str:
    """``2.5``; no exponent, no zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def hours(number: Decimal | None) -> str:
    """``135 hours``, ``1 hour``; empty where none are stated."""
    return f"{plain(number)} {'hour' if number == 1 else 'hours'}" if number else ""


def duration(hours: Decimal) -> str:
    """``three and a half working weeks``: hours as somebody in employment pictures them."""
    days = max(1, round(hours / _HOURS_A_DAY))
    if days < _DAYS_AT_MOST:
        return "one working day" if days == 1 else f"{count(days)} working days"
    halves = max(2, round(hours * 2 / HOURS_A_WEEK))
    whole, half = divmod(halves, 2)
    if halves == 2:  # noqa: PLR2004 # Two halves are one week.
        return "one working week"
    return f"{count(whole)}{' and a half' if half else ''} working weeks"


def language(tag: str) -> str:
    """``German``; the tag itself where we have no name for it."""
    return _LANGUAGES.get(tag.partition("-")[0].lower(), tag)


def language_tag(stated: str | None) -> str:
    """A tag that may stand in a ``lang`` attribute, else empty (BCP 47, RFC 5646)."""
    return stated if stated and _TAG.fullmatch(stated) else ""


def country(stated: str | None) -> str:
    """``Austria`` for ``AT``; what is no code is repeated."""
    if not stated:
        return ""
    try:
        return schemas.code_list("country").by_key(stated).label()
    except UnknownDocument:
        return stated


def place(*, locality: str | None, region: str | None, stated: str | None) -> str:
    """``Graz, Styria, Austria``, without saying anything twice."""
    parts = (locality, region, country(stated))
    return ", ".join(dict.fromkeys(part for part in parts if part))


def listed(words: tuple[str, ...]) -> str:
    """``a, b and c``."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def opened(sentence: str) -> str:
    """Begin with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def direction(text: str) -> str:
    """``rtl`` or ``ltr``: in which direction something with this title is laid out."""
    return "rtl" if from_right_to_left(text) else "ltr"
