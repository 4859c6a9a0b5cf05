"""A seal in a token, with a stand-in for the library; the real one is in tests/integration/hsm."""

import copy
import hashlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from keys import custody
from keys.algorithms import CustodyError
from tests.town.authority import Holder, Paper, below, p256, root, rsa_key


class Fault(Exception):
    pass


class LoggedIn(Fault):
    pass


class Library:
    """What a token answers; each attribute may be bent."""

    def __init__(self, holder: Holder) -> None:
        self.certificates = [holder.certificate.der]
        self.logged_in = False
        self.key: Any = holder.key
        self.asked: dict[str, object] = {}
        self.signed: list[tuple[bytes, str]] = []
        self.fails = False

    def lib(self, path: str) -> "Library":
        if path != "/lib.so":
            raise Fault(path)
        return self

    def get_token(self, token_label: str) -> "Library":
        assert token_label == "town"
        return self

    def open(self, user_pin: str | None = None) -> "Library":
        if self.logged_in and user_pin is not None:
            raise LoggedIn
        assert user_pin in {"123456", None}
        return self

    def get_key(self, **asked: object) -> "Library":
        self.asked = asked
        return self

    def get_objects(self, query: dict[str, object]) -> list[dict[str, bytes]]:
        assert query.get("LABEL") == self.asked["label"]
        assert query.get("ID") == self.asked["id"]
        return [{"VALUE": der} for der in self.certificates]

    def sign(self, data: bytes, mechanism: str) -> bytes:
        if self.fails:
            raise Fault
        self.signed.append((data, mechanism))
        digest = Prehashed(hashes.SHA256())
        if mechanism == "rsa":
            return bytes(self.key.sign(data[-32:], padding.PKCS1v15(), digest))
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(digest)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@pytest.fixture
def holder() -> Holder:
    return below(root())


@pytest.fixture
def library(holder: Holder, monkeypatch: pytest.MonkeyPatch) -> Library:
    stand_in, errors = ModuleType("pkcs11"), ModuleType("pkcs11.exceptions")
    found = Library(holder)
    kinds: dict[str, Any] = {
        "PKCS11Error": Fault,
        "lib": found.lib,
        "Mechanism": SimpleNamespace(RSA_PKCS="rsa", ECDSA="ecdsa"),
        "ObjectClass": SimpleNamespace(PRIVATE_KEY="key", CERTIFICATE="certificate"),
        "Attribute": SimpleNamespace(CLASS="CLASS", LABEL="LABEL", ID="ID", VALUE="VALUE"),
        "exceptions": errors,
    }
    vars(stand_in).update(kinds)
    vars(errors)["UserAlreadyLoggedIn"] = LoggedIn
    monkeypatch.setitem(sys.modules, "pkcs11", stand_in)
    monkeypatch.setitem(sys.modules, "pkcs11.exceptions", errors)
    return found


@pytest.fixture
def address(tmp_path: Path) -> str:
    (tmp_path / "pin").write_text("123456\n")
    return f"pkcs11:token=town;object=seal?module-path=/lib.so&pin-source=file:{tmp_path}/pin"


def test_the_digest_is_made_here(library: Library, address: str) -> None:
    seal = custody.open_seal(address, passphrase=b"")
    seal.public_key.verify(seal.sign(b"data"), b"data")
    assert library.signed == [(hashlib.sha256(b"data").digest(), "ecdsa")]
    assert "Seal of Example" in repr(seal)
    with pytest.raises(TypeError):
        copy.copy(seal)


def test_an_rsa_key_signs_what_pkcs1_says(library: Library, address: str) -> None:
    holder = below(root(), key=rsa_key("seal"))
    library.certificates, library.key = [holder.certificate.der], holder.key
    custody.open_seal(address, passphrase=b"").sign(b"data")
    data, mechanism = library.signed[0]
    assert mechanism == "rsa"
    assert data.endswith(hashlib.sha256(b"data").digest())
    assert len(data) == 19 + 32


