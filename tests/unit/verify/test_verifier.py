"""The whole way: what an honest university signed, asked everything, with and without material."""

import dataclasses
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import Busy, DeadlineExceeded, PoisonGraph
from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.verify import Material, Need, Policy, Report, Verdict, verify
from issuer.verify import material as room
from issuer.verify.report import CHECK_IDS
from tests.town.university import LATER, Bench, Document, University

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE


def verdicts(report: Report) -> dict[str, Verdict]:
    return {check.id: check.verdict for check in report.checks}


def test_what_an_honest_university_signed_is_passed(bench: Bench, sealed: bytes) -> None:
    report = bench.verify(sealed)
    assert report.verdict is PASSED
    assert [check.id for check in report.checks] == list(CHECK_IDS)
    assert {check.id for check in report.checks if check.verdict is not PASSED} == {"holder"}
    assert {check.id for check in report.checks if not check.counts} == {
        "schema",
        "completeness",
        "holder",
    }
    assert all(check.reached for check in report.checks)
    assert report.needs == ()
    assert (report.kind, report.carrier, report.at) == ("json", None, LATER)
    assert report.require_passed() == jcs.decode(sealed)


@pytest.mark.parametrize(
    "suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "jose"]
)
def test_every_way_of_signing_is_passed(suite: str) -> None:
    bench = Bench(University(p256=suite.startswith("ecdsa")))
    uni = bench.university
    data = uni.token(uni.badge()) if suite == "jose" else uni.seal(uni.badge(), suite=suite)
    report = bench.verify(data)
    assert report.verdict is PASSED
    assert report.kind == ("jwt" if suite == "jose" else "json")


def test_a_token_by_a_p256_key_is_passed() -> None:
    bench = Bench(University(p256=True))
    uni = bench.university
    report = bench.verify(uni.token(uni.badge()))
    assert report.verdict is PASSED
    assert "ES256" in report.check("proof").detail


def test_a_status_list_may_be_a_token(bench: Bench, uni: University, sealed: bytes) -> None:
    url = uni.list_url("revocation")
    token = uni.token(uni.unsigned_list("revocation"), kid="status-1")
    assert bench.verify(sealed, material=bench.material(lists={url: token})).verdict is PASSED


def test_without_material_the_answer_is_open_and_says_what_is_missing(
    bench: Bench, uni: University, sealed: bytes
) -> None:
    report = bench.verify(sealed, material=Material())
    assert report.verdict is OPEN
    assert report.needs == (Need("did", uni.did), Need("status", uni.list_url("revocation")))
    found = verdicts(report)
    assert FAILED not in found.values()
    for check_id in ("proof", "issuer_key", "key_status", "revocation", "issuer_established"):
        assert found[check_id] is OPEN
    for check_id in ("format", "contexts", "validity", "suspension"):
        assert found[check_id] is PASSED


def test_any_changed_value_is_failed(bench: Bench, sealed: bytes) -> None:
    document = jcs.decode(sealed)
    document["credentialSubject"]["achievement"]["workloadHours"] = "500"
    report = bench.verify(jcs.encode_document(document))
    assert report.verdict is FAILED
    assert report.check("proof").sub == "proof.invalid"
    assert report.check("issuer_established").verdict is OPEN


def test_the_order_of_members_is_no_change(bench: Bench, sealed: bytes) -> None:
    document = dict(reversed(jcs.decode(sealed).items()))
    assert bench.verify(jcs.encode_document(document)).verdict is PASSED


def test_without_a_trust_list_it_counts_only_where_it_is_asked(bench: Bench, sealed: bytes) -> None:
    material = bench.material(trusted=())
    report = bench.verify(sealed, material=material)
    assert report.verdict is OPEN
    assert report.check("issuer_established").detail == (
        "Signed by whoever controls uni.example. We have not established who that is."
    )
    machine = bench.verify(sealed, material=material, policy=Policy(issuer_established=False))
    assert machine.verdict is PASSED
    assert not machine.check("issuer_established").counts


def test_the_proof_alone(bench: Bench, uni: University, badge: Document) -> None:
    badge |= {"validUntil": "2026-06-12T09:45:00Z"}
    policy = Policy(proof_only=True)
    material = bench.material(lists={})
    report = bench.verify(uni.seal(badge), material=material, policy=policy)
    assert report.verdict is PASSED
    assert {check.id for check in report.checks if check.counts} == {"format", "proof"}
    assert report.check("validity").verdict is FAILED
    forged = {**jcs.decode(uni.seal(badge)), "name": "Ethics"}
    again = bench.verify(jcs.encode_document(forged), material=material, policy=policy)
    assert again.verdict is FAILED


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "json"),
        (b"no credential", "json"),
        (b"[]", "json"),
        (b'{"a": 1, "a": 2}', "json"),
        (b"a.b.c", "jwt"),
        (b"..", "jwt"),
        (b"{" + b"x" * (1 << 20), "json"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "json"),
        (b"\xff\xfe{\0}\0", "json"),
        (b"\x89PNG\r\n\x1a\n", "json"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "json"),
    ],
)
def test_what_cannot_be_read_is_unusable_and_no_exception(
    bench: Bench, data: bytes, kind: str
) -> None:
    report = bench.verify(data, material=Material())
    assert report.unusable
    assert report.verdict is FAILED
    assert report.kind == kind
    assert report.document is None
    assert report.check("format").sub == "format.unreadable"
    asked = [*CHECK_IDS, "picture"] if report.carrier else list(CHECK_IDS)
    assert [check.id for check in report.checks] == asked
    assert all(not check.reached for check in report.checks[1:])
    assert all("“format”" in check.detail for check in report.checks[1:])


