"""Secrets in encrypted files: Argon2id from the passphrase, AES-256-GCM over the secret.

RFC 9106 (Argon2id, second recommended option: 64 MiB, 3 passes), NIST SP 800-38D (GCM).
PKCS#8's own encryption derives with 2 048 rounds of PBKDF2 in the library used, hence this
envelope. The cost in a file is bounded when it is opened, so that a planted file cannot ask for
gigabytes. A secret is never shown by ``repr``, pickled or copied.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.algorithms import Algorithm, CustodyError, UnsupportedAlgorithm
from keys.custody import p256
from keys.custody.places import write_new
from keys.public import PublicKey

Chance = Callable[[int], bytes]
_VERSION = 1
_KDF = "argon2id"
_COST = {"memory_kib": 65_536, "passes": 3, "lanes": 4}
_MOST = {"memory_kib": 1_048_576, "passes": 16, "lanes": 16}
_MOST_BYTES = 10_000
# OpenSSL computes the lanes in threads of its own, and two who derive at once wait for ever.
_ONE_AT_A_TIME = Lock()
_EcKey = ec.EllipticCurvePrivateKey
_EdKey = ed25519.Ed25519PrivateKey


class FileSigner:
    """A `keys.signer.Signer` whose secret was read from a file."""

    __slots__ = ("__key", "_public_key")

    def __init__(self, key: "_EdKey | _EcKey", public_key: PublicKey) -> None:
        self.__key = key
        self._public_key = public_key

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        return self._public_key

    def sign(self, data: bytes) -> bytes:
        """Sign ``data``; ECDSA gives r and s of 32 bytes each (IEEE P1363)."""
        if isinstance(self.__key, _EdKey):
            return self.__key.sign(data)
        return p256.sign(self.__key, data)

    def __repr__(self) -> str:
        return f"<signer {self._public_key.multibase()}>"

    def __reduce__(self) -> NoReturn:
        msg = "a signer cannot be copied or stored"
        raise TypeError(msg)


def create_key(path: str, *, algorithm: Algorithm, passphrase: bytes, random: Chance) -> PublicKey:
    """Make an Ed25519 or P-256 key in a new file.

    Raises UnsupportedAlgorithm, NameTaken, CustodyError.
    """
    if algorithm is Algorithm.ED25519:
        secret = random(32)
    elif algorithm is Algorithm.P256:
        secret = p256.draw(random).to_bytes(32, "big")
    else:
        msg = f"testamur signs with Ed25519 or P-256, not with {algorithm}"
        raise UnsupportedAlgorithm(msg)
    _write(path, kind=str(algorithm), secret=secret, passphrase=passphrase, random=random)
    return _signer(algorithm, secret).public_key


def open_signer(path: str, *, passphrase: bytes) -> FileSigner:
    """Open a key file; raises CustodyError."""
    kind, secret = _read(path, passphrase)
    if kind not in {Algorithm.ED25519, Algorithm.P256}:
        msg = f"{path} does not hold a signing key"
        raise CustodyError(msg)
    return _signer(Algorithm(kind), secret)


def create_secret(path: str, *, passphrase: bytes, random: Chance) -> None:
    """Make a 32-byte secret in a new file; raises CustodyError."""
    _write(path, kind="secret", secret=random(32), passphrase=passphrase, random=random)


def open_secret(path: str, *, passphrase: bytes) -> bytes:
    """Open a 32-byte secret; raises CustodyError."""
    kind, secret = _read(path, passphrase)
    if kind != "secret":
        msg = f"{path} does not hold a secret"
        raise CustodyError(msg)
    return secret


def destroy(path: str) -> None:
    """Overwrite and remove a file; raises CustodyError if it is not there."""
    place = Path(path)
    try:
        with place.open("r+b") as stream:
            stream.write(b"\0" * place.stat().st_size)
            stream.flush()
            os.fsync(stream.fileno())
        place.unlink()
    except OSError as fault:
        msg = f"{path} cannot be destroyed: {fault.strerror}"
        raise CustodyError(msg) from fault


def _signer(algorithm: Algorithm, secret: bytes) -> FileSigner:
    if algorithm is Algorithm.ED25519:
        ed_key = _EdKey.from_private_bytes(secret)
        return FileSigner(ed_key, PublicKey(algorithm, ed_key.public_key().public_bytes_raw()))
    ec_key = p256.key_of(int.from_bytes(secret, "big"))
    point = ec_key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return FileSigner(ec_key, PublicKey(algorithm, point))


def _derive(passphrase: bytes, salt: bytes, cost: dict[str, int]) -> bytes:
    kdf = Argon2id(
        salt=salt,
        length=32,
        iterations=cost["passes"],
        lanes=cost["lanes"],
        memory_cost=cost["memory_kib"],
    )
    with _ONE_AT_A_TIME:
        return kdf.derive(passphrase)


def _write(path: str, *, kind: str, secret: bytes, passphrase: bytes, random: Chance) -> None:
    if not passphrase:
        msg = "the passphrase is empty: choose one, the key file is worth nothing without it"
        raise CustodyError(msg)
    salt, nonce = random(16), random(12)
    sealed = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, secret, kind.encode())
    envelope = {
        "testamur": _VERSION,
        "kind": kind,
        "kdf": {"name": _KDF, "salt": b64encode(salt).decode(), **_COST},
        "nonce": b64encode(nonce).decode(),
        "sealed": b64encode(sealed).decode(),
    }
    data = json.dumps(envelope, indent=1).encode()  # noqa: TID251 # A file of the vault; nothing is signed over it.
    write_new(Path(path), data)


def _read(path: str, passphrase: bytes) -> tuple[str, bytes]:
    try:
        with Path(path).open("rb") as stream:
            envelope = json.loads(stream.read(_MOST_BYTES))
    except OSError as fault:
        msg = f"{path} cannot be read: {fault.strerror}"
        raise CustodyError(msg) from fault
    except (ValueError, RecursionError) as fault:
        msg = f"{path} is not a key file"
        raise CustodyError(msg) from fault
    try:
        return _open(envelope, passphrase)
    except InvalidTag as fault:
        msg = f"{path}: the passphrase is wrong, or the file was changed"
        raise CustodyError(msg) from fault
    except (KeyError, TypeError, ValueError, OverflowError) as fault:
        msg = f"{path} is damaged: restore it from a backup"
        raise CustodyError(msg) from fault


def _open(envelope: dict[str, Any], passphrase: bytes) -> tuple[str, bytes]:
    if (envelope["testamur"], envelope["kdf"]["name"]) != (_VERSION, _KDF):
        msg = "an envelope of another version"
        raise ValueError(msg)
    cost = {name: int(envelope["kdf"][name]) for name in _COST}
    if any(not 1 <= cost[name] <= _MOST[name] for name in cost):
        msg = "a cost out of bounds"
        raise ValueError(msg)
    kind = str(envelope["kind"])
    key = _derive(passphrase, b64decode(envelope["kdf"]["salt"]), cost)
    nonce, sealed = b64decode(envelope["nonce"]), b64decode(envelope["sealed"])
    return kind, AESGCM(key).decrypt(nonce, sealed, kind.encode())
