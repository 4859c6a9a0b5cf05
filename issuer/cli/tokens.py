"""``testamur token``: who may use the API, for which organisation, in which role."""

import datetime as dt
from typing import Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation
from issuer.errors import UnusableInput

app = typer.Typer(no_args_is_help=True, help="Tokens of the API.")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Which system uses it; no person's name.")],
    *,
    role: Annotated[str, typer.Option(help="admin, issuer, auditor or vc-api.")],
    days: Annotated[int | None, typer.Option(min=1, help="Days until it expires.")] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Make a token and print it, once."""
    from issuer.services import tokens  # noqa: PLC0415 # Only verbs that need it pay.

    known = [str(r) for r in tokens.Role]
    if role not in known:
        msg = f"--role {role!r} is none; there are: {', '.join(known)}."
        raise UnusableInput(msg)
    with opened(home) as house:
        at = house.bench.moment
        expires = at + dt.timedelta(days=days) if days else None
        wanted = tokens.Wanted(organisation(house, org), name, tokens.Role(role), expires)
        with house.bench.begin() as tx:
            secret, token = tokens.create(
                tx, wanted, at=at, chance=house.bench.chance, actor=OPERATOR
            )
    terminal.warn(f"Token {token.id} for {name}, role {role}. It is shown only now:")
    terminal.say(secret)


@app.command("list")
def listing(*, home: Home = None, org: Org = None) -> None:
    """Show the tokens there are, without their secrets."""
    from issuer.services import tokens  # noqa: PLC0415 # As above.

    with opened(home) as house, house.bench.read() as tx:
        found = tokens.listing(tx, organisation(house, org))
    rows = [
        (str(t.id), t.name, str(t.role), t.created_at.date().isoformat(), _until(t.expires_at),
         _until(t.withdrawn_at))
        for t in found
    ]  # fmt: skip
    header = ("number", "name", "role", "created", "expires", "withdrawn")
    terminal.table("Tokens", header=header, rows=rows)


def _until(at: dt.datetime | None) -> str:
    return at.date().isoformat() if at else ""


@app.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(help="Number of the token.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Make a token useless from now on."""
    from issuer.services import tokens  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            tokens.withdraw(tx, slug, number, at=house.bench.moment, actor=OPERATOR)
    terminal.say(f"Token {number} is withdrawn.")
