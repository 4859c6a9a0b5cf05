"""How records are encrypted: a key per learner, wrapped under the installation's master key.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce and the place of the record as additional
data, so that no ciphertext can be moved to another row; HKDF-SHA-256 (RFC 5869) separates what
the master key is used for; HMAC-SHA-256 (RFC 2104) makes blind indexes and commitments.
Destroying a wrapped key erases all that it encrypts. This module stores nothing.
"""

import hmac
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from issuer.errors import Misconfigured

KEY_BYTES = 32
_NONCE_BYTES = 12
_DATA_KEY = b"data key"
_PURPOSES = 256
"""Purposes whose key is remembered: a few an organisation."""


class RecordCipher:
    """Encrypts records and finds them again without their content.

    ``master`` is 32 secret bytes of the installation; ``chance`` returns that many random bytes.
    """

    def __init__(self, master: bytes, chance: Callable[[int], bytes]) -> None:
        if len(master) != KEY_BYTES:
            msg = f"The master key of the records has {len(master)} bytes; {KEY_BYTES} are needed."
            raise Misconfigured(msg)
        self._wrapping = _derive(master, b"wrapping")
        self._index = _derive(master, b"blind index")
        self._keyed = lru_cache(maxsize=_PURPOSES)(self._under_key_of)
        self._chance = chance

    def blind_index(self, purpose: str, text: str) -> str:
        """HMAC (hex) of ``text`` by which a row is found; another ``purpose``, another value."""
        index = self._keyed(purpose).copy()
        index.update(text.encode())
        return index.finalize().hex()

    def new_data_key(self) -> bytes:
        """A new random data key, 32 bytes; it is stored wrapped alone."""
        return self._chance(KEY_BYTES)

    def wrap(self, data_key: bytes) -> bytes:
        """The data key as it is stored, encrypted under the master key."""
        return self.wrap_secret(data_key, _DATA_KEY)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The data key, 32 bytes. Raises Misconfigured where the master key is another one."""
        return self.unwrap_secret(wrapped, _DATA_KEY)

    def wrap_secret(self, secret: bytes, context: bytes) -> bytes:
        """Encrypt a secret of the installation, such as the seed of a status list."""
        return self.encrypt(self._wrapping, secret, context)

    def unwrap_secret(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a secret of the installation; raises Misconfigured."""
        return self.decrypt(self._wrapping, wrapped, context)

    def encrypt(self, data_key: bytes, data: bytes, context: bytes) -> bytes:
        """Nonce and ciphertext of ``data``; ``context`` is the record's place."""
        nonce = self._chance(_NONCE_BYTES)
        return nonce + AESGCM(data_key).encrypt(nonce, data, context)

    def decrypt(self, data_key: bytes, data: bytes, context: bytes) -> bytes:
        """What was encrypted; raises Misconfigured for another key or place, or changed bytes."""
        nonce, ciphertext = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        try:
            return AESGCM(data_key).decrypt(nonce, ciphertext, context)
        except (InvalidTag, ValueError) as fault:
            msg = (
                f"The record {context.decode('ascii', 'replace')} cannot be decrypted: the master "
                "key belongs to another database, or the record was changed. Restore the key file "
                "and the database from the same backup."
            )
            raise Misconfigured(msg) from fault

    def commitment(self, data_key: bytes, data: bytes) -> str:
        """HMAC (hex) of ``data`` under a key of its own, derived from the data key.

        It can be compared and, once the data key is destroyed, says nothing.
        """
        return commit(commitment_key(data_key), data)

    def _under_key_of(self, purpose: str) -> HMAC:
        """An HMAC of nothing yet; each text goes into a copy."""
        return HMAC(_hmac(self._index, purpose.encode()), SHA256())


def commitment_key(data_key: bytes) -> bytes:
    """The key under which a learner's records are committed to, 32 bytes."""
    return _derive(data_key, b"commitment")


def commit(key: bytes, data: bytes) -> str:
    """As `RecordCipher.commitment`, with the `commitment_key` of the learner."""
    return _hmac(key, data).hex()


def _derive(key: bytes, purpose: bytes) -> bytes:
    info = b"testamur registry v1: " + purpose
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
