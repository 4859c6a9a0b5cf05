"""Universities of the town: a DID with keys, status lists and credentials, all in memory.

Nothing here is on any network: what a verifier would fetch is handed over as material. Keys are
made from their names, so that every run signs the same bytes.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import schemas
from issuer.jsonld import rdfc10
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jcs, jose
from issuer.status import bitstring
from issuer.status.bitstring import StatusList
from issuer.verify import Material, Obtained, Policy, Report, TrustedIssuer, verify
from keys.algorithms import Algorithm
from keys.documents import compose_did_document
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState
from keys.public import PublicKey

NOW = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
"""The moment at which the town signs."""
LATER = NOW + dt.timedelta(hours=1)
"""The moment at which the town verifies."""
INDEX = 94_567
"""The place of a credential in its lists."""
Document = dict[str, Any]


@dataclass(frozen=True)
class Ed25519Key:
    """An Ed25519 key in memory, made from its name."""

    name: str

    @property
    def _secret(self) -> ed25519.Ed25519PrivateKey:
        seed = hashlib.sha256(self.name.encode()).digest()
        return ed25519.Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public_key(self) -> PublicKey:
        return PublicKey(Algorithm.ED25519, self._secret.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._secret.sign(data)


@dataclass(frozen=True)
class P256Key:
    """A P-256 key in memory, made from its name."""

    name: str

    @property
    def _secret(self) -> ec.EllipticCurvePrivateKey:
        number = int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:24], "big")
        return ec.derive_private_key(number, ec.SECP256R1())

    @property
    def public_key(self) -> PublicKey:
        point = self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return PublicKey(Algorithm.P256, point)

    def sign(self, data: bytes) -> bytes:
        r, s = decode_dss_signature(self._secret.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


Key = Ed25519Key | P256Key


@dataclass(frozen=True)
class University:
    """An issuer with a did:web and keys for awards (``award-1``) and lists (``status-1``)."""

    host: str = "uni.example"
    name: str = "University of Example"
    p256: bool = False

    @property
    def did(self) -> str:
        return f"did:web:{self.host}"

    @property
    def base(self) -> str:
        """Where it is on the web: the colons of a did:web are slashes there."""
        return f"https://{unquote(self.host.replace(':', '/'))}"

    def key(self, kid: str) -> Key:
        return (P256Key if self.p256 else Ed25519Key)(f"{self.did}#{kid}")

    def record(self, kid: str, **changes: Any) -> KeyRecord:
        purpose = KeyPurpose.STATUS if kid.startswith("status") else KeyPurpose.AWARD
        public, born = self.key(kid).public_key, NOW - dt.timedelta(days=400)
        return replace(KeyRecord(kid, public, purpose, KeyState.ACTIVE, born, born), **changes)

    def did_document(self, *records: KeyRecord) -> Document:
        """Its DID document: these records, else both keys in use."""
        shown = records or (self.record("award-1"), self.record("status-1"))
        return compose_did_document(self.did, shown)

    # --- Credentials --------------------------------------------------------------------------

    def list_url(self, purpose: str) -> str:
        return f"{self.base}/status/uni/{purpose}/1"

    def entry(self, purpose: str, **changes: Any) -> Document:
        url = self.list_url(purpose)
        return {
            "id": f"{url}#{INDEX}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(INDEX),
            "statusListCredential": url,
        } | changes

    def badge(self, **changes: Any) -> Document:
        """An unsigned Open Badge that it awards to Alex Example."""
        concept = {n: schemas.code_list(n).concepts[0].iri for n in ("assessment", "quality")}
        document = {
            "@context": [
                "https://www.w3.org/ns/credentials/v2",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                schemas.vocabulary_context(),
            ],
            "id": f"{self.base}/c/UNI-7Q4M-2KXD-9RVT-5HZC",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {
                "id": self.did,
                "type": ["Profile"],
                "name": self.name,
                "url": f"{self.base}/",
                "address": {"type": ["Address"], "addressCountryCode": "AT"},
            },
            "validFrom": "2026-06-12T09:30:00Z",
            "awardedDate": "2026-06-12T00:00:00Z",
            "name": "Ethics of AI",
            "credentialStatus": self.entry("revocation"),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityHash": "Alex Example",
                        "identityType": "name",
                    }
                ],
                "achievement": {
                    "id": f"{self.base}/achievements/ethics/v/1",
                    "type": ["Achievement"],
                    "name": "Ethics of AI",
                    "description": "An introduction.",
                    "criteria": {"narrative": "Pass the examination."},
                    "achievementType": "MicroCredential",
                    "workloadHours": "50",
                    "eqfLevel": schemas.code_list("eqf").by_key("6").iri,
                    "assessmentType": [concept["assessment"]],
                    "participation": [schemas.code_list("participation").by_key("online").iri],
                    "learningOutcome": [
                        {"type": ["LearningOutcome"], "outcomeText": "Names what can go wrong."}
                    ],
                    "qualityAssurance": [
                        {
                            "type": ["QualityAssurance"],
                            "qualityType": concept["quality"],
                            "agency": "Example Agency",
                        }
                    ],
                },
            },
        }
        kept = {name: value for name, value in changes.items() if value is not None}
        return {n: v for n, v in {**document, **kept}.items() if changes.get(n, v) is not None}

    def seal(
        self,
        document: Mapping[str, Any],
        *,
        kid: str = "award-1",
        suite: str | None = None,
        created: dt.datetime = NOW,
        method: str | None = None,
    ) -> bytes:
        """Sign with an embedded proof; ``method`` is what the proof says its key is."""
        key = self.key(kid)
        prepared = data_integrity.prepare(
            Linted(Draft(document)),
            key=key.public_key,
            verification_method=method or f"{self.did}#{kid}",
            created=created,
            suite=suite or ("ecdsa-rdfc-2019" if self.p256 else "eddsa-rdfc-2022"),
            canonicalise=rdfc10.canonicalise,
        )
        return data_integrity.seal(prepared, signer=key).data

    def token(
        self,
        document: Mapping[str, Any],
        *,
        kid: str = "award-1",
        created: dt.datetime = NOW,
        method: str | None = None,
    ) -> bytes:
        """Sign as a compact ``vc+jwt``."""
        key = self.key(kid)
        prepared = jose.prepare(
            Linted(Draft(document)),
            key=key.public_key,
            verification_method=method or f"{self.did}#{kid}",
            created=created,
        )
        return jose.seal(prepared, signer=key).data

    # --- Lists --------------------------------------------------------------------------------

    def unsigned_list(
        self, purpose: str, *, revoked: Iterable[int] = (), **changes: Any
    ) -> Document:
        """A list of 131 072 places, valid for a week, in which ``revoked`` are set."""
        draft = bitstring.compose(
            StatusList.empty(purpose).with_set(revoked),
            url=self.list_url(purpose),
            issuer=self.did,
            valid_from=NOW,
            valid_until=NOW + dt.timedelta(days=7),
        )
        document = {**deepcopy(dict(draft.document)), **changes}
        return {name: value for name, value in document.items() if value is not None}

    def status_list(self, purpose: str, *, revoked: Iterable[int] = (), **changes: Any) -> bytes:
        return self.seal(self.unsigned_list(purpose, revoked=revoked, **changes), kid="status-1")

    def lists(self) -> dict[str, bytes]:
        """Its two lists, with nothing set."""
        return dict(_lists(self))


@cache
def _lists(uni: University) -> dict[str, bytes]:
    return {uni.list_url(p): uni.status_list(p) for p in ("revocation", "suspension")}


@dataclass(frozen=True)
class Bench:
    """Where somebody verifies: one university is on the trust list, and all material is there."""

    university: University = field(default_factory=University)

    def material(
        self,
        *,
        lists: Mapping[str, bytes] | None = None,
        documents: Mapping[str, Document] | None = None,
        **changes: Any,
    ) -> Material:
        uni = self.university
        shown = {uni.did: uni.did_document()} if documents is None else documents
        given = uni.lists() if lists is None else lists
        trusted = TrustedIssuer(
            did=uni.did,
            legal_name=uni.name,
            established_how="register of universities, entry 17",
            established_by="the registrar",
        )
        material = Material(
            did_documents={d: Obtained(v, NOW, f"https://{d[8:]}/") for d, v in shown.items()},
            status_lists={url: Obtained(data, NOW, url) for url, data in given.items()},
            trusted=(trusted,),
        )
        return replace(material, **changes)

    def verify(
        self,
        data: bytes,
        *,
        material: Material | None = None,
        policy: Policy | None = None,
        at: dt.datetime = LATER,
    ) -> Report:
        """Verify as the pages and the command line do."""
        return verify(
            data,
            material=material or self.material(),
            policy=policy or Policy(),
            at=at,
            canonicalise=rdfc10.canonicalise,
        )


def with_proofs(*sealed: bytes) -> bytes:
    """One document with the proofs of several that were sealed alike."""
    documents = [jcs.decode(data) for data in sealed]
    return jcs.encode_document({**documents[0], "proof": [d["proof"] for d in documents]})
