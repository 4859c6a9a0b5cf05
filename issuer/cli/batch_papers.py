"""``testamur batch outcomes`` and ``batch receipt``: what is left when a batch has ended.

``receipt verify`` needs no installation and no network; it exits as ``testamur verify`` does.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file
from issuer.errors import UnusableInput
from issuer.verify.report import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from issuer.bootstrap import House
    from issuer.services.receipt import Kept
    from issuer.verify.receipt import ReceiptReport

USAGE = 64
receipt = typer.Typer(no_args_is_help=True, help="Signed receipts: show, stamp, prove, verify.")
_EXIT = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INDETERMINATE: 2}
_HEADLINE = {
    Verdict.PASSED: "PASSED. Genuine and unchanged.",
    Verdict.FAILED: "FAILED. Do not rely on it.",
    Verdict.INDETERMINATE: "INDETERMINATE. We cannot say: see what is open below.",
}
_MARK = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.INDETERMINATE: "?"}
_MOST = 1024 * 1024
"""No receipt, time-stamp or proof is larger."""
_TOKEN = ".receipt.jwt"  # noqa: S105 # The end of a file's name.
_STAMP = ".receipt.tst"
Batch = Annotated[str, typer.Argument(help="Number of the batch.")]
To = Annotated[Path, typer.Option(help="Folder to write into.")]


def outcomes(
    batch: Batch,
    *,
    to: Annotated[Path, typer.Option(help="File to write; for your eyes alone.")],
    separator: Annotated[str, typer.Option(help="comma, semicolon or tab.")] = "comma",
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin with a mark by which spreadsheets see UTF-8.")
    ] = False,
    home: Home = None,
    org: Org = None,
) -> None:
    """Write what became of each row of a batch, with the links to send, into a CSV file."""
    from issuer.services import outcomes as table  # noqa: PLC0415 # Verbs that open nothing do not pay for it.
    from issuer.services import private_file  # noqa: PLC0415 # As above.

    form = table.Form(table.SEPARATORS.get(separator, separator), bom=bom)
    with opened(home) as house:
        slug = organisation(house, org)
        pieces = table.table(house.bench, slug, batch, form=form, actor=OPERATOR)
        try:
            private_file.pour(to, (piece.encode() for piece in pieces))
        except OSError as fault:
            raise _unwritable(to, fault) from fault
    terminal.say(f"The outcomes of {terminal.plain(batch)} are in {to}.")
    terminal.warn("It holds names and secret links: send each link to its learner alone, then")
    terminal.warn("delete the file.")


@receipt.command("show")
def show(
    batch: Batch,
    *,
    to: Annotated[
        Path | None, typer.Option(help="Folder to write receipt and time-stamp into.")
    ] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Show the receipt of a batch that has ended; one that is missing is written."""
    from issuer.services import receipt as receipts  # noqa: PLC0415 # As above.

    with opened(home) as house:
        _owned(house, org, batch)
        kept = receipts.write_receipt(house.bench, batch)
    _tell(kept)
    if to is not None:
        for place in _written(kept, to):
            terminal.say(f"{place.name} is in {to}.")


@receipt.command("stamp")
def stamp(batch: Batch, *, home: Home = None, org: Org = None) -> None:
    """Have a receipt time-stamped that is not yet."""
    from issuer.services import receipt as receipts  # noqa: PLC0415 # As above.

    with opened(home) as house:
        _owned(house, org, batch)
        kept = receipts.stamp_receipt(house.bench, batch, actor=OPERATOR)
    _tell(kept)


@receipt.command("prove")
def prove(
    award: Annotated[str, typer.Argument(help="Number of the credential.")],
    *,
    to: To,
    home: Home = None,
    org: Org = None,
) -> None:
    """Write a proof, one for each document of a credential, that its batch's receipt counts it."""
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.
    from issuer.services import private_file  # noqa: PLC0415 # As above.
    from issuer.services import receipt as receipts  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = receipts.prove(tx, slug, award)
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in found:
            place = to / f"{one.award}.{one.format}.inclusion.json"
            private_file.write(place, jcs.encode_document(one.model_dump(mode="json")))
            terminal.say(f"{place.name} is in {to}: leaf {one.index + 1} of {one.leaves}.")
    except OSError as fault:
        raise _unwritable(to, fault) from fault


