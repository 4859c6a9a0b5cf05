"""Somebody has stolen the key of a time-stamp authority, and that of a seal that has ended since.

He seals today and stamps it with a day on which the seal was still good. The authority's revocation
gives him away.
"""

import datetime as dt

from cryptography import x509

from issuer.verify import Verdict
from keys.certificates import Answers
from tests.town.authority import DAY, NOW, Paper, below, crl
from tests.town.european import TIME, TOP, WHOLE, ask, stamped, told
from tests.town.sealed import sealed

Revoked = dict[int, tuple[dt.datetime, x509.ReasonFlags | None]]
STOLEN_SEAL = below(TOP, Paper(end=NOW + DAY))


def test_a_day_before_the_theft_proves_nothing() -> None:
    forged = stamped(sealed(STOLEN_SEAL, WHOLE), NOW)
    theft: Revoked = {TIME.certificate.serial: (NOW + 20 * DAY, x509.ReasonFlags.key_compromise)}
    listed = crl(TOP, revoked=theft, at=NOW + 21 * DAY)
    report = ask(forged, at=NOW + 30 * DAY, answers=Answers((listed,), ()))
    assert told(report, "certificate") == (Verdict.INDETERMINATE, "certificate.expired")
    assert report.verdict is not Verdict.PASSED


def test_a_revoked_seal_is_not_saved_by_it() -> None:
    both: Revoked = {
        TIME.certificate.serial: (NOW + 20 * DAY, x509.ReasonFlags.key_compromise),
        STOLEN_SEAL.certificate.serial: (NOW + 12 * DAY, None),
    }
    listed = crl(TOP, revoked=both, at=NOW + 21 * DAY)
    forged = stamped(sealed(STOLEN_SEAL, WHOLE), NOW)
    report = ask(forged, at=NOW + 12 * DAY, answers=Answers((listed,), ()))
    assert report.verdict is not Verdict.PASSED
