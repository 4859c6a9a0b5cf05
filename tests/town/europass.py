"""A service of Europass wallets, as far as its source code tells (EDC 2.0.6), on real HTTP.

`POST …/api/v1/wallets/{address}/credentials` and `…/wallets/email/{email}/credentials`, part
``_credential``: 404 for an unknown wallet, 400 for what carries no good seal of a qualified
certificate or is not well-formed, 409 for an id that is there, else 200. It is not Europass.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from issuer.errors import TestamurError
from issuer.jsonld import rdfc10
from issuer.proofs import jades
from issuer.verify import Material, Policy, Verdict, verify
from keys.algorithms import VaultError
from keys.certificates import QC_STATEMENTS, Anchor, QcStatements
from tests.town.authority import DAY, NOW, Holder, Paper, below, root
from tests.town.loopback import Asked, reply

PREFIX = "/edci/api/v1/wallets/"
_CHECKS = ("format", "schema", "seal", "certificate")
TOP = root()
_SAID = QcStatements(compliance=True, eseal=True).encode()
_STATED = x509.UnrecognizedExtension(QC_STATEMENTS, _SAID)
QUALIFIED = below(
    TOP,
    Paper(
        "Qualified seal of the town",
        identifier="VATAT-U99999999",
        more=((_STATED, False),),
        end=NOW + 3_650 * DAY,
    ),
)
PLAIN = below(TOP, Paper("Seal of the town", identifier="VATAT-U99999999", end=NOW + 3_650 * DAY))
ADDRESS = "alex-7f3c"
EMAIL = "alex.o'neil+europass@learner.example"


def saved(place: Path, holder: Holder, *, passphrase: bytes) -> str:
    """The seal as a PKCS#12 file; returns its custody URI."""
    leaf, *above = [x509.load_der_x509_certificate(c.der) for c in holder.chain]
    assert isinstance(holder.key, ec.EllipticCurvePrivateKey)
    sealed = BestAvailableEncryption(passphrase)
    place.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", holder.key, leaf, above, sealed)
    )
    return f"pkcs12:{place}"


@dataclass
class WalletService:
    """Two people have a wallet; what was put in is kept by its id."""

    now: Callable[[], dt.datetime]
    wallets: dict[str, dict[str, bytes]] = field(
        default_factory=lambda: {ADDRESS: {}, f"email/{EMAIL}": {}}
    )
    mailed: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> list[bytes]:
        return reply(b"{}", status=self._status(asked))

    def _status(self, asked: Asked) -> int:
        parts = urlsplit(asked.target)
        inside = parts.path.removeprefix(PREFIX).removesuffix("/credentials")
        if asked.method != "POST" or f"{PREFIX}{inside}/credentials" != parts.path:
            return 405
        wallet = self.wallets.get(unquote(inside))
        if wallet is None:
            return 404
        file = _part(asked)
        name = self._checked(file) if file is not None else None
        if file is None or name is None:
            return 400
        if name in wallet:
            return 409
        wallet[name] = file
        if parse_qs(parts.query).get("sendEmail") == ["true"]:
            self.mailed.append(unquote(inside).removeprefix("email/"))
        return 200

    def takes(self, file: bytes) -> bool:
        """Whether a file is good enough for any wallet."""
        return self._checked(file) is not None

    def _checked(self, file: bytes) -> str | None:
        """The id of a file that is good, or None."""
        try:
            sealed = jades.read(file)
        except (TestamurError, VaultError):
            return None
        said = [s.certificate.qualified for s in sealed.signatures]
        anchor = Anchor(TOP.certificate, "Town Trust", "the list of the town")
        report = verify(
            file,
            material=Material(anchors=(anchor,)),
            policy=Policy(),
            at=self.now(),
            canonicalise=rdfc10.canonicalise,
        )
        good = all(report.check(check).verdict is Verdict.PASSED for check in _CHECKS)
        if not good or not all(one.compliance and one.eseal for one in said):
            return None
        return str(sealed.document["id"])


def _part(asked: Asked) -> bytes | None:
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + asked.body, policy=HTTP)
    for part in message.iter_parts():
        if part.get_param("name", header="content-disposition") == "_credential":
            found = part.get_payload(decode=True)
            return found if isinstance(found, bytes) else None
    return None
