"""Organisations and their offerings: read from TOML or JSON, kept in versions, described.

Council Recommendation 2022/C 243/02 Annex I: what is missing is said when a course is taken in,
long before somebody wants to issue for it.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from issuer.errors import Conflict
from issuer.model.achievement import Achievement
from issuer.model.annex1 import Stated, completeness
from issuer.model.organisation import Organisation
from issuer.registry import achievements, audit, keyring, organisations
from issuer.registry.database import Transaction
from issuer.services import fields


def read_organisation(data: bytes) -> Organisation:
    """Read an organisation from TOML; raises MalformedDocument, FieldsInvalid."""
    return fields.read(Organisation, fields.toml(data))


def read_achievement(data: bytes, *, organisation: str) -> Achievement:
    """Read an offering of ``organisation`` from TOML; raises MalformedDocument, FieldsInvalid."""
    return achievement_from_json(fields.toml(data), organisation=organisation)


def achievement_from_json(value: Mapping[str, Any], *, organisation: str) -> Achievement:
    """Read an offering of ``organisation`` from JSON values; raises FieldsInvalid."""
    return fields.read(Achievement, {**value, "organisation": organisation})


def put_organisation(
    tx: Transaction, organisation: Organisation, *, at: dt.datetime, actor: str
) -> Organisation:
    """Keep an organisation, new or changed.

    Raises Conflict for another DID once keys were published under the first one: whatever was
    issued under it could no longer be checked.
    """
    _require_same_did(tx, organisation)
    organisations.put(tx, organisation)
    audit.append(tx, audit.Entry(organisation.slug, at, actor, "organisation.put"))
    return organisation


def _require_same_did(tx: Transaction, organisation: Organisation) -> None:
    versions = keyring.did_documents(tx, organisation.slug)
    before = versions[-1].document["id"] if versions else organisation.did
    if before != organisation.did:
        msg = (
            f"{organisation.slug} has issued as {before}, and a DID is never changed: nothing that "
            f"was issued could be checked any more. Keep it, or make {organisation.did} an "
            "organisation of its own with another slug."
        )
        raise Conflict(msg, did=before)


def put_achievement(
    tx: Transaction, achievement: Achievement, *, at: dt.datetime, actor: str
) -> Achievement:
    """Keep an offering and return it with its version: a new one where the content is new."""
    before = set(versions(tx, achievement.organisation, achievement.slug))
    kept = achievements.put(tx, achievement, at=at)
    if kept.version not in before:
        detail = {"achievement": kept.slug, "version": kept.version}
        entry = audit.Entry(kept.organisation, at, actor, "achievement.put", detail=detail)
        audit.append(tx, entry)
    return kept


def listing(tx: Transaction, organisation: str) -> tuple[Achievement, ...]:
    """The latest version of each offering."""
    return achievements.listing(tx, organisation)


def get(
    tx: Transaction, organisation: str, slug: str, *, version: int | None = None
) -> Achievement:
    """One version, or the latest; raises NotFound."""
    return achievements.get(tx, organisation, slug, version=version)


def find(tx: Transaction, slug: str, *, version: int | None = None) -> Achievement:
    """One version, or the latest, of whichever organisation; raises NotFound."""
    return achievements.find(tx, slug, version=version)


def versions(tx: Transaction, organisation: str, slug: str) -> tuple[int, ...]:
    """The versions there are."""
    return achievements.versions(tx, organisation, slug)


def describe(achievement: Achievement, organisation: Organisation) -> dict[str, Any]:
    """JSON values: the offering, what of Annex I it states, and what is unusual about it."""
    found = completeness(Stated(achievement, organisation))
    return {
        **achievement.model_dump(mode="json", exclude_none=True),
        "annex_1": {"summary": found.summary, "missing": dict(found.missing)},
        "warnings": list(achievement.warnings()),
    }
