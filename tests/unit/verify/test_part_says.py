"""What a part says of itself beside its credits: day, tier and holder; of others only what fits."""

from dataclasses import replace
from typing import Any

import pytest

import schemas
from issuer.model.achievement import Tier
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.verify import Material, Obtained, Report, TrustedIssuer, Verdict
from issuer.verify.material import joined
from issuer.verify.named import (
    contradict,
    eidas_identifier,
    hashed,
    is_same_organisation,
    share_identifier,
)
from tests.town.european import BENCH, UNI
from tests.town.european_stacks import Diploma, diploma, document_id, material, named, whole
from tests.town.stacks import Course, Stacked, stack_of
from tests.town.stacks import whole as badge_whole
from tests.town.university import NOW, Document, University

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
ETHICS = Course("ethics")
BADGE = f"{UNI.base}/c/ethics"
OTHER = University("other.example", name="Other University")


def told(report: Report) -> tuple[Verdict, str | None, bool]:
    check = report.check("parts")
    return check.verdict, check.sub, check.counts


def _badge(uni: University = UNI, **changes: Any) -> Document:
    document = ETHICS.badge(uni)
    document["credentialSubject"]["achievement"] |= changes
    return document


def _in_badge(document: Document, *, whole: Document | None = None, **changes: Any) -> Report:
    """A badge that is built from this one, as it is named."""
    data = UNI.seal(document)
    made = badge_whole(UNI, stack_of(ETHICS.part(UNI, data, **changes)))
    made["credentialSubject"] |= whole or {}
    return Stacked(UNI.seal(made), {BADGE: data}).verify(BENCH)


# --- Day and tier ---------------------------------------------------------------------------


def test_another_day_is_another_achievement() -> None:
    other = _in_badge(ETHICS.badge(UNI) | {"awardedDate": "2026-03-02T00:00:00Z"})
    assert told(other) == (FAILED, "parts.other_day", True)
    assert other.check("parts").detail == (
        "Its part “Ethics” says otherwise of its day than the whole does."
    )
    silent = {k: v for k, v in ETHICS.badge(UNI).items() if k != "awardedDate"}
    assert told(_in_badge(silent)) == (PASSED, None, False)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (Tier.BASIC, PASSED),
        (Tier.INTERMEDIATE, FAILED),
        (Tier.PROFESSIONAL, FAILED),
        (None, PASSED),
    ],
)
@pytest.mark.parametrize("european", [True, False])
def test_the_tier_is_the_one_that_the_part_states(
    said: Tier | None, verdict: Verdict, *, european: bool
) -> None:
    if european:
        data = Diploma(ETHICS, tier=said).seal()
        report = Stacked(whole(named(ETHICS, data)), {document_id("ethics"): data}).verify(
            BENCH, material=material()
        )
    else:
        report = _in_badge(_badge(tier=f"{schemas.VOCABULARY}{said}") if said else _badge())
    sub = "parts.other_tier" if verdict is FAILED else None
    assert told(report) == (verdict, sub, verdict is FAILED)


def test_what_stands_for_a_part_stands_on_the_tier_of_that_part() -> None:
    data = Diploma(ETHICS, tier=Tier.PROFESSIONAL).seal()
    made = Stacked(whole(named(ETHICS, data, substitute=True)), {document_id("ethics"): data})
    assert told(made.verify(BENCH, material=material())) == (PASSED, None, False)


def test_another_institution_has_tiers_of_its_own() -> None:
    data = OTHER.seal(_badge(OTHER, tier=f"{schemas.VOCABULARY}professional"))
    part = ETHICS.part(OTHER, data, issuer=OTHER.name)
    made = Stacked(UNI.seal(badge_whole(UNI, stack_of(part))), {part.documents[0].id: data})
    lists = {url: Obtained(one, NOW, url) for url, one in OTHER.lists().items()}
    known = Material(
        did_documents={OTHER.did: Obtained(OTHER.did_document(), NOW, "web")},
        status_lists=lists,
        trusted=(TrustedIssuer(OTHER.did, OTHER.name, "the register", "the registrar"),),
    )
    report = made.verify(BENCH, material=joined(BENCH.material(), known))
    assert told(report) == (PASSED, None, False)


def test_an_achievement_without_an_address_is_named_by_its_credential() -> None:
    document = _badge(id="urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427")
    assert told(_in_badge(document))[1] == "parts.other_achievement"
    assert told(_in_badge(document, achievement=BADGE)) == (PASSED, None, False)


# --- Holder ---------------------------------------------------------------------------------


def _subject(name: str | None, *identifiers: Document, **more: Any) -> Document:
    named_ = [{"type": "IdentityObject", "hashed": False, "identityType": "name"}]
    stated = [one | {"identityHash": name} for one in named_ if name]
    return {"identifier": [*stated, *identifiers]} | more


def _number(value: str, *, salt: str | None = None, kind: str = "ext:studentId") -> Document:
    found = {"type": "IdentityObject", "hashed": salt is not None, "identityType": kind}
    if salt is None:
        return found | {"identityHash": value}
    return found | {"identityHash": hashed(value, salt=salt), "salt": salt}


def _held_by(part: Document, whole_: Document) -> tuple[Verdict, str | None, bool]:
    document = ETHICS.badge(UNI)
    document["credentialSubject"] |= part
    if not part["identifier"]:
        del document["credentialSubject"]["identifier"]
    return told(_in_badge(document, whole=whole_))


NOTE = (OPEN, "parts.other_name", False)
DOUBT = (OPEN, "parts.other_holder", True)
FINE = (PASSED, None, False)


