"""``testamur achievement``, ``issue``, ``export`` and ``link``: from a file to documents."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file
from issuer.model.achievement import DocumentFormat
from issuer.model.batch import BatchState, RowState

if TYPE_CHECKING:
    from issuer.bootstrap import House
    from issuer.model.organisation import Organisation
    from issuer.services.accept import ReadResults
    from issuer.services.follow import Followed
    from issuer.services.intake import RowOutcome

USAGE = 64
achievement = typer.Typer(no_args_is_help=True, help="Courses: what is offered and assessed.")
link = typer.Typer(no_args_is_help=True, help="Learners' links: show or withdraw one.")


@achievement.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(help="TOML files, one a course.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Take courses in; a course that changed becomes a new version."""
    from issuer.services import offer  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    with opened(home) as house:
        slug = organisation(house, org)
        for path in files:
            noun = offer.read_achievement(read_file(path), organisation=slug)
            with house.bench.begin() as tx:
                kept = offer.put_achievement(tx, noun, at=house.bench.moment, actor=OPERATOR)
            found = offer.describe(kept, noun_of(house, slug))
            terminal.say(f"{kept.slug}, version {kept.version}: {found['annex_1']['summary']}")
            for name, field in found["annex_1"]["missing"].items():
                terminal.warn(f"  It cannot issue yet: {name} is missing; fill in {field}.")
            for sentence in found["warnings"]:
                terminal.warn(f"  {sentence}")


@achievement.command("list")
def listing(*, home: Home = None, org: Org = None) -> None:
    """Show the courses there are."""
    from issuer.services import offer  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            courses = offer.listing(tx, slug)
        noun = noun_of(house, slug)
        rows = [
            (c.slug, str(c.version), c.title.get(c.language),
             str(offer.describe(c, noun)["annex_1"]["summary"]))
            for c in courses
        ]  # fmt: skip
        terminal.table("Courses", header=("slug", "version", "title", "Annex I"), rows=rows)


@achievement.command("show")
def show(
    course: Annotated[str, typer.Argument(help="Slug of the course.")],
    *,
    version: Annotated[int | None, typer.Option(help="Its version; default: the latest.")] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print a course as JSON, with what of Annex I it states and what is unusual."""
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.
    from issuer.services import offer  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = offer.get(tx, slug, course, version=version)
        shown = offer.describe(found, noun_of(house, slug))
    typer.echo(jcs.encode_document(shown), nl=False)


def noun_of(house: "House", slug: str) -> "Organisation":
    """The organisation with this slug."""
    from issuer.services import look  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        return look.organisation_of(tx, slug)


def issue(
    results: Annotated[Path, typer.Argument(help="CSV file of results.")],
    *,
    home: Home = None,
    org: Org = None,
    tongues: Annotated[
        list[DocumentFormat] | None,
        typer.Option("--format", help="Instead of the formats of the course; may be repeated."),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", "--yes", help="Issue without asking.")
    ] = False,
) -> int:
    """Show what a results file would issue, then issue it: good rows never wait for bad ones."""
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.
    from issuer.services import confirm as confirming  # noqa: PLC0415 # As above.
    from issuer.services import intake  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug, data = organisation(house, org), read_file(results)
        read = intake.read(house.bench, slug, data)
        planned = intake.rehearse(house.bench, read.rows, actor=OPERATOR)
        faults = show_plan(read, planned)
        wanted = sum(p.outcome == "approved" for p in planned)
        if wanted and not confirm and not _agreed(wanted):
            terminal.say("Nothing was issued.")
            return USAGE
        handed = confirming.Handed(slug, data, OPERATOR, tuple(tongues or ()))
        batch = confirming.confirm(house.bench, handed, read=read)
        found = cohorts.follow_through(house, slug, batch.id)
    return _told(found, faults=faults)


def _told(found: "Followed", *, faults: int) -> int:
    batch, failed = found.batch, found.counts.get(RowState.FAILED, 0)
    terminal.say(f"{found.counts.get(RowState.KEPT, 0)} issued.")
    if batch.state is not BatchState.DONE:
        why = f" {batch.reason}" if batch.reason else ""
        terminal.warn(f"{batch.id} is {batch.state}.{why}")
        terminal.warn(f"Go on with `testamur batch resume {batch.id}`.")
    if faults or failed:
        terminal.warn(
            f"{faults or failed} rows have faults, listed above: correct them and send the file "
            f"again. `testamur batch show {batch.id}` lists them too."
        )
    return USAGE if faults or failed or batch.state is not BatchState.DONE else 0


def show_plan(read: "ReadResults", planned: "tuple[RowOutcome, ...]") -> int:
    """Print what will happen in counts, and each fault; return how many rows have faults."""
    faults = [*read.faults, *(p.fault for p in planned if p.fault)]
    counts = Counter(str(p.outcome) for p in planned if p.outcome)
    bad = len({fault.line for fault in faults})
    rows = [
        ("new, will be issued", str(counts["approved"])),
        ("issued already", str(counts["already"])),
        ("not passed", str(counts["not_passed"])),
        ("not known whether passed", str(counts["unknown"])),
        ("with faults", str(bad)),
    ]
    title = f"{len(read.rows)} good rows, read as {read.encoding} with {read.separator!r}"
    terminal.table(title, header=("rows", "number"), rows=rows)
    for fault in sorted(faults, key=lambda f: f.line):
        terminal.warn(terminal.plain(str(fault)))
    return bad


def _agreed(count: int) -> bool:
    return terminal.is_watched() and typer.confirm(f"Issue {count} credentials now?")


def export(
    *,
    to: Annotated[Path, typer.Option(help="Folder to write into.")],
    home: Home = None,
) -> None:
    """Write every document, material.json and trust.toml into a folder."""
    from issuer.services import export as exporting  # noqa: PLC0415 # As above.

    with opened(home) as house:
        done = exporting.export(house.bench, to, pictures=house.pictures)
    terminal.say(
        f"{len(done.documents)} documents, {done.material.name} and {done.trust.name} in {to}."
    )


@link.command("show")
def show_link(
    award: Annotated[str, typer.Argument(help="Number of the credential.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print the learner's link, to be handed to the learner alone."""
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with opened(home) as house:
        with house.bench.read() as tx:
            found = look.award(tx, organisation(house, org), award)
        terminal.say(share.link(house.bench, found))


@link.command("withdraw")
def withdraw_link(
    award: Annotated[str, typer.Argument(help="Number of the credential.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Make every link that was given out for a credential useless, and print the new one."""
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            found = look.award(tx, slug, award)
            fresh = share.withdraw_link(tx, found, actor=OPERATOR, at=house.bench.moment)
        terminal.say(share.link(house.bench, fresh))
