"""``testamur verify``: one credential, one answer, without any installation.

Exits 0, 1 or 2 for PASSED, FAILED, INDETERMINATE, and 64 for input that is no credential. It uses
the network, or material that was saved earlier, or neither; never an installation's database.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import load, read_file, within
from issuer.errors import FetchFailed, FetchRefused, UnusableInput
from issuer.services.check import Checker
from issuer.verify import Check, Material, Policy, Report, Verdict
from issuer.verify.material import decode, joined

USAGE = 64
_EXIT = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INDETERMINATE: 2}
_HEADLINE = {
    Verdict.PASSED: "PASSED. Genuine, unchanged and in force.",
    Verdict.FAILED: "FAILED. Do not rely on it.",
    Verdict.INDETERMINATE: "INDETERMINATE. We cannot say: see what is open below.",
}
_MARK = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.INDETERMINATE: "?"}
_LINKS = ("https://", "http://")
_MOST = 12 * 1024 * 1024
"""As at the door: the largest picture that carries a credential."""


def verify(  # noqa: PLR0913 # The options of a verb are its arguments.
    what: Annotated[
        str, typer.Argument(help="A file (JSON, JWT, PNG, SVG), an address, or - for input.")
    ],
    *,
    part: Annotated[
        list[Path] | None,
        typer.Option(help="A part of a stacked credential (a file); may be repeated."),
    ] = None,
    material: Annotated[
        list[Path] | None,
        typer.Option(help="Material saved earlier; then no network is used. May be repeated."),
    ] = None,
    trust: Annotated[Path | None, typer.Option(help="A trust list (TOML) of your own.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use no network.")] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(help="Host (name:port) that may be private or plain http; may be repeated."),
    ] = None,
    holder: Annotated[
        str | None, typer.Option(help="The person to whom it should have been awarded.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> int:
    """Check a credential and say what was found."""
    report = _report(
        what,
        held=joined(material_of(material or (), trust), _handed_in(part or ())),
        policy=Policy(holder=holder),
        hosts=None if offline or material else frozenset(allow_host or ()),
    )
    _show_json(report) if as_json else _show(report)
    return USAGE if report.unusable else _EXIT[report.verdict]


def _handed_in(files: Sequence[Path]) -> Material:
    from issuer.bootstrap.clock import now  # noqa: PLC0415 # Only where it is asked for.
    from issuer.services import parts  # noqa: PLC0415 # As above.

    return parts.handed_in(((str(f), read_file(f, most=_MOST)) for f in files), at=now())


def material_of(saved: Sequence[Path], trust: Path | None) -> Material:
    """What was saved earlier, with the trust lists that were named; raises UnusableInput."""
    from issuer.services import trust as trust_list  # noqa: PLC0415 # Only where it is asked for.

    held = Material()
    for path in saved:
        held = joined(held, decode(read_file(path)))
    settings = load(None)
    for path in filter(None, (trust, settings.trust_file)):
        held = joined(held, Material(trusted=trust_list.decode(read_file(path))))
    return held


def _report(what: str, *, held: Material, policy: Policy, hosts: frozenset[str] | None) -> Report:
    from issuer.bootstrap import checker  # noqa: PLC0415 # Starts worker processes.

    is_link = what.lower().startswith(_LINKS)
    if is_link and hosts is None:
        msg = f"{what[:100]} would have to be fetched, and no network is to be used: save it first."
        raise UnusableInput(msg)
    with checker(load(None), hosts=hosts) as driver:
        if not is_link:
            return _checked(driver, _input(what), held=held, policy=policy)
        try:
            return driver.link(what, policy=policy, material=held)
        except (FetchRefused, FetchFailed) as fault:
            msg = f"{what[:100]} could not be fetched: {fault.message}"
            raise UnusableInput(msg) from fault


def _input(what: str) -> bytes:
    if what == "-":
        return within(sys.stdin.buffer, most=_MOST)
    return read_file(Path(what), most=_MOST)


def _checked(driver: Checker, data: bytes, *, held: Material, policy: Policy) -> Report:
    if not data.strip():
        msg = "There is nothing to check: the input is empty."
        raise UnusableInput(msg)
    return driver.check(data, policy=policy, material=held)


def _show_json(report: Report) -> None:
    from issuer.proofs import jcs  # noqa: PLC0415 # Only where it is asked for.

    typer.echo(jcs.encode_document(report.as_json()), nl=False)


def _show(report: Report) -> None:
    terminal.say(_HEADLINE[report.verdict])
    reached = [check for check in report.checks if check.reached]
    for check in reached:
        terminal.say(_line(check))
    if len(reached) < len(report.checks):
        terminal.say("   The other checks were not reached.")


def _line(check: Check) -> str:
    name = check.id.replace("_", " ")
    mark, word = _MARK[check.verdict], str(check.verdict)
    if not check.counts:
        # A note must not read as a verdict.
        mark, word = "·", f"note, {word}"
    return f" {mark} {name} ({word}): {terminal.plain(check.detail)}"
