"""``testamur db``: is the database well, and has it the schema that this program needs."""

from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, opened

if TYPE_CHECKING:
    from issuer.registry.condition import Findings

UNUSABLE = 64
app = typer.Typer(no_args_is_help=True, help="The database: check it, upgrade its schema.")
_MARK = {"fine": "✓", "warning": "!", "fault": "✗"}


@app.command("check")
def check(
    *,
    home: Home = None,
    trail: Annotated[
        bool, typer.Option("--trail/--no-trail", help="Whether to read the audit trail too.")
    ] = True,
) -> int:
    """Say in what condition the database is; exits 64 where something must be mended."""
    from issuer.registry import condition  # noqa: PLC0415 # Only verbs that need it pay.

    levels: list[str] = []
    with opened(home, any_schema=True) as house:
        found = condition.examine(
            house.database,
            now=house.bench.now,
            processes=house.settings.processes,
            folder=house.settings.published,
        )
        _tell(found, levels)
        # Of a schema that does not fit nothing more is asked.
        if trail and condition.Level.FAULT not in levels:
            _tell(condition.examine_trail(house.database, at=house.bench.now()), levels)
    faults, warnings = (levels.count(x) for x in (condition.Level.FAULT, condition.Level.WARNING))
    if faults:
        terminal.say(f"{faults} of these must be mended.")
        return UNUSABLE
    terminal.say(f"Usable; {warnings} warnings." if warnings else "All is well.")
    return 0


def _tell(found: "Findings", levels: list[str]) -> None:
    for finding in found:
        terminal.say(f" {_MARK[finding.level]} {finding.sentence}")
        levels.append(finding.level)


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