@receipt.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt, as it was written.")],
    *,
    material: Annotated[
        Path | None, typer.Option(help="material.json of its issuer, with the DID document.")
    ] = None,
    trust: Annotated[Path | None, typer.Option(help="A trust list (TOML) of your own.")] = None,
    stamp_file: Annotated[
        Path | None, typer.Option("--stamp", help="Time-stamp; default: beside it, if there.")
    ] = None,
    proof: Annotated[
        Path | None, typer.Option(help="A proof that a document is counted in it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> int:
    """Check a receipt without any installation and without the network."""
    from issuer.bootstrap.clock import now  # noqa: PLC0415 # As above.
    from issuer.cli.verifying import material_of  # noqa: PLC0415 # As above.
    from issuer.verify.receipt import verify_receipt  # noqa: PLC0415 # As above.

    beside = file.with_name(file.name.removesuffix(_TOKEN) + _STAMP)
    stamped = stamp_file or (beside if file.name.endswith(_TOKEN) and beside.exists() else None)
    report = verify_receipt(
        read_file(file, most=_MOST),
        material=material_of([material] if material else (), trust),
        at=now(),
        stamp=read_file(stamped, most=_MOST) if stamped else None,
        inclusion=read_file(proof, most=_MOST) if proof else None,
    )
    _show_json(report) if as_json else _show(report)
    return USAGE if report.unusable else _EXIT[report.verdict]


def _owned(house: "House", org: str | None, batch: str) -> None:
    from issuer.services import receipt as receipts  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        receipts.require_owned(tx, organisation(house, org), batch)


def _written(kept: "Kept", to: Path) -> "Iterator[Path]":
    from issuer.services import private_file  # noqa: PLC0415 # As above.

    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield private_file.write(to / f"{kept.batch}{_TOKEN}", kept.receipt)
        if kept.stamp is not None:
            yield private_file.write(to / f"{kept.batch}{_STAMP}", kept.stamp)
    except OSError as fault:
        raise _unwritable(to, fault) from fault


def _unwritable(place: Path, fault: OSError) -> UnusableInput:
    msg = f"{place} cannot be written: {fault.strerror}. Name another place with --to."
    return UnusableInput(msg)


def _tell(kept: "Kept") -> None:
    said = kept.content
    rows = [(name.replace("_", " "), str(count)) for name, count in said.counts]
    title = f"{said.batch}, ended {said.ended_at.isoformat()}, approved by {said.approved_by}"
    terminal.table(terminal.plain(title), header=("rows", "number"), rows=rows)
    terminal.say(f"file    {said.input_sha256}")
    terminal.say(f"root    {said.tree.root} over {said.tree.leaves} documents")
    terminal.say(f"stamped {'yes' if kept.stamp else 'no'}")
    if kept.unstamped:
        terminal.warn(kept.unstamped)


def _show_json(report: "ReceiptReport") -> None:
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.

    typer.echo(jcs.encode_document(report.as_json()), nl=False)


def _show(report: "ReceiptReport") -> None:
    terminal.say(_HEADLINE[report.verdict])
    for check in report.checks:
        if check.reached:
            terminal.say(_line(check))
    said = report.receipt
    # Numbers that nobody vouches for are not repeated.
    if said is not None and report.verdict is Verdict.PASSED:
        counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in said.counts)
        terminal.say(terminal.plain(f"{said.batch}: {counts}; ended {said.ended_at.isoformat()}."))


def _line(check: Check) -> str:
    name = check.id.replace("_", " ")
    mark, word = _MARK[check.verdict], str(check.verdict)
    if not check.counts:
        mark, word = "·", f"note, {word}"
    return f" {mark} {name} ({word}): {terminal.plain(check.detail)}"
