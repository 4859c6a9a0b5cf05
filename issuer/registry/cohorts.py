"""The rows of many results at once: the same rows as one by one, in fewer statements.

What `learners`, `results` and `awards` do for one, this module does for a slice of a cohort, with
the organisation locked by whoever calls. What follows for a chunk of it is in `chunks`.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from issuer.model.assessment import AssessmentResult
from issuer.model.award import AwardState
from issuer.model.learner import Learner
from issuer.registry import learners as learners_of
from issuer.registry import results as results_of
from issuer.registry.database import Transaction
from issuer.registry.inserting import insert_many, number_many
from issuer.registry.listed import among
from issuer.registry.results import StagedState
from issuer.registry.tables import awards, learners, staged_results

_FINAL = (AwardState.REVOKED, AwardState.REPLACED)


class Person(NamedTuple):
    """A learner's row, and the key of the learner's records (32 bytes)."""

    id: int
    key: bytes


class Taken(NamedTuple):
    """A result that was taken in, or was there before."""

    id: int
    commitment: str
    is_new: bool
    is_other: bool
    """True: another content was taken in under the same key before."""


def find_or_add(
    tx: Transaction, organisation: str, people: Sequence[Learner], *, at: dt.datetime
) -> tuple[Person, ...]:
    """The learners with these keys, in their order; other details replace the old ones."""
    indexes = learners_of.indexes_of(tx, organisation, [person.key for person in people])
    there = _by_lookup(tx, organisation, set(indexes))
    # The last of several that say different things of one person counts, as one by one.
    newest = dict(zip(indexes, people, strict=True))
    found = _added(tx, {i: one for i, one in newest.items() if i not in there}, at=at)
    for index, row in there.items():
        key = tx.cipher.unwrap(row.wrapped_key)
        _bring_up_to_date(tx, row, newest[index], index=index, key=key)
        found[index] = Person(row.id, key)
    return tuple([found[index] for index in indexes])


def _by_lookup(tx: Transaction, organisation: str, indexes: Collection[str]) -> dict[str, Any]:
    c = learners.c
    query = sa.select(c.id, c.lookup, c.wrapped_key, c.payload)
    query = query.where(c.organisation == organisation, among(tx, c.lookup, indexes))
    return {row.lookup: row for row in tx.connection.execute(query)}


def _added(tx: Transaction, fresh: Mapping[str, Learner], *, at: dt.datetime) -> dict[str, Person]:
    """The new learners by their blind index, each with a key of its own."""
    keys = tx.cipher.new_data_keys(len(fresh))
    wrapped = tx.cipher.wrap_many(keys)
    payloads = tx.cipher.encrypt_many(
        [
            (key, person.as_json(), learners_of.place_of(person.organisation, index))
            for key, (index, person) in zip(keys, fresh.items(), strict=True)
        ]
    )
    rows = [
        {
            "organisation": person.organisation,
            "lookup": index,
            "wrapped_key": wrapped_key,
            "payload": payload,
            "created_at": at,
        }
        for (index, person), wrapped_key, payload in zip(
            fresh.items(), wrapped, payloads, strict=True
        )
    ]
    numbers = number_many(tx, learners, rows)
    return dict(zip(fresh, map(Person, numbers, keys), strict=True))


def _bring_up_to_date(
    tx: Transaction, row: sa.Row[Any], person: Learner, *, index: str, key: bytes
) -> None:
    data = person.as_json()
    place = learners_of.place_of(person.organisation, index)
    if tx.cipher.decrypt(key, row.payload, place) != data:
        change = learners.update().where(learners.c.id == row.id)
        tx.connection.execute(change.values(payload=tx.cipher.encrypt(key, data, place)))


def stage(
    tx: Transaction,
    organisation: str,
    results: Sequence[AssessmentResult],
    *,
    people: Sequence[Person],
    at: dt.datetime,
) -> tuple[Taken, ...]:
    """Take results in, each with its learner; the same content again is the same row."""
    keys = results_of.indexes_of(tx, organisation, [one.natural_key for one in results])
    before = _staged(tx, organisation, set(keys))
    fresh: dict[str, tuple[AssessmentResult, Person]] = {}
    for index, result, person in zip(keys, results, people, strict=True):
        if index not in before and index not in fresh:
            fresh[index] = (result, person)
    added = _added_results(tx, fresh, at=at)
    return tuple(
        [
            added.get(index) or _found(tx, before[index], result, person=person)
            for index, result, person in zip(keys, results, people, strict=True)
        ]
    )


def _staged(tx: Transaction, organisation: str, indexes: Collection[str]) -> dict[str, Any]:
    c = staged_results.c
    query = sa.select(c.id, c.natural_key, c.learner_id, c.commitment)
    query = query.where(c.organisation == organisation, among(tx, c.natural_key, indexes))
    return {row.natural_key: row for row in tx.connection.execute(query)}


def _added_results(
    tx: Transaction, fresh: Mapping[str, tuple[AssessmentResult, Person]], *, at: dt.datetime
) -> dict[str, Taken]:
    """The new results by their blind index, each encrypted under the key of its learner."""
    records = [
        (person.key, result.as_json(), results_of.place_of(index))
        for index, (result, person) in fresh.items()
    ]
    commitments = [tx.cipher.commitment(key, data) for key, data, _ in records]
    rows = [
        {
            "organisation": result.organisation,
            "learner_id": person.id,
            "natural_key": index,
            "commitment": commitment,
            "payload": payload,
            "state": StagedState.OPEN,
            "created_at": at,
        }
        for (index, (result, person)), commitment, payload in zip(
            fresh.items(), commitments, tx.cipher.encrypt_many(records), strict=True
        )
    ]
    numbers = number_many(tx, staged_results, rows)
    return {
        index: Taken(number, commitment, is_new=True, is_other=False)
        for index, number, commitment in zip(fresh, numbers, commitments, strict=True)
    }


def _found(tx: Transaction, row: sa.Row[Any], result: AssessmentResult, *, person: Person) -> Taken:
    said = tx.cipher.commitment(person.key, result.as_json())
    is_other = row.learner_id != person.id or row.commitment != said
    return Taken(row.id, row.commitment, is_new=False, is_other=is_other)


def awards_on(tx: Transaction, staged_ids: Collection[int]) -> dict[int, tuple[str, AwardState]]:
    """For each result that has an award: id and state of the one in force, else of the newest."""
    c = awards.c
    query = sa.select(c.staged_id, c.id, c.state).where(c.staged_id.in_(staged_ids))
    has_ended = sa.case((c.state.in_(_FINAL), 1), else_=0)
    # The best comes last and stays.
    rows = tx.connection.execute(query.order_by(has_ended.desc(), c.approved_at, c.id.desc()))
    return {row.staged_id: (row.id, AwardState(row.state)) for row in rows}


def add_awards(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep new awards: the fields of an `Award` each, and ``staged_id``, the number of its result.

    The result has no other award in force; the fields were validated where they come from.
    """
    insert_many(tx, awards, rows)
