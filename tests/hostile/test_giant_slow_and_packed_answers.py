"""Hosts that never stop sending, send a byte at a time, or send a bomb: each is left in time."""

import gzip
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.errors import FetchFailed
from issuer.fetch import Bounds, Budget
from tests.town.loopback import Asked, Town, reply

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def test_an_endless_answer_is_not_read_on(tmp_path: Path) -> None:
    sent = 0

    def endless(_: Asked) -> Iterator[bytes]:
        nonlocal sent
        yield HEAD + b"\r\n"
        for _piece in range(2_000):
            sent += 1 << 16
            yield b"{" * (1 << 16)

    with Town(tmp_path) as town:
        town.host("evil.example", endless)
        with pytest.raises(FetchFailed, match="larger than 1048576 bytes"):
            town.fetcher(Bounds(deadline_s=60)).get(
                "https://evil.example/", budget=Budget(), accept="*/*"
            )
    # What the sockets hold on the way is all that comes on top of the bound.
    assert sent < 32 << 20


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_packed_bomb_does_not_go_off(tmp_path: Path, coding: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    bomb = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(256)) + packer.flush()
    assert len(bomb) < 1 << 20
    with Town(tmp_path) as town:
        town.host("evil.example", lambda _: reply(bomb, headers={"Content-Encoding": coding}))
        tracemalloc.start()
        try:
            with pytest.raises(FetchFailed, match="larger than 1048576 bytes"):
                town.fetcher().get("https://evil.example/", budget=Budget(), accept="*/*")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 32 << 20


def test_a_bomb_in_a_bomb_is_not_unpacked_twice(tmp_path: Path) -> None:
    twice = gzip.compress(gzip.compress(b" " * (1 << 24)))
    with Town(tmp_path) as town:
        town.host(
            "evil.example", lambda _: reply(twice, headers={"Content-Encoding": "gzip, gzip"})
        )
        with pytest.raises(FetchFailed, match="not asked for"):
            town.fetcher().get("https://evil.example/", budget=Budget(), accept="*/*")


def _drip(whole: bytes, stop: threading.Event) -> Iterator[bytes]:
    """Send a byte every 20 ms, so that no single read ever times out."""
    for byte in whole:
        if stop.wait(0.02):
            return
        yield bytes([byte])


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (HEAD + b"Content-Length: 400\r\n\r\n", b" " * 400),
        (b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 400 + b"\r\n\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\n\r\n{}"),
    ],
    ids=["body", "headers", "informational"],
)
def test_a_byte_at_a_time_does_not_outlast_the_deadline(
    tmp_path: Path, head: bytes, drip: bytes
) -> None:
    stop = threading.Event()

    def slow(_: Asked) -> Iterator[bytes]:
        yield head
        yield from _drip(drip, stop)

    with Town(tmp_path) as town:
        town.host("slow.example", slow)
        with pytest.raises(FetchFailed, match=r"did not answer within 0\.5 s"):
            town.fetcher(Bounds(deadline_s=0.5)).get(
                "https://slow.example/", budget=Budget(), accept="*/*"
            )
        stop.set()


def test_slow_redirects_share_one_deadline(tmp_path: Path) -> None:
    stop = threading.Event()

    def slow(asked: Asked) -> Iterator[bytes]:
        stop.wait(0.3)
        yield from reply(status=302, headers={"Location": asked.target + "x"})

    with Town(tmp_path) as town:
        town.host("slow.example", slow)
        with pytest.raises(FetchFailed, match=r"did not answer within 0\.5 s"):
            town.fetcher(Bounds(deadline_s=0.5)).get(
                "https://slow.example/", budget=Budget(), accept="*/*"
            )
        stop.set()
        assert len(town.asked("slow.example")) <= 2
