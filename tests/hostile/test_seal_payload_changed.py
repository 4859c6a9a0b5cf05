"""A payload that was changed by one byte, anywhere."""

import json

import pytest

from issuer.verify import Verdict
from tests.town.european import FILE, ask


@pytest.mark.parametrize("part", range(24))
def test_one_byte(part: int) -> None:
    whole = json.loads(FILE)
    payload = whole["payload"]
    place = part * len(payload) // 24 + 7
    letter = "x" if payload[place] != "x" else "y"
    whole["payload"] = payload[:place] + letter + payload[place + 1 :]
    assert ask(json.dumps(whole, ensure_ascii=False).encode()).verdict is Verdict.FAILED


def test_what_is_said_of_it() -> None:
    report = ask(FILE.replace(b"Alex", b"Anna", 1))
    assert report.verdict is Verdict.FAILED
    assert report.check("seal").detail == "The seal does not fit: the document was changed."
