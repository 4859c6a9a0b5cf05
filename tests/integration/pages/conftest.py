"""One installation a module and database, the whole application over it, two ways to ask."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from issuer.model.award import Award
from tests.town.installation import Installation, installation

BASE = "http://localhost:8000"
PERSON = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, module_database_url: str
) -> Iterator[Installation]:
    """An open installation with three awards, on either kind of database."""
    home = tmp_path_factory.mktemp("home")
    with installation(home, base_url=BASE, database_url=module_database_url) as made:
        yield made


@pytest.fixture(scope="module")
def door(there: Installation) -> Iterator[TestClient]:
    """The whole application."""
    with TestClient(there.app(), base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def web(door: TestClient, there: Installation) -> Iterator[TestClient]:
    """A browser: it asks for HTML. Whatever it shares is shared no more afterwards."""
    door.headers.update(PERSON)
    yield door
    for award in there.awards:
        there.share(award, on=False)


@pytest.fixture
def program(web: TestClient) -> TestClient:
    """A program: it takes whatever it gets."""
    web.headers.update({"accept": "*/*"})
    return web


@pytest.fixture
def award(there: Installation) -> Award:
    """An award that nobody has shared."""
    return there.awards[0]


@pytest.fixture
def shared(there: Installation, award: Award) -> Award:
    """The same award, shared."""
    there.share(award)
    return award
