"""Europass: the share link that a learner was given there, read as strictly as it can be.

European Digital Credentials 2.0.6 (ShareLinkService, ``viewer.shared.url``): the holder of a
credential in a Europass wallet makes ``{viewer}/#/shareview/{hash}`` with 16 letters and digits,
and picks the day on which it ends. Nothing is asked of Europass: whether a link opens anything,
and what, is not known here.
"""

import re
from typing import Final

from issuer.errors import FieldsInvalid

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"
_HOST: Final = rf"europa\.eu/europass|(?:{_LABEL}\.){{0,3}}europass\.europa\.eu"
# Small letters alone, no port, no user, no query and no escape: nothing here can be misread.
_LINK: Final = re.compile(
    rf"(https://(?:{_HOST})(?:/[a-z0-9-]{{1,40}}){{0,4}}/viewer)/?#/shareview/([A-Za-z0-9]{{16}})"
)
_MOST_CHARACTERS: Final = 300
_CURE: Final = (
    "make one in your Europass wallet with “Share”, and paste the whole of it: it begins with "
    "https://europa.eu/europass/digital-credentials/viewer/#/shareview/ and ends with 16 letters "
    "and digits"
)


def read(text: str) -> str:
    """The share link in ``text``, written in one way; raises FieldsInvalid for anything else.

    Hosts: ``europa.eu`` under ``/europass/``, and ``europass.europa.eu`` with what lies below it.
    """
    pasted = text.strip()
    found = _LINK.fullmatch(pasted) if len(pasted) <= _MOST_CHARACTERS else None
    if found is None:
        fault = "is not a share link of Europass"
        # What was pasted is not repeated: it may be another secret of the learner's.
        msg = f"This {fault}: {_CURE}."
        raise FieldsInvalid(msg, fields=[{"place": "link", "fault": fault, "cure": _CURE}])
    viewer, secret = found.groups()
    return f"{viewer}/#/shareview/{secret}"
