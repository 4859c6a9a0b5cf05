"""Every credential has a place of its own, and nobody can tell from it which came first."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.status.permutation import slot

SEED = hashlib.sha256(b"a list").digest()


@given(length=st.integers(1, 300), seed=st.binary(min_size=16, max_size=64))
def test_it_is_a_permutation(length: int, seed: bytes) -> None:
    places = [slot(n, seed=seed, length=length) for n in range(length)]
    assert sorted(places) == list(range(length))


def test_it_is_the_one_by_which_places_were_given_out() -> None:
    # Another one would give places a second time in every list that is open.
    places = [slot(n, seed=bytes(range(32)), length=131_072) for n in (0, 1, 2, 131_071)]
    assert places == [104_472, 82_744, 115_090, 9_082]


def test_what_is_remembered_of_one_list_says_nothing_of_another() -> None:
    seeds = [hashlib.sha256(b"%d" % number).digest() for number in range(20)]
    first = [slot(7, seed=seed, length=1_000) for seed in seeds]
    assert [slot(7, seed=seed, length=1_000) for seed in seeds] == first
    assert len(set(first)) > 15


def test_it_is_a_permutation_of_a_whole_list() -> None:
    places = {slot(n, seed=SEED, length=131_072) for n in range(0, 131_072, 16)}
    assert len(places) == 131_072 // 16
    assert min(places) >= 0
    assert max(places) < 131_072


def test_the_last_place_is_there_and_none_after_it() -> None:
    assert 0 <= slot(131_071, seed=SEED, length=131_072) < 131_072
    for ordinal in (131_072, -1):
        with pytest.raises(ValueError, match="no place number"):
            slot(ordinal, seed=SEED, length=131_072)


def test_neighbours_do_not_stay_together() -> None:
    places = [slot(n, seed=SEED, length=131_072) for n in range(2_000)]
    rising = sum(a < b for a, b in itertools.pairwise(places))
    near = sum(abs(a - b) < 100 for a, b in itertools.pairwise(places))
    # 1 000 and 3 are expected of chance.
    assert 880 < rising < 1_120
    assert near < 20


def test_places_are_spread_over_the_list() -> None:
    eighths = [0] * 8
    for n in range(4_000):
        eighths[slot(n, seed=SEED, length=131_072) * 8 // 131_072] += 1
    assert all(380 < count < 620 for count in eighths)


def test_another_seed_is_another_order() -> None:
    other = hashlib.sha256(b"another list").digest()
    assert [slot(n, seed=SEED, length=1_000) for n in range(50)] != [
        slot(n, seed=other, length=1_000) for n in range(50)
    ]


def test_the_order_never_changes() -> None:
    # Places that were given must be found again by every later version.
    assert [slot(n, seed=bytes(range(32)), length=131_072) for n in range(4)] == FROZEN


def test_a_short_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="16 random bytes"):
        slot(0, seed=b"short", length=8)


FROZEN = [104472, 82744, 115090, 30052]
