"""A whole that counts another person's part, one of another day, or one on a higher tier.

The issuer of a whole is mistaken, or was deceived: what the part says of itself gives it away.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

import schemas
from issuer.model.achievement import Tier
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.verify import Report, Verdict
from tests.town.european import BENCH, UNI
from tests.town.european_stacks import Diploma, diploma, document_id, material, named
from tests.town.stacks import Course, Stacked, stack_of
from tests.town.stacks import whole as badge_whole

LAW = Course("law")
MALLORY, ALEX = ("Mallory Example", "S1"), ("Alex Example", "S2")


def _learner(name: str, number: str) -> Learner:
    clear = Disclosure.CLEAR
    stated = (
        [LearnerIdentifier(scheme="studentId", value=number, disclosure=clear)] if number else []
    )
    return Learner(organisation="euas", key="S1", display_name=name, identifiers=tuple(stated))


def _subject(name: str, number: str) -> dict[str, Any]:
    stated = (("name", name), ("ext:studentId", number))
    return {
        "identifier": [
            {"type": "IdentityObject", "hashed": False, "identityHash": v, "identityType": k}
            for k, v in stated
            if v
        ]
    }


def _part(*, european: bool, who: tuple[str, str] = MALLORY, tier: Tier = Tier.BASIC) -> bytes:
    if european:
        return Diploma(LAW, learner=_learner(*who), tier=tier).seal()
    document = LAW.badge(UNI)
    document["credentialSubject"] |= _subject(*who)
    document["credentialSubject"]["achievement"]["tier"] = f"{schemas.VOCABULARY}{tier}"
    return UNI.seal(document)


def _whole(data: bytes, *, european: bool, part_european: bool, **changes: Any) -> Report:
    part = named(LAW, data, **changes) if part_european else LAW.part(UNI, data, **changes)
    held = {part.documents[0].id: data}
    if european:
        outer = replace(diploma(part), learner=_learner(*MALLORY))
        return Stacked(outer.seal(), held).verify(BENCH, material=material())
    document = badge_whole(UNI, stack_of(part))
    document["credentialSubject"] |= _subject(*MALLORY)
    return Stacked(UNI.seal(document), held).verify(BENCH, material=material())


KINDS = pytest.mark.parametrize(
    ("european", "part_european"), [(True, True), (True, False), (False, True), (False, False)]
)


@KINDS
def test_what_is_in_order_passes(*, european: bool, part_european: bool) -> None:
    data = _part(european=part_european)
    report = _whole(data, european=european, part_european=part_european)
    assert report.check("parts").verdict is Verdict.PASSED


@KINDS
def test_another_person(*, european: bool, part_european: bool) -> None:
    data = _part(european=part_european, who=ALEX)
    report = _whole(data, european=european, part_european=part_european)
    assert report.check("parts").sub == "parts.other_holder"
    # It is doubt: whose it is, only people can tell. Neither person is named to whoever asks.
    assert report.verdict is Verdict.INDETERMINATE
    assert "Alex" not in str(report.as_json())


@KINDS
def test_another_name_alone(*, european: bool, part_european: bool) -> None:
    # People marry: it is told, and the whole stands. The same number settles it.
    data = _part(european=part_european, who=("Mallory Before", ""))
    report = _whole(data, european=european, part_european=part_european)
    assert report.check("parts").sub == "parts.other_name"
    assert report.verdict is Verdict.PASSED
    assert "Before" not in str(report.as_json())
    same = _part(european=part_european, who=("Mallory Before", MALLORY[1]))
    settled = _whole(same, european=european, part_european=part_european)
    assert settled.check("parts").verdict is Verdict.PASSED


@KINDS
def test_another_day(*, european: bool, part_european: bool) -> None:
    data = _part(european=part_european)
    earned = LAW.earned + dt.timedelta(days=365)
    report = _whole(data, european=european, part_european=part_european, earned=earned)
    assert report.check("parts").sub == "parts.other_day"
    assert report.verdict is Verdict.FAILED


@KINDS
def test_a_higher_tier(*, european: bool, part_european: bool) -> None:
    data = _part(european=part_european)
    tier = Tier.PROFESSIONAL
    report = _whole(data, european=european, part_european=part_european, tier=tier)
    assert report.check("parts").sub == "parts.other_tier"
    assert report.verdict is Verdict.FAILED


def test_it_is_not_hidden_by_a_part_that_is_not_at_hand() -> None:
    data = _part(european=True, who=ALEX)
    held = {document_id("law"): data}
    other = named(Course("ethics"), b"somewhere else")
    outer = replace(diploma(other, named(LAW, data)), learner=_learner(*MALLORY))
    report = Stacked(outer.seal(), held).verify(BENCH, material=material())
    assert report.check("parts").sub == "parts.other_holder"
