"""Somebody else's credential: accepted by the named role, and refused with a reason otherwise."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from issuer.errors import NotFound, NotPassed, NotRecognised
from issuer.model.achievement import DocumentFormat
from issuer.model.award import Award
from issuer.model.organisation import Identifiers
from issuer.model.pathway import Pathway
from issuer.registry import audit, learners, organisations, pathways, recognitions
from issuer.services import export, pathway_file
from issuer.services.recognise import Accepted, Ask, Request, recognise
from issuer.verify import Policy, Report, verify
from tests.town import standings
from tests.town.authority import Paper, below, root
from tests.town.workshop import Clock, Workshop, canonicalise

ROOT = Path(__file__).parents[3]
Ours = Callable[..., Accepted]


@pytest.fixture
def college(workshop: Workshop) -> Workshop:
    """Another university, which the pathway lists."""
    other = workshop.organisation.model_copy(
        update={"slug": "college", "code": "COLL", "did": "did:web:college.example"}
    )
    courses = {
        slug: course.model_copy(update={"organisation": "college"})
        for slug, course in workshop.courses.items()
    }
    return replace(workshop, organisation=other, courses=courses).found()


@pytest.fixture
def pathway(workshop: Workshop) -> Pathway:
    data = (ROOT / "examples" / "pathways" / "data-steward.yaml").read_bytes()
    with workshop.bench.begin() as tx:
        read = pathway_file.read(data, organisation=workshop.slug)
        kept = pathways.put(tx, read, at=workshop.clock())
        learners.find_or_add(tx, workshop.result(1).learner, at=workshop.clock())
        learners.find_or_add(tx, workshop.result(2).learner, at=workshop.clock())
    return kept


def _asking(holder: Workshop, clock: Clock) -> Ask:
    """Ask our verifier with the material that ``holder`` exports."""

    def ask(data: bytes, policy: Policy) -> Report:
        return verify(
            data,
            material=export.material(holder.bench),
            policy=policy,
            at=clock(),
            canonicalise=canonicalise,
        )

    return ask


@pytest.fixture
def ours(workshop: Workshop, pathway: Pathway) -> Ours:
    """Recognise for learner 1, as the examination board, unless said otherwise."""
    ask = _asking(workshop, workshop.clock)

    def it(data: bytes, **changes: object) -> Accepted:
        own = Request(
            organisation=workshop.slug,
            learner_key="S1",
            pathway=pathway.slug,
            part="research-data-law",
            role="examination board",
            by="Prof. Mira Example",
        )
        return recognise(workshop.bench, data, replace(own, **changes), ask=ask)  # type: ignore[arg-type] # By name.

    return it


def _issued(college: Workshop, number: int = 1, **changes: object) -> Award:
    return college.issued(number, **{"achievement": "research-data-law"} | changes)


def test_what_the_board_accepts_is_a_part(
    workshop: Workshop, college: Workshop, pathway: Pathway, ours: Ours
) -> None:
    data = college.sealed(_issued(college))
    done = ours(data)
    with workshop.bench.read() as tx:
        (kept,) = recognitions.of_learner(tx, workshop.slug, done.learner_id, pathway=pathway.slug)
        *_, line = audit.lines(tx, workshop.slug)
    assert kept.document == data
    assert (kept.decision.role, kept.decision.by) == ("examination board", "Prof. Mira Example")
    assert kept.part == done.part
    assert (kept.part.name, kept.part.ects) == ("research-data-law", Decimal(3))
    assert kept.part.issuer == "Example College of Law"
    assert not kept.part.held.own
    assert (line.entry.verb, line.entry.actor) == ("recognise", "Prof. Mira Example")
    assert "Alex" not in str(line.entry.detail)


def test_the_same_is_not_recognised_twice(college: Workshop, ours: Ours) -> None:
    award = _issued(college)
    ours(college.sealed(award))
    with pytest.raises(NotRecognised, match="recognised before, for research-data-law"):
        ours(college.sealed(award))
    with pytest.raises(NotRecognised, match="recognised before"):
        ours(college.sealed(award, DocumentFormat.OB3_JWT))


def test_a_token_is_recognised_as_well(college: Workshop, ours: Ours) -> None:
    done = ours(college.sealed(_issued(college), DocumentFormat.OB3_JWT))
    assert done.part.documents[0].format is DocumentFormat.OB3_JWT


def test_one_that_its_issuer_revoked_is_refused(college: Workshop, ours: Ours) -> None:
    award = _issued(college)
    standings.do(college, "revoke", award)
    college.publish()
    with pytest.raises(NotPassed, match="revoked"):
        ours(college.sealed(award))


def test_another_persons_is_refused(college: Workshop, ours: Ours) -> None:
    with pytest.raises(NotRecognised, match="somebody other"):
        ours(college.sealed(_issued(college, 2)), identity_checked=True)


def test_an_issuer_that_is_not_listed_is_refused(workshop: Workshop, ours: Ours) -> None:
    with pytest.raises(NotRecognised, match="does not list its issuer"):
        ours(workshop.sealed(workshop.issued(1, achievement="research-data-law")))


def test_a_part_for_which_the_issuer_is_not_listed_is_refused(
    college: Workshop, ours: Ours
) -> None:
    data = college.sealed(_issued(college))
    with pytest.raises(NotRecognised, match="does not list its issuer for data-visualisation"):
        ours(data, part="data-visualisation")
    with pytest.raises(NotRecognised, match="no part of the pathway"):
        ours(data, part="astrology")


def test_another_role_does_not_decide(college: Workshop, ours: Ours) -> None:
    with pytest.raises(NotRecognised, match="decided by: examination board"):
        ours(college.sealed(_issued(college)), role="registrar")


def test_nobody_and_nothing_is_found(college: Workshop, ours: Ours) -> None:
    data = college.sealed(_issued(college))
    with pytest.raises(NotFound):
        ours(data, learner_key="S999")
    with pytest.raises(NotFound):
        ours(data, pathway="no-such-way")


def test_what_is_no_credential_is_refused(ours: Ours) -> None:
    with pytest.raises(NotPassed):
        ours(b"{}", identity_checked=True)


def test_fewer_credits_may_be_accepted(college: Workshop, ours: Ours) -> None:
    done = ours(college.sealed(_issued(college)), credits=Decimal("1.5"))
    assert done.part.ects == Decimal("1.5")


def _listed(workshop: Workshop, pathway: Pathway, **changes: object) -> None:
    """The pathway with another list of whom it recognises."""
    one = pathway.recognised[0].model_copy(update=changes)
    other = pathway.model_copy(update={"recognised": (one,)})
    with workshop.bench.begin() as tx:
        pathways.put(tx, other, at=workshop.clock())


def test_another_achievement_of_that_issuer_is_refused(
    workshop: Workshop, college: Workshop, pathway: Pathway, ours: Ours
) -> None:
    _listed(workshop, pathway, achievement="https://college.example/law")
    with pytest.raises(NotRecognised, match="another achievement"):
        ours(college.sealed(_issued(college)))


def test_ones_own_counts_by_itself(workshop: Workshop, pathway: Pathway, ours: Ours) -> None:
    _listed(workshop, pathway, issuer=workshop.organisation.did)
    with pytest.raises(NotRecognised, match="your own"):
        ours(workshop.sealed(workshop.issued(1, achievement="research-data-law")))


def test_what_names_nobody_needs_a_person_who_made_sure(
    workshop: Workshop, college: Workshop, pathway: Pathway
) -> None:
    def ask(data: bytes, policy: Policy) -> Report:
        # An address, of which the document says nothing, stands for a document without a name.
        holder = policy.holder and "nobody@learner.example"
        return verify(
            data,
            material=export.material(workshop.bench),
            policy=replace(policy, holder=holder),
            at=workshop.clock(),
            canonicalise=canonicalise,
        )

    request = Request(
        workshop.slug, "S1", pathway.slug, "research-data-law", "examination board", "Mira Example"
    )
    data = college.sealed(_issued(college))
    with pytest.raises(NotRecognised, match="it names nobody"):
        recognise(workshop.bench, data, request, ask=ask)
    made_sure = replace(request, identity_checked=True)
    assert recognise(workshop.bench, data, made_sure, ask=ask).part.name == "research-data-law"


_LISTED, _SEALED = "VATAT-U88888888", "VATAT-U77777777"
_SEAL = below(root(), Paper("TEST SEAL of a college", identifier=_LISTED))


@pytest.fixture
def sealing(college: Workshop) -> Workshop:
    """The same other university, which seals European documents and is listed by its seal."""
    identified = Identifiers(eidas=_LISTED)
    own = college.organisation.model_copy(update={"identifiers": identified})
    with college.bench.begin() as tx:
        organisations.put(tx, own)
    return replace(college.with_bench(seal=lambda _: _SEAL), organisation=own)


def _european(workshop: Workshop, sealing: Workshop, pathway: Pathway, seal_of: str) -> Accepted:
    """Recognise a European document of the college, where the pathway lists ``seal_of``."""
    value = pathway.model_dump(mode="json")
    listed = {"issuer": None, "seal_of": seal_of}
    value["recognised"] = [value["recognised"][0] | listed]
    with workshop.bench.begin() as tx:
        pathways.put(tx, Pathway.model_validate(value), at=workshop.clock())
    award = sealing.approve(1, achievement="research-data-law")
    data = sealing.sealed(sealing.issue(award, DocumentFormat.EDC), DocumentFormat.EDC)
    ask = _asking(sealing, workshop.clock)
    request = Request(
        organisation=workshop.slug,
        learner_key="S1",
        pathway=pathway.slug,
        part="research-data-law",
        role="examination board",
        by="Prof. Mira Example",
    )
    return recognise(workshop.bench, data, request, ask=ask)


def test_a_european_document_is_recognised_by_whose_seal_it_bears(
    workshop: Workshop, sealing: Workshop, pathway: Pathway
) -> None:
    done = _european(workshop, sealing, pathway, _LISTED)
    (document,) = done.part.documents
    assert document.format is DocumentFormat.EDC
    assert document.id.startswith("urn:credential:")
    assert (done.part.ects, done.part.issuer) == (Decimal(3), "Example College of Law")


def test_a_european_document_under_another_seal_is_refused(
    workshop: Workshop, sealing: Workshop, pathway: Pathway
) -> None:
    with pytest.raises(NotRecognised, match="does not list its issuer"):
        _european(workshop, sealing, pathway, _SEALED)
