"""The transcript: what is in force on a pathway, each part once, and where it can be checked."""

from dataclasses import replace

import pytest

from issuer.errors import NotFound
from issuer.model.award import Award
from issuer.registry import awards, learners
from issuer.render.transcript import TranscriptFacts
from issuer.services import look, share, stack, standing, transcript
from issuer.services.look import Shown
from tests.town import paths
from tests.town.workshop import Workshop


def _earn(workshop: Workshop, *slugs: str) -> None:
    paths.earn(workshop, 1, slugs)
    with workshop.bench.read() as tx:
        learner = learners.lookup(tx, workshop.slug, "S1")
    stack.consider(workshop.bench, workshop.slug, learner)


def _award(workshop: Workshop, slug: str) -> Award:
    with workshop.bench.read() as tx:
        (found,) = [a for a in look.listing(tx, workshop.slug) if a.achievement == slug]
        return awards.get(tx, workshop.slug, found.id)


def _shown(workshop: Workshop, slug: str) -> Shown:
    award = _award(workshop, slug)
    with workshop.bench.read() as tx:
        return look.shown(tx, award)


def _facts(workshop: Workshop, slug: str = "tables") -> TranscriptFacts:
    shown = _shown(workshop, slug)
    with workshop.bench.read() as tx:
        (stands,) = standing.of_learner(
            tx, workshop.slug, shown.award.learner_id, bench=workshop.bench
        )
        return transcript.facts_of(tx, workshop.bench, shown, stands=stands)


def _share(workshop: Workshop, slug: str) -> str:
    award = _award(workshop, slug)
    with workshop.bench.begin() as tx:
        share.set_sharing(tx, award, shared=True, actor="learner", at=workshop.clock())
    return f"{workshop.bench.base_url}/c/{award.id}"


def test_it_names_what_is_in_force_and_counts_it_once(workshop: Workshop) -> None:
    paths.found(workshop)
    _earn(workshop, "tables")
    facts = _facts(workshop)
    assert facts.title == "From tables to stewardship"
    assert [row.title for row in facts.parts] == ["Tables"]
    assert facts.line == "One part is in force; no step of the pathway is completed yet."
    assert facts.url is None
    # Nothing stands below that could be opened.
    assert "below" not in facts.proves
    one = facts.parts[0]
    assert one.note == _award(workshop, "tables").id
    _earn(workshop, "sources", "sharing", "tables-online")
    facts = _facts(workshop)
    # Two awards stand for the same part.
    assert {row.title for row in facts.parts} >= {"Sources", "Sharing"}
    assert len(facts.parts) == 3
    assert facts.ects == str(3 * int(one.ects))
    assert facts.hours == str(3 * int(one.hours))
    assert facts.line == "Three parts are in force. Tier 2 of 3 is reached: Data-Steward."


def test_the_address_is_that_of_the_highest_award_that_is_shown(workshop: Workshop) -> None:
    paths.found(workshop)
    _earn(workshop, "tables", "sources", "sharing")
    own = _share(workshop, "tables")
    assert _facts(workshop).url == own
    assert "open the address below" in _facts(workshop).proves
    basic = _share(workshop, "data-basic")
    assert _facts(workshop).url == basic
    higher = _share(workshop, "data-steward")
    assert _facts(workshop).url == higher
    assert _facts(workshop, "data-steward").url == higher


def test_the_pdf_is_that_of_the_pathway_that_was_asked_for(workshop: Workshop) -> None:
    paths.found(workshop)
    _earn(workshop, "tables", "sources")
    for slug, pathway in (("tables", None), ("tables", "data"), ("data-basic", None)):
        shown = _shown(workshop, slug)
        with workshop.bench.read() as tx:
            data = transcript.transcript(tx, workshop.bench, shown, pathway=pathway)
        assert data.startswith(b"%PDF-")
    with workshop.bench.read() as tx, pytest.raises(NotFound, match="such a pathway"):
        transcript.transcript(tx, workshop.bench, shown, pathway="other")


def test_nothing_is_counted_for_who_has_begun_no_pathway(workshop: Workshop) -> None:
    award = workshop.issued(2)
    with workshop.bench.read() as tx:
        shown = look.shown(tx, award)
        with pytest.raises(NotFound, match="such a pathway"):
            transcript.transcript(tx, workshop.bench, shown)


def test_a_part_from_elsewhere_says_from_where(workshop: Workshop) -> None:
    paths.found(workshop)
    _earn(workshop, "tables")
    shown = _shown(workshop, "tables")
    with workshop.bench.read() as tx:
        (stands,) = standing.of_learner(
            tx, workshop.slug, shown.award.learner_id, bench=workshop.bench
        )
        ((name, (part,)),) = stands.progress.counted.items()
        other = part.model_copy(update={"issuer": "Other University", "ects": None, "hours": None})
        stands = replace(stands, progress=replace(stands.progress, counted={name: (other,)}))
        (row,) = transcript.facts_of(tx, workshop.bench, shown, stands=stands).parts
    assert (row.note, row.ects, row.hours) == ("recognised from Other University", "", "")
