"""Europass on the pages: the share link that the learner pasted, and the deposit they asked for."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from issuer import bootstrap
from issuer.errors import Misconfigured
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.registry import audit, deposits
from issuer.registry.tables import deposits as tries
from issuer.registry.tables import europass_links as links
from issuer.services import issue, revoke
from issuer.settings import Settings
from tests.town.europass import ADDRESS, QUALIFIED, WalletService, saved
from tests.town.installation import PASSPHRASE, Installation, installation
from tests.town.loopback import Town

BASE = "http://localhost:8000"
PERSON = {"accept": "text/html"}
SECRET = "aB3dE5gH7jK9mN1p"
LINK = f"https://europa.eu/europass/digital-credentials/viewer/#/shareview/{SECRET}"


@dataclass(frozen=True)
class Place:
    """An installation with a qualified seal, and the wallet service that it names."""

    made: Installation
    service: WalletService
    town: Town
    port: int


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("europass")
    service = WalletService(lambda: dt.datetime.now(dt.UTC))
    with Town(home) as town:
        port = town.plain(service)
        settings = {
            "database_url": module_database_url,
            "seals": {"euas": saved(home / "seal.p12", QUALIFIED, passphrase=PASSPHRASE)},
            "europass_wallet_url": f"http://127.0.0.1:{port}/edci",
            "fetch_hosts": (f"127.0.0.1:{port}",),
        }
        with installation(home, base_url=BASE, rows=2, **settings) as made:
            bench, award = made.house.bench, made.awards[0]
            issue.issue(bench, made.slug, award.id, actor="a", formats=(DocumentFormat.EDC,))
            yield Place(made, service, town, port)


@pytest.fixture(scope="module")
def door(place: Place) -> Iterator[TestClient]:
    with TestClient(place.made.app(), base_url=BASE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def web(door: TestClient, place: Place) -> Iterator[TestClient]:
    """A browser; nothing is shared, kept or sent afterwards."""
    door.headers.update(PERSON)
    yield door
    place.made.share(place.made.awards[0], on=False)
    with place.made.house.bench.begin() as tx:
        for table in (links, tries):
            tx.connection.execute(table.delete())
    for wallet in place.service.wallets.values():
        wallet.clear()


@pytest.fixture
def award(place: Place) -> Award:
    return place.made.awards[0]


@pytest.fixture
def own(place: Place, award: Award) -> str:
    return place.made.secret(award)


def keep(web: TestClient, own: str, link: str = LINK) -> int:
    data = {"step": "keep", "link": link}
    return web.post(f"{own}/europass-link", data=data).status_code


def test_a_link_is_kept_and_shown_to_the_learner_alone_until_the_page_is_shared(
    web: TestClient, place: Place, award: Award, own: str
) -> None:
    assert "Did Europass give you a share link?" in web.get(own).text
    answer = web.post(f"{own}/europass-link", data={"step": "keep", "link": f" {LINK} "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{own}#europass")
    page = web.get(own).text
    assert page.count(LINK) == 2
    assert "shown to nobody while your public page is off" in page
    assert "then it leads nowhere" in page
    assert web.get(f"/c/{award.id}").status_code == 404
    place.made.share(award)
    assert "It is on your public page." in web.get(own).text
    public = web.get(f"/c/{award.id}").text
    (shown,) = re.findall(rf'<a href="{re.escape(LINK)}"([^>]*)>', public)
    assert shown == ' rel="noopener nofollow"'
    assert "Also in Europass" in public
    assert "The learner says so; we have not looked there." in public


def test_it_is_in_no_document_and_in_no_answer_for_programs(
    web: TestClient, place: Place, award: Award, own: str
) -> None:
    keep(web, own)
    place.made.share(award)
    for accept in ("application/vc", "application/ld+json", "application/json"):
        answer = web.get(f"/c/{award.id}", headers={"accept": accept})
        assert answer.status_code == 200
        assert SECRET not in answer.text
    assert SECRET not in web.get(f"{own}/credential.json").text


def test_it_is_changed_and_removed(web: TestClient, place: Place, award: Award, own: str) -> None:
    other = f"https://europass.europa.eu/viewer/#/shareview/{SECRET[::-1]}"
    place.made.share(award)
    assert (keep(web, own), keep(web, own, other)) == (303, 303)
    public = web.get(f"/c/{award.id}").text
    assert other in public
    assert LINK not in public
    gone = web.post(f"{own}/europass-link", data={"step": "remove"})
    assert gone.status_code == 303
    for page in (own, f"/c/{award.id}"):
        assert "shareview" not in web.get(page).text
    # Once more: there is nothing to remove, and nothing happens.
    before = _lines(place)
    assert web.post(f"{own}/europass-link", data={"step": "remove"}).status_code == 303
    assert _lines(place) == before


def test_no_audit_line_holds_it(web: TestClient, place: Place, own: str) -> None:
    keep(web, own)
    web.post(f"{own}/europass-link", data={"step": "remove"})
    lines = _lines(place)
    assert [line.verb for line in lines[-2:]] == ["europass.keep_link", "europass.remove_link"]
    assert SECRET not in repr(lines)


def _lines(place: Place) -> list[audit.Entry]:
    with place.made.house.bench.read() as tx:
        return [line.entry for line in audit.lines(tx, place.made.slug)]


def test_what_is_no_share_link_is_told_at_its_field(web: TestClient, own: str) -> None:
    keep(web, own)
    answer = web.post(
        f"{own}/europass-link", data={"step": "keep", "link": '"><script>alert(1)</script>'}
    )
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    assert 'aria-invalid="true"' in answer.text
    assert "is not a share link of Europass" in answer.text
    assert "<script>alert" not in answer.text
    # The forms of that page go where those of the page itself go.
    assert set(re.findall(r'action="([^"#]+)', answer.text)) == {
        own,
        f"{own}/europass-link",
        f"{own}/europass-wallet",
    }
    # What was there before is still there.
    assert LINK in web.get(own).text


@pytest.mark.parametrize("data", [{}, {"step": "maybe"}, {"link": LINK}, {"step": ""}])
def test_a_step_is_one_of_two(web: TestClient, own: str, data: dict[str, str]) -> None:
    assert web.post(f"{own}/europass-link", data=data).status_code == 422
    assert SECRET not in web.get(own).text


def test_a_badge_alone_is_in_no_europass(web: TestClient, place: Place) -> None:
    own = place.made.secret(place.made.awards[1])
    page = web.get(own).text
    assert "Did Europass give you a share link?" not in page
    assert "There is no button that puts a credential into Europass" in page
    answer = web.post(f"{own}/europass-link", data={"step": "keep", "link": LINK})
    assert answer.status_code == 409
    assert web.post(f"{own}/europass-wallet", data={"to": ADDRESS}).status_code == 409


def test_the_file_is_sent_on_the_learners_wish_and_the_answer_told(
    web: TestClient, place: Place, own: str
) -> None:
    assert "Send to my Europass wallet" in web.get(own).text
    sent = []
    for to in (ADDRESS, ADDRESS, "nobody"):
        answer = web.post(f"{own}/europass-wallet", data={"to": to})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{own}#europass")
        sent.append(re.findall(r"<strong>([^<]+)</strong>", web.get(own).text)[-1])
    assert sent == [
        "Europass took it.",
        "It is there already.",
        "Europass knows no such wallet.",
    ]
    (held,) = place.service.wallets[ADDRESS].values()
    assert held == web.get(f"{own}/credential.jsonld").content
    # Whose wallet it was stands on no page.
    assert ADDRESS not in web.get(own).text


def test_what_is_no_wallet_is_told_at_its_field(web: TestClient, place: Place, own: str) -> None:
    before = len(place.town.asked(f"127.0.0.1:{place.port}"))
    answer = web.post(f"{own}/europass-wallet", data={"to": "../admin"})
    assert answer.status_code == 422
    assert "is neither the address of a wallet nor an e-mail address" in answer.text
    assert 'value="../admin"' in answer.text
    assert web.post(f"{own}/europass-wallet", data={}).status_code == 422
    assert len(place.town.asked(f"127.0.0.1:{place.port}")) == before


def test_too_often_is_told_with_the_time_to_wait(
    web: TestClient, place: Place, award: Award, own: str
) -> None:
    bench = place.made.house.bench
    with bench.begin() as tx:
        for _ in range(5):
            deposits.add(tx, award, at=bench.moment)
    answer = web.post(f"{own}/europass-wallet", data={"to": ADDRESS})
    assert answer.status_code == 429
    assert 86_000 < int(answer.headers["retry-after"]) <= 86_400
    assert place.service.wallets[ADDRESS] == {}


def test_what_is_revoked_is_not_pointed_to_and_can_be_removed(
    web: TestClient, place: Place, award: Award, own: str
) -> None:
    bench, slug = place.made.house.bench, place.made.slug
    keep(web, own)
    place.made.share(award)
    with bench.begin() as tx:
        revoke.revoke(tx, slug, award.id, reason="A mistake", actor="x", at=bench.moment)
    assert SECRET not in web.get(f"/c/{award.id}").text
    page = web.get(own).text
    assert "Your share link is kept, and shown to nobody." in page
    assert "Send to my Europass wallet" not in page
    assert web.post(f"{own}/europass-wallet", data={"to": ADDRESS}).status_code == 409
    assert keep(web, own) == 409
    assert web.post(f"{own}/europass-link", data={"step": "remove"}).status_code == 303
    assert "shareview" not in web.get(own).text


def test_it_is_off_until_a_wallet_is_named(web: TestClient, place: Place, own: str) -> None:
    settings = place.made.house.settings.model_copy(update={"europass_wallet_url": None})
    with bootstrap.open_house(settings, passphrase=lambda: PASSPHRASE) as house:
        off = Installation(house, place.made.slug, place.made.awards)
        with TestClient(off.app(), base_url=BASE, headers=PERSON) as client:
            page = client.get(own).text
            assert "Send to my Europass wallet" not in page
            assert client.post(f"{own}/europass-wallet", data={"to": ADDRESS}).status_code == 404
    assert place.service.wallets[ADDRESS] == {}


@pytest.mark.parametrize("url", ["http://edc.uni.example", "https://10.0.0.1/edci"])
def test_a_wallet_that_must_not_be_asked_stops_the_start(place: Place, url: str) -> None:
    settings: Settings = place.made.house.settings
    named = settings.model_copy(update={"europass_wallet_url": url})
    with pytest.raises(Misconfigured, match="europass_wallet_url"):
        bootstrap.open_house(named, passphrase=lambda: PASSPHRASE)
