"""A name is public when checked and loopback when dialled: it is looked up only once."""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import FetchRefused
from issuer.fetch import Bounds, Budget, Fetcher, Network
from tests.town.loopback import NOW, Town, redirect, reply


def _rebinding(town: Town, name: str) -> Fetcher:
    """A client whose resolver tells the truth once and then 127.0.0.1."""
    told: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        told.append(host)
        return town.resolve(host, port) if told.count(name) == 1 or host != name else ["127.0.0.1"]

    network = town.fetcher()._network
    return Fetcher(clock=lambda: NOW, network=Network(resolve, network.dial, network.tls))


def test_the_address_that_was_checked_is_the_one_that_is_dialled(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: reply(b"{}"))
        fetched = _rebinding(town, "evil.example").get(
            "https://evil.example/c/1", budget=Budget(), accept="*/*"
        )
        assert fetched.data == b"{}"
        assert town.resolved == ["evil.example"]
        assert town.dialled == [(town.addresses["evil.example"][0], 443)]
        # The name is still the one that TLS and HTTP are about.
        assert town.asked("evil.example")[0].headers["host"] == "evil.example"


def test_a_second_fetch_is_checked_again(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: reply(b"{}"))
        fetcher, budget = _rebinding(town, "evil.example"), Budget()
        fetcher.get("https://evil.example/c/1", budget=budget, accept="*/*")
        with pytest.raises(FetchRefused, match="loopback"):
            fetcher.get("https://evil.example/c/1", budget=budget, accept="*/*")
        assert len(town.dialled) == 1


def test_a_redirect_to_itself_is_checked_again(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: redirect("/again"))
        with pytest.raises(FetchRefused, match="loopback"):
            _rebinding(town, "evil.example").get(
                "https://evil.example/c/1", budget=Budget(), accept="*/*"
            )
        assert len(town.dialled) == 1


def test_the_sockets_of_the_system_look_nothing_up_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **more: Any) -> Any:
        looked_up.append(host)
        return real(host, *rest, **more)

    with Town(tmp_path) as town:
        port = town.plain(lambda _: reply(b"{}"))
        town.addresses["inner.example"] = ["127.0.0.1"]
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        fetcher = Fetcher(
            clock=lambda: NOW,
            bounds=Bounds(hosts=frozenset({"inner.example"})),
            network=Network(town.resolve),
        )
        fetcher.get(f"http://inner.example:{port}/", budget=Budget(), accept="*/*")
        # The name was given to the resolver once, and never again to whatever connects.
        assert town.resolved == ["inner.example"]
        assert set(looked_up) <= {"127.0.0.1"}
