"""What the cipher hides, and what it finds again."""

import hmac
import os
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import Misconfigured
from issuer.registry.cipher import RecordCipher, commitment_key, hkdf

MASTER = bytes(range(32))
OTHER = bytes(range(1, 33))


def test_a_master_key_has_32_bytes() -> None:
    with pytest.raises(Misconfigured, match="has 16 bytes; 32 are needed"):
        RecordCipher(MASTER[:16], os.urandom)


def test_what_was_encrypted_comes_back_under_the_same_key_and_place(cipher: RecordCipher) -> None:
    key = cipher.new_data_key()
    assert len(key) == 32
    assert cipher.decrypt(key, cipher.encrypt(key, b"Ann", b"learners/1"), b"learners/1") == b"Ann"


def test_a_wrapped_data_key_comes_back(cipher: RecordCipher) -> None:
    key = cipher.new_data_key()
    wrapped = cipher.wrap(key)
    assert cipher.unwrap(wrapped) == key != cipher.new_data_key()
    assert key not in wrapped


@pytest.mark.parametrize("position", [0, 11, 12, 14, -1])
def test_any_changed_byte_is_noticed(cipher: RecordCipher, position: int) -> None:
    key = cipher.new_data_key()
    sealed = bytearray(cipher.encrypt(key, b"Ann", b"learners/1"))
    sealed[position] ^= 1
    with pytest.raises(Misconfigured, match="learners/1 cannot be decrypted"):
        cipher.decrypt(key, bytes(sealed), b"learners/1")


@pytest.mark.parametrize("data", [b"", b"short", bytes(12), bytes(27)])
def test_too_few_bytes_are_no_record(cipher: RecordCipher, data: bytes) -> None:
    with pytest.raises(Misconfigured):
        cipher.decrypt(MASTER, data, b"learners/1")


def test_a_ciphertext_cannot_be_moved_to_another_row(cipher: RecordCipher) -> None:
    key = cipher.new_data_key()
    with pytest.raises(Misconfigured):
        cipher.decrypt(key, cipher.encrypt(key, b"Ann", b"learners/1"), b"learners/2")


def test_one_persons_key_does_not_open_anothers_record(cipher: RecordCipher) -> None:
    hers, his = cipher.new_data_key(), cipher.new_data_key()
    assert hers != his
    with pytest.raises(Misconfigured):
        cipher.decrypt(his, cipher.encrypt(hers, b"Ann", b"p"), b"p")


def test_another_master_key_opens_no_data_key_and_no_seed(cipher: RecordCipher) -> None:
    stranger = RecordCipher(OTHER, os.urandom)
    with pytest.raises(Misconfigured):
        stranger.unwrap(cipher.wrap(cipher.new_data_key()))
    with pytest.raises(Misconfigured):
        stranger.unwrap_secret(cipher.wrap_secret(b"seed", b"list"), b"list")


def test_a_wrapped_data_key_is_no_seed(cipher: RecordCipher) -> None:
    with pytest.raises(Misconfigured):
        cipher.unwrap_secret(cipher.wrap(cipher.new_data_key()), b"list")


def test_the_master_key_itself_encrypts_nothing(cipher: RecordCipher) -> None:
    wrapped = cipher.wrap_secret(b"seed", b"list")
    assert b"seed" not in wrapped
    with pytest.raises(Misconfigured):
        cipher.decrypt(MASTER, wrapped, b"list")


def test_every_encryption_draws_a_nonce(
    chance: Callable[[int], bytes], cipher: RecordCipher
) -> None:
    counted = RecordCipher(MASTER, chance)
    key = counted.new_data_key()
    first, second = (counted.encrypt(key, b"Ann", b"p") for _ in range(2))
    assert first[:12] != second[:12]
    # AES-256-GCM as published: nonce, ciphertext, tag.
    assert AESGCM(key).decrypt(first[:12], first[12:], b"p") == b"Ann"


def test_a_blind_index_depends_on_key_purpose_and_text(cipher: RecordCipher) -> None:
    index = cipher.blind_index("learner euas", "k1")
    assert index == RecordCipher(MASTER, os.urandom).blind_index("learner euas", "k1")
    assert len(bytes.fromhex(index)) == 32
    others = {
        cipher.blind_index("learner euas", "k2"),
        cipher.blind_index("learner rival", "k1"),
        cipher.blind_index("learner", "euask1"),
        RecordCipher(OTHER, os.urandom).blind_index("learner euas", "k1"),
    }
    assert len(others) == 4
    assert index not in others


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32))
def test_a_blind_index_is_hmac_under_an_hmac_under_a_derived_key(
    purpose: str, text: str, master: bytes
) -> None:
    found = RecordCipher(master, os.urandom)
    info = b"testamur registry v1: blind index"
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)
    key = hmac.digest(derived, purpose.encode(), "sha256")
    for _ in range(2):  # What is remembered of the purpose is not changed by a text.
        assert found.blind_index(purpose, text) == hmac.digest(key, text.encode(), "sha256").hex()


def test_a_commitment_needs_the_data_key(cipher: RecordCipher) -> None:
    hers, his = cipher.new_data_key(), cipher.new_data_key()
    assert cipher.commitment(hers, b"x") == cipher.commitment(hers, b"x")
    assert cipher.commitment(hers, b"x") != cipher.commitment(his, b"x")
    assert cipher.commitment(hers, b"x") != cipher.commitment(hers, b"y")


@given(st.binary(min_size=1, max_size=100), st.binary(max_size=100))
def test_a_derived_key_is_that_of_hkdf(key: bytes, info: bytes) -> None:
    for _ in range(2):  # What is remembered of the salt is not changed by a key.
        assert hkdf(key, info) == HKDF(SHA256(), length=32, salt=None, info=info).derive(key)


def test_a_derived_key_is_the_one_of_rfc_5869() -> None:
    # Appendix A.3, without salt and info: the first 32 of its 42 bytes.
    derived = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert hkdf(bytes.fromhex("0b" * 22), b"").hex() == derived


def test_records_are_committed_to_under_a_key_of_their_own(cipher: RecordCipher) -> None:
    key = cipher.new_data_key()
    info = b"testamur registry v1: commitment"
    own = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key)
    assert commitment_key(key) == own
    assert cipher.commitment(key, b"x") == hmac.digest(own, b"x", "sha256").hex()


def test_many_are_as_one_after_the_other(cipher: RecordCipher) -> None:
    keys = cipher.new_data_keys(3)
    assert [len(key) for key in keys] == [32, 32, 32]
    assert len(set(keys)) == 3
    wrapped = cipher.wrap_many(keys)
    assert [cipher.unwrap(one) for one in wrapped] == keys
    records = [(key, bytes([n] * n), b"p%d" % n) for n, key in enumerate(keys)]
    sealed = cipher.encrypt_many(records)
    for one, (key, data, place) in zip(sealed, records, strict=True):
        assert cipher.decrypt(key, one, place) == data
        # AES-256-GCM as published: nonce, ciphertext, tag.
        assert AESGCM(key).decrypt(one[:12], one[12:], place) == data
    assert len({one[:12] for one in (*wrapped, *sealed)}) == 6, "each has a nonce of its own"
    assert cipher.blind_indexes("p", ["a", "b"]) == [cipher.blind_index("p", t) for t in "ab"]
    for none in (cipher.new_data_keys(0), cipher.wrap_many([]), cipher.encrypt_many([])):
        assert none == []
