import datetime as dt
from collections.abc import Mapping

import pytest
from joserfc import jws as other_library
from joserfc.jwk import ECKey, OKPKey

from issuer.errors import ProofUnsupported
from issuer.model.receipt import read_receipt
from issuer.proofs import jose, receipt
from keys.signer import Signer
from tests.town.receipts import claims
from tests.town.university import University

CREATED = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
UNI = University()
METHOD = f"{UNI.did}#award-1"
SAID = read_receipt(claims(UNI, iss=..., iat=..., organisation=UNI.did))


@pytest.mark.parametrize(("kind", "alg"), [("Ed25519", "EdDSA"), ("P-256", "ES256")])
def test_what_is_sealed_reads_and_opens(kind: str, alg: str, signers: Mapping[str, Signer]) -> None:
    signer = signers[kind]
    data = receipt.seal(SAID, signer=signer, verification_method=METHOD, created=CREATED)
    found = receipt.read(data)
    assert found.receipt == SAID
    assert found.jws.header == {"alg": alg, "kid": METHOD, "typ": receipt.TYPE}
    assert found.jws.issued_at == CREATED
    jose.open_jws(found.jws, key=signer.public_key)
    # Somebody else's library agrees.
    jwk: dict[str, str | list[str]] = {**signer.public_key.jwk()}
    key = OKPKey.import_key(jwk) if kind == "Ed25519" else ECKey.import_key(jwk)
    other_library.deserialize_compact(data, key, algorithms=[alg])


def test_it_names_no_member_of_a_credential(signers: Mapping[str, Signer]) -> None:
    data = receipt.seal(
        SAID, signer=signers["Ed25519"], verification_method=METHOD, created=CREATED
    )
    members = set(receipt.read(data).jws.payload)
    assert not members & {"@context", "type", "issuer", "credentialSubject", "id", "vc", "vp"}


@pytest.mark.parametrize("kind", ["P-384", "RSA"])
def test_other_keys_sign_no_receipts(kind: str, signers: Mapping[str, Signer]) -> None:
    with pytest.raises(ProofUnsupported, match="not signed with"):
        receipt.seal(SAID, signer=signers[kind], verification_method=METHOD, created=CREATED)
