"""Whether a JSON value is what ELM wants at its place: a moment, a duration, texts.

XSD 1.1 Part 2 (https://www.w3.org/TR/xmlschema11-2/) §3.3.6 duration, §3.3.7 dateTime, §3.3.17
anyURI; JSON-LD 1.1 §4.6.1 (language maps), BCP 47. Nothing raises; meaning is not judged here.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DURATION = re.compile(
    r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII
)
_HOURS = re.compile(r"PT(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def is_literal(value: object, kind: str) -> bool:
    """Whether ``value`` is of ``kind``, as `issuer.formats.elm3.terms` names kinds."""
    return _KINDS[kind](value)


def instant(value: object) -> dt.datetime | None:
    """The moment of a dateTime with a zone."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        return None
    try:
        # More than six digits of a second are allowed there and not here.
        return dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    except ValueError:
        return None


def hours(value: object) -> Decimal | None:
    """The hours of a duration in hours, minutes and seconds; others have no length in hours."""
    found = _HOURS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    whole, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return whole + minutes / 60 + seconds / 3600


def _texts(value: object) -> bool:
    return isinstance(value, dict) and all(
        _TAG.fullmatch(str(tag)) and _is_said(said) for tag, said in value.items()
    )


def _is_said(said: object) -> bool:
    several = said if isinstance(said, list) else [said]
    return all(isinstance(text, str) for text in several)


def _text(value: object) -> bool:
    # The context makes a text of a number.
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _whole(value: object) -> bool:
    return not isinstance(value, bool) and bool(_WHOLE.fullmatch(str(value)))


def _decimal(value: object) -> bool:
    return not isinstance(value, bool) and bool(_NUMBER.fullmatch(str(value)))


_KINDS: dict[str, Callable[[object], bool]] = {
    "texts": _texts,
    "text": _text,
    "uri": lambda value: isinstance(value, str) and bool(_URI.fullmatch(value)),
    "moment": lambda value: instant(value) is not None,
    "duration": lambda value: isinstance(value, str) and bool(_DURATION.fullmatch(value)),
    "whole": _whole,
    "decimal": _decimal,
    "truth": lambda value: value in (True, False) or value in ("true", "false"),
}
