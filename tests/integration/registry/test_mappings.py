"""Mappings of result files: kept a course each, found again, and of one organisation alone."""

import datetime as dt
from decimal import Decimal

import pytest

from issuer.errors import NotFound
from issuer.model.mapping import AtLeast, Mapping, Platform, Worded
from issuer.registry import mappings
from issuer.registry.database import Database
from issuer.registry.mappings import SavedMapping
from tests.town.registrar import Registrar

RULE = AtLeast(column="Course total", threshold=Decimal("59.50"), percent_of=Decimal(150))
MAPPING = Mapping(
    platform=Platform.MOODLE, key="ID number", names=("First name", "Last name"), passed=RULE
)


def saved(at: dt.datetime, **changes: object) -> SavedMapping:
    values = {"achievement": "data", "name": "final", "mapping": MAPPING, "saved_by": "registrar"}
    return SavedMapping(**{**values, **changes}, saved_at=at)  # type: ignore[arg-type]  # As above.


def test_a_mapping_comes_back_as_it_was_and_may_be_replaced(
    registry: Database, registrar: Registrar
) -> None:
    slug = registrar.organisation.slug
    first = saved(registrar.at)
    with registry.begin() as tx:
        mappings.put(tx, slug, first)
        mappings.put(tx, slug, saved(registrar.at, achievement="art", name="a"))
    with registry.read() as tx:
        assert mappings.get(tx, slug, achievement="data", name="final") == first
        assert [one.achievement for one in mappings.listing(tx, slug)] == ["art", "data"]
        assert mappings.listing(tx, slug, achievement="data") == (first,)
    word = Worded(columns=("A",), passed=("ja",))
    again = saved(registrar.at, mapping=MAPPING.model_copy(update={"passed": word}))
    with registry.begin() as tx:
        mappings.put(tx, slug, again)
        assert mappings.listing(tx, slug, achievement="data") == (again,)


def test_a_mapping_that_is_not_there_is_not_found(registry: Database, registrar: Registrar) -> None:
    slug, rival = registrar.organisation.slug, registrar.rival.slug
    with registry.begin() as tx:
        mappings.put(tx, slug, saved(registrar.at))
        for verb in (mappings.get, mappings.remove):
            with pytest.raises(NotFound, match="no mapping 'final' for data"):
                verb(tx, rival, achievement="data", name="final")
        mappings.remove(tx, slug, achievement="data", name="final")
        assert mappings.listing(tx, slug) == ()
