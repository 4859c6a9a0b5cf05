"""A public host redirects to an inner service: the redirect is checked and refused."""

from functools import partial
from pathlib import Path

import pytest

from issuer.errors import FetchFailed, FetchRefused
from issuer.fetch import Bounds, Budget
from tests.town.loopback import Asked, Town, redirect, reply


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:{port}/latest/meta-data",
        "https://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "https://inner.evil.example:{port}/",
        "//inner.evil.example:{port}/",
        "https://[::1]:{port}/",
        "file:///etc/passwd",
        "http://evil.example/",
    ],
)
def test_the_inner_service_is_not_asked(tmp_path: Path, to: str, status: int) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b'{"secret": true}'))
        town.addresses |= {"inner.evil.example": ["127.0.0.1"], "localhost": ["127.0.0.1"]}
        town.host("evil.example", lambda _: redirect(to.format(port=port), status=status))
        with pytest.raises(FetchRefused):
            town.fetcher().get("https://evil.example/c/1", budget=Budget(), accept="*/*")
        assert len(town.asked("evil.example")) == 1
        assert town.asked(f"127.0.0.1:{port}") == []
        assert town.dialled == [(town.addresses["evil.example"][0], 443)]


def _to(url: str, _: Asked) -> list[bytes]:
    return redirect(url)


def test_a_redirect_to_another_host_is_paid_from_the_same_budget(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        for n in range(4):
            town.host(f"h{n}.example", partial(_to, f"https://h{n + 1}.example/"))
        with pytest.raises(FetchRefused, match="too many hosts"):
            town.fetcher().get("https://h0.example/", budget=Budget(), accept="*/*")
        assert town.asked("h3.example") == []


def test_a_circle_of_redirects_ends(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: redirect("/again"))
        with pytest.raises(FetchRefused, match="redirects too often"):
            town.fetcher().get("https://evil.example/", budget=Budget(), accept="*/*")
        assert len(town.asked("evil.example")) == 4


def test_a_redirect_cannot_smuggle_a_header(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: redirect("/x\tHost:\u00a0inner.example"))
        with pytest.raises((FetchRefused, FetchFailed)):
            town.fetcher().get("https://evil.example/", budget=Budget(), accept="*/*")
        assert len(town.asked("evil.example")) == 1


def test_an_allowed_host_cannot_be_reached_by_a_redirect_to_another_port(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        other = town.plain(lambda _: reply(b'{"secret": true}'))
        port = town.plain(lambda _: redirect(f"http://localhost:{other}/"))
        town.addresses["localhost"] = ["127.0.0.1"]
        fetcher = town.fetcher(Bounds(hosts=frozenset({f"localhost:{port}"})))
        with pytest.raises(FetchRefused, match="not https"):
            fetcher.get(f"http://localhost:{port}/", budget=Budget(), accept="*/*")
        assert town.asked(f"127.0.0.1:{other}") == []
