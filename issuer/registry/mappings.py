"""Mappings of result files: named, a course each; they hold names of columns and rules, no person.

This module looks at no file: see `issuer.services.mappings`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.model.mapping import Mapping
from issuer.registry.database import Transaction
from issuer.registry.inserting import put as put_row
from issuer.registry.names import require_name
from issuer.registry.tables import mappings

_C = mappings.c


@dataclass(frozen=True)
class SavedMapping:
    """A mapping and for which course it was saved, by whom, when."""

    achievement: str
    name: str
    mapping: Mapping
    saved_by: str
    saved_at: dt.datetime


def put(tx: Transaction, organisation: str, saved: SavedMapping) -> None:
    """Keep a mapping; one of the same name for the same course is replaced."""
    values = {
        "organisation": organisation,
        "achievement": saved.achievement,
        "name": saved.name,
        "payload": saved.mapping.model_dump_json(),
        "saved_by": saved.saved_by,
        "saved_at": saved.saved_at,
    }
    put_row(tx, mappings, values)


def get(tx: Transaction, organisation: str, *, achievement: str, name: str) -> SavedMapping:
    """The mapping of this name; raises NotFound."""
    require_name(name, what="mapping")
    query = sa.select(mappings).where(*_place(organisation, achievement), _C.name == name)
    row = tx.connection.execute(query).first()
    if row is None:
        raise _unknown(achievement, name)
    return _noun(row)


def listing(
    tx: Transaction, organisation: str, *, achievement: str | None = None
) -> tuple[SavedMapping, ...]:
    """All of them, or those of one course, by course and name."""
    query = sa.select(mappings).where(_C.organisation == organisation)
    if achievement is not None:
        query = query.where(_C.achievement == achievement)
    found = map(_noun, tx.connection.execute(query))
    # Sorted here: a database may sort hyphens as its country does.
    return tuple(sorted(found, key=lambda saved: (saved.achievement, saved.name)))


def remove(tx: Transaction, organisation: str, *, achievement: str, name: str) -> None:
    """Forget the mapping of this name; raises NotFound."""
    gone = mappings.delete().where(*_place(organisation, achievement), _C.name == name)
    if tx.connection.execute(gone).rowcount == 0:
        raise _unknown(achievement, name)


def _place(organisation: str, achievement: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _C.organisation == organisation, _C.achievement == achievement


def _unknown(achievement: str, name: str) -> NotFound:
    return NotFound(
        f"There is no mapping {name[:64]!r} for {achievement[:64]}. `testamur mapping list` shows "
        "which there are."
    )


def _noun(row: sa.Row[Any]) -> SavedMapping:
    return SavedMapping(
        row.achievement,
        row.name,
        Mapping.model_validate_json(row.payload),
        row.saved_by,
        row.saved_at,
    )
