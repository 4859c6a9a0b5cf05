"""Who issued a document and who holds it, by the identifiers that it states of both.

ELM 3.2 eIDASIdentifier and Person; Open Badges 3.0 otherIdentifier and IdentityObject
(https://www.imsglobal.org/spec/ob/v3p0/#identityobject). UNVERIFIED; whether a signature stands
behind it is asked elsewhere. Names are no identifiers: they change, and two people may share one.
"""

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from issuer.formats import elm3
from issuer.formats.tolerant import mapping, mappings, text
from issuer.verify.report import Json

_EIDAS = "ext:EIDAS"
_MOST = 20
"""How many identifiers of a learner are compared."""
_CHANGING = frozenset({"name", "emailAddress", "userName", "DID"})
"""Kinds of which one person has another one tomorrow."""


def eidas_identifier(document: Json) -> str | None:
    """The organisation identifier that a document states of its issuer, UNVERIFIED.

    ELM 3.2 eIDASIdentifier; Open Badges 3.0 otherIdentifier of the kind ``ext:EIDAS``.
    """
    issuer = mapping(document.get("issuer"))
    others = mappings(issuer.get("otherIdentifier"))
    kinds = [text(one.get("identifier")) for one in others if one.get("identifierType") == _EIDAS]
    return text(mapping(issuer.get("eIDASIdentifier")).get("notation")) or next(iter(kinds), None)


def is_same_organisation(one: str | None, other: str | None) -> bool:
    """Whether two organisation identifiers are there and one (ETSI EN 319 412-1 §5.1.4)."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def _plain(identifier: str) -> str:
    return "".join(identifier.split()).upper()


def folded(written: str) -> str:
    """A name or identifier as it is compared: letters alike, spaces alike."""
    return " ".join(unicodedata.normalize("NFC", written.casefold()).split())


def hashed(identifier: str, *, salt: str) -> str:
    """OB 3.0 IdentityHash: ``sha256$hex`` over the identifier with the salt appended."""
    return f"sha256${hashlib.sha256(f'{identifier}{salt}'.encode()).hexdigest()}"


@dataclass(frozen=True)
class _Identity:
    """One identifier of the learner."""

    kind: str
    said: str
    salt: str | None = None
    """None: it stands in clear."""

    def is_one_with(self, other: "_Identity") -> bool:
        """Whether both are the same identifier; what cannot be compared is not."""
        if self.kind != other.kind:
            return False
        if self.salt is None and other.salt is None:
            return folded(self.said) == folded(other.said)
        if self.salt is None:
            return hashed(self.said, salt=other.salt or "") == other.said
        if other.salt is None:
            return hashed(other.said, salt=self.salt) == self.said
        return self.said == other.said

    def contradicts(self, other: "_Identity") -> bool:
        """Whether one person would hardly have both."""
        lasting = self.kind == other.kind and self.kind not in _CHANGING
        # Two hashes of two salts differ for one identifier, too.
        comparable = None in {self.salt, other.salt} or self.salt == other.salt
        return lasting and comparable and not self.is_one_with(other)


def share_identifier(one: Json, other: Json) -> bool:
    """Whether both documents state one and the same identifier of their learner."""
    return any(a.is_one_with(b) for a in _identities(one) for b in _identities(other))


def contradict(one: Json, other: Json) -> bool:
    """Whether they state two identifiers of a kind of which a person has one."""
    return any(a.contradicts(b) for a in _identities(one) for b in _identities(other))


def _identities(document: Json) -> list[_Identity]:
    subject = mapping(document.get("credentialSubject"))
    stated = mappings(subject.get("identifier"))
    found = _european(stated) if elm3.is_edc(document) else _of_badge(subject, stated)
    return list(islice(found, _MOST))


def _european(stated: tuple[Json, ...]) -> Iterator[_Identity]:
    for one in stated:
        kind, said = text(one.get("schemeName")), text(one.get("notation"))
        if kind and said:
            yield _Identity(kind, said)


def _of_badge(subject: Json, stated: tuple[Json, ...]) -> Iterator[_Identity]:
    did = text(subject.get("id")) or ""
    if did.startswith("did:"):
        yield _Identity("DID", did)
    for one in stated:
        kind, said = text(one.get("identityType")) or "", text(one.get("identityHash"))
        if said and kind != "name":
            salt = (text(one.get("salt")) or "") if one.get("hashed") is True else None
            # A student number is of a kind of its own in Open Badges, and named alike in ELM.
            yield _Identity(kind.removeprefix("ext:"), said, salt)
