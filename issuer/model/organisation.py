"""The organisation that awards: who it is, where, and who vouches for it.

Sources: Council Recommendation 2022/C 243/02 Annex I (country, awarding body, quality
assurance); ELM 3.2 Organisation, LegalIdentifier and Accreditation; ROR, PIC, Erasmus code and
schacHomeOrganization as EMREX/ELMO name them. This module holds no key and no DID document.
"""

import re
from datetime import date
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, model_validator

import schemas
from issuer.model.texts import HttpsUrl, LangText, Line, Noun, Picture, Slug
from keys.algorithms import VaultError
from keys.documents import did_web_url
from keys.public import PublicKey


def in_code_list(name: str) -> AfterValidator:
    """Validate a key of the closed EU code list ``name``; the error lists what is allowed."""

    def check(key: str) -> str:
        keys = [concept.key for concept in schemas.code_list(name).concepts]
        if key not in keys:
            msg = f"{key!r} is not in the EU list {name!r}; allowed: {', '.join(sorted(keys)[:60])}"
            raise ValueError(msg)
        return key

    return AfterValidator(check)


CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), in_code_list("country")]
"""ISO 3166-1 alpha-2."""

QualityType = Annotated[str, in_code_list("quality")]
"""A key of the EU accreditation list: institutional_qa, programme_qa, …"""


class Identifiers(Noun):
    """Public identifiers of an organisation; each optional, each with its own form."""

    ror: (
        Annotated[
            str, StringConstraints(pattern=r"^https://ror\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$")
        ]
        | None
    ) = None
    """Research Organization Registry, full address (https://ror.org/…)."""
    pic: Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$")] | None = None
    """Participant Identification Code of the EU, nine digits."""
    erasmus: (
        Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3} {0,2}[A-Z-]+[0-9]{2,3}$")] | None
    ) = None
    """Erasmus institutional code, such as ``A WIEN01``."""
    schac_home: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.[a-z]{2,}$")] | None = None
    """schacHomeOrganization: the domain of the institution."""
    eidas: (
        Annotated[str, StringConstraints(pattern=r"^[A-Z]{5}-[0-9A-Za-z ./+-]{1,60}$")] | None
    ) = None
    """eIDAS legal-person identifier (ETSI EN 319 412-1 §5.1.4), such as ``VATAT-U12345678``."""


class Accreditation(Noun):
    """One recognition of the organisation or a programme by a quality-assurance agency."""

    type: QualityType
    """Key of the EU list (Annex I M11)."""
    agency: Line
    """Name of the agency that decided."""
    decision: Line | None = None
    """What it decided, in its words."""
    valid_from: date | None = None
    valid_until: date | None = None
    link: HttpsUrl | None = None
    """Where anybody can read it, such as a DEQAR permalink."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            msg = "valid_from is after valid_until"
            raise ValueError(msg)
        return self


class Address(Noun):
    """A postal address; only the country is ever needed for a credential."""

    street: Line | None = None
    postal_code: Line | None = None
    locality: Line | None = None


def luminance(colour: str) -> float:
    """Relative luminance 0–1 of ``#rrggbb`` (WCAG 2.2, relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)  # noqa: PLR2004 # Constants of the WCAG formula.
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _readable(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        msg = "must be a colour such as #3b2170"
        raise ValueError(msg)
    # White text on the organisation's ground needs 7:1 (WCAG 2.2 §1.4.6).
    if 1.05 / (luminance(colour) + 0.05) < 7:  # noqa: PLR2004 # The ratio that WCAG AAA names.
        msg = (
            f"{colour} is too light: white text on it needs a contrast of 7:1; choose a darker one"
        )
        raise ValueError(msg)
    return colour.lower()


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as fault:
        msg = f"{name!r} is not a time zone such as Europe/Vienna"
        raise ValueError(msg) from fault
    return name


def _signing_did(did: str) -> str:
    try:
        if did.startswith("did:key:"):
            PublicKey.from_did_key(did)
        else:
            did_web_url(did)
    except VaultError as fault:
        msg = f"must be a did:web or a did:key: {fault.message}"
        raise ValueError(msg) from fault
    return did


class Organisation(Noun):
    """A legal person that awards micro-credentials in this installation."""

    slug: Slug
    """Name within the installation."""
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,8}$")]
    """Short code that leads every credential number, such as ``EUAS``."""
    did: Annotated[str, StringConstraints(max_length=300), AfterValidator(_signing_did)]
    """The DID under which it signs."""
    legal_name: LangText
    country: CountryCode
    region: Line | None = None
    """Region as people name it (Annex I M3)."""
    address: Address = Address()
    homepage: HttpsUrl
    logo: Picture | None = None
    """Shown on pages; a small one is in the credential too."""
    colour: Annotated[str, AfterValidator(_readable)] = "#3b2170"
    """Ground colour of its pages, at least 7:1 against white."""
    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Europe/Vienna"
    """IANA name; a date without time is a date there."""
    identifiers: Identifiers = Identifiers()
    accreditations: Annotated[tuple[Accreditation, ...], Field(max_length=20)] = ()
    linkedin_id: Annotated[int, Field(gt=0, lt=10**12)] | None = None
    """Number of the company page on LinkedIn."""
    learner_key: Annotated[str, StringConstraints(pattern=r"^(student_number|email)$")] = (
        "student_number"
    )
    """What identifies a learner here: never the name."""
    contact: Line | None = None
    """Where learners and employers may ask (e-mail or telephone)."""
