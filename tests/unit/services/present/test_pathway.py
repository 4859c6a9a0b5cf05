"""The page of a pathway in words: blocks, rules, who decides."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from issuer.model.achievement import Fee, Tier
from issuer.model.pathway import Approval, Pathway, Recognised, Target
from issuer.model.texts import LangText
from issuer.services import present
from issuer.services.present import catalogue
from issuer.services.present.path_views import Block, PathwayView
from tests.town import paths as town
from tests.town import scenes

OFFERS = {one.slug: one for one in town.courses(scenes.course())}
TARGET = Target(
    title=LangText.of(en="Master of Data"),
    awarding_body="Example University",
    decided_by="the examination board",
    eqf=7,
    national_level="NQR 7",
    credits_up_to=Decimal(15),
    valid_until=dt.date(2031, 9, 30),
    regulation="https://uni.example/regulation",
    homepage="https://uni.example/master",
)


def _path(**changes: Any) -> Pathway:
    return town.pathway(scenes.organisation().slug, **changes)


def _view(path: Pathway | None = None, versions: tuple[int, ...] = (1,)) -> PathwayView:
    return present.pathway(path or _path(), scenes.organisation(), offers=OFFERS, versions=versions)


def _block(view: PathwayView, title: str) -> Block:
    (found,) = [b for rung in view.rungs for b in rung.blocks if b.title == title]
    return found


def test_tiers_stand_with_the_highest_first_and_say_what_they_mean() -> None:
    view = _view()
    assert [rung.number for rung in view.rungs] == [3, 2, 1]
    assert view.rungs[0].means == "Professional: leads others and decides in new situations."
    assert [b.title for b in view.rungs[1].blocks] == ["Data-Steward", "Sharing", "Statistics"]
    assert (view.title, view.newest_href, view.target) == ("From tables to stewardship", "", None)
    assert view.address == "/pathways/data/v/1"


def test_what_is_a_certificate_a_course_a_choice_and_a_capstone() -> None:
    view = _view()
    assert _block(view, "Data-Steward").kind == "done"
    assert _block(view, "Data-Steward").state == "Tier 2, intermediate · certificate"
    assert _block(view, "Tables").state == "Course"
    assert _block(view, "Sharing").state == "Course · one of a choice"
    assert _block(view, "Project").state == "Final project or exam"
    assert _block(view, "Tables").href == "/achievements/tables"


def test_what_is_recorded_is_no_certificate() -> None:
    view = _view(_path(certify_from="professional"))
    assert _block(view, "Data-Steward").kind == "later"
    assert _block(view, "Data-Steward").state.endswith("recorded, no certificate yet")
    assert "the certificate comes with a higher step" in view.steps[0].more[0]
    assert view.steps[2].more == ()


def test_what_a_part_needs_is_said() -> None:
    parts = [part.model_dump(mode="json") for part in _path().parts]
    parts[-1]["needs"] = {"all_of": ["tables", "sources"]}
    block = _block(_view(_path(parts=parts)), "Project")
    assert block.text == "It counts once you also hold Tables and Sources."


def test_rules_are_words_and_so_is_what_is_asked_besides() -> None:
    path = town.with_step(
        _path(),
        "data-basic",
        max_age_months=60,
        approval=Approval.PERSON,
        fee_note={"en": "Free of charge."},
    )
    view = _view(path)
    assert [step.title for step in view.steps] == [
        "Data-Basic",
        "Data-Steward",
        "Data-Professional",
    ]
    assert view.steps[0].needs == "Tables and Sources."
    assert view.steps[0].more == (
        "No part may be older than 60 months on the day on which the last one is earned.",
        "Somebody at the university has to agree.",
        "Free of charge.",
    )
    assert view.steps[1].needs == "Data-Basic; and one of Sharing or Statistics."


def test_versions_and_the_newest() -> None:
    view = _view(versions=(1, 2))
    assert view.newest_href == "/pathways/data/v/2"
    assert [(v.label, v.current) for v in view.versions] == [
        ("version 2", False),
        ("version 1", True),
    ]


@pytest.mark.parametrize(("most", "said"), [(Decimal(3), ", up to 3 ECTS"), (None, "")])
def test_what_may_be_recognised_from_elsewhere(most: Decimal | None, said: str) -> None:
    one = Recognised(
        part="sharing",
        issuer="did:web:college.example",
        issuer_name="Example College",
        credits_up_to=most,
        decided_by="examination board",
    )
    (sentence,) = _view(_path(recognised=(one,))).recognised
    assert sentence == (
        f"A credential of Example College may stand for Sharing{said}. Each is decided by: "
        "examination board."
    )


def test_where_it_may_lead_and_who_decides() -> None:
    said = _view(_path(target=TARGET)).target
    assert said is not None
    assert (said.title, said.body, said.levels, said.credits, said.until, said.decides) == (
        "Master of Data",
        "Example University",
        "EQF level 7, NQR 7",
        "up to 15 ECTS",
        "30 September 2031",
        "The examination board",
    )
    bare = Target(title=TARGET.title, awarding_body="A body", decided_by="that body")
    said = _view(_path(target=bare)).target
    assert said is not None
    assert (said.levels, said.credits, said.until, said.regulation, said.homepage) == ("",) * 5


def test_what_is_not_offered_has_a_name_and_no_page() -> None:
    view = present.pathway(_path(), scenes.organisation(), offers={}, versions=())
    assert _block(view, "Tables").href == ""
    assert _block(view, "Tables").line == ""


def test_a_link_to_it() -> None:
    link = present.link(_path())
    assert (link.title, link.href) == ("From tables to stewardship", "/pathways/data")


def test_an_offering_on_one_line() -> None:
    course = scenes.course().model_copy(
        update={
            "ects": Decimal("2.50"),
            "workload_hours": Decimal(1),
            "fee": Fee(amount=Decimal(90), currency="EUR"),
        }
    )
    assert catalogue.offered(course) == "2.5 ECTS · 1 hour · 90 EUR"
    assert catalogue.offered(course, with_fee=False) == "2.5 ECTS · 1 hour"
    bare = course.model_copy(update={"ects": None, "workload_hours": None, "fee": None})
    assert catalogue.offered(bare) == ""


def test_choices_inside_of_choices_are_not_taken_apart() -> None:
    inner = {"all_of": ["sharing", "statistics"]}
    rule = {"n": 1, "of": [inner, "tables"]}
    view = _view(town.with_step(_path(), "data-basic", rule=rule))
    assert _block(view, "Tables").state == "Course · one of a choice"
    assert view.steps[0].tier == Tier.BASIC.number


def test_a_title_is_marked_with_the_language_in_which_it_is_said() -> None:
    path = _path(title={"de": "Von Tabellen"}, description={"de": "Drei Schritte."})
    offers = OFFERS | {
        "sources": OFFERS["sources"].model_copy(
            update={"title": LangText.of(en="Sources", de="Quellen")}
        )
    }
    view = present.pathway(path, scenes.organisation(), offers=offers, versions=(1,))
    assert view.language == "de"
    assert _block(view, "Quellen").language == "de"
    assert _block(view, "Tables").language == "en"
