"""Each question about a receipt, answered each way."""

import datetime as dt
from typing import Any

import pytest

from issuer.errors import NotPassed
from issuer.proofs import merkle
from issuer.verify import Material, Obtained, Verdict
from issuer.verify.receipt import ReceiptReport, _as_written, verify_receipt
from keys.certificates import Anchor
from tests.town import authority
from tests.town.receipts import LEAVES, claims, header, inclusion, receipt, token
from tests.town.university import LATER, NOW, Bench, University

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
ROOT = merkle.root(LEAVES)
ASKED = ["format", "proof", "issuer_key", "key_status", "issuer_established", "stamp", "inclusion"]


@pytest.fixture(scope="module")
def tsa() -> authority.Holder:
    return authority.below(authority.root(), authority.TSA)


def asked(data: bytes, bench: Bench, **how: Any) -> ReceiptReport:
    given: dict[str, Any] = {"material": bench.material(), "at": LATER}
    return verify_receipt(data, **(given | how))


def stamp(tsa: authority.Holder, imprint: bytes = ROOT) -> bytes:
    return authority.token(tsa, b"", bend=authority.Bend(imprint=imprint))


def verdicts(report: ReceiptReport) -> dict[str, Verdict]:
    return {check.id: check.verdict for check in report.checks}


def test_a_receipt_passes_with_no_stamp_and_nothing_to_prove(uni: University, bench: Bench) -> None:
    report = asked(receipt(uni), bench)
    assert report.verdict is PASSED
    assert list(verdicts(report)) == ASKED
    assert {c.id for c in report.checks if not c.counts} == {"stamp", "inclusion"}
    said = report.require_passed()
    assert (said.organisation, said.counts.issued) == (uni.did, 5)
    assert not report.unusable
    shown = report.as_json()
    assert (shown["verdict"], shown["receipt"]["counts"]["rows"]) == ("PASSED", 7)
    with pytest.raises(TypeError, match="no boolean"):
        bool(report)
    with pytest.raises(KeyError):
        report.check("schema")


def test_a_file_may_end_in_a_newline(uni: University, bench: Bench) -> None:
    assert asked(receipt(uni) + b"\n", bench).verdict is PASSED


@pytest.mark.parametrize("data", [b"", b"{}", b"a.b", b"a.b.c", b"\xff", b"." * 2, b"x" * 2**21])
def test_what_cannot_be_read_ends_the_matter(bench: Bench, data: bytes) -> None:
    report = asked(data, bench)
    assert (report.verdict, report.receipt, report.unusable) == (FAILED, None, True)
    assert {c.sub for c in report.checks[1:]} == {"not_reached"}
    assert report.as_json()["receipt"] is None
    with pytest.raises(NotPassed, match="not verified"):
        report.require_passed()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"counts": {"rows": 1}}, "counts"),
        ({"counts": None}, "counts"),
        ({"input_sha256": "5E" * 32}, "input_sha256"),
        ({"batch": "../../etc"}, "batch"),
        ({"ended_at": 1_781_256_600}, "ended_at"),
        ({"ended_at": "2026-06-12T09:30:00"}, "ended_at"),
        ({"form": "https://w3id.org/testamur/batch-receipt/v2"}, "form"),
        ({"tree": {"leaves": "5", "root": ROOT.hex()}}, "tree"),
        ({"software": ...}, "software"),
        ({"iss": "uni.example"}, "organisation"),
        ({"iss": ...}, "organisation"),
        ({"exp": 1}, "exp"),
        ({"Ünknown member": 1}, "a member that no such document has"),
    ],
)
def test_a_form_that_is_not_exactly_that_of_a_receipt(
    uni: University, bench: Bench, changes: dict[str, Any], place: str
) -> None:
    report = asked(receipt(uni, **changes), bench)
    assert (report.verdict, report.receipt) == (FAILED, None)
    assert f"({place}" in report.check("format").detail


def test_numbers_that_do_not_add_up(uni: University, bench: Bench) -> None:
    counts = claims(uni)["counts"] | {"issued": 6}
    report = asked(receipt(uni, counts=counts), bench)
    assert "do not add up" in report.check("format").detail


def test_two_names_of_its_issuer(uni: University, bench: Bench) -> None:
    report = asked(receipt(uni, organisation=uni.did), bench)
    assert "twice" in report.check("format").detail


@pytest.mark.parametrize(("name", "place"), [("kid", "head"), ("iat", "body")])
def test_who_signed_and_when_must_be_said(
    uni: University, bench: Bench, name: str, place: str
) -> None:
    head = header(uni, **({name: ...} if place == "head" else {}))
    body = claims(uni, **({name: ...} if place == "body" else {}))
    report = asked(token(head, body, signer=uni.key("award-1")), bench)
    assert "which key signed it, and when" in report.check("format").detail


# --- The key ------------------------------------------------------------------------------------


def test_without_the_did_document_it_is_open_and_says_what_is_missing(
    uni: University, bench: Bench
) -> None:
    report = asked(receipt(uni), bench, material=Material())
    assert report.verdict is OPEN
    assert [(need.kind, need.id) for need in report.needs] == [("did", uni.did)]
    assert report.as_json()["needs"] == [{"kind": "did", "id": uni.did}]


