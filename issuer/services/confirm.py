"""A file of results becomes a batch once somebody has confirmed it; before that it is planned.

The same file, read the same way and confirmed again, is the same batch while that has not ended,
whoever confirms it. Nothing is issued here: workers do that (`issuer.jobs`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from issuer.registry import batches
from issuer.registry.batches import Batch
from issuer.services import cohort, issue, planning
from issuer.services.planning import Plan, Wanted
from issuer.services.workbench import Workbench


@dataclass(frozen=True)
class Handed:
    """A file as it was handed in, and what was said of it."""

    organisation: str
    data: bytes
    actor: str
    """Name of the token, or ``operator``."""
    wanted: Wanted = field(default_factory=Wanted)
    formats: issue.Formats = ()
    """Instead of those of the courses."""


def plan(bench: Workbench, handed: Handed) -> Plan:
    """Say what would come of each row; nothing is kept. Raises as `planning.plan`."""
    return planning.plan(bench, handed.organisation, handed.data, wanted=handed.wanted)


def confirm(bench: Workbench, handed: Handed, *, plan: Plan) -> Batch | None:
    """Take every row in and queue the batch, or go on with the one of this file.

    None where nothing is to be issued. Raises UnusableInput where the plan has open questions;
    what hinders a row is noted with the row.
    """
    plan.require_answered()
    order = cohort.Order(
        handed.organisation,
        f"{plan.platform}: {plan.how}",
        hashlib.sha256(handed.data).hexdigest(),
        handed.actor,
        reading=_reading(handed, plan),
        formats=handed.formats,
    )
    if not plan.lines:
        return _under_way(bench, order)
    return cohort.open_batch(bench, order, plan.read_again())


def _under_way(bench: Workbench, order: cohort.Order) -> Batch | None:
    with bench.read() as tx:
        print_of = cohort.fingerprint(tx, order)
        return batches.living(tx, order.organisation, fingerprint=print_of)


def _reading(handed: Handed, plan: Plan) -> str:
    """How the file was read: another course, mapping, date or sheet makes another batch."""
    wanted, mapping = handed.wanted, plan.mapping
    said = (
        wanted.course,
        wanted.run,
        wanted.reading.sheet,
        wanted.reading.encoding,
        wanted.hidden_rows,
        mapping.model_dump_json() if mapping else None,
    )
    return "\n".join(map(str, said))


def as_json(plan: Plan) -> dict[str, Any]:
    """A plan as JSON values; what stands in a faulty cell is told to whoever sent it alone."""
    return {
        "dry_run": True,
        "platform": str(plan.platform),
        "how": plan.how,
        "mapping": dict(plan.mapping.in_words()) if plan.mapping else None,
        "outcomes": dict(plan.counts),
        "skipped": dict(plan.skipped),
        "faults": [fault.__dict__ for fault in plan.faults],
        "more_faults": plan.more_faults,
        "look_at": list(plan.conflicts),
        "questions": [f"{one.sentence}. {one.cure}." for one in plan.questions],
        "preview": plan.preview.__dict__ if plan.preview else None,
    }
