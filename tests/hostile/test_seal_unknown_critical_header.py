"""What a seal demands and nobody here understands refuses it (RFC 7515 §4.1.11)."""

from issuer.verify import Verdict
from tests.town.european import FILE, SEAL, ask
from tests.town.sealed import bent


def test_an_unknown_demand() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(crit=["b64", "must"], must=1)))
    assert report.verdict is Verdict.FAILED
    assert "demands what is not understood here: 'must'" in report.check("seal").detail


def test_b64_that_is_not_critical() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(crit=[])))
    assert report.verdict is Verdict.FAILED
