"""A seal in a token, with a stand-in for the library; the real one is in tests/integration/hsm."""

import copy
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from keys import custody
from keys.algorithms import CustodyError
from tests.town.authority import Holder, Paper, below, root, rsa_key


class Fault(Exception):
    pass


class LoggedIn(Fault):
    pass


class Library:
    """What a token answers; each attribute may be bent."""

    def __init__(self, holder: Holder) -> None:
        self.certificates = [holder.certificate.der]
        self.logged_in = False
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

    def get_key(self, **_: object) -> "Library":
        return self

    def get_objects(self, _query: object) -> list[dict[str, bytes]]:
        return [{"VALUE": der} for der in self.certificates]

    def sign(self, data: bytes, mechanism: str) -> bytes:
        if self.fails:
            raise Fault
        self.signed.append((data, mechanism))
        return b"signature"


@pytest.fixture
def holder() -> Holder:
    return below(root())


@pytest.fixture
def library(holder: Holder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    stand_in, errors = ModuleType("pkcs11"), ModuleType("pkcs11.exceptions")
    found = Library(holder)
    kinds: dict[str, Any] = {
        "PKCS11Error": Fault,
        "lib": found.lib,
        "Mechanism": SimpleNamespace(RSA_PKCS="rsa", ECDSA="ecdsa"),
        "ObjectClass": SimpleNamespace(PRIVATE_KEY="key", CERTIFICATE="certificate"),
        "Attribute": SimpleNamespace(CLASS="CLASS", LABEL="LABEL", VALUE="VALUE"),
        "exceptions": errors,
    }
    vars(stand_in).update(kinds)
    vars(errors)["UserAlreadyLoggedIn"] = LoggedIn
    monkeypatch.setitem(sys.modules, "pkcs11", stand_in)
    monkeypatch.setitem(sys.modules, "pkcs11.exceptions", errors)
    yield found


@pytest.fixture
def address(tmp_path: Path) -> str:
    (tmp_path / "pin").write_text("123456\n")
    return f"pkcs11:token=town;object=seal?module-path=/lib.so&pin-source=file:{tmp_path}/pin"


def test_the_digest_is_made_here(library: Library, address: str) -> None:
    seal = custody.open_seal(address, passphrase=b"")
    assert seal.sign(b"data") == b"signature"
    assert library.signed == [(hashlib.sha256(b"data").digest(), "ecdsa")]
    assert "Seal of Example" in repr(seal)
    with pytest.raises(TypeError):
        copy.copy(seal)


def test_an_rsa_key_signs_what_pkcs1_says(library: Library, address: str) -> None:
    library.certificates = [below(root(), key=rsa_key("seal")).certificate.der]
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
    seal = custody.open_seal(f"{address}&x-chain={tmp_path}/above.pem", passphrase=b"")
    assert seal.chain == holder.chain


def test_a_token_that_does_not_sign(library: Library, address: str) -> None:
    seal = custody.open_seal(address, passphrase=b"")
    library.fails = True
    with pytest.raises(CustodyError, match="did not sign"):
        seal.sign(b"data")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("token=town;", "", "token"),
        ("object=seal", "odd=1", "odd"),
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
