"""Pathways: every version of every path, none ever changed (`issuer.registry.versioned`).

A learner keeps the version under which the way began, so a version stays as it was. This module
judges nothing: whether a pathway makes sense is asked before.
"""

import datetime as dt

import sqlalchemy as sa

from issuer.model.pathway import Pathway
from issuer.registry.database import Transaction
from issuer.registry.stacking_tables import pathways
from issuer.registry.versioned import Versions

_C = pathways.c
_KEPT = Versions(pathways, Pathway, "pathway")


def put(tx: Transaction, pathway: Pathway, *, at: dt.datetime) -> Pathway:
    """Keep a pathway and return it with its version, as `issuer.registry.achievements.put`."""
    return _KEPT.put(tx, pathway, at=at)


def get(tx: Transaction, organisation: str, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest; raises NotFound."""
    return _KEPT.get(tx, organisation, slug, version=version)


def find(tx: Transaction, slug: str, *, version: int | None = None) -> Pathway:
    """One version, or the latest, for the public page ``/pathways/{slug}``; raises NotFound.

    Where two organisations use a slug, the one that was added first has the page.
    """
    return _KEPT.find(tx, slug, version=version)


def listing(tx: Transaction, organisation: str) -> tuple[Pathway, ...]:
    """The latest version of each pathway, by slug."""
    return _KEPT.listing(tx, organisation)


def versions(tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
    """The numbers of all versions, ascending; none where there is no such pathway."""
    return _KEPT.numbers(tx, organisation, slug)


def newest(tx: Transaction, organisation: str) -> dict[str, int]:
    """The number of the latest version of each pathway; empty where there is none."""
    query = sa.select(_C.slug, sa.func.max(_C.version)).where(_C.organisation == organisation)
    found = tx.connection.execute(query.group_by(_C.slug))
    return dict(sorted((str(slug), int(version)) for slug, version in found))
