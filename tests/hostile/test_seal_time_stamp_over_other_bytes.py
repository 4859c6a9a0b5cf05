"""A time-stamp that belongs to something else proves nothing about this seal."""

import json

import pytest

from issuer.verify import Verdict
from tests.town.authority import token
from tests.town.european import FILE, SEAL, TIME, WHOLE, ask
from tests.town.sealed import extended, sealed


@pytest.mark.parametrize("name", ["signature_timestamp", "archive_timestamp"])
def test_beside_the_seal(name: str) -> None:
    report = ask(extended(FILE, **{name: token(TIME, b"something else")}))
    assert report.verdict is Verdict.FAILED
    assert "The time-stamp is about other bytes" in report.check("seal").detail


def test_over_the_content() -> None:
    report = ask(sealed(SEAL, WHOLE, content_timestamp=token(TIME, b"something else")))
    assert report.verdict is Verdict.FAILED


def test_an_archive_stamp_from_before_something_was_added() -> None:
    first = json.loads(FILE)["signatures"][0]
    payload = json.loads(FILE)["payload"]
    data = f"{payload}.{first['protected']}.{first['signature']}.".encode()
    stamp = token(TIME, data)
    assert ask(extended(FILE, archive_timestamp=stamp)).verdict is Verdict.PASSED
    slipped_in = extended(extended(FILE, crls=(b"x",)), archive_timestamp=stamp)
    assert ask(slipped_in).verdict is Verdict.FAILED
