"""Another site, or somebody without the learner's link, keeps links and sends files: refused."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from issuer.model.achievement import DocumentFormat
from issuer.services import issue
from tests.town.europass import ADDRESS, QUALIFIED, WalletService, saved
from tests.town.installation import PASSPHRASE, Installation, installation
from tests.town.loopback import Town

BASE = "http://localhost:8000"
LINK = "https://europa.eu/europass/digital-credentials/viewer/#/shareview/aB3dE5gH7jK9mN1p"
ASKS = (("europass-link", {"step": "keep", "link": LINK}), ("europass-wallet", {"to": ADDRESS}))
OTHER_SITES = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "same-site", "origin": "https://other.uni.example"},
    {"sec-fetch-site": "cross-site", "origin": BASE},
    {"origin": "https://evil.example"},
    {"origin": f"{BASE}.evil.example"},
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town")) as opened:
        yield opened


@pytest.fixture(scope="module")
def port(town: Town) -> int:
    return town.plain(WalletService(lambda: dt.datetime.now(dt.UTC)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Installation]:
    home: Path = tmp_path_factory.mktemp("home")
    settings = {
        "seals": {"euas": saved(home / "seal.p12", QUALIFIED, passphrase=PASSPHRASE)},
        "europass_wallet_url": f"http://127.0.0.1:{port}/edci",
        "fetch_hosts": (f"127.0.0.1:{port}",),
    }
    with installation(home, base_url=BASE, rows=2, **settings) as found:
        bench, award = found.house.bench, found.awards[0]
        issue.issue(bench, found.slug, award.id, actor="a", formats=(DocumentFormat.EDC,))
        yield found


@pytest.fixture(scope="module")
def web(made: Installation) -> Iterator[TestClient]:
    with TestClient(made.app(), base_url=BASE, headers={"accept": "text/html"}) as client:
        yield client


@pytest.mark.parametrize("headers", OTHER_SITES)
@pytest.mark.parametrize(("address", "data"), ASKS)
def test_another_site_does_nothing_in_the_learners_name(
    web: TestClient,
    made: Installation,
    town: Town,
    port: int,
    *,
    address: str,
    data: dict[str, str],
    headers: dict[str, str],
) -> None:
    own = made.secret(made.awards[0])
    answer = web.post(f"{own}/{address}", data=data, headers=headers)
    assert answer.status_code == 403
    assert "Another site asked for this in your name." in answer.text
    assert "shareview" not in web.get(own).text
    assert town.asked(f"127.0.0.1:{port}") == []


@pytest.mark.parametrize(("address", "data"), ASKS)
def test_who_has_no_link_does_nothing(
    web: TestClient,
    made: Installation,
    town: Town,
    port: int,
    *,
    address: str,
    data: dict[str, str],
) -> None:
    own, other = (made.secret(award) for award in made.awards)
    mixed = own.partition(".")[0] + "." + other.partition(".")[2]
    nothing = web.get("/l/x").content
    for guess in (mixed, own[:-1], f"{own}x", own.partition(".")[0], "/l/x", "/l/%00"):
        answer = web.post(f"{guess}/{address}", data=data)
        assert answer.status_code == 404
        assert answer.content == nothing
    assert "shareview" not in web.get(own).text
    assert town.asked(f"127.0.0.1:{port}") == []


@pytest.mark.parametrize(("address", "data"), ASKS)
def test_looking_changes_nothing(
    web: TestClient,
    made: Installation,
    town: Town,
    port: int,
    *,
    address: str,
    data: dict[str, str],
) -> None:
    own = made.secret(made.awards[0])
    assert web.get(f"{own}/{address}", params=data).status_code in {404, 405}
    assert "shareview" not in web.get(own, params=data).text
    assert town.asked(f"127.0.0.1:{port}") == []
