"""A result that was kept is read back as it went in."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from issuer.model.assessment import AssessmentResult, restored
from issuer.model.learner import Learner
from tests.town.stacked import stack

LEARNER: dict[str, Any] = {
    "organisation": "euas",
    "key": "S1",
    "given_name": "Zoë",
    "family_name": "Example",
}
RESULT: dict[str, Any] = {
    "organisation": "euas",
    "achievement": "python-basics",
    "date": dt.date(2026, 6, 12),
    "passed": True,
}
IDENTIFIERS = [
    {"scheme": "studentId", "value": "S1"},
    {"scheme": "emailAddress", "value": "zoe@learner.example", "disclosure": "clear"},
]
EVIDENCE = [
    {"title": "Thesis", "url": "https://works.example/1", "sha256": "ab" * 32},
    {"title": "Code", "url": "https://works.example/2"},
]


@pytest.mark.parametrize(
    ("learner", "changes"),
    [
        ({}, {}),
        ({}, {"passed": None, "source_id": "R-1"}),
        ({"birth_date": dt.date(1999, 12, 31), "email": "zoe@learner.example"}, {}),
        ({"identifiers": IDENTIFIERS, "did": "did:key:z6Mk"}, {"evidence": EVIDENCE}),
        ({}, {"stack": stack()}),
        ({}, {"grade": {"value": "1.3", "scheme": "1 to 5"}, "assessor": "Dr Example"}),
    ],
)
def test_it_reads_as_validation_does(learner: dict[str, Any], changes: dict[str, Any]) -> None:
    result = AssessmentResult.model_validate(
        {**RESULT, "learner": {**LEARNER, **learner}, **changes}
    )
    data = result.as_json()
    assert data == result.model_dump_json().encode()
    assert result.learner.as_json() == result.learner.model_dump_json().encode()
    found = restored(data)
    assert found == AssessmentResult.model_validate_json(data)
    assert found.as_json() == found.model_dump_json().encode() == data
    assert found.natural_key == result.natural_key


def test_what_rests_on_no_parts_does_not_mention_them() -> None:
    result = AssessmentResult.model_validate({**RESULT, "learner": LEARNER})
    # Commitments of results that were taken in before there was stacking stay as they are.
    assert "stack" not in result.model_dump_json()


def test_no_source_can_take_the_key_of_a_stacked_award() -> None:
    own = {**RESULT, "learner": LEARNER, "source_id": "stack:path:step:1:1"}
    sent = AssessmentResult.model_validate(own)
    made = AssessmentResult.model_validate({**own, "stack": stack()})
    assert made.natural_key != sent.natural_key
    assert made.natural_key.startswith("stack:euas:")


def test_what_an_older_program_kept_has_its_newer_fields_by_default() -> None:
    learner = Learner.model_validate(LEARNER)
    fields = {name: getattr(learner, name) for name in Learner.model_fields}
    assert Learner.known(dict(fields)) == learner
    del fields["birth_date"]
    older = Learner.known(fields)
    assert older.birth_date is None
    assert older == learner


def test_what_is_known_is_frozen_and_dumped_like_any_other() -> None:
    learner = Learner.model_validate(LEARNER)
    known = Learner.known({name: getattr(learner, name) for name in Learner.model_fields})
    assert known.model_dump_json() == learner.model_dump_json()
    assert hash(known) == hash(learner)
    with pytest.raises(ValidationError, match="frozen"):
        known.given_name = "Other"
    assert known.model_copy(update={"given_name": "Other"}).given_name == "Other"
