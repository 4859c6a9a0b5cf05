"""Receipts that somebody made or changed: by another key, another algorithm, another number."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from issuer.verify import Material, Verdict
from issuer.verify.material import joined
from issuer.verify.receipt import ReceiptReport, verify_receipt
from keys.signer import Signer
from tests.town.receipts import _part, claims, header, receipt, token
from tests.town.university import LATER, Bench, University


@pytest.fixture
def both(bench: Bench, mallory: University) -> Material:
    """Material that knows the attacker as well, as somebody who is trusted for himself."""
    return joined(bench.material(), Bench(mallory).material())


def asked(data: bytes, material: Material) -> ReceiptReport:
    return verify_receipt(data, material=material, at=LATER)


def changed(data: bytes, **changes: Any) -> bytes:
    head, payload, signature = data.split(b".")
    said = json.loads(base64.urlsafe_b64decode(payload + b"=="))
    return b".".join([head, _part(json.dumps({**said, **changes}).encode()), signature])


def test_the_honest_one_passes(uni: University, both: Material) -> None:
    assert asked(receipt(uni), both).verdict is Verdict.PASSED


def test_a_changed_count(uni: University, both: Material) -> None:
    counts = claims(uni)["counts"] | {"rows": 8, "issued": 6}
    report = asked(changed(receipt(uni), counts=counts), both)
    assert (report.verdict, report.check("proof").sub) == (Verdict.FAILED, "proof.invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"tree": {"leaves": 5, "root": "00" * 32}},
        {"input_sha256": "00" * 32},
        {"approved_by": "somebody else"},
        {"ended_at": "2027-01-01T00:00:00Z"},
        {"batch": "batch-2"},
        {"iat": 1},
    ],
)
def test_any_other_member_changed(uni: University, both: Material, changes: dict[str, Any]) -> None:
    assert asked(changed(receipt(uni), **changes), both).verdict is Verdict.FAILED


@pytest.mark.parametrize("kid", ["theirs", "ours", "fragment"])
def test_another_organisations_key(
    uni: University, mallory: University, both: Material, kid: str
) -> None:
    named = {"theirs": mallory.did, "ours": uni.did, "fragment": ""}[kid]
    data = token(header(uni, kid=f"{named}#award-1"), claims(uni), signer=mallory.key("award-1"))
    assert asked(data, both).verdict is Verdict.FAILED


def test_a_receipt_of_somebody_else_names_somebody_else(
    mallory: University, both: Material
) -> None:
    # He may give receipts of his own; they are about him.
    assert asked(receipt(mallory), both).require_passed().organisation == mallory.did


def test_the_issuers_name_over_a_receipt_of_somebody_else(
    uni: University, mallory: University, both: Material
) -> None:
    report = asked(changed(receipt(mallory), iss=uni.did), both)
    assert report.verdict is Verdict.FAILED
    assert report.check("issuer_key").sub == "issuer.other_key"


def test_a_key_that_is_published_for_something_else(uni: University, bench: Bench) -> None:
    document = uni.did_document() | {
        "assertionMethod": [],
        "authentication": [f"{uni.did}#award-1"],
    }
    report = asked(receipt(uni), bench.material(documents={uni.did: document}))
    assert (report.verdict, report.check("issuer_key").sub) == (Verdict.FAILED, "issuer.purpose")


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "hs512", "ES256", "RS256", "PS256", ""])
def test_tricks_with_the_algorithm(uni: University, both: Material, alg: str) -> None:
    body = token(header(uni, alg=alg), claims(uni), signer=uni.key("award-1")).rpartition(b".")[0]
    mac = hmac.new(uni.key("award-1").public_key.raw, body, hashlib.sha256).digest()
    for signature in (b"", _part(mac), _part(uni.key("award-1").sign(body))):
        report = asked(body + b"." + signature, both)
        assert report.verdict is Verdict.FAILED


def test_a_key_of_its_own(mallory_signer: Signer, uni: University, both: Material) -> None:
    for name in ("jwk", "jku", "x5c", "x5u"):
        own = {name: mallory_signer.public_key.jwk()}
        data = token(header(uni, **own), claims(uni), signer=mallory_signer)
        report = asked(data, both)
        assert (report.verdict, report.check("format").sub) == (Verdict.FAILED, "format.refused")


@pytest.mark.parametrize("extra", [{"crit": ["exp"]}, {"b64": False}])
def test_an_extension_that_must_be_understood(
    uni: University, both: Material, extra: dict[str, Any]
) -> None:
    data = token(header(uni, **extra), claims(uni), signer=uni.key("award-1"))
    assert asked(data, both).verdict is Verdict.FAILED


def test_a_member_twice(uni: University, both: Material) -> None:
    body = json.dumps(claims(uni)).replace('"batch"', '"batch": "batch-1", "batch"').encode()
    data = _part(json.dumps(header(uni)).encode()) + b"." + _part(body)
    whole = data + b"." + _part(uni.key("award-1").sign(data))
    assert asked(whole, both).check("format").sub == "format.unreadable"


def test_words_that_would_draw_on_a_terminal(uni: University, both: Material) -> None:
    report = asked(receipt(uni, approved_by="x\u202ey\x1b[2J"), both)
    assert report.verdict is Verdict.FAILED
    assert "\x1b" not in report.check("format").detail
