import copy
import pickle
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from keys import custody
from keys.algorithms import Algorithm, CustodyError, NameTaken
from keys.certificates import Anchor, QcStatements, build_chain, parse_certificate
from keys.custody import SealSubject
from keys.custody.pkcs12 import ordered
from tests.town.authority import NOW, Holder, Paper, below, root, rsa_key

SUBJECT = SealSubject(
    "Example University of Applied Sciences and Many Other Things", "AT", "VATAT-U1"
)


def chance(count: int) -> bytes:
    return bytes(range(1, count + 1))


def saved(place: Path, holder: Holder, *, others: tuple[Holder, ...] = ()) -> str:
    certificates = [x509.load_der_x509_certificate(c.der) for c in holder.chain]
    more = [x509.load_der_x509_certificate(o.certificate.der) for o in others]
    key: Any = holder.key
    data = pkcs12.serialize_key_and_certificates(
        b"seal",
        key,
        certificates[0],
        [*more, *certificates[1:]],
        BestAvailableEncryption(b"secret"),
    )
    place.write_bytes(data)
    return f"pkcs12:{place}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    uri = f"pkcs12:{tmp_path_factory.mktemp('seal') / 'deep' / 'seal.p12'}"
    pem = custody.create_test_seal(
        uri, subject=SUBJECT, passphrase=b"secret", random=chance, at=NOW
    )
    return uri, pem


def test_a_test_seal_says_that_it_is_one(made: tuple[str, bytes]) -> None:
    seal = custody.open_seal(made[0], passphrase=b"secret")
    leaf, authority = seal.chain
    assert (leaf.common_name or "").startswith("TEST SEAL Example University")
    assert (authority.common_name or "").startswith("TEST authority")
    assert leaf.organisation_identifier == "VATAT-U1"
    assert leaf.qualified == QcStatements(eseal=True)
    believed = Anchor(authority, "test", "made here", test=True)
    assert build_chain(leaf, candidates=(), anchors=[believed], at=NOW).anchor is believed
    assert made[1].startswith(b"-----BEGIN CERTIFICATE-----")
    signature = seal.sign(b"data")
    seal.public_key.verify(signature, b"data")
    assert len(signature) == 64


def test_it_is_for_its_owner_alone_and_never_overwritten(made: tuple[str, bytes]) -> None:
    place = Path(made[0].removeprefix("pkcs12:"))
    assert place.stat().st_mode & 0o077 == 0
    with pytest.raises(NameTaken, match="is not overwritten"):
        custody.create_test_seal(made[0], subject=SUBJECT, passphrase=b"x", random=chance, at=NOW)


def test_a_seal_of_an_authority(tmp_path: Path) -> None:
    top = root()
    middle = below(top, Paper("Middle", "Town", None, authority=True, usage="certify"))
    holder = below(middle)
    uri = saved(tmp_path / "a.p12", holder, others=(below(top, Paper("Nobody")),))
    seal = custody.open_seal(uri, passphrase=b"secret")
    # What does not belong is left out.
    assert seal.chain == holder.chain


def test_an_rsa_seal(tmp_path: Path) -> None:
    holder = below(root(), key=rsa_key("seal"))
    seal = custody.open_seal(saved(tmp_path / "a.p12", holder), passphrase=b"secret")
    assert seal.public_key.algorithm is Algorithm.RSA
    seal.public_key.verify(seal.sign(b"data"), b"data")


def test_a_test_seal_of_rsa(tmp_path: Path) -> None:
    uri = f"pkcs12:{tmp_path}/rsa.p12"
    custody.create_test_seal(
        uri,
        subject=SUBJECT,
        passphrase=b"secret",
        random=chance,
        at=NOW,
        algorithm=Algorithm.RSA,
    )
    seal = custody.open_seal(uri, passphrase=b"secret")
    signature = seal.sign(b"data")
    seal.public_key.verify(signature, b"data")
    assert len(signature) == 3072 // 8
    with pytest.raises(CustodyError, match="not Ed25519"):
        custody.create_test_seal(
            f"pkcs12:{tmp_path}/other.p12",
            subject=SUBJECT,
            passphrase=b"secret",
            random=chance,
            at=NOW,
            algorithm=Algorithm.ED25519,
        )


def test_nothing_shows_the_secret(made: tuple[str, bytes]) -> None:
    seal = custody.open_seal(made[0], passphrase=b"secret")
    assert "TEST SEAL" in repr(seal)
    assert not hasattr(seal, "__dict__")
    for attempt in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            attempt(seal)


def test_a_pin_in_a_file(made: tuple[str, bytes], tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_bytes(b"secret\r\nmore")
    for source in (str(pin), f"file:{pin}"):
        uri = f"{made[0]}?pin-source={source}"
        assert custody.open_seal(uri, passphrase=b"another").chain
    with pytest.raises(CustodyError, match="pin-source"):
        custody.open_seal(f"{made[0]}?pin-source={tmp_path}/nowhere", passphrase=b"")


@pytest.mark.parametrize(
    "uri",
    ["file:/x", "pkcs12:x", "pkcs12://host/x", "pkcs12:/x?odd=1", "pkcs12:/x#f", "x", ""],
)
def test_an_address_that_names_no_seal(uri: str) -> None:
    with pytest.raises(CustodyError):
        custody.open_seal(uri, passphrase=b"secret")


def test_a_file_that_is_none(tmp_path: Path, made: tuple[str, bytes]) -> None:
    with pytest.raises(CustodyError, match="cannot be read"):
        custody.open_seal(f"pkcs12:{tmp_path}/none", passphrase=b"secret")
    (tmp_path / "odd").write_bytes(b"odd")
    with pytest.raises(CustodyError, match="no PKCS#12"):
        custody.open_seal(f"pkcs12:{tmp_path}/odd", passphrase=b"secret")
    with pytest.raises(CustodyError, match="passphrase"):
        custody.open_seal(made[0], passphrase=b"another")


def test_a_key_that_cannot_seal(tmp_path: Path) -> None:
    edwards = below(root(), key=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))
    with pytest.raises(CustodyError, match="no RSA or P-256"):
        custody.open_seal(saved(tmp_path / "e.p12", edwards), passphrase=b"secret")
    curve = below(root(), key=ec.derive_private_key(7, ec.SECP384R1()))
    with pytest.raises(CustodyError, match="at least 2048 bits"):
        custody.open_seal(saved(tmp_path / "c.p12", curve), passphrase=b"secret")
    for paper in (Paper(usage="encrypt"), Paper(authority=True, usage=None)):
        uri = saved(tmp_path / "u.p12", below(root(), paper))
        with pytest.raises(CustodyError, match="not for signing"):
            custody.open_seal(uri, passphrase=b"secret")


def test_a_chain_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uri = saved(tmp_path / "a.p12", below(root()))
    monkeypatch.setattr("keys.certificates.certificate._MOST_BYTES", 10)
    with pytest.raises(CustodyError, match="16 KiB"):
        custody.open_seal(uri, passphrase=b"secret")


def test_an_order_without_the_ones_above() -> None:
    holder = below(root())
    assert ordered(holder.certificate) == (holder.certificate,)
    assert parse_certificate(holder.certificate.der) == holder.certificate
