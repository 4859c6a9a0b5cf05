"""A learner's path in words: what each block, each notice and each sentence beside it says."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from issuer.model.achievement import Achievement, DocumentFormat, Fee, Tier
from issuer.model.award import AwardState
from issuer.model.pathway import Pathway
from issuer.model.progress import progress
from issuer.model.stack import Part, PartDocument
from issuer.model.texts import LangText
from issuer.registry.completions import CompletionState
from issuer.registry.notices import NoticeKind
from issuer.services.present import PathView, paths
from issuer.services.present.path_views import Block
from issuer.services.standing import Standing, StepStanding, Told, Unrecognised
from tests.town import paths as town
from tests.town import scenes

DAY = dt.date(2026, 6, 12)
OFFERS = {one.slug: one for one in town.courses(scenes.course())}
ALL = ("tables", "sources", "sharing", "project")


def _part(name: str, **changes: Any) -> Part:
    document = PartDocument(
        format=DocumentFormat.OB3, id=f"https://uni.example/c/{name}", digest="uEi" + "A" * 44
    )
    value = Part(
        name=name,
        title=LangText.of(en=name.title()),
        achievement=f"https://uni.example/achievements/{name}/v/1",
        tier=town.TIERS[name],
        ects=Decimal(2),
        earned=DAY,
        documents=(document,),
    )
    return value.model_copy(update=changes)


def _path(**changes: Any) -> Pathway:
    return town.pathway(scenes.organisation().slug, **changes)


def _view(
    *held: str | Part,
    path: Pathway | None = None,
    steps: Mapping[str, StepStanding] | None = None,
    offers: Mapping[str, Achievement] | None = None,
    newest: int = 1,
    told: tuple[Told, ...] = (),
) -> PathView:
    path = path or _path()
    parts = [_part(one) if isinstance(one, str) else one for one in held]
    known = OFFERS if offers is None else offers
    stands = Standing(path, path.version, newest, progress(path, parts), known, steps or {}, {})
    (view,) = paths([stands], told)
    return view


def _block(view: PathView, title: str) -> Block:
    return next(one for rung in view.rungs for one in rung.blocks if one.title == title)


def _step(state: CompletionState, **changes: Any) -> Mapping[str, StepStanding]:
    return {"data-basic": StepStanding(state, None, DAY, **changes)}


def test_what_is_earned_what_comes_next_and_what_comes_later() -> None:
    view = _view("tables")
    assert [rung.number for rung in view.rungs] == [3, 2, 1]
    done, now = _block(view, "Tables"), _block(view, "Sources")
    assert (done.kind, done.state) == ("done", "Earned 12 June 2026")
    assert done.href == "/achievements/tables"
    assert (now.kind, now.state) == ("now", "Your next step")
    assert _block(view, "Sharing").state == "Later: a choice"
    assert _block(view, "Project").state == "Later · final project or exam"
    # What comes next stands before what is earned.
    assert [one.kind for one in view.rungs[2].blocks] == ["later", "now", "done"]
    assert (view.earned, view.filled, view.whole) == ("2 of 8 ECTS", 2.0, 8.0)
    assert view.href == "/pathways/data/v/1"
    assert view.transcript == "path=data"
    assert view.needed.startswith(
        "Still needed for all of it: Sources; one of Sharing or Statistics; Project."
    )


def test_the_next_step_may_be_a_choice_and_what_was_not_chosen_is_not_needed() -> None:
    view = _view("tables", "sources")
    assert _block(view, "Statistics").state == "Your next step: a choice"
    chosen = _view(*ALL)
    assert (_block(chosen, "Statistics").kind, _block(chosen, "Statistics").state) == (
        "skip",
        "Not needed",
    )
    assert chosen.needed == "Everything on this pathway is reached."


def test_what_was_recognised_says_from_whom() -> None:
    view = _view(_part("tables", issuer="Other University"))
    assert _block(view, "Tables").state == "Earned 12 June 2026, recognised from Other University"


def test_what_waits_for_something_else_says_for_what() -> None:
    path = _path()
    dumped = path.model_dump(mode="json")
    dumped["parts"][2]["needs"] = "sources"
    block = _block(_view("sharing", path=Pathway.model_validate(dumped)), "Sharing")
    assert (block.kind, block.state) == ("done", "Earned; it counts once you also hold Sources")


def test_what_could_not_count_yet_is_not_the_next_step() -> None:
    dumped = _path().model_dump(mode="json")
    dumped["parts"][1]["needs"] = "tables"
    path = Pathway.model_validate(dumped)
    block = _block(_view("project", path=path), "Sources")
    assert (block.kind, block.state) == ("later", "Later")
    assert block.text == "It counts once you also hold Tables."
    ready = _block(_view("tables", path=path), "Sources")
    assert (ready.kind, ready.text) == ("now", "")


def test_a_fee_is_stated_where_it_is_still_to_be_paid() -> None:
    offers = {n: o.model_copy(update={"fee": Fee(amount=Decimal(90))}) for n, o in OFFERS.items()}
    view = _view("tables", offers=offers)
    assert "90 EUR" not in _block(view, "Tables").line
    assert _block(view, "Sources").line.endswith("90 EUR")


@pytest.mark.parametrize(
    ("state", "reason", "kind", "said"),
    [
        (CompletionState.RECORDED, None, "done", "Reached, recorded here; the certificate comes"),
        (CompletionState.PROPOSED, None, "done", "Reached; it waits until somebody"),
        (CompletionState.DECLINED, None, "skip", "Not awarded"),
        (CompletionState.DECLINED, "Work copied", "skip", "Not awarded: Work copied"),
        (CompletionState.AWARDED, None, "done", "Reached 12 June 2026"),
    ],
)
def test_a_step_says_what_came_of_it(
    state: CompletionState, reason: str | None, kind: str, said: str
) -> None:
    view = _view("tables", "sources", steps=_step(state, reason=reason))
    block = _block(view, "Data-Basic")
    assert block.kind == kind
    assert block.state.startswith(said)


@pytest.mark.parametrize(
    ("state", "reason", "kind", "said"),
    [
        (AwardState.ACTIVE, None, "done", "Reached 12 June 2026"),
        (AwardState.SUSPENDED, "An appeal", "skip", "Suspended: An appeal"),
        (AwardState.REVOKED, None, "skip", "Revoked"),
        (AwardState.REPLACED, None, "skip", "Replaced"),
    ],
)
def test_an_award_out_of_force_says_so(
    state: AwardState, reason: str | None, kind: str, said: str
) -> None:
    award = scenes.award(state=state, reason=reason)
    steps = _step(CompletionState.AWARDED, award=award)
    block = _block(_view("tables", "sources", steps=steps), "Data-Basic")
    assert (block.kind, block.state) == (kind, said)


def test_a_step_ahead_says_what_it_needs() -> None:
    block = _block(_view("tables"), "Data-Basic")
    assert block.state == "Tier 1, basic · where it leads"
    assert block.text.endswith("Needed: Tables and Sources.")
    bare = _block(_view("tables", offers={}), "Data basic")
    assert (bare.href, bare.text) == ("", "Needed: Tables and Sources.")


def test_credits_and_tiers_are_said_too() -> None:
    rule = {"credits": "4", "of": ["tables", "sources"]}
    path = town.with_step(_path(), "data-basic", rule=rule)
    view = _view("tables", path=path)
    assert "2 ECTS more from Sources" in view.needed
    assert _block(view, "Sources").state == "Your next step: a choice"
    path = town.with_step(_path(), "data-steward", rule={"tier": "intermediate"})
    assert "a part of tier 2 or higher" in _view("tables", path=path).needed


def _priced(*currencies: str | None) -> Mapping[str, Achievement]:
    fees = [Fee(amount=Decimal(90), currency=one) if one else None for one in currencies]
    changed = {
        name: OFFERS[name].model_copy(update={"fee": fee})
        for name, fee in zip(("sources", "project"), fees, strict=True)
    }
    return {**OFFERS, **changed}


@pytest.mark.parametrize(
    ("currencies", "said"),
    [
        (("EUR", "EUR"), True),
        (("EUR", "CHF"), False),
        (("EUR", None), False),
    ],
)
def test_fees_are_summed_where_all_are_stated_alike(
    currencies: tuple[str | None, str | None], said: bool
) -> None:
    needed = _view("tables", "sharing", offers=_priced(*currencies)).needed
    assert ("That costs 180 EUR." in needed) is said
    # Which one is chosen, and what it costs, nobody knows.
    assert "Fees" not in _view("tables", offers=_priced("EUR", "EUR")).needed


def test_no_credits_are_shown_where_the_highest_step_states_none() -> None:
    assert (_view("tables", offers={}).earned, _view("tables").version) == ("", "")


def test_the_version_under_which_one_began_is_kept() -> None:
    assert _view("tables", newest=3).version == (
        "You began under version 1 of the pathway and keep its rules; the university has published "
        "version 3 since."
    )


def test_where_it_leads_and_who_decides() -> None:
    target = {"title": {"en": "Data MSc"}, "awarding_body": "Uni", "decided_by": "the board"}
    plain = _view("tables", path=_path(target=target))
    assert plain.leads == ("According to the university, it can be recognised in Data MSc (Uni).")
    assert plain.decides == "The board"
    more = target | {"credits_up_to": "15", "valid_until": "2030-01-31"}
    assert _view("tables", path=_path(target=more)).leads == (
        "According to the university, up to 15 ECTS of it can be recognised in Data MSc (Uni), "
        "until 31 January 2030."
    )
    assert (_view("tables").leads, _view("tables").decides) == ("", "")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NoticeKind.PART_SUSPENDED, "A part of it was suspended: Tables."),
        (NoticeKind.PART_REVOKED, "A part of it was revoked: Tables."),
        (NoticeKind.PART_REPLACED, "A part of it was issued anew: Tables."),
        (NoticeKind.PART_WITHDRAWN, "suspended until somebody at the university has decided"),
        (NoticeKind.PART_REINSTATED, "A part of it is in force again: Tables."),
        (NoticeKind.REVOKED, "that it is not kept: Tables."),
        (NoticeKind.RENEWED, "It was awarded anew on the parts that are in force now: Tables."),
    ],
)
def test_a_notice_is_said_once_and_of_this_pathway_alone(kind: NoticeKind, said: str) -> None:
    one = Told(kind, "data-basic", "tables", DAY)
    other = Told(kind, "elsewhere", "tables", DAY)
    (notice,) = _view("tables", told=(one, other, one)).notices
    assert notice.startswith("12 June 2026: Data-Basic. ")
    assert said in notice


def test_what_is_recognised_no_longer_is_said_with_the_reason() -> None:
    path = _path()
    gone = [
        Unrecognised("tables", "Example College", "examination board", why, DAY)
        for why in ("It was withdrawn there.", "It was another's work")
    ]
    done = progress(path, [_part("sources")])
    stands = Standing(path, 1, 1, done, OFFERS, {}, {}, tuple(gone))
    (view,) = paths([stands])
    newest, oldest = view.notices
    assert newest == (
        "12 June 2026: Tables. What Example College issued is recognised for it no longer; decided "
        "by: examination board. Reason: It was another's work."
    )
    assert oldest.endswith("Reason: It was withdrawn there.")


def test_every_tier_is_one_rung() -> None:
    assert {rung.number for rung in _view("tables").rungs} == {tier.number for tier in Tier}
