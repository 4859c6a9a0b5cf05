"""Sealed files of the town, taken apart and put together again, whole or bent."""

import base64
import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from issuer.model.drafts import Draft, Linted
from issuer.proofs import jades
from keys.public import b64url
from tests.town.authority import NOW, Holder

Document = dict[str, Any]
SMALL: Document = {
    "@context": ["https://www.w3.org/2018/credentials/v1"],
    "id": "urn:credential:5e0f7c1e-8c0b-4b3a-9d5e-1d3f1f0c0001",
    "title": {"de": "Prüfung", "en": "Examination"},
}


def sealed(
    holder: Holder, document: Mapping[str, Any] | None = None, *, at: dt.datetime = NOW, **how: Any
) -> bytes:
    """A file of level B."""
    linted = Linted(Draft(document or SMALL))
    prepared = jades.prepare(linted, certificate=holder.certificate, created=at, **how)
    return jades.seal(prepared, signer=holder).data


def extended(file: bytes, **what: Any) -> bytes:
    """The file with something beside its seal."""
    return jades.extend(file, jades.Extension(**what))


def parts(file: bytes) -> tuple[Document, Document]:
    """The file and the protected header of its first signature, both to be bent."""
    whole: Document = json.loads(file)
    protected = whole["signatures"][0]["protected"]
    header: Document = json.loads(base64.urlsafe_b64decode(protected + "=="))
    return whole, header


def bent(file: bytes, holder: Holder, bend: Callable[[Document], None]) -> bytes:
    """The file with another protected header, signed again by ``holder``."""
    whole, header = parts(file)
    bend(header)
    protected = b64url(json.dumps(header).encode())
    signature = holder.sign(f"{protected}.{whole['payload']}".encode())
    whole["signatures"][0] |= {"protected": protected, "signature": b64url(signature)}
    return json.dumps(whole).encode()


def with_unsigned(file: bytes, *texts: object) -> bytes:
    """The file with these parts beside its seal; what is no text is written as JSON."""
    whole, _ = parts(file)
    written = [t if isinstance(t, str) else b64url(json.dumps(t).encode()) for t in texts]
    whole["signatures"][0]["header"] = {"etsiU": written}
    return json.dumps(whole).encode()
