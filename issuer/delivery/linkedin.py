"""LinkedIn: the link that fills in a profile entry, the link that shares, the preview that shows.

LinkedIn "Add to profile" (https://addtoprofile.linkedin.com/), share-offsite, and the Open Graph
protocol (https://ogp.me/) as LinkedIn's crawler reads it. Nothing is sent from here: these are
links that the learner follows, and text for the page that the crawler reads.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urldefrag, urlencode
from zoneinfo import ZoneInfo

from issuer.errors import FieldsInvalid

_ADD: Final = "https://www.linkedin.com/profile/add"
_SHARE: Final = "https://www.linkedin.com/sharing/share-offsite/"
_CERT_ID = re.compile(r"[A-Za-z0-9-]{1,36}")
_WEB_URL = re.compile(r"https?://[^\s/?#]+(/\S*)?")
# LinkedIn documents no limits of its form; these have always fitted.
_MOST_NAME: Final = 100
_MOST_TITLE: Final = 70
_MOST_DESCRIPTION: Final = 100


@dataclass(frozen=True)
class ProfileEntry:
    """What the learner's profile is to say about one credential."""

    title: str
    organisation_name: str
    organisation_id: int | None
    """Number of the company page, which brings the logo; None: the name is sent instead."""
    issued: dt.date
    """A date is the issuer's own date; a datetime must have a zone."""
    expires: dt.date | None
    """None: it does not expire, and nothing is said about it."""
    time_zone: ZoneInfo
    """Of the organisation: year and month are meant there."""
    url: str
    """The public page, absolute."""
    award_id: str
    """The short number, such as ``EUAS-7Q4M-2KXD-9RVT-5HZC``."""


@dataclass(frozen=True)
class Preview:
    """What a shared page shows; made by `preview`, written into raw HTML by the page."""

    title: str
    description: str
    url: str
    image: str
    site_name: str

    def tags(self) -> tuple[tuple[str, str], ...]:
        """The Open Graph properties and their values, unescaped, in order."""
        return (
            ("og:type", "website"),
            ("og:title", self.title),
            ("og:description", self.description),
            ("og:url", self.url),
            ("og:site_name", self.site_name),
            ("og:image", self.image),
            ("og:image:type", "image/png"),
            ("og:image:width", "1200"),
            ("og:image:height", "627"),
        )


def add_to_profile_url(entry: ProfileEntry) -> str:
    """Return the link that opens LinkedIn's form, filled in; the member still has to save it.

    Raises FieldsInvalid for a URL that is not absolute, a number that is none (a ``urn:uuid``),
    and a moment without a zone.
    """
    if not _CERT_ID.fullmatch(entry.award_id):
        raise _invalid("award_id", "is not a short credential number", "use the award's own id")
    values: dict[str, str | int] = {
        "startTask": "CERTIFICATION_NAME",
        "name": cut(entry.title, _MOST_NAME),
    }
    # One of the two: the number links page and logo, the name is free text.
    if entry.organisation_id is not None:
        values["organizationId"] = entry.organisation_id
    else:
        values["organizationName"] = cut(entry.organisation_name, _MOST_NAME)
    issued = _local(entry.issued, entry.time_zone)
    values |= {"issueYear": issued.year, "issueMonth": issued.month}
    if entry.expires is not None:
        expires = _local(entry.expires, entry.time_zone)
        values |= {"expirationYear": expires.year, "expirationMonth": expires.month}
    values |= {"certUrl": _page(entry.url), "certId": entry.award_id}
    return f"{_ADD}?{urlencode(values, quote_via=quote, safe='')}"


def share_url(url: str) -> str:
    """Return the link that opens a new post about ``url``; no text can be prefilled.

    Raises FieldsInvalid for a URL that is not absolute.
    """
    return f"{_SHARE}?{urlencode({'url': _page(url)}, quote_via=quote, safe='')}"


def preview(*, title: str, description: str, url: str, image: str, site_name: str) -> Preview:
    """Return what the page tells the crawler: title and description cut on words, whole URLs.

    ``image`` is the share card, a PNG of 1200×627. Raises FieldsInvalid for a URL that is not
    absolute: the crawler would show no picture, and would remember that for a week.
    """
    return Preview(
        title=cut(title, _MOST_TITLE),
        description=cut(description, _MOST_DESCRIPTION),
        url=_page(url),
        image=_page(image),
        site_name=cut(site_name, _MOST_NAME),
    )


def cut(text: str, most: int) -> str:
    """Return ``text`` in one line of at most ``most`` characters, cut between words with ``…``.

    A single word that is too long is cut inside, but never between a letter and its accent.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    end = line.rfind(" ", most // 2, most)
    if end < 0:
        end = most - 1
        while end > 1 and unicodedata.combining(line[end]):
            end -= 1
    return line[:end].rstrip(" ,;:–—-") + "…"


def _local(moment: dt.date, zone: ZoneInfo) -> dt.date:
    if not isinstance(moment, dt.datetime):
        return moment
    if moment.tzinfo is None:
        raise _invalid("issued or expires", "is a moment without a zone", "give its offset")
    return moment.astimezone(zone).date()


def _page(url: str) -> str:
    plain = urldefrag(url).url
    if not _WEB_URL.fullmatch(plain):
        raise _invalid("url", "is not absolute", "set base_url to the public https address")
    return plain


def _invalid(place: str, fault: str, cure: str) -> FieldsInvalid:
    msg = f"For LinkedIn, {place} {fault}: {cure}."
    return FieldsInvalid(msg, fields=[{"place": place, "fault": fault, "cure": cure}])
