"""Pathways: every version of every path, none ever changed.

A learner keeps the version under which the way began, so a version stays as it was. This module
judges nothing: whether a pathway makes sense is asked before.
"""

import datetime as dt
import hashlib

import sqlalchemy as sa

from issuer.errors import NotFound
from issuer.model.pathway import Pathway
from issuer.registry import organisations
from issuer.registry.database import Transaction
from issuer.registry.names import require_name, require_number
from issuer.registry.stacking_tables import pathways
from issuer.registry.tables import organisations as organisation_rows

_C = pathways.c


def put(tx: Transaction, pathway: Pathway, *, at: dt.datetime) -> Pathway:
    """Keep a pathway and return it with its version.

    The same content is the latest version again; other content is a new version, one higher. The
    version that ``pathway`` brings along is not looked at. Raises NotFound (organisation).
    """
    organisations.lock(tx, pathway.organisation)
    first = pathway.model_copy(update={"version": 1})
    digest = hashlib.sha256(first.model_dump_json().encode()).hexdigest()
    row = tx.connection.execute(_latest(pathway.organisation, pathway.slug)).first()
    if row is not None and row.digest == digest:
        return Pathway.model_validate_json(row.payload)
    kept = first.model_copy(update={"version": 1 if row is None else row.version + 1})
    values = {
        "organisation": kept.organisation,
        "slug": kept.slug,
        "version": kept.version,
        "payload": kept.model_dump_json(),
        "digest": digest,
        "created_at": at,
    }
    tx.connection.execute(pathways.insert().values(values))
    return kept


def get(tx: Transaction, organisation: str, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest; raises NotFound."""
    _require(slug, version)
    return _one(tx, _latest(organisation, slug, version), slug, version)


def find(tx: Transaction, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest, for the public page ``/pathways/{slug}``; raises NotFound.

    Where two organisations use a slug, the one that was added first has the page.
    """
    _require(slug, version)
    first = (
        sa.select(_C.organisation)
        .select_from(pathways.join(organisation_rows))
        .where(_C.slug == slug)
        .order_by(organisation_rows.c.position, organisation_rows.c.slug)
        .limit(1)
    )
    owner = tx.connection.execute(first).scalar_one_or_none()
    return _one(tx, _latest(owner or "", slug, version), slug, version)


def listing(tx: Transaction, organisation: str) -> tuple[Pathway, ...]:
    """The latest version of each pathway, by slug."""
    later = pathways.alias()
    newest = sa.select(sa.func.max(later.c.version)).where(
        later.c.organisation == _C.organisation, later.c.slug == _C.slug
    )
    query = sa.select(_C.payload).where(
        _C.organisation == organisation, _C.version == newest.scalar_subquery()
    )
    found = map(Pathway.model_validate_json, tx.connection.scalars(query))
    # Sorted here: a database may sort hyphens as its country does.
    return tuple(sorted(found, key=lambda pathway: pathway.slug))


def versions(tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
    """The numbers of all versions, ascending; none where there is no such pathway."""
    query = sa.select(_C.version).where(_C.organisation == organisation, _C.slug == slug)
    return tuple(tx.connection.scalars(query.order_by(_C.version)))


def newest(tx: Transaction, organisation: str) -> dict[str, int]:
    """The number of the latest version of each pathway; empty where there is none."""
    query = sa.select(_C.slug, sa.func.max(_C.version)).where(_C.organisation == organisation)
    found = tx.connection.execute(query.group_by(_C.slug))
    return dict(sorted((str(slug), int(version)) for slug, version in found))


def _require(slug: str, version: int | None) -> None:
    require_name(slug, what="pathway")
    require_number(version or 0, what="version")


def _latest(
    organisation: str, slug: str, version: int | None = None
) -> sa.Select[tuple[int, str, str]]:
    query = sa.select(_C.version, _C.digest, _C.payload).where(
        _C.organisation == organisation, _C.slug == slug
    )
    if version is not None:
        query = query.where(_C.version == version)
    return query.order_by(_C.version.desc()).limit(1)


def _one(
    tx: Transaction, query: sa.Select[tuple[int, str, str]], slug: str, version: int | None
) -> Pathway:
    row = tx.connection.execute(query).first()
    if row is None:
        named = slug if version is None else f"{slug}, version {version}"
        msg = f"There is no pathway {named!r} here. `testamur pathway list` names them."
        raise NotFound(msg)
    return Pathway.model_validate_json(row.payload)