def test_a_refused_document_ends_there(bench: Bench, sealed: bytes) -> None:
    for refusal in (PoisonGraph("It explodes."), DeadlineExceeded("It took too long.")):

        def refuse(_document: object, _name: str, refusal: Exception = refusal) -> bytes:
            raise refusal

        report = verify(
            sealed, material=bench.material(), policy=Policy(), at=LATER, canonicalise=refuse
        )
        assert report.verdict is FAILED
        assert not report.unusable
        assert report.check("contexts").sub == "contexts.refused"
        assert report.check("proof").sub == "not_reached"


def test_a_busy_pool_is_the_callers_business(bench: Bench, sealed: bytes) -> None:
    def busy(_document: object, _name: str) -> bytes:
        raise Busy("Later.", retry_after_s=1)

    with pytest.raises(Busy):
        verify(sealed, material=bench.material(), policy=Policy(), at=LATER, canonicalise=busy)


def test_no_document_is_canonicalised_twice(bench: Bench, uni: University, badge: Document) -> None:
    asked: list[bytes] = []

    def counted(document: Any, name: str) -> bytes:
        asked.append(jcs.encode_document(document))
        return rdfc10.canonicalise(document, name)

    report = verify(
        uni.seal(badge), material=bench.material(), policy=Policy(), at=LATER, canonicalise=counted
    )
    assert report.verdict is PASSED
    # The document, its proof, the list, its proof.
    assert len(asked) == len(set(asked)) == 4


def test_the_moment_is_an_argument(bench: Bench, uni: University, badge: Document) -> None:
    badge |= {"validUntil": "2031-06-12T09:30:00Z"}
    data = uni.seal(badge)
    before = bench.verify(data, at=LATER - dt.timedelta(days=1))
    assert before.check("validity").sub == "validity.not_yet"
    after = bench.verify(data, at=LATER + dt.timedelta(days=4_000))
    assert after.check("validity").sub == "validity.expired"


def test_a_report_says_when_each_piece_was_obtained(bench: Bench, sealed: bytes) -> None:
    report = bench.verify(sealed)
    assert report.check("proof").source == "https://uni.example/"
    assert report.check("revocation").source == bench.university.list_url("revocation")
    assert report.check("revocation").as_of is not None
    assert report.check("format").as_of is None
    assert json.dumps(report.as_json())


def test_the_verdict_can_be_repeated_from_saved_material(bench: Bench, sealed: bytes) -> None:
    kept = room.encode(bench.material())
    report = bench.verify(sealed, material=room.decode(kept))
    assert report == bench.verify(sealed)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("aé:/#.-", max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("a@:", max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=120)
@given(data=st.data())
def test_hostile_documents_never_raise_and_never_pass(data: st.DataObject) -> None:
    uni = University()
    document = jcs.decode(_SEALED)
    key = data.draw(st.sampled_from([*document, "termsOfUse", "proof"]))
    was = document.get(key)
    if key == "proof" and data.draw(st.booleans()):
        member = data.draw(st.sampled_from([*document["proof"], "expires", "domain", "id"]))
        document["proof"][member] = data.draw(JSON)
    else:
        document[key] = data.draw(JSON)
    report = Bench(uni).verify(jcs.encode_document(document))
    assert [check.id for check in report.checks] == list(CHECK_IDS)
    # A set may be written in another order or as its only member; nothing else is the same.
    if document.get(key) != was:
        assert report.verdict is not PASSED


@settings(max_examples=60)
@given(did_document=JSON, listed=st.binary(max_size=40) | JSON.map(lambda v: repr(v).encode()))
def test_hostile_material_never_raises_and_never_passes(did_document: Any, listed: bytes) -> None:
    uni = University()
    bench = Bench(uni)
    material = bench.material(
        documents={uni.did: did_document}, lists={uni.list_url("revocation"): listed}
    )
    assert bench.verify(_SEALED, material=material).verdict is OPEN
    known = dataclasses.replace(material, did_documents=bench.material().did_documents)
    assert bench.verify(_SEALED, material=known).check("revocation").verdict is OPEN


_SEALED = University().seal(University().badge())
