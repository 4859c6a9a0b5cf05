"""Which place a list gives to its n-th credential: a keyed permutation, so that order never shows.

Bitstring Status List 1.0 §6.2 (https://www.w3.org/TR/vc-bitstring-status-list/#privacy): indexes
are to be assigned at random, or they tell order and count. A Feistel network over keyed BLAKE2b
(RFC 7693) with cycle walking (Black and Rogaway, "Ciphers with Arbitrary Finite Domains") needs
no table: the last place costs what the first did. Nothing is stored or drawn here.
"""

import hashlib

_ROUNDS = 10
_LEAST_SEED = 16


def slot(ordinal: int, *, seed: bytes, length: int) -> int:
    """Return the place of the ``ordinal``-th credential in a list of ``length`` places.

    Both count from 0. With one ``seed`` (16 to 64 random bytes, kept secret) and one ``length``
    no two ordinals share a place. Raises ValueError out of range.
    """
    if not 0 <= ordinal < length:
        msg = f"a list of {length} places has no place number {ordinal}"
        raise ValueError(msg)
    if len(seed) < _LEAST_SEED:
        msg = f"a seed needs {_LEAST_SEED} random bytes"
        raise ValueError(msg)
    half = max(1, ((length - 1).bit_length() + 1) // 2)
    keyed = hashlib.blake2b(key=seed, digest_size=8)
    # The network permutes 2^(2·half) < 4·length numbers: walking ends after 4 steps on average.
    place = _network(ordinal, keyed, half)
    while place >= length:
        place = _network(place, keyed, half)
    return place


def _network(number: int, keyed: "hashlib.blake2b", half: int) -> int:
    mask = (1 << half) - 1
    left, right = number >> half, number & mask
    for round_number in range(_ROUNDS):
        mixed = keyed.copy()
        mixed.update(round_number.to_bytes(1, "big") + right.to_bytes(8, "big"))
        left, right = right, left ^ (int.from_bytes(mixed.digest(), "big") & mask)
    return left << half | right
