"""A seal whose key is in a token: a real PKCS#11 library, SoftHSM2."""

import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from keys import custody
from keys.algorithms import Algorithm, CustodyError
from tests.town.authority import Holder, below, root, rsa_key
from tests.town.writers import at_once

pytestmark = pytest.mark.hsm
TOP = root()
HOLDERS = {"p256": below(TOP), "rsa": below(TOP, key=rsa_key("token"))}
PEM = ssl.DER_cert_to_PEM_cert(TOP.certificate.der)
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a token called ``town`` and its pin."""
    if not MODULE.exists() or shutil.which("softhsm2-util") is None:
        pytest.skip("no SoftHSM2")
    place = tmp_path_factory.mktemp("token")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place / 'tokens'}\n")
    (place / "pin").write_text("123456\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    run("--init-token", "--free", "--label", "town", "--pin", "123456", "--so-pin", "123456")
    for number, (name, holder) in enumerate(HOLDERS.items(), 1):
        put(place, holder, name=name, number=f"0{number}")
    yield place
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def run(*words: str) -> None:
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)


def put(token: Path, holder: Holder, *, name: str, number: str) -> None:
    """Put a key and its certificate into the token."""
    import pkcs11  # noqa: PLC0415 # Only where there is a library.
    from pkcs11.util.x509 import decode_x509_certificate  # noqa: PLC0415 # As above.

    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (token / f"{name}.pem").write_bytes(key)
    file = str(token / f"{name}.pem")
    run("--import", file, "--token", "town", "--label", name, "--id", number, "--pin", "123456")
    with (
        pkcs11.lib(str(MODULE))
        .get_token(token_label="town")
        .open(rw=True, user_pin="123456") as session
    ):
        said = decode_x509_certificate(holder.certificate.der)
        said[pkcs11.Attribute.LABEL] = name
        said[pkcs11.Attribute.TOKEN] = True
        session.create_object(said)


def address(token: Path, name: str, more: str = "") -> str:
    pin = token / "pin"
    return f"pkcs11:token=town;object={name}?module-path={MODULE}&pin-source=file:{pin}{more}"


def test_a_token_leaves_no_faults_to_the_next_connection(token: Path) -> None:
    seal = custody.open_seal(address(token, "p256"), passphrase=b"")
    # Reads certificates, and fails with whatever stands in OpenSSL's list of faults before.
    assert ssl.create_default_context(cadata=PEM).cert_store_stats()["x509"] == 1
    seal.sign(b"data")
    assert ssl.create_default_context(cadata=PEM).cert_store_stats()["x509"] == 1


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_it_seals_and_the_key_stays_there(token: Path, kind: str) -> None:
    holder = HOLDERS[kind]
    (token / "above.pem").write_bytes(
        x509.load_der_x509_certificate(TOP.certificate.der).public_bytes(Encoding.PEM)
    )
    seal = custody.open_seal(address(token, kind, f"&x-chain={token}/above.pem"), passphrase=b"")
    assert seal.chain == holder.chain
    wanted = Algorithm.RSA if isinstance(holder.key, rsa.RSAPrivateKey) else Algorithm.P256
    assert seal.public_key.algorithm is wanted
    seal.public_key.verify(seal.sign(b"data"), b"data")
    assert repr(seal).startswith("<seal ")


def test_what_is_not_in_the_token(token: Path) -> None:
    with pytest.raises(CustodyError, match="cannot be opened"):
        custody.open_seal(address(token, "nothing"), passphrase=b"")
    with pytest.raises(CustodyError, match="cannot be opened"):
        custody.open_seal(address(token, "p256").replace("token=town", "token=x"), passphrase=b"")


def test_many_seal_at_once(token: Path) -> None:
    seal = custody.open_seal(address(token, "p256"), passphrase=b"")

    def work(number: int) -> bytes:
        data = str(number).encode()
        signature = seal.sign(data)
        seal.public_key.verify(signature, data)
        return signature

    assert len(set(at_once(work, count=16))) == 16


def test_a_key_without_a_certificate_of_its_number(token: Path) -> None:
    # The certificates of this token bear a label and no number.
    with pytest.raises(CustodyError, match="0 certificates called '02'"):
        custody.open_seal(address(token, "p256").replace("object=p256", "id=%02"), passphrase=b"")
