"""``testamur pathway check``: whether a pathway's file makes sense, before it is added."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, Org, opened, organisation, read_file

if TYPE_CHECKING:
    from issuer.model.pathway_checks import Problem

UNUSABLE = 64
_NOBODY = "nobody"
app = typer.Typer(no_args_is_help=True, help="Pathways: how small credentials become larger ones.")


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A pathway in YAML.")],
    *,
    courses: Annotated[
        Path | None,
        typer.Option(help="Folder of courses (TOML) to check it with; then no installation."),
    ] = None,
    home: Home = None,
    org: Org = None,
) -> int:
    """Say what is wrong with a pathway and what is unusual; exits 64 where there are errors."""
    data = read_file(file)
    found = _installed(data, home, org) if courses is None else _alone(data, courses)
    for one in found:
        mark = "✗" if one.is_error else "!"
        terminal.say(terminal.plain(f" {mark} {one.place}: {one.sentence}"))
    errors = sum(one.is_error for one in found)
    if errors:
        terminal.say(f"{errors} of these must be mended.")
        return UNUSABLE
    terminal.say(f"Usable; {len(found)} warnings." if found else "All is well.")
    return 0


def _installed(data: bytes, home: Path | None, org: str | None) -> "tuple[Problem, ...]":
    from issuer.services import pathway_file, sound  # noqa: PLC0415 # Only verbs that need it pay.

    with opened(home) as house:
        pathway = pathway_file.read(data, organisation=organisation(house, org))
        with house.bench.read() as tx:
            return sound.examine(tx, pathway)


def _alone(data: bytes, courses: Path) -> "tuple[Problem, ...]":
    from issuer.services import offer, pathway_file, sound  # noqa: PLC0415 # As above.

    pathway = pathway_file.read(data, organisation=_NOBODY)
    offers = [
        offer.read_achievement(read_file(path), organisation=_NOBODY)
        for path in sorted(courses.glob("*.toml"))
    ]
    return sound.among(pathway, offers)
