"""Which place a list gives to its n-th credential: a keyed permutation, so that order never shows.

Bitstring Status List 1.0 §6.2 (https://www.w3.org/TR/vc-bitstring-status-list/#privacy): indexes
are to be assigned at random, or they tell order and count. A Feistel network over keyed BLAKE2b
(RFC 7693) with cycle walking (Black and Rogaway, "Ciphers with Arbitrary Finite Domains"): the
last place costs what the first did. What a round makes of a half is remembered for a few lists,
because there are few halves. Nothing is stored or drawn here.
"""

import hashlib
from functools import lru_cache

_ROUNDS = 10
_LEAST_SEED = 16
_LISTS = 8


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
    rounds = _rounds(seed)
    # The network permutes 2^(2·half) < 4·length numbers: walking ends after 4 steps on average.
    place = _network(ordinal, rounds, half)
    while place >= length:
        place = _network(place, rounds, half)
    return place


class _Round(dict[int, int]):
    """Half → 64 bits, for one round of one seed."""

    def __init__(self, seed: bytes, number: int) -> None:
        super().__init__()
        self._keyed = hashlib.blake2b(number.to_bytes(1, "big"), key=seed, digest_size=8)

    def __missing__(self, half: int) -> int:
        mixed = self._keyed.copy()
        mixed.update(half.to_bytes(8, "big"))
        found = self[half] = int.from_bytes(mixed.digest(), "big")
        return found


@lru_cache(_LISTS)
def _rounds(seed: bytes) -> tuple[_Round, ...]:
    return tuple(_Round(seed, number) for number in range(_ROUNDS))


def _network(number: int, rounds: tuple[_Round, ...], half: int) -> int:
    mask = (1 << half) - 1
    left, right = number >> half, number & mask
    for mixed in rounds:
        left, right = right, left ^ (mixed[right] & mask)
    return left << half | right
