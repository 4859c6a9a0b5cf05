"""What is awarded by its rule alone: no result stands for the step of a pathway.

Council Recommendation 2022/C 243/02, Annex I O4. A step is made from its parts, and its document
names them; issued from a result it would name none. What is assessed as itself, a capstone of
another pathway, is issued from a result all the same. Nothing is decided here.
"""

from issuer.errors import AwardedByRule
from issuer.model.pathway import Pathway
from issuer.registry import pathways
from issuer.registry.database import Transaction


def require_assessed(tx: Transaction, organisation: str, achievement: str) -> None:
    """Return where an award may rest on a result; raises AwardedByRule where parts alone make it.

    Asked of the newest version of each pathway: what it records only, or does not award any more,
    is an achievement as any other.
    """
    there = pathways.listing(tx, organisation)
    awarding = [one for one in there if _certifies(one, achievement)]
    if not awarding or any(_assesses(one, achievement) for one in there):
        return
    pathway = awarding[0].slug
    msg = (
        f"{achievement} is a step of the pathway {pathway}, awarded by its rule and not from a "
        "result. Send the results of its parts: what they complete is awarded by itself, with its "
        "parts."
    )
    raise AwardedByRule(msg, pathway=pathway, step=achievement)


def _certifies(pathway: Pathway, achievement: str) -> bool:
    step = pathway.step_by_name.get(achievement)
    return step is not None and pathway.is_certified(step)


def _assesses(pathway: Pathway, achievement: str) -> bool:
    part = pathway.part_by_name.get(achievement)
    return part is not None and part.capstone
