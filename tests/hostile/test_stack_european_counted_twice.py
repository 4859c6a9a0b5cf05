"""A European document that names one part twice: by name, by id, by digest, or in two tongues.

ELM lets everything stand in a list, and RDF merges what has one id.
"""

import copy
from typing import Any

import pytest

from issuer.verify import Verdict
from tests.town.european import BENCH, UNI
from tests.town.european_stacks import (
    Bend,
    Diploma,
    Document,
    claim_of,
    document_id,
    listed,
    material,
    named,
    notes_of,
    parts_of,
    stacked_diploma,
    whole,
)
from tests.town.stacks import Course, Stacked

ETHICS = Course("ethics")


def _note(term: str) -> Bend:
    def bend(document: Document) -> None:
        first, second = parts_of(document)
        said = notes_of(first)[term]["noteLiteral"]
        notes_of(second)[term]["noteLiteral"] = said
        notes_of(claim_of(document))["rule"]["noteLiteral"] = {"en": '"ethics"'}

    return bend


def _id(document: Document) -> None:
    first, second = parts_of(document)
    second["identifier"]["notation"] = first["identifier"]["notation"]


def _whole_part(document: Document) -> None:
    first, _ = parts_of(document)
    claim_of(document)["hasPart"] = [first, copy.deepcopy(first)]
    notes_of(claim_of(document))["rule"]["noteLiteral"] = {"en": '"ethics"'}


@pytest.mark.parametrize("bend", [_note("partName"), _note("digestMultibase"), _id, _whole_part])
def test_one_part_twice(bend: Bend) -> None:
    made = stacked_diploma(ETHICS, Course("law"), bend=bend)
    report = made.verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.counted_twice"
    assert report.parts == ()
    assert report.verdict is Verdict.FAILED


def test_the_same_award_as_a_badge_and_as_a_european_document() -> None:
    # Two documents of one award have neither id nor digest in common.
    badge, document = UNI.seal(ETHICS.badge(UNI)), Diploma(ETHICS).seal()
    again = named(ETHICS, document).model_copy(update={"name": "morals"})
    held = {f"{UNI.base}/c/ethics": badge, document_id("ethics"): document}
    report = Stacked(whole(ETHICS.part(UNI, badge), again), held).verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.counted_twice"
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("value", ["60", "6"])
def test_credits_that_stand_there_twice(value: str) -> None:
    def bend(document: Document) -> None:
        credit: Any = parts_of(document)[0]["creditReceived"]
        parts_of(document)[0]["creditReceived"] = [credit, {**credit, "point": value}]

    report = stacked_diploma(ETHICS, Course("law"), bend=bend).verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.malformed"


def test_two_rules() -> None:
    def bend(document: Document) -> None:
        claim = claim_of(document)
        easy = notes_of(claim)["rule"] | {"noteLiteral": {"en": '"ethics"'}, "id": "urn:epass:x:1"}
        claim["additionalNote"] = [easy, *listed(claim["additionalNote"])]

    report = stacked_diploma(ETHICS, Course("law"), bend=bend).verify(BENCH, material=material())
    assert report.check("rule").sub == "rule.malformed"
    assert "rule is stated in two ways" in report.check("rule").detail
