"""A time-stamp authority answers for other bytes, to another question, too much, too slowly, or
leads elsewhere: no token is taken, and whoever issues is told to wait."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from issuer.errors import TimestampMissing
from issuer.fetch import Bounds
from tests.town.authority import TSA, below, reply, root
from tests.town.loopback import Asked, Town, redirect
from tests.town.loopback import reply as answer
from tests.town.trust_service import HOST, TrustService

DIGEST = bytes(range(32))
HONEST = TrustService()
Lie = Callable[[Asked], Iterable[bytes]]


def bent(**bend: object) -> Lie:
    return lambda asked: answer(HONEST.stamped(asked.body, **bend))


def by_a_seal(asked: Asked) -> Iterable[bytes]:
    """Stamped with a certificate that is for sealing."""
    service = TrustService()
    service.time = service.seal
    return answer(service.stamped(asked.body))


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (bent(imprint=bytes(32)), "about other bytes"),
        (bent(imprint=bytes(48), imprint_hash="sha384"), "about other bytes"),
        (bent(imprint=bytes(20), imprint_hash="sha1"), "may be forged"),
        (bent(nonce=1), "to another question"),
        (bent(nonce=None), "to another question"),
        (bent(signature=b"x" * 70), "does not fit"),
        (bent(certificates=False), "certificate of the signer is missing"),
        (by_a_seal, "not for that"),
        (lambda _: answer(reply(None, status="rejection")), "refused: rejection"),
        (lambda _: answer(b"<html>"), "is damaged"),
        (lambda _: answer(b""), "is damaged"),
        (lambda _: answer(b"0" * (5 << 20)), "larger than 1048576 bytes"),
        (lambda _: answer(status=500), "status 500"),
    ],
)
def test_no_token_of_it_is_taken(tmp_path: Path, lie: Lie, said: str) -> None:
    with Town(tmp_path) as town:
        town.host(HOST, lie, plain=True)
        with pytest.raises(TimestampMissing, match=f"{said}.*can be issued again"):
            HONEST.authority(town.fetcher()).stamp(DIGEST)


def test_of_a_stranger_it_is_a_token_and_who_believes_it_is_asked_elsewhere(tmp_path: Path) -> None:
    stranger = TrustService()
    stranger.time = below(root(), TSA)
    with Town(tmp_path) as town:
        assert HONEST.authority(stranger.opened(town)).stamp(DIGEST)


def test_one_that_sends_a_byte_at_a_time_is_left(tmp_path: Path) -> None:
    stop = threading.Event()

    def slow(asked: Asked) -> Iterator[bytes]:
        for byte in b"".join(answer(HONEST.stamped(asked.body))):
            if stop.wait(0.02):
                return
            yield bytes([byte])

    with Town(tmp_path) as town:
        town.host(HOST, slow, plain=True)
        with pytest.raises(TimestampMissing, match=r"did not answer within 0\.5 s"):
            HONEST.authority(town.fetcher(Bounds(deadline_s=0.5))).stamp(DIGEST)
        stop.set()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["http://other.example/tsa", "http://127.0.0.1:{port}/tsa", "/tsa2"])
def test_the_question_is_sent_nowhere_else(tmp_path: Path, status: int, to: str) -> None:
    with Town(tmp_path) as town:
        port = town.plain(HONEST)
        town.host("other.example", HONEST, plain=True)
        town.host(HOST, lambda _: redirect(to.format(port=port), status=status), plain=True)
        with pytest.raises(TimestampMissing, match="redirects a question"):
            HONEST.authority(town.fetcher()).stamp(DIGEST)
        assert len(town.asked(HOST)) == 1
        assert town.asked("other.example") == town.asked(f"127.0.0.1:{port}") == []
