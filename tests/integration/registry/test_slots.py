"""Slots are leased in blocks, given once, and never given back."""

import concurrent.futures as cf

import pytest
import sqlalchemy as sa

from issuer.errors import Conflict, IllegalTransition, ListFull, NotFound, StaleBackup
from issuer.registry import awards, chunks, slots
from issuer.registry.database import Database, Transaction
from issuer.registry.slots import Bits
from issuer.registry.tables import slots as rows
from tests.town.registrar import SEED, Registrar

LENGTH = 131_072


def test_a_lease_is_a_block_of_ordinals_with_what_places_them(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        (first,) = slots.lease(tx, slug, count=500)
        (second,) = slots.lease(tx, slug, count=1)
    assert first == slots.Lease(slug, 1, 0, 500, SEED, LENGTH)
    assert list(second.ordinals) == [500]
    with registry.read() as tx:
        (found,) = slots.lists(tx, slug)
        assert (found.number, found.length, found.cursor, found.closed) == (1, LENGTH, 501, False)
        assert found.opened_at == registrar.at


def test_the_rest_of_a_lease_is_lost_and_never_given_again(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        slots.lease(tx, slug, count=100)  # Committed; then the process dies.
    with registry.begin() as tx:
        (after,) = slots.lease(tx, slug, count=100)
        assert after.first == 100


def test_a_lease_that_was_rolled_back_was_never_given(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug

    def interrupted() -> None:
        with registry.begin() as tx:
            slots.lease(tx, slug, count=100)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with registry.begin() as tx:
        assert slots.lease(tx, slug, count=1)[0].first == 0


def test_a_lease_may_lie_in_several_lists_down_to_the_last_place(
    registry: Database, registrar: Registrar
) -> None:
    slug, seed = "rival", bytes(32)
    with registry.begin() as tx:
        with pytest.raises(ListFull):
            slots.lease(tx, slug, count=1)
        for number, length in ((1, 3), (2, 4)):
            opened = slots.open_list(tx, slug, length=length, seed=seed, at=registrar.at)
            assert opened == number
        with pytest.raises(ListFull):
            slots.lease(tx, slug, count=8)
        # Nothing of the lease that failed was taken.
        parts = slots.lease(tx, slug, count=6)
        assert [(p.list_number, p.first, p.count) for p in parts] == [(1, 0, 3), (2, 0, 3)]
        (last,) = slots.lease(tx, slug, count=1)
        assert (last.list_number, last.first) == (2, 3)
        with pytest.raises(ListFull):
            slots.lease(tx, slug, count=1)


def test_closed_lists_lease_nothing_and_the_next_one_has_a_new_number(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        slots.close_lists(tx, slug)
        with pytest.raises(ListFull):
            slots.lease(tx, slug, count=1)
        assert slots.open_list(tx, slug, length=9, seed=bytes(32), at=registrar.at) == 2
        assert slots.lease(tx, slug, count=1)[0].list_number == 2
        assert [found.closed for found in slots.lists(tx, slug)] == [True, False]


@pytest.mark.parametrize("count", [0, -1])
def test_a_lease_of_nothing_is_a_mistake(
    registry: Database, registrar: Registrar, count: int
) -> None:
    with pytest.raises(ValueError, match="at least one"), registry.begin() as tx:
        slots.lease(tx, registrar.organisation.slug, count=count)


def test_a_place_is_given_once_and_an_award_has_one(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        one, two = registrar.approve(tx, 1), registrar.approve(tx, 2)
        slots.assign(tx, slug, list_number=1, index=7, award_id=one.id)
    with registry.begin() as tx, pytest.raises(Conflict, match="has its place"):
        slots.assign(tx, slug, list_number=1, index=8, award_id=one.id)
    with pytest.raises(Conflict, match="is taken"), registry.begin() as tx:
        slots.assign(tx, slug, list_number=1, index=7, award_id=two.id)
    with registry.read() as tx:
        place = awards.LeasedSlot(slug, 1, 7, revoked=False, suspended=False, burnt=False)
        assert awards.slot_of(tx, one.id) == place
        assert awards.slot_of(tx, two.id) is None
        assert slots.award_at(tx, slug, list_number=1, index=7) == one.id
        assert slots.award_at(tx, slug, list_number=1, index=8) is None
        assert slots.award_at(tx, "rival", list_number=1, index=7) is None


def _marked_rows(tx: Transaction) -> list[tuple[int, bool, bool, bool]]:
    c = rows.c
    query = sa.select(c.slot_index, c.revoked, c.suspended, c.burnt).order_by(c.slot_index)
    return [tuple(row) for row in tx.connection.execute(query)]


def test_a_place_has_a_row_from_the_first_bit_on(registry: Database, registrar: Registrar) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        one, two = registrar.approve(tx, 1), registrar.approve(tx, 2)
        slots.assign(tx, slug, list_number=1, index=7, award_id=one.id)
        chunks.assign(tx, slug, [(two.id, 1, 8)])
        for bits in (Bits(), Bits(suspended=False)):
            slots.set_bits(tx, slug, list_number=1, index=7, bits=bits)
        assert _marked_rows(tx) == []
        clear = awards.LeasedSlot(slug, 1, 8, revoked=False, suspended=False, burnt=False)
        assert awards.slot_of(tx, two.id) == clear
        slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(suspended=True))
        assert _marked_rows(tx) == [(7, False, True, False)]
        slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(suspended=False))
        slots.set_bits(tx, slug, list_number=1, index=8, bits=Bits(revoked=True, burnt=True))
        assert _marked_rows(tx) == [(7, False, False, False), (8, True, False, True)]
        marked = awards.LeasedSlot(slug, 1, 8, revoked=True, suspended=False, burnt=True)
        assert awards.slot_of(tx, two.id) == marked


def test_bits_go_into_the_list_of_their_purpose(registry: Database, registrar: Registrar) -> None:
    slug = registrar.organisation.slug

    def marked(purpose: str) -> tuple[int, ...]:
        with registry.read() as tx:
            if purpose == "revocation":
                return slots.marked(tx, slug, list_number=1, purpose="revocation")
            return slots.marked(tx, slug, list_number=1, purpose="suspension")

    def mark(index: int, bits: Bits) -> None:
        with registry.begin() as tx:
            slots.set_bits(tx, slug, list_number=1, index=index, bits=bits)

    assert marked("revocation") == ()
    for index in (9, 3, 5):
        mark(index, Bits(suspended=True))
    assert (marked("revocation"), marked("suspension")) == ((), (3, 5, 9))
    mark(5, Bits(suspended=False))
    mark(9, Bits(revoked=True))
    mark(3, Bits())
    assert (marked("revocation"), marked("suspension")) == ((9,), (3, 9))
    # A place that was leased and never assigned: burnt, and its bit is set.
    mark(LENGTH - 1, Bits(burnt=True))
    assert marked("revocation") == (9, LENGTH - 1)
    with registry.read() as tx:
        assert slots.marked(tx, slug, list_number=2, purpose="revocation") == ()
        assert slots.marked(tx, "rival", list_number=1, purpose="revocation") == ()


@pytest.mark.parametrize("bits", [Bits(revoked=False), Bits(burnt=False)])
def test_revocation_is_never_undone(registry: Database, registrar: Registrar, bits: Bits) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(revoked=True, burnt=True))
        with pytest.raises(IllegalTransition, match="never cleared"):
            slots.set_bits(tx, slug, list_number=1, index=7, bits=bits)
        assert slots.marked(tx, slug, list_number=1, purpose="revocation") == (7,)


def test_a_burnt_place_is_never_assigned(registry: Database, registrar: Registrar) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        award = registrar.approve(tx)
        slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(burnt=True))
    with pytest.raises(Conflict), registry.begin() as tx:
        slots.assign(tx, slug, list_number=1, index=7, award_id=award.id)
    with registry.read() as tx:
        assert awards.slot_of(tx, award.id) is None


def test_a_place_that_is_burnt_at_this_moment_is_not_assigned(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        award = registrar.approve(tx)

    def assign() -> None:
        with registry.begin() as tx:
            slots.assign(tx, slug, list_number=1, index=7, award_id=award.id)

    with cf.ThreadPoolExecutor(1) as threads:
        with registry.begin() as tx:
            slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(burnt=True))
            assigned = threads.submit(assign)
            # Time in which it could go on, if it did not wait.
            cf.wait([assigned], timeout=0.3)
        with pytest.raises(Conflict):
            assigned.result(30)


# --- A chunk --------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["burnt", "another award"])
def test_a_chunk_with_a_place_that_was_given_before_gets_none(
    registry: Database, registrar: Registrar, who: str
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        other, *own = (registrar.approve(tx, number) for number in range(1, 5))
        if who == "burnt":
            slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(burnt=True))
        else:
            slots.assign(tx, slug, list_number=1, index=7, award_id=other.id)
    places = [(award.id, 1, index) for award, index in zip(own, (6, 7, 8), strict=True)]
    # A batch whose chunk was done by another worker goes on; of this one somebody has to hear.
    with pytest.raises(StaleBackup, match="after-restore"), registry.begin() as tx:
        chunks.assign(tx, slug, places)
    with registry.read() as tx:
        assert [awards.slot_of(tx, award.id) for award in own] == [None] * 3


def test_a_chunk_gives_places_to_awards_that_have_none(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        one, two = registrar.approve(tx, 1), registrar.approve(tx, 2)
        chunks.assign(tx, slug, [])
        chunks.assign(tx, slug, [(one.id, 1, 7)])
        slots.open_list(tx, "rival", length=16, seed=SEED, at=registrar.at)
    for organisation, places in (
        (slug, [(two.id, 1, 8), (one.id, 1, 9)]),
        (slug, [(two.id, 1, 8), ("UNI-0000-0000-0000-0000", 1, 9)]),
        ("rival", [(two.id, 1, 8)]),
    ):
        with pytest.raises(IllegalTransition), registry.begin() as tx:
            chunks.assign(tx, organisation, places)
    for number, index in ((2, 0), (1, LENGTH)):
        with pytest.raises(NotFound), registry.begin() as tx:
            chunks.assign(tx, slug, [(two.id, 1, 8), (two.id, number, index)])
    with registry.read() as tx:
        place = awards.LeasedSlot(slug, 1, 7, revoked=False, suspended=False, burnt=False)
        assert awards.slot_of(tx, one.id) == place
        assert awards.slot_of(tx, two.id) is None


@pytest.mark.parametrize(
    ("number", "index"), [(1, LENGTH), (1, -1), (2, 0), (0, 0), (2**31, 0), (1, 10**30)]
)
def test_places_outside_any_list_are_not_found(
    registry: Database, registrar: Registrar, number: int, index: int
) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        award = registrar.approve(tx)
        with pytest.raises(NotFound):
            slots.set_bits(tx, slug, list_number=number, index=index, bits=Bits(burnt=True))
        with pytest.raises(NotFound):
            slots.assign(tx, slug, list_number=number, index=index, award_id=award.id)
        assert awards.slot_of(tx, award.id) is None


@pytest.mark.parametrize("name", ["UNI-0000-0000-0000-0000", "\0", ""])
def test_nobody_gets_no_place(registry: Database, registrar: Registrar, name: str) -> None:
    slug = registrar.organisation.slug
    with registry.begin() as tx:
        with pytest.raises(NotFound):
            slots.assign(tx, slug, list_number=1, index=7, award_id=name)
        slots.set_bits(tx, slug, list_number=1, index=7, bits=Bits(burnt=True))