@pytest.mark.parametrize(
    ("part", "whole_", "found"),
    [
        # A name alone: it is told, and counts for nothing.
        (_subject("Alex Before"), _subject("Alex After"), NOTE),
        (_subject("ALEX  after"), _subject("Alex After"), FINE),
        (_subject(None), _subject("Alex After"), FINE),
        # The same number is the same person, whatever the name.
        (_subject("Before", _number("1")), _subject("After", _number("1")), FINE),
        (_subject("Before", _number("1")), _subject("After", _number("1", salt="s")), FINE),
        (_subject("Before", _number("1", salt="s")), _subject("After", _number("1")), FINE),
        (
            _subject("Before", _number("1", salt="s")),
            _subject("After", _number("1", salt="s")),
            FINE,
        ),
        (_subject("Before", id="did:key:a"), _subject("After", id="did:key:a"), FINE),
        # Another number besides another name is another person, as far as one sees.
        (_subject("Before", _number("2")), _subject("After", _number("1")), DOUBT),
        (_subject("Before", _number("2")), _subject("After", _number("1", salt="s")), DOUBT),
        (
            _subject("Before", _number("2", salt="s")),
            _subject("After", _number("1", salt="s")),
            DOUBT,
        ),
        # Of two salts nothing can be compared; addresses and wallets change as names do.
        (
            _subject("Before", _number("1", salt="s")),
            _subject("After", _number("1", salt="t")),
            NOTE,
        ),
        (
            _subject("Before", _number("b@x.example", kind="emailAddress")),
            _subject("After", _number("a@x.example", kind="emailAddress")),
            NOTE,
        ),
        (_subject("Before", id="did:key:a"), _subject("After", id="did:key:b"), NOTE),
        (
            _subject("Before", _number("1", kind="sourcedId")),
            _subject("After", _number("2", kind="systemId")),
            NOTE,
        ),
        # Who has the same name may have been given another number.
        (_subject("Alex", _number("2")), _subject("Alex", _number("1")), FINE),
    ],
)
def test_whose_it_is_is_compared_as_far_as_that_goes(
    part: Document, whole_: Document, found: tuple[Verdict, str | None, bool]
) -> None:
    assert _held_by(part, whole_) == found


def test_of_another_institution_a_number_says_nothing() -> None:
    document = ETHICS.badge(OTHER)
    document["credentialSubject"] |= _subject("Before", _number("2"))
    data = OTHER.seal(document)
    part = ETHICS.part(OTHER, data, issuer=OTHER.name)
    made = badge_whole(UNI, stack_of(part))
    made["credentialSubject"] |= _subject("After", _number("1"))
    lists = {url: Obtained(one, NOW, url) for url, one in OTHER.lists().items()}
    known = Material(
        did_documents={OTHER.did: Obtained(OTHER.did_document(), NOW, "web")},
        status_lists=lists,
        trusted=(TrustedIssuer(OTHER.did, OTHER.name, "the register", "the registrar"),),
    )
    report = Stacked(UNI.seal(made), {part.documents[0].id: data}).verify(
        BENCH, material=joined(BENCH.material(), known)
    )
    assert told(report) == NOTE


def _learner(name: str, number: str | None = None) -> Learner:
    stated = {"scheme": "studentId", "value": number, "disclosure": Disclosure.CLEAR}
    return Learner(
        organisation="euas",
        key="S1",
        display_name=name,
        identifiers=(LearnerIdentifier.model_validate(stated),) if number else (),
    )


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (_learner("Before"), _learner("After"), NOTE),
        (_learner("Before", "1"), _learner("After", "1"), FINE),
        (_learner("Before", "2"), _learner("After", "1"), DOUBT),
        (_learner("After", "2"), _learner("After", "1"), FINE),
    ],
)
def test_of_a_european_document_it_is_compared_alike(
    before: Learner, after: Learner, found: tuple[Verdict, str | None, bool]
) -> None:
    data = Diploma(ETHICS, learner=before).seal()
    outer = replace(diploma(named(ETHICS, data)), learner=after)
    made = Stacked(outer.seal(), {document_id("ethics"): data})
    report = made.verify(BENCH, material=material())
    assert told(report) == found
    assert "Before" not in report.check("parts").detail


def test_a_badge_and_a_european_document_name_a_student_alike() -> None:
    european = Diploma(ETHICS, learner=_learner("Before", "1")).document()
    badge = ETHICS.badge(UNI)
    badge["credentialSubject"] |= _subject("After", _number("1", salt="s"))
    assert share_identifier(european, badge)
    badge["credentialSubject"] |= _subject("After", _number("2", salt="s"))
    assert contradict(european, badge)
    assert not share_identifier(badge, {})
    odd = {"type": "EuropeanDigitalCredential", "credentialSubject": {"identifier": [{}, 5]}}
    assert not contradict(odd, badge)
    nothing = {"credentialSubject": _subject(None, {"identityType": "ext:studentId"})}
    assert not contradict(nothing, badge)


def test_at_most_twenty_identifiers_are_compared() -> None:
    many = {"credentialSubject": _subject(None, *(_number(str(n)) for n in range(40)))}
    last = {"credentialSubject": _subject(None, _number("39"))}
    assert not share_identifier(many, last)
    assert share_identifier(many, {"credentialSubject": _subject(None, _number("19"))})


def test_an_organisation_is_one_by_its_identifier() -> None:
    assert is_same_organisation("vatat - U1", "VATAT-U1") is True
    assert is_same_organisation("VATAT-U1", "VATAT-U2") is False
    assert is_same_organisation(None, "VATAT-U1") is False
    assert is_same_organisation("VATAT-U1", None) is False
    assert eidas_identifier({"issuer": "did:web:x.example"}) is None
