"""The whole application over a real installation of two organisations, as attackers find it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.testclient import TestClient

from issuer import bootstrap
from issuer.services import look, tokens
from issuer.services.tokens import Role, Wanted
from issuer.services.vc_api import PROFILES
from issuer.web.app import create_app
from tests.town.installation import Installation, installation

BASE = "http://localhost:8000"
OTHER = "other-college"


@dataclass(frozen=True)
class Door:
    """What can be reached, and with which tokens."""

    web: TestClient
    made: Installation

    def bearer(self, role: Role, *, organisation: str | None = None) -> Mapping[str, str]:
        """The header with a new token."""
        bench = self.made.house.bench
        wanted = Wanted(organisation or self.made.slug, "some system", role)
        with bench.begin() as tx:
            secret, _ = tokens.create(
                tx, wanted, at=bench.now(), chance=bench.chance, actor="operator"
            )
        return {"authorization": f"Bearer {secret}"}

    def award_state(self, number: int = 0) -> str:
        """State of an award of the first organisation, as the registry has it."""
        with self.made.house.bench.read() as tx:
            return str(look.award(tx, self.made.slug, self.made.awards[number].id).state)


@contextmanager
def door(home: Path, *, database_url: str | None = None) -> Iterator[Door]:
    """Make an installation in ``home`` that has everything turned on, and open its door."""
    profiles = tuple(PROFILES)
    with installation(
        home, base_url=BASE, vc_api_issue=profiles, database_url=database_url
    ) as made:
        with made.house.bench.read() as tx:
            first = look.organisation_of(tx, made.slug)
        other = first.model_copy(update={"slug": OTHER, "did": "did:web:localhost%3A8000:other"})
        bootstrap.init(made.house.settings, other, passphrase=made.house.passphrase)
        app = create_app(made.house)
        # What nobody expects must be answered, not raised: a 500 shows as a 500.
        with TestClient(
            app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False
        ) as web:
            yield Door(web, made)
