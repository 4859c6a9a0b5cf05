"""Whether a pathway makes sense with the achievements that an organisation offers now.

`issuer.model.pathway_checks` judges; here the offers are had, and a pathway with errors is refused.
"""

from collections.abc import Iterable

from issuer.errors import FieldsInvalid
from issuer.model.achievement import Achievement
from issuer.model.pathway import Pathway
from issuer.model.pathway_checks import Problem, problems
from issuer.registry import achievements
from issuer.registry.database import Transaction

_MOST_SAID = 10


def among(pathway: Pathway, offers: Iterable[Achievement]) -> tuple[Problem, ...]:
    """What is wrong with it, errors first, where ``offers`` are all there are."""
    return problems(pathway, {one.slug: one for one in offers})


def examine(tx: Transaction, pathway: Pathway) -> tuple[Problem, ...]:
    """What is wrong with it, errors first, with the latest version of each achievement."""
    return among(pathway, achievements.listing(tx, pathway.organisation))


def require(tx: Transaction, pathway: Pathway) -> tuple[Problem, ...]:
    """Return the warnings; raises FieldsInvalid where there are errors, each with its place."""
    found = examine(tx, pathway)
    wrong = [{"field": one.place, "fault": one.sentence} for one in found if one.is_error]
    if wrong:
        listed = " ".join(f"{one['field']}: {one['fault']}" for one in wrong[:_MOST_SAID])
        msg = f"The pathway {pathway.slug} cannot be kept; {len(wrong)} errors. {listed}"
        raise FieldsInvalid(msg, fields=wrong)
    return found
