"""An attack: whoever stands between us and the time-stamp authority answers in its place.

RFC 3161 §2.4.2: what comes back has to be about our digest and our question, or it is nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issuer.errors import NotReady
from issuer.services.timestamp import timestamper
from tests.integration.services.test_timestamp import URL, answer
from tests.town.authority import reply as refusal
from tests.town.loopback import Asked, Responder, Town, redirect, reply


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as found:
        yield found


def bent(**bend: Any) -> Responder:
    def respond(asked: Asked) -> list[bytes]:
        return answer(asked, **bend)

    return respond


@pytest.mark.parametrize(
    "responder",
    [
        bent(imprint=b"o" * 32),
        bent(nonce=1),
        bent(signature=b"forged"),
        bent(bound="none"),
        lambda _: reply(b"x" * 5_000_000),
        lambda _: reply(b"no answer"),
        lambda _: reply(refusal(None, status="rejection")),
        lambda _: reply(b"", status=500),
        lambda _: redirect("https://other.example/tsa"),
    ],
)
def test_nothing_is_made_of_it(town: Town, responder: Responder) -> None:
    town.host("time.example", responder)
    town.host("other.example", answer)
    stamp = timestamper(town.fetcher(), URL, chance=lambda count: b"\x07" * count)
    with pytest.raises(NotReady, match="Nothing is lost"):
        stamp(b"d" * 32)
    assert town.asked("other.example") == []


def test_an_inner_address_is_not_asked(town: Town) -> None:
    town.host("time.example", answer)
    town.addresses["time.example"] = ["127.0.0.1"]
    stamp = timestamper(town.fetcher(), URL, chance=lambda count: b"\x07" * count)
    with pytest.raises(NotReady):
        stamp(b"d" * 32)
    assert town.dialled == []
