"""``testamur keys``: the life of an organisation's keys."""

import datetime as dt
from typing import Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, Org, opened, organisation
from issuer.errors import UnusableInput
from keys.algorithms import Algorithm
from keys.lifecycle import KeyPurpose, KeyRecord, KeyState

USAGE = 64
app = typer.Typer(no_args_is_help=True, help="Keys: planned, active, retired, compromised.")
Purpose = Annotated[KeyPurpose, typer.Argument(help="What it signs: award or status.")]
Kid = Annotated[str, typer.Argument(help="Name of the key, such as award-1.")]
Yes = Annotated[bool, typer.Option("--yes", help="Retire without asking.")]
Kind = Annotated[Algorithm | None, typer.Option(help="Kind of key; default: as the one before.")]


@app.command("list")
def listing(*, home: Home = None, org: Org = None) -> None:
    """Show every key and its dates."""
    from issuer.services import keyring  # noqa: PLC0415 # Only verbs that need it pay.

    with opened(home) as house, house.bench.read() as tx:
        records = keyring.records(tx, organisation(house, org))
    rows = [
        (r.kid, str(r.purpose), str(r.public_key.algorithm), str(r.state), _day(r.activated),
         _day(r.retired), _day(r.compromised_since))
        for r in records
    ]  # fmt: skip
    header = ("key", "signs", "kind", "state", "active since", "retired", "stolen since")
    terminal.table("Keys", header=header, rows=rows)


def _day(at: dt.datetime | None) -> str:
    return at.date().isoformat() if at else ""


@app.command("plan")
def plan(purpose: Purpose, *, home: Home = None, org: Org = None, algorithm: Kind = None) -> None:
    """Make a key that does not sign yet."""
    from issuer.services import keyring  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        made = keyring.plan(house.bench, house.vault, slug, purpose=purpose, algorithm=algorithm)
    terminal.say(f"{made.kid} is planned. Let it sign with `testamur keys activate {made.kid}`.")


@app.command("activate")
def activate(kid: Kid, *, home: Home = None, org: Org = None) -> None:
    """Let a planned key sign from now on; the one before is retired, its secret destroyed."""
    from issuer.services import keyring, publish  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        step = keyring.activate(house.bench, house.vault, slug, kid=kid)
        _tell(step.warning)
        publish.publish(house.bench, slug)
    terminal.say(f"{kid} signs from now on.")


@app.command("rotate")
def rotate(purpose: Purpose, *, home: Home = None, org: Org = None, algorithm: Kind = None) -> None:
    """Make a new key and let it sign at once; the one before is retired, its secret destroyed."""
    from issuer.services import keyring, publish  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        step = keyring.rotate(house.bench, house.vault, slug, purpose=purpose, algorithm=algorithm)
        _tell(step.warning)
        publish.publish(house.bench, slug)
    terminal.say(f"{step.key.kid} signs from now on. The key before stays published as it was.")


def _tell(warning: str | None) -> None:
    if warning:
        terminal.warn(warning)


@app.command("retire")
def retire(kid: Kid, *, home: Home = None, org: Org = None, yes: Yes = False) -> int:
    """Let a key sign no more, with nothing in its place; its secret is destroyed."""
    from issuer.services import keyring  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            record = keyring.get(tx, slug, kid)
        question = f"{_stops(record)} This cannot be undone. Retire {kid}?"
        if not yes and not (terminal.is_watched() and typer.confirm(question)):
            terminal.say(f"{_stops(record)} Nothing was changed. With --yes it is done.")
            return USAGE
        _tell(keyring.retire(house.bench, house.vault, slug, kid=kid).warning)
    terminal.say(f"{kid} is retired. What it signed stays as good as it was.")
    return 0


def _stops(record: KeyRecord) -> str:
    if record.state is not KeyState.ACTIVE:
        return f"{record.kid} is {record.state}: nothing stops without it."
    what = {
        KeyPurpose.AWARD: "nothing can be issued",
        KeyPurpose.STATUS: "no status list can be signed, nothing can be issued, no revocation "
        "reaches anybody, and once the lists expire every credential reads INDETERMINATE",
    }
    then = f"testamur keys rotate {record.purpose}"
    return f"Without {record.kid} {what[record.purpose]}, until you run `{then}`."


@app.command("compromise")
def compromise(
    kid: Kid,
    *,
    since: Annotated[
        str, typer.Option(help="From when it may have been stolen: 2026-06-12T09:30:00Z.")
    ],
    home: Home = None,
    org: Org = None,
) -> None:
    """Declare a key stolen and list what it signed."""
    from issuer.services import keyring  # noqa: PLC0415 # As above.

    at = _moment(since)
    with opened(home) as house:
        slug = organisation(house, org)
        found = keyring.compromise(house.bench, house.vault, slug, kid=kid, since=at)
    _tell(found.warning)
    rows = [
        (d.award_id, str(d.format), d.sealed_at.isoformat() if d.sealed_at else "",
         "yes" if d.award_id in found.proven else "no")
        for d in found.sealed
    ]  # fmt: skip
    header = ("credential", "format", "sealed", "our record proves it older")
    terminal.table(f"Signed by {kid}", header=header, rows=rows)
    terminal.say("Next: testamur keys rotate, then testamur reseal.")


def _moment(said: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(said)
    except ValueError as fault:
        msg = f"--since {said!r} is not a moment such as 2026-06-12T09:30:00Z."
        raise UnusableInput(msg) from fault
    # A day without a zone begins first in the east: the earlier moment is the safer one.
    return at if at.tzinfo else at.replace(tzinfo=dt.timezone(dt.timedelta(hours=14)))


@app.command("destroy")
def destroy(kid: Kid, *, home: Home = None, org: Org = None) -> None:
    """Destroy the secret of a key that signs no more."""
    from issuer.services import keyring  # noqa: PLC0415 # As above.

    with opened(home) as house:
        keyring.destroy(house.bench, house.vault, organisation(house, org), kid=kid)
    terminal.say(f"The secret of {kid} is destroyed.")
