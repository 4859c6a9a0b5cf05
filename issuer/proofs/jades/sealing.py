"""Making and opening a seal of level B: what exactly is signed, in which order it is said.

ETSI TS 119 182-1 v1.2.1 §5.1–5.2, §6 (baseline B-B), RFC 7797 §3, in the form of the Commission's
seals (JSON serialisation, the payload a text in clear). Since July 2025 a new seal says ``iat``;
``sigT`` stays for receivers that know nothing else. No clock is read, nothing is fetched.
"""

import datetime as dt
import hashlib
from typing import Any, Literal

from issuer.errors import ProofInvalid, ProofUnsupported
from issuer.model.drafts import Linted, Prepared, Sealed
from issuer.proofs import jcs
from issuer.proofs.jades import values
from issuer.proofs.jades.form import KEY_OF_ALG, SealedDocument, Signature
from keys.algorithms import Algorithm, BadSignature, UnsupportedAlgorithm
from keys.certificates import Certificate, issuer_serial
from keys.public import b64url
from keys.signer import SealSigner

MEDIA_TYPE = "application/ld+json"
"""Of an EDC file: its ending is ``.jsonld``, sealed or not."""
SUITE = "jades"
_ISSUED = frozenset({Algorithm.RSA, Algorithm.P256})


def prepare(
    linted: Linted,
    *,
    certificate: Certificate,
    created: dt.datetime,
    signing_time: Literal["iat", "sigT"] = "iat",
    content_timestamp: bytes | None = None,
) -> Prepared:
    """Return the signing input: the protected header, a dot, and the payload in clear.

    ``content_timestamp`` is a time-stamp token (DER) over the payload. Raises ProofUnsupported for
    a key of another kind than RSA or P-256.
    """
    algorithm = certificate.public_key.algorithm
    if algorithm not in _ISSUED:
        raise ProofUnsupported(f"A seal is not made with {algorithm} keys.")
    header = _header(certificate, created=created, signing_time=signing_time)
    if content_timestamp is not None:
        header["adoTst"] = values.with_token(content_timestamp)
    header["crit"] = [name for name in ("b64", "sigT", "adoTst") if name in header]
    protected = b64url(jcs.encode_compact(header))
    data = protected.encode("ascii") + b"." + jcs.encode_compact(linted.document)
    return Prepared(
        linted=linted,
        to_be_signed=data,
        digest=hashlib.sha256(data).digest(),
        verification_method=method_of(certificate),
        algorithm=algorithm,
        suite=SUITE,
        proof=header,
    )


def method_of(certificate: Certificate) -> str:
    """How a certificate is named where a key would be: ``x5t#S256:<base64url>``."""
    return f"x5t#S256:{b64url(certificate.fingerprint)}"


def _header(certificate: Certificate, *, created: dt.datetime, signing_time: str) -> dict[str, Any]:
    at = created.astimezone(dt.UTC).replace(microsecond=0)
    said = at.strftime("%Y-%m-%dT%H:%M:%SZ") if signing_time == "sigT" else int(at.timestamp())
    # The order is that of the Commission's seals.
    return {
        "alg": certificate.public_key.algorithm.jose_alg,
        "cty": "octet-stream",
        "kid": values.encode(issuer_serial(certificate)),
        "x5t#S256": b64url(certificate.fingerprint),
        "x5c": [values.encode(certificate.der)],
        "typ": "jose+json",
        "b64": False,
        signing_time: said,
    }


def seal(prepared: Prepared, *, signer: SealSigner) -> Sealed:
    """Sign what was prepared and return the file, level B.

    Raises ProofInvalid if the signer's certificate is another one, or its signature does not fit.
    """
    if method_of(signer.chain[0]) != prepared.verification_method:
        raise ProofInvalid("Another certificate was announced than the signer has.")
    signature = signer.sign(prepared.to_be_signed)
    _require_fit(signer.chain[0], signature, prepared.to_be_signed)
    protected, _, payload = prepared.to_be_signed.partition(b".")
    file = {
        "payload": payload.decode(),
        "signatures": [{"protected": protected.decode("ascii"), "signature": b64url(signature)}],
    }
    return Sealed(jcs.encode_compact(file), MEDIA_TYPE, prepared.digest)


def open_signature(document: SealedDocument, signature: Signature) -> None:
    """Return nothing if a signature fits the payload under its certificate.

    Raises ProofInvalid, and ProofUnsupported for a key that is not read.
    """
    # RFC 8725 §3.1: the algorithm is the key's, whatever the header says.
    try:
        algorithm = signature.certificate.public_key.algorithm
    except UnsupportedAlgorithm as fault:
        raise ProofUnsupported(f"The seal cannot be checked: {fault.message}.") from fault
    if KEY_OF_ALG[signature.alg] != algorithm:
        raise ProofInvalid(f"The seal says {signature.alg}, but its key is a {algorithm} key.")
    data = signature.protected.encode("ascii") + b"." + document.payload
    _require_fit(signature.certificate, signature.signature, data)


def _require_fit(certificate: Certificate, signature: bytes, data: bytes) -> None:
    try:
        certificate.public_key.verify(signature, data)
    except BadSignature as fault:
        raise ProofInvalid("The seal does not fit: the document was changed.") from fault
