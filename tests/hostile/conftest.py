"""What an attacker starts from: keys of an honest university, and a credential that it signed."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from issuer.jsonld import rdfc10
from issuer.model.drafts import Draft, Linted
from issuer.proofs import data_integrity, jcs, jose
from keys.signer import Signer
from tests.town.alike import Alike
from tests.town.badge import badge
from tests.town.door import Door
from tests.town.door import door as opened_door
from tests.town.university import Bench, Ed25519Key, P256Key, University

Document = dict[str, Any]
SignDocument = Callable[..., Document]


@pytest.fixture(scope="session")
def university_signer() -> Signer:
    """The Ed25519 key of the honest university."""
    return Ed25519Key("an honest university")


@pytest.fixture(scope="session")
def mallory_signer() -> Signer:
    """The Ed25519 key of an attacker."""
    return Ed25519Key("an attacker")


@pytest.fixture(scope="session")
def p256_signer() -> Signer:
    """A P-256 key of the honest university."""
    return P256Key("an honest university")


@pytest.fixture
def unsigned(university_signer: Signer) -> Document:
    """A credential as the university composed it; a fresh copy for each test."""
    did = university_signer.public_key.did_key()
    issuer = {"id": did, "type": ["Profile"], "name": "University of Example"}
    return badge(issuer, subject={"id": "did:example:learner"}, achievement={"creator": {**issuer}})


@pytest.fixture
def sign(university_signer: Signer) -> SignDocument:
    """Sign a document: ``sign(document, suite=…, signer=…)`` -> the document with its proof."""

    def signed(
        document: Document, *, suite: str = "eddsa-rdfc-2022", signer: Signer = university_signer
    ) -> Document:
        did = signer.public_key.did_key()
        prepared = data_integrity.prepare(
            Linted(Draft(document)),
            key=signer.public_key,
            verification_method=f"{did}#{did.removeprefix('did:key:')}",
            created=dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC),
            suite=suite,
            canonicalise=rdfc10.canonicalise,
        )
        return jcs.decode(data_integrity.seal(prepared, signer=signer).data)

    return signed


@pytest.fixture
def credential(unsigned: Document, sign: SignDocument) -> Document:
    """The credential with a valid ``eddsa-rdfc-2022`` proof."""
    return sign(unsigned)


@pytest.fixture
def token(unsigned: Document, university_signer: Signer) -> bytes:
    """The credential as a valid ``vc+jwt``, EdDSA."""
    did = university_signer.public_key.did_key()
    prepared = jose.prepare(
        Linted(Draft(unsigned)),
        key=university_signer.public_key,
        verification_method=f"{did}#{did.removeprefix('did:key:')}",
        created=dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC),
    )
    return jose.seal(prepared, signer=university_signer).data


@pytest.fixture
def open_all(university_signer: Signer) -> Callable[[Mapping[str, Any]], None]:
    """Open every proof of a document with the university's key; raises what the rooms raise."""

    def opened(document: Mapping[str, Any]) -> None:
        for proof in data_integrity.proofs_of(document):
            data_integrity.open_proof(
                document,
                proof,
                key=university_signer.public_key,
                canonicalise=rdfc10.canonicalise,
            )

    return opened


@pytest.fixture
def open_token(university_signer: Signer) -> Callable[[bytes], None]:
    """Read a token and open it with the university's key; raises what the rooms raise."""

    def opened(token: bytes) -> None:
        jose.open_jws(jose.read(token), key=university_signer.public_key)

    return opened


# --- The town -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def uni() -> University:
    """An honest university with a did:web and status lists."""
    return University()


@pytest.fixture(scope="session")
def mallory() -> University:
    """Somebody with a domain, keys and lists of his own, all in good order."""
    return University("evil.example", name="University of Example")


@pytest.fixture(scope="session")
def bench(uni: University) -> Bench:
    """Somebody who verifies and has all material of the honest university."""
    return Bench(uni)


@pytest.fixture
def alike(uni: University, bench: Bench) -> Alike:
    """A verifier that knows the badges of the honest university by their shape."""
    return Alike(uni, bench)


# --- The door -------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The whole application over a real installation; tests leave its awards as they are."""
    with opened_door(tmp_path_factory.mktemp("door") / "home") as there:
        yield there
