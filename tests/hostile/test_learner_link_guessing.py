"""Somebody who knows a credential's number tries to open its learner's page, or to keep it open."""

import pytest

from issuer.services import look, share
from tests.town.door import OTHER, Door

HTML = {"accept": "text/html"}


@pytest.fixture
def segment(door: Door) -> str:
    return door.made.secret(door.made.awards[0]).removeprefix("/l/")


def guesses(segment: str, other: str) -> dict[str, str]:
    number, _, secret = segment.partition(".")
    flipped = ("B" if secret[0] == "A" else "A") + secret[1:]
    return {
        "the number alone": number,
        "no secret": f"{number}.",
        "another first character": f"{number}.{flipped}",
        "one character less": segment[:-1],
        "one character more": f"{segment}A",
        "another case": segment.swapcase(),
        "another award's secret": f"{number}.{other.partition('.')[2]}",
        "a space": f"{segment}%20",
        "a null": f"{segment}%00",
        "padding": f"{segment}%3D%3D",
        "an unknown number": f"EUAS-0000-0000-0000-0000.{secret}",
        "another alphabet": f"{number}.{'é' * 22}",
        "nothing": "%20",
        "very long": f"{number}.{'A' * 5_000}",
    }


CASES = tuple(guesses("EUAS-1.AAAA", "EUAS-2.AAAA"))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("form", ["", "/credential.json", "/credential.jwt", "/credential.png"])
def test_a_guess_opens_nothing(door: Door, segment: str, case: str, form: str) -> None:
    other = door.made.secret(door.made.awards[1]).removeprefix("/l/")
    answer = door.web.get(f"/l/{guesses(segment, other)[case]}{form}", headers=HTML)
    nothing = door.web.get("/l/nothing", headers=HTML)
    assert answer.status_code == 404
    assert answer.content == nothing.content
    # What differs in a header would tell a wrong secret from an unknown number.
    assert _without_date(answer.headers) == _without_date(nothing.headers)


def _without_date(headers: object) -> dict[str, str]:
    return {name: value for name, value in dict(headers).items() if name != "date"}  # type: ignore[call-overload] # Headers are a mapping of texts.


@pytest.mark.parametrize("case", CASES)
def test_a_guess_switches_nothing(door: Door, segment: str, case: str) -> None:
    other = door.made.secret(door.made.awards[1]).removeprefix("/l/")
    address = f"/l/{guesses(segment, other)[case]}"
    assert door.web.post(address, data={"share": "on"}).status_code == 404
    with door.made.house.bench.read() as tx:
        assert not any(a.shared for a in look.listing(tx, door.made.slug))
        assert look.listing(tx, OTHER) == ()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("query", ["", "?share=on", "?share=on&_method=POST"])
def test_looking_changes_nothing(door: Door, segment: str, method: str, query: str) -> None:
    override = {"x-http-method-override": "POST"}
    answer = door.web.request(method, f"/l/{segment}{query}", headers=override)
    assert answer.status_code == 200
    with door.made.house.bench.read() as tx:
        assert not look.award(tx, door.made.slug, door.made.awards[0].id).shared


def test_a_withdrawn_link_reads_as_one_that_never_was(door: Door) -> None:
    award = door.made.awards[2]
    bench = door.made.house.bench
    old = door.made.secret(award)
    assert door.web.get(old).status_code == 200
    with bench.begin() as tx:
        award = share.withdraw_link(tx, award, actor="operator", at=bench.moment)
    gone = door.web.get(old, headers=HTML)
    never = door.web.get("/l/nothing", headers=HTML)
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content
    assert door.web.post(old, data={"share": "on"}).status_code == 404
    # Its successor works.
    assert door.web.get(door.made.secret(award)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:8000"},
    ],
)
def test_another_site_cannot_switch_it_for_the_learner(
    door: Door, segment: str, headers: dict[str, str]
) -> None:
    answer = door.web.post(f"/l/{segment}", data={"share": "on"}, headers=headers)
    assert answer.status_code == 403
    with door.made.house.bench.read() as tx:
        assert not look.award(tx, door.made.slug, door.made.awards[0].id).shared


def test_a_learners_page_is_kept_nowhere(door: Door, segment: str) -> None:
    answer = door.web.get(f"/l/{segment}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "set-cookie" not in answer.headers


def test_the_secret_is_in_no_log(
    door: Door, segment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = segment.partition(".")[2]
    for path in (
        f"/l/{segment}",
        f"/l/{segment}/credential.json",
        f"/L/{segment}",
        f"//l/{segment}",
        f"/l%2F{segment}",
        f"/c/{segment}",
        f"/c/{segment}.json",
        f"/anything/{segment}",
        f"/?next=/l/{segment}",
    ):
        door.web.get(path)
    door.web.post(f"/l/{segment}", data={"share": "off"})
    written = capsys.readouterr()
    assert "request" in written.err
    assert secret not in written.err + written.out
