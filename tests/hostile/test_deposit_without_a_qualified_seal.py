"""Somebody asks for a deposit that the page does not offer: nothing leaves the house."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from issuer import bootstrap
from issuer.model.achievement import DocumentFormat
from issuer.services import issue, look
from tests.town.authority import Holder
from tests.town.europass import ADDRESS, PLAIN, QUALIFIED, WalletService, saved
from tests.town.installation import PASSPHRASE, Installation, installation
from tests.town.loopback import Asked, Town

BASE = "http://localhost:8000"
PERSON = {"accept": "text/html"}


class Place:
    """An installation whose document is sealed by one seal while another one is named."""

    def __init__(self, folder: Path, town: Town) -> None:
        self.service = WalletService(lambda: dt.datetime.now(dt.UTC))
        self.port = town.plain(self.service)
        self.folder, self.town = folder, town

    @property
    def asked(self) -> list[Asked]:
        return self.town.asked(f"127.0.0.1:{self.port}")

    def settings(self, holder: Holder) -> dict[str, object]:
        uri = saved(self.folder / "seal.p12", holder, passphrase=PASSPHRASE)
        return {
            "seals": {"euas": uri},
            "europass_wallet_url": f"http://127.0.0.1:{self.port}/edci",
            "fetch_hosts": (f"127.0.0.1:{self.port}",),
        }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("seals")
    with Town(folder) as town:
        yield Place(folder, town)


@pytest.fixture(scope="module")
def made(place: Place) -> Iterator[Installation]:
    """The first award is sealed by a plain seal, the second by a qualified one."""
    folder = place.folder / "home"
    with installation(folder, base_url=BASE, rows=2, **place.settings(PLAIN)) as found:
        _seal(found, 0)
        # Another process with another seal, as after the operator changed it.
        place.settings(QUALIFIED)
        with bootstrap.open_house(found.house.settings, passphrase=lambda: PASSPHRASE) as house:
            _seal(Installation(house, found.slug, found.awards), 1)
        yield found


def _seal(made: Installation, number: int) -> None:
    bench, award = made.house.bench, made.awards[number]
    issue.issue(bench, made.slug, award.id, actor="a", formats=(DocumentFormat.EDC,))


@pytest.mark.parametrize(
    ("now", "number"),
    [(PLAIN, 0), (PLAIN, 1), (QUALIFIED, 0)],
    ids=["neither", "qualified once, not now", "qualified now, not this file"],
)
def test_a_forged_request_sends_nothing(
    place: Place, made: Installation, now: Holder, number: int
) -> None:
    place.settings(now)
    own = made.secret(made.awards[number])
    with bootstrap.open_house(made.house.settings, passphrase=lambda: PASSPHRASE) as house:
        app = Installation(house, made.slug, made.awards).app()
        with TestClient(app, base_url=BASE, headers=PERSON) as client:
            assert "Send to my Europass wallet" not in client.get(own).text
            answer = client.post(f"{own}/europass-wallet", data={"to": ADDRESS})
            assert answer.status_code == 409
            assert "qualified certificate" in answer.text
            assert "Nothing was sent." in answer.text
    assert place.asked == []


def test_the_wallet_would_not_have_taken_it_either(place: Place, made: Installation) -> None:
    with made.house.bench.read() as tx:
        files = [look.sealed(tx, a.id, DocumentFormat.EDC).data for a in made.awards]
    assert [place.service.takes(file) for file in files] == [False, True]


def test_with_both_it_is_sent(place: Place, made: Installation) -> None:
    place.settings(QUALIFIED)
    own = made.secret(made.awards[1])
    with bootstrap.open_house(made.house.settings, passphrase=lambda: PASSPHRASE) as house:
        app = Installation(house, made.slug, made.awards).app()
        with TestClient(app, base_url=BASE, headers=PERSON) as client:
            client.post(f"{own}/europass-wallet", data={"to": ADDRESS})
    assert len(place.asked) == 1
    assert len(place.service.wallets[ADDRESS]) == 1
