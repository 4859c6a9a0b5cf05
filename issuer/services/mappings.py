"""Mappings of result files: saved per course under a name, found again, removed.

A date that was given by hand belongs to one file, so it is not saved. Which rows pass is not
decided here: see `issuer.services.planning`.
"""

import re
from dataclasses import replace
from typing import Any

from issuer.errors import Conflict, UnusableInput
from issuer.gradebooks.columns import is_place
from issuer.gradebooks.layout import HUNDRED, Layout
from issuer.model.mapping import AtLeast, Mapping, NameOrder
from issuer.registry import achievements, mappings
from issuer.registry.database import Transaction
from issuer.registry.mappings import SavedMapping
from issuer.services import fields

__all__ = [
    "FIELDS", "SavedMapping", "changed", "fitting", "get", "holds_places", "listing", "remove",
    "require_same_whole", "save",
]  # fmt: skip

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
FIELDS = (
    "key", "given_name", "family_name", "name", "last_first", "email", "date", "grade",
    "grade_scheme", "decimal", "maximum",
)  # fmt: skip
"""What can be said of a mapping with FIELD=COLUMN."""


def save(tx: Transaction, organisation: str, saved: SavedMapping) -> SavedMapping:
    """Keep a mapping for a course; raises NotFound (course) and UnusableInput (name)."""
    if not _NAME.fullmatch(saved.name):
        msg = f"{saved.name[:64]!r} is no name for a mapping: lower-case letters, digits, hyphens."
        raise UnusableInput(msg)
    achievements.get(tx, organisation, saved.achievement)
    kept = saved.mapping.model_copy(update={"date": None})
    fresh = replace(saved, mapping=kept)
    mappings.put(tx, organisation, fresh)
    return fresh


def listing(
    tx: Transaction, organisation: str, *, course: str | None = None
) -> tuple[SavedMapping, ...]:
    """All mappings of an organisation, or those of one course."""
    return mappings.listing(tx, organisation, achievement=course)


def get(tx: Transaction, organisation: str, *, course: str, name: str) -> SavedMapping:
    """One mapping; raises NotFound."""
    return mappings.get(tx, organisation, achievement=course, name=name)


def remove(tx: Transaction, organisation: str, *, course: str, name: str) -> None:
    """Forget one mapping; raises NotFound."""
    mappings.remove(tx, organisation, achievement=course, name=name)


def fitting(
    tx: Transaction, organisation: str, *, course: str, layout: Layout
) -> SavedMapping | None:
    """The one saved mapping of the course whose columns this file has; None: none was saved.

    It may name columns by their place (`holds_places`), where another column may stand now.
    Raises Conflict where several fit: then a person names one.
    """
    found = [
        saved
        for saved in mappings.listing(tx, organisation, achievement=course)
        if saved.mapping.platform is layout.platform and _fits(saved.mapping, layout)
    ]
    if len(found) > 1:
        listed = ", ".join(saved.name for saved in found)
        msg = f"Several mappings fit this file: {listed}. Name one with --mapping."
        raise Conflict(msg)
    return found[0] if found else None


def _fits(mapping: Mapping, layout: Layout) -> bool:
    try:
        for column in mapping.columns():
            layout.header.find(column)
    except UnusableInput:
        return False
    return True


def holds_places(mapping: Mapping) -> bool:
    """Whether a column is named by its place, as ``#7``: that says nothing of another file."""
    return any(is_place(column) for column in mapping.columns())


def require_same_whole(mapping: Mapping, *, layout: Layout) -> None:
    """Return nothing if a threshold in per cent is of what this file has at most.

    Raises Conflict where the file says another number, and UnusableInput (no such column).
    """
    rule = mapping.passed
    if not isinstance(rule, AtLeast) or rule.percent_of is None:
        return
    at = layout.header.find(rule.column)
    most = HUNDRED if layout.is_percent(at) else layout.most(at) or mapping.maximum
    if layout.is_percent(at) or (most is not None and most != rule.percent_of):
        msg = (
            f"By this mapping “{rule.column}” has {rule.percent_of} points at most; in this file "
            f"it has {most}. Say what counts as passed for this file, for example with --pass-if "
            f"'{rule.column} {'>' if rule.above else '>='} {rule.threshold}%'."
        )
        raise Conflict(msg)


def changed(mapping: Mapping, said: dict[str, str], *, layout: Layout) -> Mapping:
    """The mapping with what a person said of its columns; raises UnusableInput, FieldsInvalid."""
    unknown = [field for field in said if field not in FIELDS]
    if unknown:
        msg = f"A mapping has no field {unknown[0][:40]!r}. There are: {', '.join(FIELDS)}."
        raise UnusableInput(msg)
    values: dict[str, Any] = mapping.model_dump()

    def column(name: str) -> str:
        return layout.header.said(layout.header.find(said[name]))

    for field in ("key", "email", "grade"):
        if field in said:
            values[field] = column(field)
    if "date" in said:
        values["dates"] = tuple(
            layout.header.said(layout.header.find(one)) for one in said["date"].split(";")
        )
        values["date"] = None
    for field in ("grade_scheme", "decimal", "maximum"):
        if field in said:
            values[field] = said[field]
    _name_columns(values, said, layout)
    return fields.read(Mapping, values)


def _name_columns(values: dict[str, Any], said: dict[str, str], layout: Layout) -> None:
    def column(name: str) -> str:
        return layout.header.said(layout.header.find(said[name]))

    if "name" in said:
        values |= {"names": (column("name"),), "order": NameOrder.WHOLE}
    elif "last_first" in said:
        values |= {"names": (column("last_first"),), "order": NameOrder.FAMILY_COMMA_GIVEN}
    elif "given_name" in said and "family_name" in said:
        names = (column("given_name"), column("family_name"))
        values |= {"names": names, "order": NameOrder.GIVEN_FAMILY}
    elif "given_name" in said or "family_name" in said:
        msg = "A name in two columns needs both: given_name=COLUMN and family_name=COLUMN."
        raise UnusableInput(msg)
