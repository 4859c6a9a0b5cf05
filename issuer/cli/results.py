"""``testamur issue`` and ``testamur mapping``: from a file of results to documents.

A dry run unless ``--confirm`` is said: what the file holds, what would become of each row.
"""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import planned, terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file
from issuer.errors import UnusableInput
from issuer.gradebooks.table import Reading
from issuer.model.achievement import DocumentFormat
from issuer.model.batch import BatchState, RowState

if TYPE_CHECKING:
    from issuer.bootstrap import House
    from issuer.services.confirm import Handed
    from issuer.services.follow import Followed
    from issuer.services.planning import Plan

USAGE = 64
mapping = typer.Typer(
    no_args_is_help=True, help="Mappings: how files of learning platforms are read, a course each."
)
Course = Annotated[str, typer.Option("--achievement", help="Slug of the course.")]


File = Annotated[Path, typer.Argument(help="File of results: CSV, XLSX, ODS or XML.")]
OneCourse = Annotated[
    str | None,
    typer.Option("--achievement", help="Slug of the course; our own CSV names it itself."),
]
Use = Annotated[
    str | None, typer.Option("--mapping", help="Name of a saved mapping of this course.")
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--map", help="FIELD=COLUMN of the mapping; may be repeated."),
]
PassIf = Annotated[
    str | None, typer.Option(help="What counts as passed, such as 'Course total >= 60'.")
]
PassedOn = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Date of the decision for all rows."),
]
Save = Annotated[
    str | None, typer.Option("--save-mapping", help="Keep the mapping under this name.")
]
Sheet = Annotated[str | None, typer.Option(help="Sheet of a workbook.")]
Encoding = Annotated[
    str | None, typer.Option(help="utf-8, utf-16 or windows-1252; else found out.")
]
Zone = Annotated[
    str | None, typer.Option(help="Where the file's clock stood; else the organisation's.")
]
Run = Annotated[str | None, typer.Option(help="Which run of the course, where it is given again.")]
HiddenRows = Annotated[
    bool, typer.Option("--hidden-rows", help="Rows that are hidden in the sheet count too.")
]
Tongues = Annotated[
    list[DocumentFormat] | None,
    typer.Option("--format", help="Instead of the formats of the course; may be repeated."),
]
Confirm = Annotated[
    bool, typer.Option("--confirm", "--yes", help="Issue; without it this is a dry run.")
]


def issue(  # noqa: PLR0913 # Typer makes an option of each.
    results: File,
    *,
    home: Home = None,
    org: Org = None,
    course: OneCourse = None,
    use: Use = None,
    fields: Fields = None,
    pass_if: PassIf = None,
    passed_on: PassedOn = None,
    save: Save = None,
    sheet: Sheet = None,
    encoding: Encoding = None,
    time_zone: Zone = None,
    run: Run = None,
    hidden_rows: HiddenRows = False,
    tongues: Tongues = None,
    confirm: Confirm = False,
) -> int:
    """Show what a file of results would issue; with --confirm issue it, good rows beside bad."""
    from issuer.services import confirm as confirming  # noqa: PLC0415 # As below.
    from issuer.services import planning  # noqa: PLC0415 # Verbs that open nothing pay nothing.

    wanted = planning.Wanted(
        course=course,
        mapping=use,
        columns=dict(_field(one) for one in fields or ()),
        pass_if=pass_if,
        passed_on=passed_on.date() if passed_on else None,
        time_zone=time_zone,
        reading=Reading(encoding=encoding, sheet=sheet),
        hidden_rows=hidden_rows,
        run=run,
    )
    with opened(home) as house:
        slug = organisation(house, org)
        handed = confirming.Handed(slug, read_file(results), OPERATOR, wanted, tuple(tongues or ()))
        plan = confirming.plan(house.bench, handed)
        planned.show(plan)
        if save is not None:
            _save(house, slug, plan, course=course, name=save)
        if not confirm:
            said = "With --confirm it is." if not plan.questions else "Answer the questions above."
            terminal.say(f"Nothing was issued: this was a dry run. {said}")
        else:
            return issue_file(house, handed, plan)
    return _told_faults(plan.counts["faulty"]) or (USAGE if plan.questions else 0)


def issue_file(house: "House", handed: "Handed", plan: "Plan") -> int:
    """Issue every row that the plan wants issued, and tell what came of it; an exit code."""
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.
    from issuer.services import confirm as confirming  # noqa: PLC0415 # As above.

    batch = confirming.confirm(house.bench, handed, plan=plan)
    if batch is None:
        terminal.say("0 issued. There is nothing new in this file to be issued.")
        return _told_faults(plan.counts["faulty"])
    return _told(cohorts.follow_through(house, handed.organisation, batch.id), plan)


def _told(found: "Followed", plan: "Plan") -> int:
    batch, counts = found.batch, found.counts
    terminal.say(f"{counts.get(RowState.KEPT, 0)} issued.")
    if batch.state is not BatchState.DONE:
        why = f" {batch.reason}" if batch.reason else ""
        terminal.warn(f"{batch.id} is {batch.state}.{why}")
        terminal.warn(f"Go on with `testamur batch resume {batch.id}`.")
        return USAGE
    terminal.say(f"`testamur batch outcomes {batch.id}` writes a table with the links to send.")
    return _told_faults(max(plan.counts["faulty"], counts.get(RowState.FAILED, 0)))


def _told_faults(faulty: int) -> int:
    if faulty:
        terminal.warn(
            f"{faulty} rows have faults, listed above: correct them and send the file again."
        )
    return USAGE if faulty else 0


def _field(said: str) -> tuple[str, str]:
    name, sign, column = said.partition("=")
    if not sign or not column.strip():
        msg = f"{said[:80]!r} is no FIELD=COLUMN, such as 'key=ID number'."
        raise UnusableInput(msg)
    return name.strip(), column.strip()


def _save(house: "House", slug: str, plan: "Plan", *, course: str | None, name: str) -> None:
    from issuer.services import mappings  # noqa: PLC0415 # As above.

    if plan.mapping is None or course is None:
        msg = "Our own CSV needs no mapping, so there is none to be saved."
        raise UnusableInput(msg)
    saved = mappings.SavedMapping(course, name, plan.mapping, OPERATOR, house.bench.moment)
    with house.bench.begin() as tx:
        mappings.save(tx, slug, saved)
    terminal.say(f"The mapping is kept as {name} and used for the next file of {course}.")


@mapping.command("list")
def listing(
    *,
    course: Annotated[
        str | None, typer.Option("--achievement", help="Those of one course only.")
    ] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Show the mappings there are."""
    from issuer.services import mappings  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = mappings.listing(tx, slug, course=course)
    rows = [
        (
            one.achievement,
            one.name,
            str(one.mapping.platform),
            str(one.mapping.passed or "not said"),
        )
        for one in found
    ]
    terminal.table("Mappings", header=("course", "name", "file of", "passed, if"), rows=rows)


@mapping.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of the mapping.")],
    *,
    course: Course,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print a mapping in words."""
    from issuer.services import mappings  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = mappings.get(tx, slug, course=course, name=name)
    planned.show_mapping(found.mapping, name=name)


@mapping.command("remove")
def remove(
    name: Annotated[str, typer.Argument(help="Name of the mapping.")],
    *,
    course: Course,
    home: Home = None,
    org: Org = None,
) -> None:
    """Forget a mapping; what was issued by it stays."""
    from issuer.services import mappings  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            mappings.remove(tx, slug, course=course, name=name)
    terminal.say(f"The mapping {name} of {course} is gone.")
