"""A real installation on either database, the whole application over it, tokens of each role."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from issuer.model.achievement import DocumentFormat
from issuer.services import look, tokens
from issuer.services.tokens import Role, Wanted
from issuer.web.app import create_app
from tests.town.installation import Installation, installation

BASE = "http://localhost:8000"
Bearer = Callable[[Role], Mapping[str, str]]


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, module_database_url: str
) -> Iterator[Installation]:
    """One installation for all tests of a module, which run on either kind of database."""
    home = tmp_path_factory.mktemp("home")
    with installation(home, base_url=BASE, database_url=module_database_url) as there:
        yield there


@pytest.fixture(scope="module")
def door(made: Installation) -> Iterator[TestClient]:
    """The whole application, started; what it does not expect is answered, not raised."""
    app = create_app(made.house)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def sealed(made: Installation) -> bytes:
    """A credential as it was sealed."""
    with made.house.bench.read() as tx:
        return look.sealed(tx, made.awards[0].id, DocumentFormat.OB3).data


@pytest.fixture(scope="module")
def bearer(made: Installation) -> Bearer:
    """Headers with a new token of a role."""

    def make(role: Role) -> Mapping[str, str]:
        bench = made.house.bench
        wanted = Wanted(made.slug, "student information system", role)
        with bench.begin() as tx:
            secret, _ = tokens.create(
                tx, wanted, at=bench.now(), chance=bench.chance, actor="operator"
            )
        return {"authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def result() -> dict[str, Any]:
    """A result that was passed, of somebody who has none yet."""
    return {
        "achievement": "data-stewardship",
        "date": "2026-06-12",
        "passed": True,
        "learner": {
            "key": "s-9001",
            "given_name": "Noor",
            "family_name": "Example",
            "email": "noor@students.uni.example",
        },
    }
