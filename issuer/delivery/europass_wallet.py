"""Europass: the two calls that put a sealed credential into a wallet, composed and not made.

European Digital Credentials 2.0.6, wallet (``/api/v1/wallets/…/credentials``, part
``_credential``), in RFC 7578 (multipart/form-data). The calls stand in its source code and ask for
no authentication; the hosted Europass promises them to nobody. Nothing is sent from here, and no
answer is read.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from issuer.errors import FieldsInvalid

_ADDRESS: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# Narrower than RFC 5321 allows: no quotes, and nothing that a path or a query is made of.
_LOCAL: Final = r"[A-Za-z0-9_'+-]+(?:\.[A-Za-z0-9_'+-]+)*"
_EMAIL: Final = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_MOST_CHARACTERS: Final = 254
_CURE: Final = (
    "give the address of your wallet (letters, digits and hyphens) or the e-mail address of your "
    "Europass account, and nothing else"
)


@dataclass(frozen=True)
class Recipient:
    """Whose wallet; personal data, made by `recipient` and kept nowhere."""

    value: str
    by_email: bool

    @property
    def target(self) -> str:
        """What stands behind ``/api/v1/wallets/``: path and query, escaped."""
        if self.by_email:
            # The other call sends no mail of its own accord; this one has to be told to.
            return f"email/{quote(self.value, safe='')}/credentials?sendEmail=true&locale=en"
        return f"{quote(self.value, safe='')}/credentials"


@dataclass(frozen=True)
class Posting:
    """One POST as it is to be made."""

    url: str
    body: bytes
    media_type: str


def recipient(text: str) -> Recipient:
    """Read the address of a wallet or an e-mail address; raises FieldsInvalid for anything else."""
    typed = text.strip()
    if len(typed) <= _MOST_CHARACTERS:
        if _EMAIL.fullmatch(typed):
            return Recipient(typed, by_email=True)
        if _ADDRESS.fullmatch(typed):
            return Recipient(typed, by_email=False)
    fault = "is neither the address of a wallet nor an e-mail address"
    msg = f"This {fault}: {_CURE}."
    raise FieldsInvalid(msg, fields=[{"place": "to", "fault": fault, "cure": _CURE}])


def compose(wallet_url: str, *, to: Recipient, sealed: bytes, boundary: str) -> Posting:
    """The POST that puts ``sealed`` (JAdES, ``.jsonld``) into the wallet of ``to``.

    ``wallet_url`` has no slash at its end; ``boundary`` is random text that is not in the file.
    """
    # The file's name says nothing of its owner, who is in the file.
    head = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="_credential"; filename="credential.jsonld"\r\n'
        "Content-Type: application/ld+json\r\n\r\n"
    )
    body = head.encode("ascii") + sealed + f"\r\n--{boundary}--\r\n".encode("ascii")
    url = f"{wallet_url}/api/v1/wallets/{to.target}"
    return Posting(url, body, f"multipart/form-data; boundary={boundary}")
