"""The registrar of `tests.town.registrar` before a database of either kind."""

import datetime as dt
from collections.abc import Callable, Mapping

import pytest

from issuer.model.achievement import Achievement
from issuer.model.organisation import Organisation
from issuer.registry import achievements as courses
from issuer.registry import organisations, slots
from issuer.registry.database import Database
from tests.town.registrar import Registrar

SEED = b"a secret seed of 32 bytes, fixed"
LENGTH = 131_072


@pytest.fixture
def registrar(
    organisation: Organisation, achievements: Mapping[str, Achievement], moment: dt.datetime
) -> Registrar:
    """The demo university, another one, and the first course; in no database yet."""
    rival = organisation.model_copy(update={"slug": "rival", "code": "RIVAL"})
    return Registrar(organisation, rival, next(iter(achievements.values())), moment)


@pytest.fixture
def registry(database: Database, registrar: Registrar) -> Database:
    """A database that knows the two organisations, the course and one open status list."""
    with database.begin() as tx:
        organisations.put(tx, registrar.organisation)
        organisations.put(tx, registrar.rival)
        courses.put(tx, registrar.course, at=registrar.at)
        slug = registrar.organisation.slug
        slots.open_list(tx, slug, length=LENGTH, seed=SEED, at=registrar.at)
    return database


@pytest.fixture
def later(moment: dt.datetime) -> Callable[[float], dt.datetime]:
    """So many seconds after the fixed moment."""
    return lambda seconds: moment + dt.timedelta(seconds=seconds)
