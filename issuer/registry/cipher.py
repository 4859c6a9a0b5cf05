"""How records are encrypted: a key per learner, wrapped under the installation's master key.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce and the place of the record as additional
data, so that no ciphertext can be moved to another row; HKDF-SHA-256 (RFC 5869) separates what
the master key is used for; HMAC-SHA-256 (RFC 2104) makes blind indexes and commitments.
Destroying a wrapped key erases all that it encrypts. This module stores nothing.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from issuer.errors import Misconfigured

KEY_BYTES = 32
_NONCE_BYTES = 12
_DATA_KEY = b"data key"
_PURPOSES = 256
"""Purposes whose key is remembered: a few an organisation."""
_EXTRACT = HMAC(bytes(32), SHA256())
"""Of nothing yet; each key goes into a copy."""


class RecordCipher:
    """Encrypts records and finds them again without their content.

    ``master`` is 32 secret bytes of the installation; ``chance`` returns that many random bytes.
    """

    def __init__(self, master: bytes, chance: Callable[[int], bytes]) -> None:
        if len(master) != KEY_BYTES:
            msg = f"The master key of the records has {len(master)} bytes; {KEY_BYTES} are needed."
            raise Misconfigured(msg)
        self._wrapping = AESGCM(_derive(master, b"wrapping"))
        self._index = _derive(master, b"blind index")
        self._keyed = lru_cache(maxsize=_PURPOSES)(self._under_key_of)
        self._chance = chance

    def blind_index(self, purpose: str, text: str) -> str:
        """HMAC (hex) of ``text`` by which a row is found; another ``purpose``, another value."""
        return self.blind_indexes(purpose, (text,))[0]

    def blind_indexes(self, purpose: str, texts: Iterable[str]) -> list[str]:
        """As `blind_index` of each text, in their order."""
        begun, found = self._keyed(purpose), []
        for text in texts:
            index = begun.copy()
            index.update(text.encode())
            found.append(index.finalize().hex())
        return found

    def new_data_key(self) -> bytes:
        """A new random data key, 32 bytes; it is stored wrapped alone."""
        return self._chance(KEY_BYTES)

    def new_data_keys(self, count: int) -> list[bytes]:
        """As many new data keys, each of its own chance."""
        return _parts(self._chance(count * KEY_BYTES), KEY_BYTES)

    def wrap(self, data_key: bytes) -> bytes:
        """The data key as it is stored, encrypted under the master key."""
        return self.wrap_secret(data_key, _DATA_KEY)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key, 32 bytes. Raises Misconfigured where the master key is another one."""
        return self.unwrap_secret(wrapped, _DATA_KEY)

    def wrap_secret(self, secret: bytes, context: bytes) -> bytes:
        """Encrypt a secret of the installation, such as the seed of a status list."""
        nonce = self._chance(_NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, secret, context)

    def wrap_many(self, data_keys: Sequence[bytes]) -> list[bytes]:
        """As `wrap` of each, in their order."""
        wrap = self._wrapping.encrypt
        pairs = zip(self._nonces(len(data_keys)), data_keys, strict=True)
        return [nonce + wrap(nonce, key, _DATA_KEY) for nonce, key in pairs]

    def unwrap_secret(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a secret of the installation; raises Misconfigured."""
        return _opened(self._wrapping, wrapped, context)

    def encrypt(self, data_key: bytes, data: bytes, context: bytes) -> bytes:
        """Nonce and ciphertext of ``data``; ``context`` is the record's place."""
        nonce = self._chance(_NONCE_BYTES)
        return nonce + AESGCM(data_key).encrypt(nonce, data, context)

    def encrypt_many(self, records: Sequence[tuple[bytes, bytes, bytes]]) -> list[bytes]:
        """As `encrypt` of each (data key, data, context), in their order."""
        pairs = zip(self._nonces(len(records)), records, strict=True)
        return [
            nonce + AESGCM(key).encrypt(nonce, data, context)
            for nonce, (key, data, context) in pairs
        ]

    def decrypt(self, data_key: bytes, data: bytes, context: bytes) -> bytes:
        """What was encrypted; raises Misconfigured for another key or place, or changed bytes."""
        return _opened(AESGCM(data_key), data, context)

    def commitment(self, data_key: bytes, data: bytes) -> str:
        """HMAC (hex) of ``data`` under a key of its own, derived from the data key.

        It can be compared and, once the data key is destroyed, says nothing.
        """
        return commit(commitment_key(data_key), data)

    def _nonces(self, count: int) -> list[bytes]:
        # Asked for at once: the system is asked once instead of once a record.
        return _parts(self._chance(count * _NONCE_BYTES), _NONCE_BYTES)

    def _under_key_of(self, purpose: str) -> HMAC:
        """An HMAC of nothing yet; each text goes into a copy."""
        return HMAC(_hmac(self._index, purpose.encode()), SHA256())


def commitment_key(data_key: bytes) -> bytes:
    """The key under which a learner's records are committed to, 32 bytes."""
    return _derive(data_key, b"commitment")


def commit(key: bytes, data: bytes) -> str:
    """As `RecordCipher.commitment`, with the `commitment_key` of the learner."""
    return _hmac(key, data).hex()


def hkdf(key: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of ``key`` without a salt, 32 bytes: as of `cryptography`, sooner."""
    # Extract is an HMAC under a key of zeros, the same for all; of Expand this is the one block.
    extracted = _EXTRACT.copy()
    extracted.update(key)
    return _hmac(extracted.finalize(), info + b"\x01")


def _opened(cipher: AESGCM, data: bytes, context: bytes) -> bytes:
    nonce, ciphertext = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, ciphertext, context)
    except (InvalidTag, ValueError) as fault:
        msg = (
            f"The record {context.decode('ascii', 'replace')} cannot be decrypted: the master "
            "key belongs to another database, or the record was changed. Restore the key file "
            "and the database from the same backup."
        )
        raise Misconfigured(msg) from fault


def _parts(chance: bytes, size: int) -> list[bytes]:
    return [chance[at : at + size] for at in range(0, len(chance), size)]


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hkdf(key, b"testamur registry v1: " + purpose)


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
