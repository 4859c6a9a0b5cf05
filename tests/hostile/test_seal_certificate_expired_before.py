"""A certificate that had expired before the seal says it was made, or that says so falsely."""

from issuer.verify import Verdict
from tests.town.authority import DAY, NOW, Paper, below
from tests.town.european import TOP, WHOLE, ask, stamped
from tests.town.sealed import sealed

OLD = below(TOP, Paper(end=NOW - DAY))


def test_by_its_own_word() -> None:
    for how in ("iat", "sigT"):
        report = ask(sealed(OLD, WHOLE, signing_time=how))
        assert report.verdict is Verdict.FAILED
        assert "its certificate was valid from" in report.check("certificate").detail


def test_a_date_before_its_end_that_nobody_confirms() -> None:
    # Whoever has the key of an expired certificate writes any date.
    file = sealed(OLD, WHOLE, at=NOW - 10 * DAY)
    report = ask(file)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.check("certificate").sub == "certificate.expired"
    late = ask(stamped(file, NOW))
    assert late.verdict is Verdict.FAILED
