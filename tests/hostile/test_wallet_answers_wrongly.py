"""A wallet service that floods, redirects, hangs up or lies about lengths: it is no answer."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from issuer.bootstrap.europass import wallet
from issuer.delivery import europass_wallet
from issuer.fetch import Bounds
from issuer.services import deposit
from issuer.services.workbench import Wallet
from issuer.settings import Settings
from tests.town.loopback import Asked, Town, redirect, reply

HOST = "edc.uni.example"
URL = f"https://{HOST}/edci"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_POSTING = europass_wallet.compose(
    URL,
    to=europass_wallet.recipient("alex@learner.example"),
    sealed=b"{}" * 500_000,
    boundary="f00d",
)


def answers() -> dict[str, Callable[[Asked], Iterable[bytes]]]:
    five_mb = b"x" * 5_000_000
    return {
        "5 MB": lambda _: reply(five_mb),
        "5 MB without a length": lambda _: [HEAD + b"\r\n", five_mb],
        "a redirect to an inner host": lambda _: redirect("http://127.0.0.1/admin", status=307),
        "a redirect to another host": lambda _: redirect("https://evil.example/", status=308),
        "a redirect that makes it a GET": lambda _: redirect("https://evil.example/"),
        "nothing": lambda _: [],
        "no HTTP": lambda _: [b"hello\r\n\r\n"],
        "less than it said": lambda _: [HEAD + b"Content-Length: 100\r\n\r\n", b"x"],
        "packed in a way that nobody asked for": lambda _: reply(
            b"x", headers={"Content-Encoding": "br"}
        ),
    }


@pytest.mark.parametrize("case", list(answers()))
def test_it_is_no_answer_and_leads_nowhere(tmp_path: Path, case: str) -> None:
    with Town(tmp_path) as town:
        town.host(HOST, answers()[case])
        town.host("evil.example", lambda _: reply())
        given = wallet(Settings(europass_wallet_url=URL))
        assert given is not None
        # The very bounds of the installation, in this town.
        bounds: Bounds = given.fetcher._bounds
        found = deposit._post(Wallet(URL, town.fetcher(bounds)), _POSTING)
        assert found is None
        assert len(town.asked(HOST)) == 1
        assert town.asked("evil.example") == []


def test_a_status_that_it_invents_is_only_a_number(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host(HOST, lambda _: [b"HTTP/1.1 999 <script>\r\nContent-Length: 0\r\n\r\n"])
        assert deposit._post(Wallet(URL, town.fetcher()), _POSTING) == 999
