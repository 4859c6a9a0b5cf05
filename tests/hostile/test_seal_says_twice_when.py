"""A seal that says twice when it was made: one reader believes iat, another sigT."""

from issuer.verify import Verdict
from tests.town.european import FILE, SEAL, ask
from tests.town.sealed import bent


def test_both_moments() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(sigT="2026-06-12T09:30:00Z")))
    assert report.verdict is Verdict.FAILED
    assert report.check("seal").detail == ("The seal says twice when it was made (iat and sigT).")
