"""The learner: the person who was assessed and who owns the credential.

Sources: Annex I M1 (identification of the learner); Open Badges 3.0 IdentityObject; GÉANT
European Student Identifier. This is personal data: it lives encrypted in the registry and in the
sealed document, and nowhere else.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from issuer.model.texts import Line, Noun, Slug

EmailAddress = Annotated[
    str,
    StringConstraints(
        max_length=254, pattern=r"^[^@\s<>\"',;:\\()\[\]]+@[^@\s<>\"',;:\\()\[\]]+\.[^@\s.]+$"
    ),
]

# DID Core 1.0 §3.1, with whole percent-encodings: it becomes an id in the document.
_DID = r"^did:[a-z0-9]+:(?:[A-Za-z0-9.:_-]|%[0-9A-Fa-f]{2})+$"


class Disclosure(StrEnum):
    """How an identifier stands in the sealed document."""

    CLEAR = "clear"
    HASHED = "hashed"
    """Salted SHA-256 with the salt beside it: pseudonymous, not anonymous."""


class LearnerIdentifier(Noun):
    """An identifier of the learner and how it is disclosed."""

    scheme: Annotated[
        str,
        StringConstraints(
            pattern=r"^(identifier|emailAddress|userName|accountId|sourcedId|systemId|productId"
            r"|lisSourcedId|oneRosterSourcedId|sisSourcedId|ltiUserId|nationalIdentityNumber"
            r"|studentId|ext:[A-Za-z0-9]+)$"
        ),
    ]
    """OB 3.0 identityType (a DID has its own field); ``studentId`` becomes ``ext:studentId``."""
    value: Line
    disclosure: Disclosure = Disclosure.HASHED


def _compared(name: str) -> str:
    return name.casefold().replace(",", "")


class Learner(Noun):
    """A person known to one organisation by ``key``."""

    organisation: Slug
    key: Line
    """Student number or e-mail, as the organisation sets; never the name."""
    given_name: Line | None = None
    family_name: Line | None = None
    display_name: Line
    """The name as it stands on the credential."""
    birth_date: Annotated[date, Field(ge=date(1900, 1, 1))] | None = None
    email: EmailAddress | None = None
    """For delivery; in no document by default."""
    identifiers: Annotated[tuple[LearnerIdentifier, ...], Field(max_length=10)] = ()
    did: Annotated[str, StringConstraints(pattern=_DID, max_length=300)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _display(cls, data: object) -> object:
        if isinstance(data, dict) and not data.get("display_name"):
            names = [data.get("given_name"), data.get("family_name")]
            joined = " ".join(n for n in names if isinstance(n, str) and n)
            return {**data, "display_name": joined}
        return data

    @model_validator(mode="after")
    def _key_is_no_name(self) -> Self:
        given, family = self.given_name or "", self.family_name or ""
        key = _compared(self.key)
        # Each way to write the name stands in this text: what does not is none of them.
        if key not in _compared(f"{self.display_name}\n{given} {family} {given}"):
            return self
        names = (self.display_name, given, family, f"{given} {family}", f"{family} {given}")
        if key in {_compared(name).strip() for name in names} - {""}:
            msg = "the learner key must be a student number or an e-mail address, never the name"
            raise ValueError(msg)
        return self
