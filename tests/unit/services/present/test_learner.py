"""The learner's view: each state of an award, and LinkedIn's links only while they are right."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from issuer.model.award import AwardState
from issuer.services import present
from issuer.services.present import LearnerFacts, LearnerLinks, LearnerView
from tests.town import scenes as town
from tests.town.university import LATER


def _view(*, facts: LearnerFacts | None = None, course: Any = None, **changes: Any) -> LearnerView:
    return present.learner(
        town.award(**changes),
        course or town.course(),
        town.organisation(),
        links=LearnerLinks(town.ADDRESS, (), "/l/secret"),
        facts=facts or LearnerFacts("Alex Example", "Alex"),
    )


def test_it_greets_and_says_what_was_earned() -> None:
    view = _view()
    assert view.greeting == "Well done, Alex. You earned"
    assert view.line == "Tier 2 of 3 · 135 hours · 5 ECTS · EQF 6"
    assert view.leads == ("Professional Data Steward",)
    assert view.criteria_href == "/achievements/data-stewardship/v/1#criteria"
    assert view.card_href == f"/c/{town.AWARD_ID}/card.png"


def test_whoever_has_one_name_is_greeted_by_it() -> None:
    assert _view(facts=LearnerFacts("Suharto")).greeting == "Well done, Suharto. You earned"


def test_linkedin_is_there_only_while_the_page_is_on_and_the_award_in_force() -> None:
    shared = _view(shared=True)
    assert shared.linkedin_add
    assert shared.linkedin_share
    for view in (_view(), _view(shared=True, state=AwardState.REVOKED)):
        assert (view.linkedin_add, view.linkedin_share) == ("", "")


def test_linkedin_gets_month_number_and_address() -> None:
    query = parse_qs(urlsplit(_view(shared=True).linkedin_add).query)
    assert (query["issueYear"], query["issueMonth"]) == (["2026"], ["6"])
    assert query["certId"] == [town.AWARD_ID]
    assert query["certUrl"] == [town.ADDRESS]
    assert "expirationYear" not in query


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        (AwardState.SUSPENDED, "The university has suspended it"),
        (AwardState.REVOKED, "The university has revoked it."),
        (AwardState.REPLACED, "The university has replaced it"),
    ],
)
def test_what_is_not_in_force_says_since_when_and_why(state: AwardState, begins: str) -> None:
    view = _view(state=state, reason="Issued by mistake.", changed_at=LATER)
    assert view.verdict == "failed"
    assert view.state_sentence.startswith(begins)
    assert view.state_sentence.endswith("Since 12 June 2026. Reason given: Issued by mistake.")
    assert view.greeting == "Alex, this is about"
    assert view.shareable


def test_what_is_still_being_made_cannot_be_shared() -> None:
    view = _view(state=AwardState.APPROVED)
    assert not view.shareable
    assert view.state_sentence == "It is being made. Come back in a few minutes."


def test_a_course_without_steps_and_level_is_shown_too() -> None:
    bare = town.course().model_copy(update={"stacking": None, "level": None})
    view = _view(course=bare)
    assert (view.tier, view.leads) == (0, ())
    assert view.line == "135 hours · 5 ECTS"
