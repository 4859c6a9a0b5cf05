from decimal import Decimal
from typing import Any

import pytest

from issuer.model.achievement import Achievement, Fee
from issuer.model.texts import LangText
from issuer.services import present
from issuer.services.present import AchievementView
from tests.town import scenes as town


def _view(
    language: str | None = None, versions: tuple[int, ...] = (1,), **changes: Any
) -> AchievementView:
    offering = town.course().model_copy(update=changes)
    return present.course(offering, town.organisation(), versions=versions, language=language)


def test_a_version_knows_the_others() -> None:
    view = _view(versions=(1, 2, 3))
    assert [v.label for v in view.versions] == ["version 3", "version 2", "version 1"]
    assert [v.current for v in view.versions] == [False, False, True]
    assert view.newest_href == "/achievements/data-stewardship/v/3"
    assert _view().newest_href == ""
    assert _view(versions=()).newest_href == ""


@pytest.mark.parametrize(
    ("asked", "given"), [(None, "en"), ("en", "en"), ("de", "de"), ("fr", "en"), ("<x>", "en")]
)
def test_the_language_asked_for_or_the_first(asked: str | None, given: str) -> None:
    view = _view(asked)
    assert view.claims.language == given
    assert [c.tag for c in view.languages if c.current] == [given]


def test_a_complete_course_lacks_nothing_and_another_says_what() -> None:
    assert _view().elements == ()
    assert _view(assessment_types=()).elements == ("type of assessment",)


def test_what_is_not_filled_in_is_not_shown() -> None:
    view = _view(
        level=None,
        stacking=None,
        syllabus=None,
        fee=None,
        supervision=None,
        schedule=None,
        can_do=None,
        homepage=None,
    )
    assert view.claims.tier == 0
    assert view.claims.syllabus is None
    assert view.claims.leads == ()
    assert view.claims.numbers[2].big == "Not stated"
    assert {"Fee", "Supervision"}.isdisjoint(pair.term for pair in view.claims.learned)
    assert view.homepage == ""


@pytest.mark.parametrize(
    ("amount", "text"), [("0", "Free of charge"), ("320", "320 EUR, as stated by the university")]
)
def test_a_fee_is_repeated(amount: str, text: str) -> None:
    view = _view(fee=Fee(amount=Decimal(amount)), valid_months=36)
    learned = {pair.term: pair.values[0].text for pair in view.claims.learned}
    assert learned["Fee"] == text
    assert learned["Valid for"] == "36 months from the award"


def test_the_organisations_accreditation_stands_in() -> None:
    (row,) = _view().claims.quality
    assert row.term == "Quality assurance of the institution"
    assert [w.text for w in row.values][-1] == "where to read the decision"


def test_the_syllabus_adds_up_and_names_its_digest() -> None:
    syllabus = _view().claims.syllabus
    assert syllabus is not None
    assert syllabus.total == "135"
    assert syllabus.digest.startswith("sha256:")


def test_a_syllabus_that_does_not_state_all_hours_has_no_sum() -> None:
    whole = town.course().syllabus
    assert whole is not None
    first = whole.units[0].model_copy(update={"hours": None, "text": None})
    part = whole.model_copy(update={"units": (first, *whole.units[1:])})
    shown = _view(syllabus=part).claims.syllabus
    assert shown is not None
    assert shown.total == ""
    assert (shown.units[0].hours, shown.units[0].text) == ("", "")


def test_a_tile_prefers_english_and_never_mixes_languages() -> None:
    tile = present.tile(town.course())
    assert (tile.language, tile.tier, tile.tier_name) == ("en", 2, "Tier 2, intermediate")
    assert tile.line == "135 hours · 5 ECTS · EQF 6"
    german = town.course().model_copy(
        update={"can_do": LangText.of(de="Nur deutsch."), "title": LangText.of(de="T", en="T")}
    )
    shown = present.tile(german)
    assert (shown.language, shown.text) == ("de", "Nur deutsch.")


def test_a_tile_without_a_step() -> None:
    bare: Achievement = town.course().model_copy(update={"stacking": None, "can_do": None})
    tile = present.tile(bare)
    assert (tile.tier, tile.tier_name) == (0, "")
    assert tile.text.startswith("How to look after research data")


def test_the_site_is_the_organisations() -> None:
    site = town.site()
    assert site.name == "Example University of Applied Sciences"
    assert site.colour_href == "/o/euas/colour.css?v=3b2170"
    assert site.logo_href is None


def test_the_vocabulary_has_a_comment_for_every_term() -> None:
    terms = present.vocabulary()
    assert len(terms) > 30
    assert all(term.comment and term.iri.endswith(f"#{term.name}") for term in terms)
