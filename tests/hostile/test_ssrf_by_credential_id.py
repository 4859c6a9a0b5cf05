"""A credential names inner services as its id, status list or key: none of them is ever asked."""

from pathlib import Path

import pytest

from issuer.errors import FetchFailed, FetchRefused
from issuer.fetch import Bounds, Budget
from tests.town.loopback import Town, reply

INNER = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.5",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",  # noqa: S104 # An address to refuse.
    "224.0.0.1",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fd00:ec2::254",
    "fe80::1",
]


@pytest.mark.parametrize("address", INNER)
def test_a_public_name_for_an_inner_address(tmp_path: Path, address: str) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b'{"secret": true}'))
        town.addresses["metadata.evil.example"] = [address]
        with pytest.raises(FetchRefused, match="fetch_hosts"):
            town.fetcher().get(
                f"https://metadata.evil.example:{port}/c/1", budget=Budget(), accept="*/*"
            )
        assert town.dialled == []


@pytest.mark.parametrize("first", [True, False])
def test_an_inner_address_hidden_among_public_ones(tmp_path: Path, *, first: bool) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: reply(b"{}"))
        public = town.addresses["evil.example"]
        town.addresses["evil.example"] = ["10.0.0.5", *public] if first else [*public, "10.0.0.5"]
        with pytest.raises(FetchRefused, match=r"10\.0\.0\.5"):
            town.fetcher().get("https://evil.example/c/1", budget=Budget(), accept="*/*")
        assert town.dialled == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://2130706433:{port}/",
        "https://0x7f.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://[::ffff:7f00:1]:{port}/",
        "http://localhost:{port}/",
        "https://uni.example@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}\\@uni.example/",
        "https://127.0.0.1:{port}#@uni.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/_x",
        "ftp://127.0.0.1:{port}/",
        "unix:/var/run/docker.sock",
        "data:application/json,{{}}",
    ],
)
def test_an_inner_service_by_its_own_address(tmp_path: Path, url: str) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b'{"secret": true}'))
        with pytest.raises(FetchRefused, match="not fetched"):
            town.fetcher().get(url.format(port=port), budget=Budget(), accept="*/*")
        assert (town.resolved, town.dialled, town.asked(f"127.0.0.1:{port}")) == ([], [], [])


def test_localhost_over_https_is_an_inner_address_too(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.addresses["localhost"] = ["127.0.0.1"]
        with pytest.raises(FetchRefused, match="loopback"):
            town.fetcher().get("https://localhost/", budget=Budget(), accept="*/*")


def test_an_allowed_name_opens_no_other_name_or_port(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b"{}"))
        other = town.plain(lambda _: reply(b'{"secret": true}'))
        town.addresses |= {"localhost": ["127.0.0.1"], "evil.example": ["127.0.0.1"]}
        fetcher = town.fetcher(Bounds(hosts=frozenset({f"localhost:{port}"})))
        # This one may be had, so that the refusals below are not for another reason.
        assert fetcher.get(f"http://localhost:{port}/", budget=Budget(), accept="*/*").data == b"{}"
        for url in (
            f"http://localhost:{other}/",
            f"https://localhost:{other}/",
            f"http://evil.example:{port}/",
            f"https://evil.example:{port}/",
            f"http://127.0.0.1:{port}/",
        ):
            with pytest.raises(FetchRefused):
                fetcher.get(url, budget=Budget(), accept="*/*")
        assert town.asked(f"127.0.0.1:{other}") == []
        assert len(town.asked(f"127.0.0.1:{port}")) == 1


def test_one_credential_cannot_send_us_round_the_world(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        budget, fetcher = Budget(), town.fetcher()
        for n in range(3):
            with pytest.raises(FetchFailed, match="not known to the DNS"):
                fetcher.get(f"https://h{n}.example/", budget=budget, accept="*/*")
        with pytest.raises(FetchRefused, match="too many hosts"):
            fetcher.get("https://h3.example/", budget=budget, accept="*/*")
        assert town.resolved == ["h0.example", "h1.example", "h2.example"]