def test_whoever_is_logged_in_already_is_so_for_all(library: Library, address: str) -> None:
    library.logged_in = True
    assert custody.open_seal(address, passphrase=b"").chain


def test_those_above_may_stand_in_a_file(
    library: Library, address: str, tmp_path: Path, holder: Holder
) -> None:
    above = x509.load_der_x509_certificate(holder.chain[1].der).public_bytes(Encoding.PEM)
    (tmp_path / "above.pem").write_bytes(above)
    # A plus in a name is a plus, and not a space.
    other = b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
    (tmp_path / "above+1.pem").write_bytes(other + above)
    seal = custody.open_seal(f"{address}&x-chain={tmp_path}/above+1.pem", passphrase=b"")
    assert seal.chain == holder.chain


@pytest.mark.parametrize(
    ("words", "label", "number"),
    [
        ("object=seal", "seal", None),
        ("id=%01%ff", None, b"\x01\xff"),
        ("object=S%C3%BC%20d;id=%01", "Sü d", b"\x01"),
    ],
)
def test_a_key_is_named_by_label_or_number(
    library: Library, address: str, words: str, label: str | None, number: bytes | None
) -> None:
    assert custody.open_seal(address.replace("object=seal", words), passphrase=b"").chain
    assert (library.asked["label"], library.asked["id"]) == (label, number)
    library.certificates = []
    with pytest.raises(CustodyError, match=label or "01ff"):
        custody.open_seal(address.replace("object=seal", words), passphrase=b"")


def test_a_key_of_another_certificate_seals_nothing(library: Library, address: str) -> None:
    library.key = p256("somebody else")
    seal = custody.open_seal(address, passphrase=b"")
    with pytest.raises(CustodyError, match="does not fit its certificate"):
        seal.sign(b"data")


def test_a_pin_in_the_address_is_refused_and_not_told(library: Library, address: str) -> None:
    with pytest.raises(CustodyError, match="pin-value") as caught:
        custody.open_seal(f"{address}&pin-value=123456", passphrase=b"")
    assert "123456" not in caught.value.message


def test_a_token_that_does_not_sign(library: Library, address: str) -> None:
    seal = custody.open_seal(address, passphrase=b"")
    library.fails = True
    with pytest.raises(CustodyError, match="did not sign"):
        seal.sign(b"data")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("token=town;", "", "token"),
        (";object=seal", "", "no object"),
        ("object=seal", "odd=1", "odd"),
        ("object=seal", "object=seal;object=other", "one name twice"),
        ("&pin-source", "&odd=1&pin-source", "odd"),
        ("/lib.so", "/other.so", "cannot be opened"),
        ("/pin", "/nowhere", "pin-source"),
    ],
)
def test_an_address_that_leads_nowhere(
    library: Library, address: str, old: str, new: str, why: str
) -> None:
    with pytest.raises(CustodyError, match=why):
        custody.open_seal(address.replace(old, new), passphrase=b"")


def test_a_pin_that_is_no_text(library: Library, address: str, tmp_path: Path) -> None:
    (tmp_path / "pin").write_bytes(b"\xff\n")
    with pytest.raises(CustodyError, match="is no text"):
        custody.open_seal(address, passphrase=b"")


def test_a_token_without_the_certificate(library: Library, address: str, tmp_path: Path) -> None:
    library.certificates = []
    with pytest.raises(CustodyError, match="0 certificates"):
        custody.open_seal(address, passphrase=b"")
    library.certificates = [b"x"]
    with pytest.raises(CustodyError, match="cannot be used"):
        custody.open_seal(address, passphrase=b"")
    library.certificates = [below(root(), Paper(usage="encrypt")).certificate.der]
    with pytest.raises(CustodyError, match="not for signing"):
        custody.open_seal(address, passphrase=b"")


def test_without_the_library_it_says_what_to_install(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(CustodyError, match="testamur\\[hsm\\]"):
        custody.open_seal(address, passphrase=b"")
