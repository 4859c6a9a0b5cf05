"""``testamur export-unsealed`` and ``import-sealed``: documents that somebody else seals."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file
from issuer.errors import TestamurError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.bootstrap import House
    from issuer.formats.elm3 import Difference

_REFUSED = 64
_MOST_SHOWN = 300
_MOST_BYTES = 4 * 1024 * 1024
"""No sealed file is larger (`issuer.proofs.jades.MOST_BYTES`)."""


def export_unsealed(
    *,
    to: Annotated[Path, typer.Option(help="Folder to write into.")],
    upload_form: Annotated[
        bool, typer.Option("--upload-form", help="Also the form of the Commission's issuer.")
    ] = False,
    home: Home = None,
    org: Org = None,
) -> int:
    """Write each European document that waits for a seal from elsewhere into a folder."""
    from issuer.services import export_unsealed as unsealed  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    with opened(home) as house:
        slug = organisation(house, org)
        done = unsealed.export_unsealed(house.bench, slug, to, upload_form=upload_form)
    terminal.say(f"{len(done.documents)} documents wait for a seal and were written into {to}.")
    if done.forms:
        terminal.say(f"{len(done.forms)} upload forms lie beside them.")
    for award in done.left_out:
        terminal.warn(
            f"{award} was left out: it would be another document now than the one that was "
            "written down. Take the organisation in as it was, or revoke it and issue it anew."
        )
    return _REFUSED if done.left_out else 0


def import_sealed(
    files: Annotated[list[Path], typer.Argument(help="Files that were sealed elsewhere.")],
    *,
    accept_differences: Annotated[
        bool,
        typer.Option(
            "--accept-differences",
            help="Take them although the seal names the issuer otherwise; look at the table first.",
        ),
    ] = False,
    home: Home = None,
    org: Org = None,
) -> int:
    """Compare sealed files with what was exported, check them, and keep the good ones."""
    refused = 0
    with opened(home) as house:
        slug = organisation(house, org)
        for path in files:
            try:
                said = _take(house, slug, path, accept=accept_differences)
            except TestamurError as fault:
                refused += 1
                said = terminal.plain(f"{path}: {fault.message} [{fault.code}]")
                terminal.warn(said)
            else:
                terminal.say(said)
    return _REFUSED if refused else 0


def _take(house: "House", slug: str, path: Path, *, accept: bool) -> str:
    from issuer.services import import_sealed as sealed  # noqa: PLC0415 # As above.

    returned = sealed.compare(house.bench, slug, read_file(path, most=_MOST_BYTES))
    if returned.prepared is None:
        return f"{returned.award_id}: this very file is kept already."
    if returned.differences:
        _show(returned.award_id, returned.differences)
    award = sealed.keep(
        house.bench,
        slug,
        returned,
        actor=OPERATOR,
        check=house.checker.check,
        accept_differences=accept,
    )
    return f"{award.id}: sealed, checked and kept; it is {award.state}."


def _show(award_id: str, found: "Sequence[Difference]") -> None:
    rows = [(terminal.plain(d.path), _value(d.ours), _value(d.theirs)) for d in found]
    title = f"{award_id}: what the sealing service has written"
    terminal.table(title, header=("member", "exported", "sealed"), rows=rows)


def _value(value: object) -> str:
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.

    if value is None:
        return "–"
    said = value if isinstance(value, str) else jcs.encode_compact(value).decode()
    return terminal.plain(said)[:_MOST_SHOWN]
