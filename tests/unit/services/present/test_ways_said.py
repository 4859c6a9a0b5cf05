"""The learner's path and the page of a pathway: what each block and sentence says."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from issuer.model.achievement import Tier
from issuer.model.award import AwardState
from issuer.model.pathway import Approval, Pathway, Step
from issuer.model.rule import AllOf, CreditsOf, SomeOf, TierOf
from issuer.model.texts import LangText
from issuer.registry.completions import CompletionState
from issuer.registry.notices import NoticeKind
from issuer.services import present
from issuer.services.present.path_views import Block, PathView
from issuer.services.standing import Standing, StepStanding, Told
from tests.town import on_a_path as town
from tests.town import scenes

DAY = dt.date(2026, 6, 12)


def _view(stands: Standing, *told: Told) -> PathView:
    (view,) = present.paths((stands,), told)
    return view


def _blocks(view: PathView) -> dict[str, Block]:
    return {block.title: block for rung in view.rungs for block in rung.blocks}


def _stood(stands: Standing, **changes: StepStanding) -> Standing:
    return replace(stands, steps={town.STEWARD: changes["steward"]})


def _with(rule: object, *, certify_from: Tier = Tier.BASIC, **changes: object) -> Pathway:
    step = Step.model_validate(
        {"achievement": town.STEWARD, "tier": Tier.INTERMEDIATE, "rule": rule} | changes
    )
    return town.changed(steps=(step,), target=None, certify_from=certify_from)


def test_the_first_part_makes_the_lowest_step_the_next() -> None:
    view = _view(town.stands(town.FOUNDATIONS))
    blocks = _blocks(view)
    assert [rung.number for rung in view.rungs] == [3, 2, 1]
    assert blocks["Data Stewardship Foundations"].state == "Earned 12 January 2026"
    assert blocks["Data Stewardship in Practice"].state == "Your next step"
    assert blocks["Data Visualisation"].state == "Your next step: a choice"
    assert blocks["Data Visualisation"].line == "3 ECTS · 80 hours · 210 EUR"
    assert blocks["Data Steward Project"].state == "Later · final project or exam"
    assert blocks["Practising Data Steward"].text.endswith(
        "Needed: Data Stewardship Foundations; Data Stewardship in Practice; and one of Research "
        "Data and the Law or Data Visualisation."
    )
    assert (view.earned, view.filled, view.whole) == ("2 of 15 ECTS", 2, 15)
    assert view.needed == (
        "Still needed for all of it: Data Stewardship in Practice; one of Research Data and the "
        "Law or Data Visualisation; Data Steward Project."
    )
    assert "Master of Science" in view.leads
    assert view.decides.startswith("The examination board")
    assert view.version == ""


def test_what_has_no_choice_has_a_price() -> None:
    view = _view(town.stands(town.FOUNDATIONS, town.PRACTICE, town.LAW))
    assert view.needed == "Still needed for all of it: Data Steward Project. That costs 450 EUR."
    blocks = _blocks(view)
    assert blocks["Practising Data Steward"].state == "Reached 12 March 2026"
    assert blocks["Practising Data Steward"].line == "10 ECTS · 265 hours"
    assert blocks["Data Visualisation"].state == "Not needed"
    assert blocks["Data Visualisation"].kind == "skip"


def test_at_the_top_nothing_is_needed() -> None:
    stands = town.stands(
        town.FOUNDATIONS, town.PRACTICE, town.PROJECT, parts=(town.elsewhere(),), newest=3
    )
    view = _view(stands)
    assert view.needed == "Everything on this pathway is reached."
    assert _blocks(view)["Research Data and the Law"].state == (
        "Earned 2 March 2026, recognised from Example College of Law"
    )
    assert view.version == (
        "You began under version 1 of the pathway and keep its rules; the university has "
        "published version 3 since."
    )


def test_what_waits_for_another_part_says_for_which() -> None:
    block = _blocks(_view(town.stands(town.PROJECT)))["Data Steward Project"]
    assert block.state == "Earned; it counts once you also hold Data Stewardship in Practice"
    assert block.kind == "done"


@pytest.mark.parametrize(
    ("state", "reason", "kind", "said"),
    [
        (CompletionState.RECORDED, None, "done", "Reached, recorded here; the certificate comes"),
        (CompletionState.PROPOSED, None, "done", "Reached; it waits until somebody at the univ"),
        (CompletionState.DECLINED, "too old", "skip", "Not awarded: too old"),
    ],
)
def test_a_step_without_a_certificate_says_why(
    state: CompletionState, reason: str | None, kind: str, said: str
) -> None:
    stands = town.stands(town.FOUNDATIONS, town.PRACTICE, town.LAW)
    block = _blocks(_view(_stood(stands, steward=StepStanding(state, None, DAY, reason))))[
        "Practising Data Steward"
    ]
    assert (block.kind, block.state[: len(said)]) == (kind, said)


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        (AwardState.SUSPENDED, "A part was revoked.", "Suspended: A part was revoked."),
        (AwardState.REVOKED, None, "Revoked"),
        (AwardState.ACTIVE, None, "Reached 12 June 2026"),
    ],
)
def test_what_became_of_the_award_is_said(state: AwardState, reason: str | None, said: str) -> None:
    stood = town.awarded(town.STEWARD, state=state, reason=reason)
    stands = _stood(town.stands(town.FOUNDATIONS), steward=stood)
    assert _blocks(_view(stands))["Practising Data Steward"].state == said


def test_notices_are_said_once_and_only_on_their_path() -> None:
    told = Told(NoticeKind.PART_REVOKED, town.STEWARD, town.LAW, DAY)
    other = Told(NoticeKind.PART_REVOKED, "something-else", town.LAW, DAY)
    view = _view(town.stands(town.FOUNDATIONS), told, told, other)
    (notice,) = view.notices
    assert notice.startswith(
        "12 June 2026: Practising Data Steward. A part of it was revoked: Research Data and the Law"
    )


def test_credits_and_tiers_that_are_lacking_have_words() -> None:
    credit = CreditsOf(credits=Decimal(5), of=(town.LAW, "data-visualisation"))
    both = AllOf(all_of=(credit, TierOf(tier=Tier.PROFESSIONAL)))
    view = _view(town.stands(town.LAW, path=_with(both)))
    assert view.needed == (
        "Still needed for all of it: 2 ECTS more from Data Visualisation; a part of tier 3 or "
        "higher."
    )
    assert (view.leads, view.decides) == ("", "")


def test_what_belongs_together_in_a_choice_is_named_together() -> None:
    three = SomeOf(n=2, of=(town.FOUNDATIONS, town.LAW, "data-visualisation"))
    view = _view(town.stands(town.PRACTICE, path=_with(three)))
    assert view.needed == (
        "Still needed for all of it: two of Data Stewardship Foundations, Research Data and the "
        "Law or Data Visualisation."
    )


def test_without_offers_names_stand_for_titles() -> None:
    view = _view(replace(town.stands(town.FOUNDATIONS), offers={}))
    assert view.earned == ""
    block = _blocks(view)["Steward project"]
    assert (block.line, block.href) == ("", "")


def test_a_pathway_says_what_its_steps_need() -> None:
    path = _with(
        town.FOUNDATIONS,
        approval=Approval.PERSON,
        max_age_months=24,
        fee_note=LangText.of(en="Nothing."),
        certify_from=Tier.PROFESSIONAL,
    )
    view = present.pathway(path, scenes.organisation(), offers=town.offers(), versions=(1, 2))
    assert view.newest_href == "/pathways/data-steward/v/2"
    (step,) = view.steps
    assert step.needs == "Data Stewardship Foundations."
    assert step.more == (
        "No part may be older than 24 months on the day on which the last one is earned.",
        "Somebody at the university has to agree.",
        "It is recorded and shown to the learner; the certificate comes with a higher step.",
        "Nothing.",
    )
    assert view.target is None


def test_a_pathway_marks_choices_finals_and_who_decides() -> None:
    view = present.pathway(town.pathway(), scenes.organisation(), offers=town.offers(), versions=())
    states = {b.title: b.state for rung in view.rungs for b in rung.blocks}
    assert states["Data Visualisation"] == "Course · one of a choice"
    assert states["Data Steward Project"] == "Final project or exam"
    assert states["Professional Data Steward"] == "Tier 3, professional · certificate"
    assert view.recognised == (
        (
            "A credential of Example College of Law may stand for Research Data and the Law, up to "
            "3 ECTS. Each is decided by: examination board."
        ),
    )
    assert view.target is not None
    assert view.target.levels == "EQF level 7, NQR 7"
    assert view.newest_href == ""
