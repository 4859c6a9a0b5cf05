"""Characters that libraries write differently, in values of a known shape."""

import json

import pytest

from issuer.proofs import jcs
from issuer.verify import Verdict
from tests.town.alike import Alike, person


@pytest.mark.parametrize(
    "letter", ["\x00", "\x08", "\x0b", "\x0c", "\x1f", "\x7f", "\ud800", "\ufffe", "\U0001ffff"]
)
def test_a_letter_that_is_refused(alike: Alike, letter: str) -> None:
    document = jcs.decode(alike.sealed())
    document["credentialSubject"]["identifier"][0]["identityHash"] = f"Alex{letter}7"
    assert not alike.is_known(document)
    # As it stands, and escaped.
    escaped = json.dumps(document).encode()
    raw = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
    for data in (escaped, raw):
        report = alike.judged(data)
        assert report.verdict is Verdict.FAILED
        assert report.unusable


@pytest.mark.parametrize(
    "letter", ['"', "\\", "\n", "\r", "\t", "\u2028", "\u200d", "\u0301", "\U0001d518"]
)
def test_a_letter_that_is_escaped(alike: Alike, letter: str) -> None:
    badge = alike.badge()
    badge["credentialSubject"]["identifier"] = person(f"Alex{letter}7")
    assert alike.is_known(badge)
    data = alike.university.seal(badge)
    assert alike.judged(data).verdict is Verdict.PASSED
    place = ("credentialSubject", "identifier", 0, "identityHash")
    assert alike.judged(alike.changed(place, f"Alex7{letter}")).verdict is Verdict.FAILED


@pytest.mark.parametrize("line", ['" .\n<https://x.example/> <https://x.example/p> "y', "a\x00b"])
def test_a_value_that_would_be_another_line(alike: Alike, line: str) -> None:
    place = ("credentialSubject", "identifier", 0, "identityHash")
    document = json.loads(alike.changed(place, "Alex"))
    document["credentialSubject"]["identifier"][0]["identityHash"] = line
    assert alike.judged(json.dumps(document).encode()).verdict is Verdict.FAILED
