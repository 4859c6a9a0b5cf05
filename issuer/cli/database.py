"""``testamur db``: is the database well, and has it the schema that this program needs."""

from typing import Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, opened

UNUSABLE = 64
app = typer.Typer(no_args_is_help=True, help="The database: check it, upgrade its schema.")
_MARK = {"fine": "✓", "warning": "!", "fault": "✗"}


@app.command("check")
def check(*, home: Home = None) -> int:
    """Say in what condition the database is; exits 64 where something must be mended."""
    from issuer.registry import condition  # noqa: PLC0415 # Only verbs that need it pay.

    levels = []
    with opened(home, any_schema=True) as house:
        settings = house.settings
        found = condition.examine(
            house.database,
            now=house.bench.now,
            processes=settings.processes,
            folder=settings.published,
        )
        for finding in found:
            terminal.say(f" {_MARK[finding.level]} {finding.sentence}")
            levels.append(finding.level)
    faults, warnings = (levels.count(x) for x in (condition.Level.FAULT, condition.Level.WARNING))
    if faults:
        terminal.say(f"{faults} of these must be mended.")
        return UNUSABLE
    terminal.say(f"Usable; {warnings} warnings." if warnings else "All is well.")
    return 0


@app.command("upgrade")
def upgrade(
    *,
    home: Home = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the SQL, and change nothing.")
    ] = False,
) -> None:
    """Bring the schema to the newest version, beside traffic."""
    with opened(home, any_schema=True) as house:
        if dry_run:
            sql = house.database.preview()
            terminal.say(sql.strip() or "The schema is the newest: nothing to do.")
            return
        taken = house.database.upgrade()
    for step in taken:
        terminal.say(f"Schema {step}: done.")
    terminal.say("The schema is the newest." if taken else "Nothing to do.")
