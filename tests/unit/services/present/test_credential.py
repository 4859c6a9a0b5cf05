"""The employer's view: of real documents, of strangers' documents, of no document at all."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from issuer.errors import FieldsInvalid
from issuer.services import present
from issuer.services.present import Asked, CredentialView
from issuer.verify import Report
from tests.town import scenes as town


def _checked(found: Report | None = None, what: str = "the text you pasted") -> CredentialView:
    report = town.report() if found is None else found
    return present.checked(report, zone=town.VIENNA, asked=Asked(what))


def test_the_shared_page_has_address_files_and_preview() -> None:
    view = present.credential(town.report(), page=town.public_page(), zone=town.VIENNA)
    assert view.verdict == "passed"
    assert view.vouched
    assert (view.holder, view.place) == ("Alex Example", "Austria")
    assert view.kind == "Micro-credential · tier 2 of 3, intermediate"
    assert view.awarded is not None
    assert view.awarded.iso == "2026-06-12"
    assert view.downloads == town.public_page().downloads
    assert dict(view.social)["og:url"] == town.ADDRESS
    assert [p.term for p in view.issuer_facts] == ["Place", "Website", "Signs as"]
    assert {s.href for s in view.sources} >= {
        f"{town.BASE}/status/uni/revocation/1",
        f"{town.BASE}/status/uni/suspension/1",
    }


def test_an_address_that_is_not_absolute_is_refused() -> None:
    page = replace(town.public_page(), address="/c/x")
    with pytest.raises(FieldsInvalid):
        present.credential(town.report(), page=page, zone=town.VIENNA)


def test_a_check_of_something_handed_in_has_no_preview_and_no_address() -> None:
    view = _checked(what="the file badge.png")
    assert (view.address, view.social, view.asked) == ("", (), "the file badge.png")


def test_the_criteria_are_not_printed_twice() -> None:
    view = _checked()
    assert view.claims.outcomes
    assert view.claims.narrative == ""


def test_what_was_learned_is_said_in_the_order_of_the_page() -> None:
    terms = [pair.term for pair in _checked().claims.learned]
    assert terms == [
        "Assessment",
        "Supervision",
        "Result",
        "Assessed by",
        "Participation",
        "Taught in",
        "Asked before",
        "Field",
        "Fee",
    ]


def test_the_issuers_words_are_marked_as_such() -> None:
    assessment = _checked().claims.learned[0].values
    assert (assessment[0].text, assessment[0].said) == ("Project work", False)
    assert assessment[-1].said


def test_a_strangers_badge_states_little_and_proves_less() -> None:
    view = _checked(town.stranger())
    assert (view.verdict, view.vouched, view.hush) == ("indeterminate", False, True)
    assert view.kind == "Credential of an issuer that we cannot confirm"
    assert len(view.find_out) == 3
    assert "did:web:north-sea-data.example" in view.find_out[0]
    assert view.claims.tier == 0
    assert view.claims.syllabus is None
    assert view.claims.narrative.startswith("See [our site]")
    assert view.page_description == "We cannot say who issued this."


def test_an_unconfirmed_list_leaves_the_issuer_confirmed() -> None:
    view = _checked(town.report(lists={}))
    assert (view.verdict, view.vouched, view.hush) == ("indeterminate", True, False)
    assert view.find_out == ()


def test_nothing_that_could_be_read_is_told_as_that() -> None:
    view = _checked(town.bench().verify(b"hello"))
    assert (view.readable, view.verdict, view.flag) == (False, "failed", "UNREADABLE")
    assert view.issuer_facts == ()
    assert view.awarded is None
    assert view.claims.numbers == ()


def test_a_document_that_states_nothing_is_shown_all_the_same() -> None:
    said = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:key:z6MkExample",
        "credentialSubject": {"id": "urn:x"},
    }
    view = _checked(town.bench().verify(json.dumps(said).encode()))
    assert view.claims.title == "A credential without a title"
    assert view.issuer == "did:key:z6MkExample"
    assert view.holder == ""
    assert view.awarded is None
    assert view.page_title == "A credential without a title"


def test_without_a_date_of_award_the_day_of_validity_counts() -> None:
    said = town.document()
    del said["awardedDate"]
    view = _checked(town.report(said))
    assert view.awarded is not None
    assert view.awarded.iso == dt.date(2026, 6, 12).isoformat()


def test_an_incomplete_credential_says_how_many_elements_it_has() -> None:
    said = town.document()
    del said["credentialSubject"]["achievement"]["qualityAssurance"]
    (whole,) = [g for g in _checked(town.report(said)).groups if g.id == "whole"]
    assert whole.answer == "No: 10 of 11 EU elements."


def test_without_a_tier_the_page_says_three_numbers() -> None:
    said = town.document()
    del said["credentialSubject"]["achievement"]["tier"]
    view = _checked(town.report(said))
    assert [n.kind for n in view.claims.numbers] == ["hours", "ects", "eqf"]
    assert view.kind == "Micro-credential"


def test_without_numbers_the_description_still_asks_to_check() -> None:
    said = town.document()
    achievement = said["credentialSubject"]["achievement"]
    for term in ("tier", "eqfLevel", "creditsAvailable", "alignment"):
        achievement.pop(term, None)
    said["credentialSubject"].pop("creditsEarned", None)
    assert _checked(town.report(said)).page_description == "Open it to check it."
