"""Wholes and their parts, as `issuer.services.stack` leaves them, made without a pathway."""

from issuer.model.award import Award
from issuer.registry import holds, notices, stack_parts
from issuer.registry.stack_parts import StackPart
from issuer.services import revoke
from tests.town.workshop import Workshop

PARTS = ("data-stewardship-foundations", "data-stewardship", "research-data-law")
WHOLE = "practising-data-steward"
REASON = "The fee is disputed"


def parts(workshop: Workshop, number: int = 1) -> list[Award]:
    """The parts of a learner, in force."""
    return [workshop.issued(number, achievement=name) for name in PARTS]


def approved_on(workshop: Workshop, its: list[Award], achievement: str = WHOLE) -> Award:
    """A whole that is decided and not issued."""
    number = its[0].learner_id
    whole = workshop.approve(number, achievement=achievement)
    rows = [StackPart(part.achievement, part.id) for part in its]
    with workshop.bench.begin() as tx:
        stack_parts.add(tx, workshop.slug, whole.id, parts=rows)
    return whole


def whole_of(workshop: Workshop, its: list[Award], achievement: str = WHOLE) -> Award:
    """A whole in force."""
    return workshop.issue(approved_on(workshop, its, achievement))


def do(workshop: Workshop, verb: str, award: Award, *, reason: str = REASON) -> Award:
    """Revoke, suspend or reinstate as the registrar."""
    with workshop.bench.begin() as tx:
        change = getattr(revoke, verb)
        done: Award = change(
            tx, workshop.slug, award.id, reason=reason, actor="registrar", at=workshop.clock()
        )
        return done


def held_by(workshop: Workshop, whole: Award) -> dict[str, str]:
    """What holds a whole: part and kind."""
    with workshop.bench.read() as tx:
        return {one.part_award_id: str(one.kind) for one in holds.of_whole(tx, whole.id)}


def told(workshop: Workshop) -> list[tuple[str, str, str]]:
    """Kind, whole and part of each notice, oldest first."""
    with workshop.bench.read() as tx:
        found = notices.unseen(tx, workshop.slug)
    return [(str(one.kind), one.award_id, one.about) for one in reversed(found)]
