"""A list of bits that says which credentials are revoked or suspended, and its published form.

W3C Bitstring Status List 1.0 (https://www.w3.org/TR/2025/REC-vc-bitstring-status-list-20250515/).
One bit an entry (``statusSize`` 1). Who signed a list, whether it is fresh and which credential is
meant are questions of `issuer.verify`; nothing is signed or fetched here.
"""

import datetime as dt
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from issuer.errors import StatusListInvalid
from issuer.model.drafts import Draft
from keys.public import b64url, b64url_decode

CONTEXT = "https://www.w3.org/ns/credentials/v2"
MINIMUM = 131_072
"""Entries that a list must have (§2.2: 16 KiB, for the privacy of the herd)."""
MAXIMUM_BYTES = 1 << 20
"""Bytes up to which a list is inflated: 8 388 608 entries."""
# RFC 1952 §2.3: magic, deflate, no flags, no time, no hint, Unix; the same on every platform.
_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"


@dataclass(frozen=True)
class StatusList:
    """``length`` bits (a multiple of 8); the first is the highest of the first byte (§3.3)."""

    purpose: str
    """``revocation`` or ``suspension``."""
    length: int
    bits: bytes

    def __post_init__(self) -> None:
        """Refuse bits that are not ``length``; raises StatusListInvalid."""
        if self.length != 8 * len(self.bits):
            msg = f"{self.length} entries need {self.length / 8:g} bytes, not {len(self.bits)}"
            raise StatusListInvalid(msg)

    @classmethod
    def empty(cls, purpose: str, *, length: int = MINIMUM) -> "StatusList":
        """Make a list in which nothing is set."""
        return cls(purpose, length, bytes(length // 8))

    def get(self, index: int) -> bool:
        """Whether the bit is set; raises StatusListInvalid for an index out of range."""
        self._require_range(index)
        return bool(self.bits[index // 8] >> (7 - index % 8) & 1)

    def with_set(self, indices: Iterable[int]) -> "StatusList":
        """Return a list in which these bits are set too; raises StatusListInvalid."""
        bits = bytearray(self.bits)
        for index in indices:
            self._require_range(index)
            bits[index // 8] |= 1 << (7 - index % 8)
        return StatusList(self.purpose, self.length, bytes(bits))

    @property
    def popcount(self) -> int:
        """How many bits are set."""
        return int.from_bytes(self.bits, "big").bit_count()

    @property
    def marked(self) -> tuple[int, ...]:
        """The indices of the bits that are set, ascending."""
        return tuple(
            8 * place + bit
            for place, byte in enumerate(self.bits)
            if byte
            for bit in range(8)
            if byte >> (7 - bit) & 1
        )

    def _require_range(self, index: int) -> None:
        # §3.2 step 9: an index beyond the list is an error, not "not revoked".
        if not 0 <= index < self.length:
            msg = f"the list has {self.length} entries, so there is no entry {index}"
            raise StatusListInvalid(msg)


def encode(status: StatusList) -> str:
    """Return ``encodedList``: ``u`` and base64url of the gzipped bits (§3.3); deterministic."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(status.bits) + deflate.flush()
    tail = struct.pack("<II", zlib.crc32(status.bits), len(status.bits) & 0xFFFFFFFF)
    return "u" + b64url(_GZIP_HEAD + body + tail)


def decode(
    encoded: str, *, purpose: str, minimum: int = MINIMUM, maximum_bytes: int = MAXIMUM_BYTES
) -> StatusList:
    """Read an ``encodedList`` (§3.4), inflating at most ``maximum_bytes``.

    Raises StatusListInvalid: no multibase ``u``, not gzip, longer than the bound, shorter than
    ``minimum`` entries.
    """
    if not encoded.startswith("u"):
        raise StatusListInvalid("encodedList must begin with u (multibase, base64url)")
    try:
        packed = b64url_decode(encoded[1:])
    except ValueError as fault:
        raise StatusListInvalid(f"encodedList is {fault}") from fault
    bits = _inflate(packed, maximum_bytes)
    if 8 * len(bits) < minimum:
        # §3.2 step 8: a short list would single people out.
        raise StatusListInvalid(f"the list has {8 * len(bits)} entries; {minimum} are the minimum")
    return StatusList(purpose, 8 * len(bits), bits)


def _inflate(packed: bytes, maximum_bytes: int) -> bytes:
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        bits = inflate.decompress(packed, maximum_bytes + 1)
    except zlib.error as fault:
        raise StatusListInvalid("encodedList is not gzip") from fault
    if len(bits) > maximum_bytes:
        raise StatusListInvalid(f"the list inflates to more than {maximum_bytes} bytes")
    if not inflate.eof or inflate.unused_data:
        raise StatusListInvalid("encodedList is cut off, or something follows it")
    return bits


def compose(
    status: StatusList,
    *,
    url: str,
    issuer: str,
    valid_from: dt.datetime,
    valid_until: dt.datetime,
) -> Draft:
    """Compose the BitstringStatusListCredential published at ``url`` (§2.2), unsigned."""
    return Draft(
        {
            "@context": [CONTEXT],
            "id": url,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer,
            "validFrom": _stamp(valid_from),
            "validUntil": _stamp(valid_until),
            "credentialSubject": {
                "id": f"{url}#list",
                "type": "BitstringStatusList",
                "statusPurpose": status.purpose,
                "encodedList": encode(status),
            },
        }
    )


def parse(document: Mapping[str, Any], *, purpose: str) -> StatusList:
    """Read the list for ``purpose`` out of a list credential, UNVERIFIED as it came.

    Raises StatusListInvalid: another type, another purpose, or what `decode` refuses.
    """
    subject = document.get("credentialSubject")
    if "BitstringStatusListCredential" not in _listed(document.get("type")) or not (
        isinstance(subject, Mapping) and "BitstringStatusList" in _listed(subject.get("type"))
    ):
        raise StatusListInvalid("it is no BitstringStatusListCredential")
    # §3.2 step 5: the purpose of the entry is one of the list's.
    purposes = _listed(subject.get("statusPurpose"))
    if purpose not in purposes:
        said = ", ".join(str(p)[:40] for p in purposes)
        raise StatusListInvalid(f"it is a list for the purpose {said or '(none)'}, not {purpose}")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise StatusListInvalid("it has no encodedList")
    return decode(encoded, purpose=purpose)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _stamp(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
