"""What a certificate says of its own qualification: the extension qcStatements, read and written.

ETSI EN 319 412-5 §4.2–4.3 (https://www.etsi.org/deliver/etsi_en/319400_319499/31941205/), RFC 3739
§3.2.6. Whether it is true is asked of the anchor above it.
"""

from dataclasses import dataclass
from typing import Self

from asn1crypto import core
from cryptography import x509

QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
"""The extension."""
_COMPLIANCE = "0.4.0.1862.1.1"
_QSCD = "0.4.0.1862.1.4"
_TYPE = "0.4.0.1862.1.6"
_ESIGN, _ESEAL = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6.2"


class _Statement(core.Sequence):  # type: ignore[misc] # The library ships no types.
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012 # The library's own form of a declaration.


class _Statements(core.SequenceOf):  # type: ignore[misc] # As above.
    _child_spec = _Statement


class _Types(core.SequenceOf):  # type: ignore[misc] # As above.
    _child_spec = core.ObjectIdentifier


@dataclass(frozen=True)
class QcStatements:
    """What a certificate says of its own qualification."""

    compliance: bool = False
    """It says that it is an EU qualified certificate (§4.2.1)."""
    eseal: bool = False
    """For electronic seals (§4.2.3)."""
    esign: bool = False
    """For electronic signatures (§4.2.3)."""
    qscd: bool = False
    """Its key is in a qualified device (§4.2.2)."""

    @classmethod
    def decode(cls, der: bytes) -> Self:
        """Read the value of the extension; raises ValueError."""
        said = {s["id"].dotted: s["info"] for s in _Statements.load(der, strict=True)}
        types: set[str] = set()
        if _TYPE in said:
            # A statement of kinds without kinds is read from nothing, which is a ValueError.
            types = {kind.dotted for kind in _Types.load(said[_TYPE].dump(), strict=True)}
        return cls(
            compliance=_COMPLIANCE in said,
            eseal=_ESEAL in types,
            esign=_ESIGN in types,
            qscd=_QSCD in said,
        )

    def encode(self) -> bytes:
        """The value of the extension, DER."""
        kinds = [kind for kind, is_said in ((_ESIGN, self.esign), (_ESEAL, self.eseal)) if is_said]
        said = [{"id": oid} for oid, is_said in self._plain() if is_said]
        if kinds:
            info = core.Any(_Types([core.ObjectIdentifier(kind) for kind in kinds]))
            said.append({"id": _TYPE, "info": info})
        return bytes(_Statements(said).dump())

    def _plain(self) -> tuple[tuple[str, bool], ...]:
        return (_COMPLIANCE, self.compliance), (_QSCD, self.qscd)
