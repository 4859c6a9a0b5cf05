"""What a learner holds, as the parts of a pathway: awards in force, and what was recognised.

Council Recommendation 2022/C 243/02, Annex I O4. Credits of a substitute never exceed those of the
part for which it stands. Digests are made only for what is about to be stated: before, a part
carries a mark in their place. Nothing is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from issuer.model.achievement import Achievement
from issuer.model.pathway import Pathway
from issuer.model.stack import Part, PartDocument
from issuer.proofs.digest_multibase import digest_multibase
from issuer.registry import documents, holdings, journeys, recognitions
from issuer.registry.database import Transaction
from issuer.registry.holdings import Holding
from issuer.registry.recognitions import Recognition
from issuer.services.workbench import Workbench

_UNSEEN = f"uEi{'A' * 44}"
_MOST_OFFERS = 4_096


@dataclass(frozen=True)
class Source:
    """Where a part comes from: an award of this house, or a credential that was recognised."""

    award_id: str | None
    recognition_id: int | None = None


@dataclass(frozen=True)
class Holdings:
    """All that a learner holds at a moment."""

    held: tuple[Holding, ...]
    recognised: tuple[Recognition, ...]
    offers: Mapping[tuple[str, int], Achievement]
    """Slug and version to each version of what is held or asked for."""
    base_url: str

    @cached_property
    def newest(self) -> Mapping[str, Achievement]:
        """The latest version of each achievement."""
        # They come oldest first.
        return {slug: achievement for (slug, _), achievement in self.offers.items()}

    def is_on(self, pathway: Pathway) -> bool:
        """Whether anything that is held has a role on a pathway."""
        roles = pathway.role_of
        return any(one.achievement in roles for one in self.held) or any(
            one.pathway == pathway.slug for one in self.recognised
        )

    def parts(self, pathway: Pathway) -> dict[Part, Source]:
        """The parts of a pathway that are held; their digests are not made yet."""
        found = {
            self._part(pathway, one): Source(one.award_id)
            for one in self.held
            if one.achievement in pathway.role_of
        }
        for accepted in self.recognised:
            if accepted.pathway == pathway.slug and accepted.part.name in pathway.part_by_name:
                found[self._recognised(accepted)] = Source(None, accepted.id)
        return found

    def _part(self, pathway: Pathway, one: Holding) -> Part:
        role = pathway.role_of[one.achievement]
        offer, own = self.offers[one.achievement, one.version], self.newest.get(role)
        placed = pathway.part_by_name[role].tier
        # What was validated where it was kept need not be again, for hundreds at a time.
        return Part.model_construct(
            name=role,
            title=offer.title,
            achievement=f"{self.base_url}/achievements/{offer.slug}/v/{offer.version}",
            # What its document states of itself; a substitute stands on the tier of the part.
            tier=offer.stacking.tier if offer.stacking and role == one.achievement else placed,
            ects=_least(offer.ects, own.ects if own else None),
            hours=_least(offer.workload_hours, own.workload_hours if own else None),
            earned=one.awarded_on,
            issuer=None,
            substitute=role != one.achievement,
            documents=tuple(
                PartDocument.model_construct(format=tongue, id=address, digest=_UNSEEN)
                for tongue, address in one.documents
            ),
        )

    def _recognised(self, accepted: Recognition) -> Part:
        own = self.newest.get(accepted.part.name)
        limits = {"ects": _least(accepted.part.ects, own.ects if own else None)}
        return accepted.part.model_copy(update=limits)


def read(
    tx: Transaction,
    organisation: str,
    learner_id: int,
    *,
    bench: Workbench,
    pathways: tuple[Pathway, ...],
) -> Holdings:
    """All that a learner holds, and what those of ``pathways`` offer on which the learner is."""
    return read_many(tx, organisation, {learner_id: pathways}, bench=bench)[learner_id]


def read_many(
    tx: Transaction,
    organisation: str,
    pathways: Mapping[int, tuple[Pathway, ...]],
    *,
    bench: Workbench,
) -> dict[int, Holdings]:
    """As `read`, for each learner with the pathways of that one; as many questions as for one."""
    held = holdings.of_learners(tx, organisation, pathways, at=bench.moment)
    recognised = {
        one: recognitions.of_learner(tx, organisation, one)
        for one in recognitions.whose(tx, pathways)
    }
    begun = journeys.of_learners(tx, organisation, pathways)
    wanted = {one.achievement for own in held.values() for one in own}
    for learner_id, there in pathways.items():
        slugs = {one.pathway for one in begun[learner_id]}
        bare = Holdings(held[learner_id], recognised.get(learner_id, ()), {}, bench.base_url)
        for pathway in (one for one in there if one.slug in slugs or bare.is_on(one)):
            wanted |= pathway.part_by_name.keys() | pathway.step_by_name.keys()
    found = holdings.offers(tx, organisation, wanted)
    offers = {place: _offer(payload) for place, payload in found.items()}
    return {
        one: Holdings(held[one], recognised.get(one, ()), offers, bench.base_url)
        for one in pathways
    }


def sealed(tx: Transaction, part: Part, source: Source) -> Part:
    """The part with the digest of each sealed form; raises NotFound where one is gone."""
    if source.award_id is None:
        return part
    made = []
    for one in part.documents:
        data = documents.sealed(tx, source.award_id, one.format).data
        made.append({"format": one.format, "id": one.id, "digest": digest_multibase(data)})
    return Part.model_validate({**vars(part), "documents": made})


@lru_cache(maxsize=_MOST_OFFERS)
def _offer(payload: str) -> Achievement:
    # A version never changes, and the same text is the same version.
    return Achievement.model_validate_json(payload)


def _least(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    stated = [number for number in (one, other) if number is not None]
    return min(stated) if stated else None