def test_an_issuer_whom_nobody_knows_is_open(uni: University, bench: Bench) -> None:
    report = asked(receipt(uni), bench, material=bench.material(trusted=()))
    assert (report.verdict, report.check("proof").verdict) == (OPEN, PASSED)
    assert report.check("issuer_established").sub == "issuer.not_established"


def test_a_kid_may_be_a_fragment(uni: University, bench: Bench) -> None:
    data = token(header(uni, kid="#award-1"), claims(uni), signer=uni.key("award-1"))
    assert asked(data, bench).verdict is PASSED


def test_a_receipt_of_the_future(uni: University, bench: Bench) -> None:
    data = receipt(uni, iat=int((LATER + dt.timedelta(minutes=6)).timestamp()))
    assert asked(data, bench).check("proof").sub == "proof.future"


@pytest.mark.parametrize(
    ("stolen", "sub"),
    [(dt.timedelta(0), "key.stolen"), (dt.timedelta(days=1), "key.stolen_unproven")],
)
def test_a_key_that_was_stolen(
    uni: University, bench: Bench, tsa: authority.Holder, stolen: dt.timedelta, sub: str
) -> None:
    taken = uni.record("award-1").compromise(since=NOW + stolen, at=NOW + dt.timedelta(days=2))
    shown = {uni.did: Obtained(uni.did_document(taken), NOW, "a test")}
    believed = Anchor(authority.root().certificate, "Town Root", "a letter")
    material = bench.material(did_documents=shown, anchors=(believed,))
    # A time-stamp over the root says nothing of the signature: a thief can copy both.
    report = asked(receipt(uni), bench, material=material, stamp=stamp(tsa))
    assert report.check("stamp").verdict is PASSED
    assert report.check("key_status").sub == sub
    assert report.verdict is (FAILED if sub == "key.stolen" else OPEN)


# --- The time-stamp -----------------------------------------------------------------------------


def test_a_time_stamp_that_is_believed(
    uni: University, bench: Bench, tsa: authority.Holder
) -> None:
    believed = Anchor(authority.root().certificate, "Town Root", "a letter")
    material = bench.material(anchors=(believed,))
    report = asked(receipt(uni), bench, material=material, stamp=stamp(tsa))
    assert (report.verdict, report.check("stamp").verdict) == (PASSED, PASSED)
    assert "existed on 12 June 2026" in report.check("stamp").detail


def test_one_that_nobody_believes_is_a_note(
    uni: University, bench: Bench, tsa: authority.Holder
) -> None:
    report = asked(receipt(uni), bench, stamp=stamp(tsa))
    found = report.check("stamp")
    assert (report.verdict, found.sub, found.counts) == (PASSED, "stamp.not_believed", False)


def test_one_over_something_else_counts(
    uni: University, bench: Bench, tsa: authority.Holder
) -> None:
    for wrong in (stamp(tsa, bytes(32)), b"", b"\x30\x00", authority.token(tsa, ROOT)):
        report = asked(receipt(uni), bench, stamp=wrong)
        assert (report.verdict, report.check("stamp").sub) == (FAILED, "stamp.invalid")


def test_one_of_a_kind_that_cannot_be_checked_is_a_note(
    uni: University, bench: Bench, tsa: authority.Holder
) -> None:
    weak = authority.token(tsa, b"", bend=authority.Bend(imprint=bytes(20), imprint_hash="sha1"))
    report = asked(receipt(uni), bench, stamp=weak)
    assert (report.verdict, report.check("stamp").sub) == (PASSED, "stamp.unsupported")


# --- Inclusion ----------------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(len(LEAVES)))
def test_a_document_that_is_counted(uni: University, bench: Bench, index: int) -> None:
    report = asked(receipt(uni), bench, inclusion=inclusion(index))
    found = report.check("inclusion")
    assert (report.verdict, found.verdict, found.counts) == (PASSED, PASSED, True)
    assert "UNI-7Q4M-2KXD-9RVT-5HZC" in found.detail


@pytest.mark.parametrize(
    ("changes", "sub"),
    [
        ({"index": 1}, "inclusion.invalid"),
        ({"leaf": "00" * 32}, "inclusion.invalid"),
        ({"leaves": 4}, "inclusion.invalid"),
        ({"root": "00" * 32}, "inclusion.invalid"),
        ({"batch": "batch-2"}, "inclusion.invalid"),
        ({"path": []}, "inclusion.invalid"),
        ({"path": ["00"]}, "inclusion.malformed"),
        ({"path": ["00" * 32] * 65}, "inclusion.malformed"),
        ({"index": "2"}, "inclusion.malformed"),
        ({"more": 1}, "inclusion.malformed"),
    ],
)
def test_a_proof_that_shows_nothing(
    uni: University, bench: Bench, changes: dict[str, Any], sub: str
) -> None:
    report = asked(receipt(uni), bench, inclusion=inclusion(**changes))
    assert (report.verdict, report.check("inclusion").sub) == (FAILED, sub)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b" " * 70_000])
def test_a_proof_that_is_none(uni: University, bench: Bench, data: bytes) -> None:
    report = asked(receipt(uni), bench, inclusion=data)
    assert report.check("inclusion").sub == "inclusion.malformed"


def test_no_step_asks_for_more_than_how_it_is_written() -> None:
    assert _as_written({"b": 1, "a": 2}, "sha256") == b'{"a":2,"b":1}'
