"""A seal whose parts are no base64 is refused, and says so."""

import json

import pytest

from issuer.verify import Verdict
from tests.town.european import FILE, SEAL, ask
from tests.town.sealed import bent, with_unsigned

FAILED = Verdict.FAILED


@pytest.mark.parametrize("member", ["protected", "signature"])
def test_header_or_value(member: str) -> None:
    whole = json.loads(FILE)
    whole["signatures"][0][member] = "!" + whole["signatures"][0][member]
    report = ask(json.dumps(whole).encode())
    assert report.verdict is FAILED
    assert "base64url" in report.check("format").detail


def test_the_certificate() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(x5c=["!"])))
    assert report.verdict is FAILED
    assert "A certificate of the seal cannot be read" in report.check("seal").detail


def test_what_stands_beside_it() -> None:
    report = ask(with_unsigned(FILE, "!"))
    assert report.verdict is FAILED
    assert "not base64url" in report.check("seal").detail
