"""``testamur batch``: what became of a file that was confirmed, and how it goes on."""

from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation
from issuer.model.batch import BatchState

if TYPE_CHECKING:
    from issuer.bootstrap import House

app = typer.Typer(no_args_is_help=True, help="Batches: files that were confirmed.")
Number = Annotated[str, typer.Argument(help="Number of the batch.")]


@app.command("list")
def listing(*, home: Home = None, org: Org = None) -> None:
    """Show the newest batches and how far each is."""
    from issuer.services import follow  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = follow.listing(tx, slug)
    rows = [
        (f.batch.id, str(f.batch.state), f"{f.done} of {f.to_do}", f"{f.batch.created_at:%F %R}")
        for f in found
    ]
    terminal.table("Batches", header=("number", "state", "done", "confirmed at (UTC)"), rows=rows)


@app.command("show")
def show(batch: Number, *, home: Home = None, org: Org = None) -> None:
    """Show what became of the rows of a batch, and each fault."""
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.
    from issuer.services import follow  # noqa: PLC0415 # As above.

    with opened(home) as house, house.bench.read() as tx:
        found = follow.follow(tx, organisation(house, org), batch)
    cohorts.tell(found)
    for row in found.faults:
        terminal.warn(terminal.plain(f"line {row.line}: {row.fault} [{row.code}]"))


@app.command("pause")
def pause(batch: Number, *, home: Home = None, org: Org = None) -> None:
    """Begin no further chunk; what was begun is finished."""
    _change("pause", batch, home=home, org=org)


@app.command("resume")
def resume(batch: Number, *, home: Home = None, org: Org = None) -> None:
    """Go on with a batch that was paused or stopped, here where no worker runs."""
    _change("resume", batch, home=home, org=org)


@app.command("retry")
def retry(batch: Number, *, home: Home = None, org: Org = None) -> None:
    """Try again the rows that failed, here where no worker runs."""
    _change("retry", batch, home=home, org=org)


@app.command("cancel")
def cancel(
    batch: Number,
    *,
    home: Home = None,
    org: Org = None,
    yes: Annotated[bool, typer.Option("--yes", help="Cancel without asking.")] = False,
) -> int:
    """Issue nothing more of a batch: what is sealed stays, the rest is voided."""
    from issuer.services import cohort  # noqa: PLC0415 # As above.

    asked = "What is not sealed yet is voided for good. Cancel?"
    if not (yes or (terminal.is_watched() and typer.confirm(asked))):
        terminal.say("Nothing was changed.")
        return 64
    with opened(home) as house:
        slug = organisation(house, org)
        changed(house, "cancel", slug=slug, batch=batch)
        more = True
        while more:
            with house.bench.begin() as tx:
                more = cohort.void_rest(tx, house.bench, batch)
        _tell_now(house, slug, batch)
    return 0


def _change(verb: str, batch: str, *, home: Home, org: Org) -> None:
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        # What goes on already, only nobody is at it, is gone on with here.
        if verb != "resume" or not _goes_on(house, slug, batch):
            changed(house, verb, slug=slug, batch=batch)
        if verb != "pause":
            cohorts.follow_through(house, slug, batch)
        _tell_now(house, slug, batch)


def _goes_on(house: "House", slug: str, batch: str) -> bool:
    from issuer.services import follow  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        state = follow.progress(tx, slug, batch).batch.state
    return state in {BatchState.QUEUED, BatchState.RUNNING}


def changed(house: "House", verb: str, *, slug: str, batch: str) -> None:
    """Pause, resume, retry or cancel a batch of the organisation; raises NotFound, Conflict."""
    from issuer.services import conduct  # noqa: PLC0415 # As above.

    with house.bench.begin() as tx:
        conduct.change(
            tx, house.bench, batch, organisation=slug, verb=conduct.Verb(verb), actor=OPERATOR
        )


def _tell_now(house: "House", slug: str, batch: str) -> None:
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.
    from issuer.services import follow  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        cohorts.tell(follow.progress(tx, slug, batch))
