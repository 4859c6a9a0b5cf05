"""What is kept in versions, none ever changed: achievements and pathways.

A credential names the version under which it was issued, and a learner keeps the one under which
the way began; so a version stays as it was. This module judges nothing.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.model.achievement import Achievement
from issuer.model.pathway import Pathway
from issuer.registry import organisations
from issuer.registry.database import Transaction
from issuer.registry.names import require_name, require_number
from issuer.registry.tables import organisations as organisation_rows

_V = TypeVar("_V", Achievement, Pathway)


@dataclass(frozen=True)
class Versions(Generic[_V]):
    """Every version of every one of a kind."""

    table: sa.Table
    noun: type[_V]
    what: str
    """What it is called in errors, and the verb of the command line that lists it."""

    def put(self, tx: Transaction, value: _V, *, at: dt.datetime) -> _V:
        """Keep one and return it with its version.

        The same content is the latest version again; other content is a new version, one higher.
        The version that ``value`` brings along is not looked at. Raises NotFound (organisation).
        """
        organisations.lock(tx, value.organisation)
        first = value.model_copy(update={"version": 1})
        digest = hashlib.sha256(first.model_dump_json().encode()).hexdigest()
        row = self._row(tx, value.organisation, value.slug, version=None)
        if row is not None and row.digest == digest:
            return self.noun.model_validate_json(row.payload)
        kept = first.model_copy(update={"version": 1 if row is None else row.version + 1})
        values = {
            "organisation": kept.organisation,
            "slug": kept.slug,
            "version": kept.version,
            "payload": kept.model_dump_json(),
            "digest": digest,
            "created_at": at,
        }
        tx.connection.execute(self.table.insert().values(values))
        return kept

    def get(self, tx: Transaction, organisation: str, slug: str, *, version: int | None) -> _V:
        """One version, or the latest; raises NotFound."""
        self._require(slug, version)
        return self._one(self._row(tx, organisation, slug, version=version), slug, version)

    def find(self, tx: Transaction, slug: str, *, version: int | None) -> _V:
        """One version, or the latest, of the organisation that was added first; raises NotFound."""
        self._require(slug, version)
        c = self.table.c
        first = (
            sa.select(c.organisation)
            .select_from(self.table.join(organisation_rows))
            .where(c.slug == slug)
            .order_by(organisation_rows.c.position, organisation_rows.c.slug)
            .limit(1)
        )
        owner = tx.connection.execute(first).scalar_one_or_none()
        return self._one(self._row(tx, owner or "", slug, version=version), slug, version)

    def listing(self, tx: Transaction, organisation: str) -> tuple[_V, ...]:
        """The latest version of each, by slug."""
        kept = tx.connection.scalars(self._newest, {"organisation": organisation})
        found = map(self.noun.model_validate_json, kept)
        # Sorted here: a database may sort hyphens as its country does.
        return tuple(sorted(found, key=lambda value: value.slug))

    def numbers(self, tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
        """The numbers of all versions, ascending; none where there is no such one."""
        c = self.table.c
        query = sa.select(c.version).where(c.organisation == organisation, c.slug == slug)
        return tuple(tx.connection.scalars(query.order_by(c.version)))

    def _require(self, slug: str, version: int | None) -> None:
        require_name(slug, what=self.what)
        require_number(version or 0, what="version")

    @cached_property
    def _newest(self) -> sa.Select[Any]:
        c, later = self.table.c, self.table.alias()
        newest = sa.select(sa.func.max(later.c.version)).where(
            later.c.organisation == c.organisation, later.c.slug == c.slug
        )
        return sa.select(c.payload).where(
            c.organisation == sa.bindparam("organisation"), c.version == newest.scalar_subquery()
        )

    @cached_property
    def _latest(self) -> sa.Select[tuple[int, str, str]]:
        c = self.table.c
        query = sa.select(c.version, c.digest, c.payload).where(
            c.organisation == sa.bindparam("organisation"), c.slug == sa.bindparam("slug")
        )
        return query.order_by(c.version.desc()).limit(1)

    @cached_property
    def _numbered(self) -> sa.Select[tuple[int, str, str]]:
        return self._latest.where(self.table.c.version == sa.bindparam("version"))

    def _row(
        self, tx: Transaction, organisation: str, slug: str, *, version: int | None
    ) -> sa.Row[tuple[int, str, str]] | None:
        named: dict[str, Any] = {"organisation": organisation, "slug": slug}
        if version is None:
            return tx.connection.execute(self._latest, named).first()
        return tx.connection.execute(self._numbered, {**named, "version": version}).first()

    def _one(self, row: sa.Row[tuple[int, str, str]] | None, slug: str, version: int | None) -> _V:
        if row is None:
            named = slug if version is None else f"{slug}, version {version}"
            msg = f"There is no {self.what} {named!r} here. `testamur {self.what} list` names them."
            raise NotFound(msg)
        return self.noun.model_validate_json(row.payload)
