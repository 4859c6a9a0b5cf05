"""The rows of many results at once: the same rows as one by one, in fewer statements.

What `learners`, `results` and `awards` do for one, this module does for a slice of a cohort, with
the organisation locked by whoever calls. What follows for a chunk of it is in `chunks`.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, AwardState
from issuer.model.learner import Learner
from issuer.registry import learners as learners_of
from issuer.registry import results as results_of
from issuer.registry.database import Transaction
from issuer.registry.inserting import number_many, run_many
from issuer.registry.results import StagedState
from issuer.registry.tables import awards, learners, staged_results

_FINAL = (AwardState.REVOKED, AwardState.REPLACED)


@dataclass(frozen=True)
class Person:
    """A learner's row, and the key of the learner's records (32 bytes)."""

    id: int
    key: bytes


@dataclass(frozen=True)
class Taken:
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
    indexes = [learners_of.index_of(tx, organisation, person.key) for person in people]
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
    query = query.where(c.organisation == organisation, c.lookup.in_(indexes))
    return {row.lookup: row for row in tx.connection.execute(query)}


def _added(tx: Transaction, fresh: Mapping[str, Learner], *, at: dt.datetime) -> dict[str, Person]:
    """The new learners by their blind index, each with a key of its own."""
    keys = {index: tx.cipher.new_data_key() for index in fresh}
    rows = [_learner_row(tx, i, one, key=keys[i], at=at) for i, one in fresh.items()]
    ids = number_many(tx, learners, rows, by="lookup")
    return {index: Person(ids[index], key) for index, key in keys.items()}


def _learner_row(
    tx: Transaction, index: str, person: Learner, *, key: bytes, at: dt.datetime
) -> dict[str, Any]:
    place = learners_of.place_of(person.organisation, index)
    return {
        "organisation": person.organisation,
        "lookup": index,
        "wrapped_key": tx.cipher.wrap(key),
        "payload": tx.cipher.encrypt(key, person.as_json(), place),
        "created_at": at,
    }


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
    keys = [results_of.index_of(tx, organisation, result.natural_key) for result in results]
    before = _staged(tx, organisation, set(keys))
    rows: dict[str, dict[str, Any]] = {}
    for index, result, person in zip(keys, results, people, strict=True):
        if index not in before and index not in rows:
            rows[index] = _staged_row(tx, result, person=person, index=index, at=at)
    ids = number_many(tx, staged_results, list(rows.values()), by="natural_key")
    taken = []
    for index, result, person in zip(keys, results, people, strict=True):
        if index in rows:
            said = rows[index]["commitment"]
            taken.append(Taken(ids[index], said, is_new=True, is_other=False))
        else:
            taken.append(_found(tx, before[index], result, person=person))
    return tuple(taken)


def _staged(tx: Transaction, organisation: str, indexes: Collection[str]) -> dict[str, Any]:
    c = staged_results.c
    query = sa.select(c.id, c.natural_key, c.learner_id, c.commitment)
    query = query.where(c.organisation == organisation, c.natural_key.in_(indexes))
    return {row.natural_key: row for row in tx.connection.execute(query)}


def _staged_row(
    tx: Transaction, result: AssessmentResult, *, person: Person, index: str, at: dt.datetime
) -> dict[str, Any]:
    data = result.as_json()
    return {
        "organisation": result.organisation,
        "learner_id": person.id,
        "natural_key": index,
        "commitment": tx.cipher.commitment(person.key, data),
        "payload": tx.cipher.encrypt(person.key, data, results_of.place_of(index)),
        "state": StagedState.OPEN,
        "created_at": at,
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


def add_awards(tx: Transaction, pairs: Sequence[tuple[Award, int]]) -> None:
    """Keep new awards, each with the number of its result, which has no other in force."""
    if pairs:
        rows = [{**award.__dict__, "staged_id": staged_id} for award, staged_id in pairs]
        run_many(tx, awards.insert(), rows)
