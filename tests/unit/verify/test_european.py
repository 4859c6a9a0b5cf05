"""A European Digital Credential on the table: its seal, its certificate, its lists, its issuer."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.verify import Check, Policy, RevocationReason, Verdict
from issuer.verify.material import decode, encode
from issuer.verify.report import EDC_CHECK_IDS, Need
from keys.certificates import Anchor, Answers, Certificate
from tests.town import awards
from tests.town.authority import (
    DAY,
    EIDAS,
    NOW,
    TSA,
    Bend,
    Holder,
    Paper,
    below,
    crl,
    root,
    signed_with_sha1,
    token,
)
from tests.town.european import (
    BELIEVED,
    BENCH,
    FILE,
    SEAL,
    TIME,
    TOP,
    UNI,
    WHOLE,
    ask,
    document,
    stamped,
    told,
)
from tests.town.sealed import bent, extended, parts, sealed, with_unsigned
from tests.town.university import INDEX

Document = dict[str, Any]
PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
PLACE = x509.UniformResourceIdentifier("http://town.example/crl")
NAMES_LIST = x509.CRLDistributionPoints([x509.DistributionPoint([PLACE], None, None, None)])

ASKED = below(TOP, Paper("Seal that names a list", more=((NAMES_LIST, False),)))


# --- The whole ----------------------------------------------------------------------------------


def test_it_passes_and_answers_by_the_names_of_europass_first() -> None:
    report = ask()
    assert report.verdict is PASSED
    assert tuple(c.id for c in report.checks) == EDC_CHECK_IDS
    assert EDC_CHECK_IDS[:5] == ("format", "seal", "revocation", "accreditation", "validity")
    assert report.kind == "edc"
    counted = {c.id for c in report.checks if c.counts}
    assert counted == {
        "format",
        "seal",
        "revocation",
        "validity",
        "issuer_key",
        "certificate",
        "issuer_established",
    }
    assert "JAdES B-B, ES256" in report.check("seal").detail
    assert "Example University" in report.check("seal").detail
    assert "Town Trust stands above it" in report.check("certificate").detail
    assert report.require_passed()["id"] == WHOLE["id"]


def test_who_asks_for_the_proof_alone_is_answered_by_the_seal() -> None:
    report = ask(policy=Policy(proof_only=True), anchors=())
    assert {c.id for c in report.checks if c.counts} == {"format", "seal"}
    assert report.verdict is PASSED


def test_the_holder_and_the_elements() -> None:
    name = awards.whole_award().result.learner.display_name
    assert ask(policy=Policy(holder=name)).verdict is PASSED
    assert ask(policy=Policy(holder="Somebody Else")).verdict is FAILED
    assert told(ask(), "completeness") == (PASSED, None)


def test_the_same_material_in_years() -> None:
    material = BENCH.material(anchors=(BELIEVED,), answers=Answers((crl(TOP),), (b"o",)))
    again = decode(encode(material))
    assert (again.anchors, again.answers) == (material.anchors, material.answers)
    assert BENCH.verify(FILE, material=again).verdict is PASSED


# --- Format and profile -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sub"),
    [
        ({"@context": None}, "format.empty"),
        ({"credentialSubject": None}, "format.empty"),
        ({"id": None}, "format.structure"),
    ],
)
def test_what_says_nothing_is_refused(change: Document, sub: str) -> None:
    report = ask(sealed(SEAL, document(**change)))
    assert told(report, "format") == (FAILED, sub)
    assert not report.check("seal").reached


def test_a_file_that_cannot_be_read() -> None:
    whole, _ = parts(FILE)
    whole["signatures"] = [7]
    report = ask(json.dumps(whole).encode())
    assert told(report, "format") == (FAILED, "format.unreadable")
    assert report.unusable


def test_what_must_not_be_opened_is_shown_and_failed() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(alg="none")))
    assert told(report, "seal") == (FAILED, "seal.invalid")
    assert (report.document or {})["id"] == WHOLE["id"]
    assert told(report, "issuer_key") == (OPEN, "issuer.no_signature")
    assert told(report, "certificate") == (OPEN, "certificate.no_seal")
    odd = json.loads(bent(FILE, SEAL, lambda h: h.update(alg="none")))
    odd["payload"] = "[EuropeanDigitalCredential]"
    assert ask(json.dumps(odd).encode()).unusable


def test_a_profile_that_is_broken() -> None:
    report = ask(sealed(SEAL, document(displayParameter=None)))
    assert told(report, "schema") == (FAILED, "schema.broken")
    assert report.verdict is FAILED
    assert report.check("schema").counts


def test_what_is_unusual_is_a_note() -> None:
    odd = document()
    odd["credentialSubject"]["hasClaim"]["specifiedBy"]["volumeOfLearning"] = "P60M"
    report = ask(sealed(SEAL, odd))
    assert report.verdict is PASSED
    assert "Unusual" in report.check("schema").detail


def test_a_large_one_is_read_and_a_large_other_one_is_not() -> None:
    large = document()
    media = large["displayParameter"]["individualDisplay"]["displayDetail"]["image"]
    media["content"] = "A" * (2 << 20)
    assert told(ask(sealed(SEAL, large)), "format") == (PASSED, None)
    other = json.dumps({"@context": [], "pad": "A" * (2 << 20)}).encode()
    assert ask(other).unusable


def test_accreditation_is_a_note() -> None:
    assert told(ask(), "accreditation") == (OPEN, "accreditation.not_asked")
    profiles = {"id": "http://data.europa.eu/snb/credential/c_ae121a00", "type": "Concept"}
    evidence = {"accreditation": {"id": "https://data.deqar.eu/report/1"}}
    report = ask(sealed(SEAL, document(credentialProfiles=profiles, evidence=evidence)))
    assert told(report, "accreditation") == (OPEN, "accreditation.not_looked_up")
    assert "data.deqar.eu/report/1" in report.check("accreditation").detail
    bare = ask(sealed(SEAL, document(credentialProfiles=profiles)))
    assert "refers to" not in bare.check("accreditation").detail


# --- The seal -----------------------------------------------------------------------------------


def test_no_seal_at_all() -> None:
    report = ask(json.dumps(WHOLE).encode())
    assert report.kind == "edc"
    assert told(report, "seal") == (FAILED, "seal.none")
    assert told(report, "certificate") == (OPEN, "certificate.no_seal")
    assert told(report, "issuer_established") == (OPEN, "issuer.not_shown")


def test_a_payload_that_was_changed() -> None:
    report = ask(FILE.replace(b"VATAT-U1", b"VATAT-U2", 1))
    assert told(report, "seal") == (FAILED, "seal.invalid")
    assert told(report, "certificate") == (OPEN, "certificate.no_seal")


def test_a_kind_of_seal_that_is_not_read() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.update(alg="PS256")))
    assert told(report, "seal") == (OPEN, "seal.unsupported")


def test_a_seal_from_the_future() -> None:
    report = ask(sealed(SEAL, WHOLE, at=NOW + DAY))
    assert told(report, "seal") == (FAILED, "seal.future")


def test_a_seal_that_does_not_say_when() -> None:
    report = ask(bent(FILE, SEAL, lambda h: h.pop("iat")))
    assert report.verdict is PASSED
    nameless = below(TOP, Paper("", None, EIDAS))
    assert "somebody" in ask(sealed(nameless, WHOLE)).check("seal").detail


def test_a_time_stamp_that_is_damaged_or_of_another_kind() -> None:
    odd = extended(FILE, signature_timestamp=b"x")
    assert told(ask(odd), "seal") == (FAILED, "seal.malformed")
    value = json.loads(FILE)["signatures"][0]["signature"].encode()
    weak = extended(FILE, signature_timestamp=token(TIME, value, bend=Bend(imprint_hash="sha1")))
    assert told(ask(weak), "seal") == (OPEN, "seal.unsupported")
    assert told(ask(with_unsigned(FILE, "!")), "seal") == (FAILED, "seal.malformed")


# --- The certificate ----------------------------------------------------------------------------


def test_without_an_anchor_it_is_neither_yes_nor_no() -> None:
    report = ask(anchors=())
    assert told(report, "certificate") == (OPEN, "certificate.not_anchored")
    assert "The seal is intact" in report.check("certificate").detail
    assert told(report, "issuer_established") == (OPEN, "issuer.not_shown")
    assert report.verdict is OPEN


@pytest.mark.parametrize("paper", [Paper(usage="encrypt"), Paper(authority=True, usage=None)])
def test_a_certificate_that_is_not_for_sealing(paper: Paper) -> None:
    report = ask(sealed(below(TOP, paper), WHOLE))
    assert told(report, "certificate") == (FAILED, "certificate.usage")


def test_a_claim_out_of_its_time() -> None:
    old = below(TOP, Paper(end=NOW - DAY))
    report = ask(sealed(old, WHOLE))
    assert told(report, "certificate") == (FAILED, "certificate.out_of_time")


def test_it_has_expired_since_and_only_a_time_stamp_helps() -> None:
    short = below(TOP, Paper(end=NOW + DAY))
    file, late = sealed(short, WHOLE), NOW + 30 * DAY
    report = ask(file, at=late)
    assert told(report, "certificate") == (OPEN, "certificate.expired")
    report = ask(stamped(file, NOW), at=late)
    assert told(report, "certificate") == (PASSED, None)
    assert "as a time-stamp of 12 June 2026 proves" in report.check("certificate").detail
    # One by somebody whom nobody believes proves nothing.
    stranger = below(root(Paper("Stranger", "S", None, authority=True, usage="certify")), TSA)
    report = ask(stamped(file, NOW, stranger), at=late)
    assert told(report, "certificate") == (OPEN, "certificate.expired")


def test_our_own_record_of_the_moment_counts_as_well() -> None:
    short = below(TOP, Paper(end=NOW + DAY))
    file, late = sealed(short, WHOLE), NOW + 30 * DAY
    digest = ask(file).digest
    report = ask(file, at=late, proven_times={digest: NOW})
    assert told(report, "certificate") == (PASSED, None)
    assert "the record of a registry of 12 June 2026" in report.check("certificate").detail
    itself = Anchor(short.certificate, "Uni", "it is our own")
    report = ask(file, anchors=(itself,))
    assert "it is believed itself: it is our own" in report.check("certificate").detail


def test_a_time_stamp_from_after_its_end() -> None:
    short = below(TOP, Paper(end=NOW + DAY))
    file, late = sealed(short, WHOLE), NOW + 30 * DAY
    report = ask(stamped(file, NOW + 2 * DAY), at=late)
    assert told(report, "certificate") == (FAILED, "certificate.chain")


def test_whether_it_was_revoked_has_to_be_known_where_somebody_would_say_so() -> None:
    file = sealed(ASKED, WHOLE)
    assert told(ask(file), "certificate") == (OPEN, "certificate.revocation_unknown")
    good = Answers((crl(TOP),), ())
    assert told(ask(file, answers=good), "certificate") == (PASSED, None)
    beside = extended(file, crls=(crl(TOP),))
    assert told(ask(beside), "certificate") == (PASSED, None)


def gone(since: dt.datetime, reason: x509.ReasonFlags | None = None) -> Answers:
    named = {ASKED.certificate.serial: (since, reason)}
    return Answers((crl(TOP, revoked=named, at=NOW + 3 * DAY),), ())


def test_it_is_revoked_and_suspended_is_told_as_revoked_once() -> None:
    both = {
        UNI.list_url(p): UNI.status_list(p, revoked=[INDEX]) for p in ("revocation", "suspension")
    }
    badge = UNI.badge()
    badge["credentialStatus"] = [UNI.entry("revocation"), UNI.entry("suspension")]
    report = BENCH.verify(UNI.seal(badge), material=BENCH.material(lists=both))
    assert told(report, "revocation") == (FAILED, "status.revocation")
    assert "out of force for good" in report.check("suspension").detail


def test_a_certificate_that_may_be_forged() -> None:
    assert isinstance(TOP.key, ec.EllipticCurvePrivateKey)
    weak = Certificate(signed_with_sha1(SEAL.certificate.der, TOP.key))
    file = sealed(Holder(SEAL.key, (weak, *SEAL.chain[1:])), WHOLE)
    assert told(ask(file), "certificate")[0] is OPEN


def test_it_was_revoked() -> None:
    file = sealed(ASKED, WHOLE)
    report = ask(file, answers=gone(NOW - DAY))
    assert told(report, "certificate") == (FAILED, "certificate.revoked")
    # Revoked after a moment that somebody proves takes nothing back, unless its key was stolen.
    later = gone(NOW + 2 * DAY)
    report = ask(stamped(file, NOW), answers=later)
    assert told(report, "certificate") == (PASSED, None)
    assert told(ask(file, answers=later), "certificate")[0] is FAILED
    stolen = gone(NOW + 2 * DAY, x509.ReasonFlags.key_compromise)
    report = ask(stamped(file, NOW), answers=stolen)
    assert told(report, "certificate") == (OPEN, "certificate.stolen")


def test_what_it_says_of_its_quality() -> None:
    test = replace(BELIEVED, test=True)
    assert "It is a test seal" in ask(anchors=(test,)).check("certificate").detail
    assert "does not say that it is a qualified" in ask().check("certificate").detail
    # QcCompliance, and QcType: for seals (ETSI EN 319 412-5 §4.2).
    statement = bytes.fromhex("301f3008060604008e4601013013060604008e4601063009060704008e46010602")
    qc = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3"), statement)
    holder = below(TOP, Paper(more=((qc, False),)))
    report = ask(sealed(holder, WHOLE))
    assert "It says that it is a qualified" in report.check("certificate").detail


# --- The issuer ---------------------------------------------------------------------------------


def test_somebody_else_sealed_it() -> None:
    other = below(TOP, Paper("Other", "Other University", "VATAT-U99999998"))
    report = ask(sealed(other, WHOLE))
    assert told(report, "issuer_key") == (FAILED, "issuer.other_key")
    assert "VATAT-U99999998" in report.check("issuer_key").detail
    assert report.verdict is FAILED


def test_a_certificate_or_an_issuer_without_an_identifier() -> None:
    nobody = below(TOP, Paper(identifier=None))
    assert told(ask(sealed(nobody, WHOLE)), "issuer_key") == (OPEN, "issuer.not_named")
    nameless = below(TOP, Paper("Nameless", None, None))
    assert "CN=Nameless" in ask(sealed(nameless, WHOLE)).check("issuer_key").detail


def test_an_identifier_is_compared_without_spaces_and_case() -> None:
    spaced = document()
    spaced["issuer"]["eIDASIdentifier"]["notation"] = "vatat-u 12345678"
    assert told(ask(sealed(SEAL, spaced)), "issuer_key") == (PASSED, None)


# --- Lists --------------------------------------------------------------------------------------


def status(**said: Any) -> bytes:
    return sealed(SEAL, document(credentialStatus={"type": "CredentialStatus"} | said))


def test_revoked_is_red() -> None:
    lists = UNI.lists() | {
        UNI.list_url("revocation"): UNI.status_list("revocation", revoked=[INDEX])
    }
    report = ask(lists=lists)
    assert told(report, "revocation") == (FAILED, "status.revocation")
    assert report.verdict is FAILED


def test_one_that_can_be_suspended_names_that_list() -> None:
    url = UNI.list_url("suspension")
    file = status(id=f"{url}#{INDEX}")
    assert ask(file).verdict is PASSED
    lists = UNI.lists() | {url: UNI.status_list("suspension", revoked=[INDEX])}
    assert told(ask(file, lists=lists), "revocation") == (FAILED, "status.suspension")
    # One list shows both; a record says which it is.
    assert "or revoked it" in ask(file, lists=lists).check("revocation").detail
    for final, sub in ((False, "status.suspension"), (True, "status.revocation")):
        reasons = {WHOLE["id"]: RevocationReason(NOW, "Copied", final)}
        report = ask(file, lists=lists, revocation_reasons=reasons)
        assert told(report, "revocation") == (FAILED, sub)
        assert report.check("revocation").detail.endswith("Reason: Copied.")


def test_a_list_that_is_not_there_is_asked_for() -> None:
    report = ask(lists={})
    assert told(report, "revocation") == (OPEN, "status.missing")
    assert report.needs == (Need("status", UNI.list_url("revocation")),)


def test_no_list_is_named() -> None:
    assert told(ask(sealed(SEAL, document(credentialStatus=None))), "revocation") == (
        PASSED,
        None,
    )


@pytest.mark.parametrize(
    ("said", "sub"),
    [
        ({"id": "https://uni.example/status/1"}, "status.unknown_type"),
        ({"id": 7}, "status.unknown_type"),
        ({"id": "ftp://uni.example/status#1"}, "status.unknown_type"),
    ],
)
def test_an_entry_that_cannot_be_asked(said: Document, sub: str) -> None:
    assert told(ask(status(**said)), "revocation") == (OPEN, sub)


def test_several_entries_are_none_that_elm_knows() -> None:
    two = sealed(SEAL, document(credentialStatus=[WHOLE["credentialStatus"]] * 2))
    assert told(ask(two), "revocation") == (OPEN, "status.too_many")


def test_a_list_of_somebody_whom_the_document_does_not_name() -> None:
    foreign = document()
    del foreign["issuer"]["identifier"]
    report = ask(sealed(SEAL, foreign))
    assert told(report, "revocation") == (OPEN, "status.other_issuer")


def test_what_stands_at_the_address_is_no_list() -> None:
    report = ask(lists={UNI.list_url("revocation"): b"x"})
    assert report.check("revocation").verdict is OPEN


def test_every_answer_is_told_in_words() -> None:
    checks: tuple[Check, ...] = ask().checks
    assert all(check.detail.endswith(".") and check.clause for check in checks)
