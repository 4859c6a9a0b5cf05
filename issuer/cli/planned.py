"""What the terminal shows of a plan: the reading, the mapping, counts, faults, a preview.

Nothing is computed here.
"""

from typing import TYPE_CHECKING

from issuer.cli import terminal

if TYPE_CHECKING:
    from issuer.model.mapping import Mapping
    from issuer.services.planning import Plan, Preview

_ROWS = {
    "new": "new, will be issued",
    "already": "issued already",
    "not_passed": "not passed",
    "unknown": "not known whether passed",
    "faulty": "with faults",
}


def show(plan: "Plan") -> None:
    """Print the whole plan."""
    terminal.say(terminal.plain(f"Read as {plan.platform}: {plan.how}."))
    if plan.exported_at is not None:
        terminal.say(f"Exported {plan.exported_at:%Y-%m-%d %H:%M} UTC.")
    if plan.mapping is not None:
        show_mapping(plan.mapping, name=plan.mapping_name)
    counts = [(said, str(plan.counts[name])) for name, said in _ROWS.items()]
    counts += [(f"no people: {why}", str(count)) for why, count in plan.skipped.items()]
    terminal.table("What would become of it", header=("rows", "number"), rows=counts)
    for fault in plan.faults:
        terminal.warn(terminal.plain(str(fault)))
    if plan.more_faults:
        terminal.warn(f"{plan.more_faults} further faults are not shown.")
    for sentence in plan.conflicts:
        terminal.warn(f"Look at {sentence}.")
    for question in plan.questions:
        terminal.warn(terminal.plain(f"{question.sentence}. {question.cure}."))
    if plan.preview is not None:
        _preview(plan.preview)


def show_mapping(mapping: "Mapping", *, name: str | None) -> None:
    """Print a mapping in words."""
    title = f"Mapping {name}" if name else "Mapping, guessed and as said; --save-mapping keeps it"
    rows = [(what, terminal.plain(said)) for what, said in mapping.in_words()]
    terminal.table(title, header=("what", "where"), rows=rows)


def _preview(preview: "Preview") -> None:
    until = f"{preview.valid_until:%Y-%m-%d}" if preview.valid_until else "for ever"
    rows = [
        ("title", preview.title),
        ("name", preview.name),
        ("date", preview.date.isoformat()),
        ("grade", preview.grade or "none"),
        ("valid until", until),
        ("of the person", preview.shown),
    ]
    shown = [(what, terminal.plain(said)) for what, said in rows]
    terminal.table("One of them", header=("what", "as it will be"), rows=shown)
