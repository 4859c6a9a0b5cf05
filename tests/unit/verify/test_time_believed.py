"""Whether a time-stamp proves something, by what is said of its authority's certificate."""

import datetime as dt

import pytest
from cryptography import x509

from issuer.verify import Verdict
from keys.certificates import Answers
from tests.town.authority import DAY, NOW, Paper, below, crl, token
from tests.town.european import SEAL, TIME, TOP, WHOLE, ask, stamped, told
from tests.town.sealed import extended, sealed

LATE = NOW + 30 * DAY
OPEN = (Verdict.INDETERMINATE, "certificate.expired")
PASSED = (Verdict.PASSED, None)
FILE = stamped(sealed(below(TOP, Paper(end=NOW + DAY)), WHOLE))
"""A seal that has ended since, and is good only if its time-stamp is."""


def revoked(since: dt.datetime, reason: x509.ReasonFlags | None) -> bytes:
    named = {TIME.certificate.serial: (since, reason)}
    return crl(TOP, revoked=named, at=NOW + 3 * DAY)


@pytest.mark.parametrize(
    ("since", "reason", "found"),
    [
        (NOW + 2 * DAY, x509.ReasonFlags.cessation_of_operation, PASSED),
        (NOW + 2 * DAY, x509.ReasonFlags.unspecified, PASSED),
        (NOW - DAY, x509.ReasonFlags.cessation_of_operation, OPEN),
        (NOW, x509.ReasonFlags.superseded, OPEN),
        (NOW + 2 * DAY, x509.ReasonFlags.key_compromise, OPEN),
        (NOW + 2 * DAY, x509.ReasonFlags.ca_compromise, OPEN),
        (NOW + 2 * DAY, None, OPEN),
    ],
)
def test_a_time_stamp_of_an_authority_that_was_revoked(
    since: dt.datetime, reason: x509.ReasonFlags | None, found: tuple[Verdict, str | None]
) -> None:
    listed = revoked(since, reason)
    assert told(ask(FILE, at=LATE, answers=Answers((listed,), ())), "certificate") == found
    assert told(ask(extended(FILE, crls=(listed,)), at=LATE), "certificate") == found


def test_a_time_stamp_of_an_authority_that_was_not() -> None:
    assert told(ask(FILE, at=LATE), "certificate") == PASSED
    good = Answers((crl(TOP, at=NOW),), ())
    assert told(ask(FILE, at=LATE, answers=good), "certificate") == PASSED


def test_a_time_stamp_over_other_bytes() -> None:
    file = extended(sealed(SEAL, WHOLE), signature_timestamp=token(TIME, b"other"))
    report = ask(file)
    assert told(report, "seal")[0] is Verdict.FAILED
    assert "A time-stamp on the seal (sigTst)" in report.check("seal").detail
