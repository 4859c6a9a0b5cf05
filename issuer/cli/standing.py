"""``testamur revoke``, ``suspend``, ``reinstate``, ``publish``, ``recover``, ``reseal``."""

from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, Reason, opened, organisation

if TYPE_CHECKING:
    from issuer.services.recover import Recovered

Number = Annotated[str, typer.Argument(help="Number of the credential.")]
Fewer = Annotated[
    bool,
    typer.Option(
        "--accept-fewer-bits",
        help="Publish although entries that the world has seen revoked would come back.",
    ),
]


def revoke(award: Number, *, reason: Reason, home: Home = None, org: Org = None) -> None:
    """Revoke a credential for good and publish the list."""
    _change("revoke", award, reason=reason, home=home, org=org)


def suspend(award: Number, *, reason: Reason, home: Home = None, org: Org = None) -> None:
    """Suspend a credential until it is reinstated, and publish the list."""
    _change("suspend", award, reason=reason, home=home, org=org)


def reinstate(award: Number, *, reason: Reason, home: Home = None, org: Org = None) -> None:
    """Undo a suspension and publish the list."""
    _change("reinstate", award, reason=reason, home=home, org=org)


def _change(verb: str, award: str, *, reason: str, home: Home, org: Org) -> None:
    from issuer.services import publish as publishing  # noqa: PLC0415 # Only verbs that need it pay.
    from issuer.services import revoke as status  # noqa: PLC0415 # As above.

    do = {"revoke": status.revoke, "suspend": status.suspend, "reinstate": status.reinstate}[verb]
    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            changed = do(tx, slug, award, reason=reason, actor=OPERATOR, at=house.bench.moment)
        # Said before the lists are signed: should that be refused, the change stands all the same.
        terminal.say(f"{changed.id} is {changed.state}.")
        lists = publishing.publish(house.bench, slug)
    terminal.say(f"{len(lists)} status lists were published.")


def publish(
    *,
    home: Home = None,
    org: Org = None,
    force: Annotated[bool, typer.Option("--force", help="Sign every list anew.")] = False,
    accept_fewer_bits: Fewer = False,
) -> None:
    """Sign the status lists that changed or are past half of their validity; for cron."""
    from issuer.services import publish as publishing  # noqa: PLC0415 # As above.

    with opened(home) as house:
        done = publishing.publish(
            house.bench, organisation(house, org), force=force, accept_fewer_bits=accept_fewer_bits
        )
    for one in done:
        until = one.valid_until.isoformat()
        terminal.say(f"{one.purpose} list {one.number}: {one.popcount} set, valid until {until}.")
    if not done:
        terminal.say("Every status list is fresh.")


def recover(
    *,
    home: Home = None,
    org: Org = None,
    after_restore: Annotated[
        bool, typer.Option("--after-restore", help="The database came back from an old backup.")
    ] = False,
    accept_fewer_bits: Fewer = False,
) -> None:
    """Finish or void what a crash left unfinished."""
    from issuer.services import recover as recovery  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        if after_restore:
            done = recovery.after_restore(
                house.bench, slug, actor=OPERATOR, accept_fewer_bits=accept_fewer_bits
            )
        else:
            done = recovery.recover(house.bench, slug, actor=OPERATOR)
    _tell(done)


def _tell(done: "Recovered") -> None:
    terminal.say(
        f"{len(done.finished)} finished, {len(done.voided)} voided, {done.published} status lists "
        f"published, {done.restored_bits} revoked entries brought back."
    )
    for award in done.voided:
        terminal.warn(f"{award} was voided; send its result again.")


def reseal(*, home: Home = None, org: Org = None) -> None:
    """Issue again, under the new key, what a stolen key signed."""
    from issuer.services import publish as publishing  # noqa: PLC0415 # As above.
    from issuer.services import reseal as resealing  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        done = resealing.reseal(house.bench, slug, actor=OPERATOR)
        publishing.publish(house.bench, slug)
    rows = list(done)
    terminal.table("Issued again", header=("replaced", "new"), rows=rows)
