"""Organisations and the versions of their offerings."""

from collections.abc import Callable

import pytest

from issuer.errors import NotFound
from issuer.model.texts import LangText
from issuer.registry import achievements, organisations
from issuer.registry.database import Database
from tests.town.registrar import Registrar


def test_organisations_come_back_as_they_were_in_the_order_of_their_coming(
    registry: Database, registrar: Registrar
) -> None:
    changed = registrar.organisation.model_copy(
        update={"legal_name": LangText({"de": "Hochschule", "en": "University"})}
    )
    with registry.begin() as tx:
        organisations.put(tx, changed)
    with registry.read() as tx:
        assert organisations.listing(tx) == (changed, registrar.rival)
        assert organisations.get(tx, changed.slug).legal_name.languages == ("de", "en")


def test_the_same_offering_again_is_the_same_version(
    registry: Database, registrar: Registrar
) -> None:
    with registry.begin() as tx:
        again = registrar.course.model_copy(update={"version": 7})
        assert achievements.put(tx, again, at=registrar.at).version == 1
        assert achievements.versions(tx, again.organisation, again.slug) == (1,)


def test_other_content_is_a_new_version_and_the_old_one_stays(
    registry: Database, registrar: Registrar
) -> None:
    course = registrar.course
    changed = course.model_copy(update={"title": LangText.of(en="Another title")})
    with registry.begin() as tx:
        kept = achievements.put(tx, changed, at=registrar.at)
        # Back to the first content: a third version, for the second one was in force.
        third = achievements.put(tx, course, at=registrar.at)
    with registry.read() as tx:
        slug = course.organisation
        assert (kept.version, third.version) == (2, 3)
        assert achievements.get(tx, slug, course.slug, version=2).title == changed.title
        assert achievements.get(tx, slug, course.slug, version=1) == course
        assert achievements.get(tx, slug, course.slug) == third
        assert achievements.listing(tx, slug) == (third,)


def test_the_order_of_languages_makes_a_version(registry: Database, registrar: Registrar) -> None:
    """The first language is the one in which the document is written."""
    with registry.begin() as tx:
        for title, version in (({"en": "A", "de": "B"}, 2), ({"de": "B", "en": "A"}, 3)):
            changed = registrar.course.model_copy(update={"title": LangText(title)})
            assert achievements.put(tx, changed, at=registrar.at).version == version
            slug = registrar.organisation.slug
            found = achievements.get(tx, slug, changed.slug)
            assert found.title.languages == tuple(title)


def test_a_page_belongs_to_the_organisation_that_came_first(
    registry: Database, registrar: Registrar
) -> None:
    course = registrar.course
    theirs = course.model_copy(update={"organisation": "rival"})
    only_theirs = theirs.model_copy(update={"slug": "only-theirs"})
    with registry.begin() as tx:
        achievements.put(tx, theirs, at=registrar.at)
        achievements.put(tx, only_theirs, at=registrar.at)
        assert achievements.find(tx, course.slug) == course
        assert achievements.find(tx, course.slug, version=1) == course
        assert achievements.find(tx, "only-theirs").organisation == "rival"
        assert achievements.listing(tx, "rival") == (theirs, only_theirs)


@pytest.mark.parametrize("name", ["unknown", "", "\0", "a/b", "é", "x" * 5000, "euas\n"])
def test_names_that_nobody_has_are_not_found(
    registry: Database, registrar: Registrar, name: str
) -> None:
    asked: list[Callable[[], object]] = []
    with registry.read() as tx:
        asked = [
            lambda: organisations.get(tx, name),
            lambda: achievements.get(tx, "euas", name),
            lambda: achievements.find(tx, name),
            lambda: achievements.find(tx, name, version=1),
        ]
        for ask in asked:
            with pytest.raises(NotFound):
                ask()
        assert achievements.versions(tx, "euas", "unknown") == ()


@pytest.mark.parametrize("version", [0, 2, -1, 2**31, 10**30])
def test_versions_that_are_not_there_are_not_found(
    registry: Database, registrar: Registrar, version: int
) -> None:
    with registry.read() as tx, pytest.raises(NotFound):
        achievements.get(tx, "euas", registrar.course.slug, version=version)


def test_an_offering_needs_its_organisation(registry: Database, registrar: Registrar) -> None:
    nobodys = registrar.course.model_copy(update={"organisation": "nobody"})
    with pytest.raises(NotFound, match="organisation 'nobody'"), registry.begin() as tx:
        achievements.put(tx, nobodys, at=registrar.at)
