"""What is remembered of shapes is bounded."""

from issuer.jsonld.kept import Kept


def test_the_one_that_was_not_used_for_longest_is_forgotten() -> None:
    kept = Kept[int](most=3, most_bytes=10)
    for number, key in enumerate((b"a", b"b", b"cc")):
        kept.put(key, number)
    assert kept.get(b"a") == 0
    kept.put(b"d", 3)
    assert [kept.get(key) for key in (b"a", b"b", b"cc", b"d")] == [0, None, 2, 3]
    assert len(kept) == 3


def test_a_flood_does_not_grow() -> None:
    kept = Kept[int](most=3, most_bytes=10)
    for number in range(1_000):
        kept.put(b"%d" % number, number)
    assert len(kept) == 3
    assert len(kept._by_place) <= 3


def test_a_value_is_replaced_and_all_are_forgotten() -> None:
    kept = Kept[int](most=3, most_bytes=10)
    kept.put(b"a", 1)
    kept.put(b"a", 2)
    assert (kept.get(b"a"), len(kept)) == (2, 1)
    kept.clear()
    assert (kept.get(b"a"), len(kept)) == (None, 0)


def test_a_long_key_is_not_kept() -> None:
    kept = Kept[int](most=3, most_bytes=10)
    kept.put(b"x" * 11, 1)
    assert len(kept) == 0
