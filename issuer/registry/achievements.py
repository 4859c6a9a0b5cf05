"""Achievements: every version of every offering, none ever changed (`issuer.registry.versioned`).

A credential names the version under which it was issued, so a version stays as it was.
This module judges nothing: completeness is `issuer.model.annex1`'s.
"""

import datetime as dt

from issuer.model.achievement import Achievement
from issuer.registry.database import Transaction
from issuer.registry.tables import achievements
from issuer.registry.versioned import Versions

_KEPT = Versions(achievements, Achievement, "achievement")


def put(tx: Transaction, achievement: Achievement, *, at: dt.datetime) -> Achievement:
    """Keep an offering and return it with its version.

    The same content is the latest version again; other content is a new version, one higher. The
    version that ``achievement`` brings along is not looked at. Raises NotFound (organisation).
    """
    return _KEPT.put(tx, achievement, at=at)


def get(
    tx: Transaction, organisation: str, slug: str, *, version: int | None = None
) -> Achievement:
    """One version, or the latest; raises NotFound."""
    return _KEPT.get(tx, organisation, slug, version=version)


def find(tx: Transaction, slug: str, *, version: int | None = None) -> Achievement:
    """One version, or the latest, for the public page ``/achievements/{slug}``; raises NotFound.

    Where two organisations use a slug, the one that was added first has the page.
    """
    return _KEPT.find(tx, slug, version=version)


def listing(tx: Transaction, organisation: str) -> tuple[Achievement, ...]:
    """The latest version of each offering, by slug."""
    return _KEPT.listing(tx, organisation)


def versions(tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
    """The numbers of all versions, ascending; none where there is no such offering."""
    return _KEPT.numbers(tx, organisation, slug)
