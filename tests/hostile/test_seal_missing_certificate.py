"""A seal without a certificate is by nobody."""

from issuer.verify import Verdict
from tests.town.european import FILE, SEAL, ask
from tests.town.sealed import bent


def test_it_is_missing() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.pop("x5c")))
    assert report.verdict is Verdict.FAILED
    assert report.check("seal").detail == "The certificate of the seal is missing (x5c)."


def test_a_key_in_its_place_proves_nothing() -> None:
    jwk = SEAL.public_key.jwk()
    report = ask(bent(FILE, SEAL, lambda h: h.pop("x5c") and h.update(jwk=jwk)))
    assert report.verdict is Verdict.FAILED
    assert "a key without a certificate" in report.check("seal").detail
