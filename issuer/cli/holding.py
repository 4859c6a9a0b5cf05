"""``testamur stack decide|waiting|notices`` and of what is recognised: what people decide."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, Org, Reason, opened, organisation, read_file
from issuer.errors import UnusableInput

app = typer.Typer(no_args_is_help=True, help="Stacking: what became larger, and what holds it.")
By = Annotated[str, typer.Option(help="Name of the person who decides.")]
_MOST_BYTES = 12 * 1024 * 1024


@app.command("waiting")
def waiting(*, home: Home = None, org: Org = None) -> None:
    """Show the stacked credentials whose part is gone for good, and which wait for a decision."""
    from issuer.services import fallen  # noqa: PLC0415 # Only verbs that need it pay.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = fallen.waiting(tx, slug)
    rows = [
        (one.whole.id, one.whole.achievement, ", ".join(one.parts), f"{one.since:%Y-%m-%d}")
        for one in found
    ]
    terminal.table("Waiting for a decision", header=("whole", "what", "parts", "since"), rows=rows)


@app.command("decide")
def decide(  # The options of a verb are its arguments.
    award: Annotated[str, typer.Argument(help="Number of the stacked credential.")],
    *,
    reason: Reason,
    by: By,
    renew: Annotated[
        bool, typer.Option("--renew/--revoke", help="Award it anew on other parts, or revoke it.")
    ],
    home: Home = None,
    org: Org = None,
) -> None:
    """Decide about a stacked credential of which a part is gone for good, and publish the list."""
    from issuer.services import fallen  # noqa: PLC0415 # As above.
    from issuer.services import publish as publishing  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        if renew:
            done = fallen.renew(house.bench, slug, award, reason=reason, by=by)
            terminal.say(f"{award} was replaced by {done.id}, which is {done.state}.")
        else:
            at = house.bench.moment
            with house.bench.begin() as tx:
                done = fallen.give_up(tx, slug, award, reason=reason, by=by, at=at)
            terminal.say(f"{done.id} is {done.state}.")
        lists = publishing.publish(house.bench, slug)
    terminal.say(f"{len(lists)} status lists were published.")


@app.command("notices")
def notices(
    *,
    seen: Annotated[bool, typer.Option("--seen", help="Mark all of them as seen.")] = False,
    home: Home = None,
    org: Org = None,
) -> None:
    """Show what became of stacked credentials because of their parts."""
    from issuer.services import fallen  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            found = fallen.told(tx, slug)
            if seen:
                fallen.see(tx, slug, at=house.bench.moment)
    rows = [(f"{one.at:%Y-%m-%d %H:%M}", one.award_id, str(one.kind), one.about) for one in found]
    terminal.table("Notices", header=("when", "credential", "what", "because of"), rows=rows)


@app.command("recognise")
def recognise(  # noqa: PLR0913 # As above.
    file: Annotated[Path, typer.Argument(help="Somebody else's credential.")],
    *,
    learner: Annotated[str, typer.Option(help="Student number or e-mail, as you know them by.")],
    pathway: Annotated[str, typer.Option(help="Slug of the pathway.")],
    part: Annotated[str, typer.Option(help="The part for which it stands.")],
    role: Annotated[str, typer.Option(help="The role that decides, as the pathway names it.")],
    by: By,
    ects: Annotated[str | None, typer.Option(help="How many credits it counts for.")] = None,
    identity_checked: Annotated[
        bool, typer.Option("--identity-checked", help="You made sure whose it is.")
    ] = False,
    home: Home = None,
    org: Org = None,
) -> None:
    """Accept somebody else's credential for a part, once our verifier has passed it."""
    from issuer.services import recognise as recognition  # noqa: PLC0415 # As above.
    from issuer.services import stack  # noqa: PLC0415 # As above.

    with opened(home) as house:
        request = recognition.Request(
            organisation=organisation(house, org),
            learner_key=learner,
            pathway=pathway,
            part=part,
            role=role,
            by=by,
            credits=_number(ects),
            identity_checked=identity_checked,
        )
        done = recognition.recognise(
            house.bench,
            read_file(file, most=_MOST_BYTES),
            request,
            ask=lambda data, policy: house.checker.check(data, policy=policy),
        )
        terminal.say(f"Recognised for {part}, as number {done.number}.")
        for one in stack.consider(house.bench, request.organisation, done.learner_id):
            terminal.say(f"{one.step}: {one.state} {one.award_id or ''}".rstrip())


@app.command("recognised")
def recognised(*, home: Home = None, org: Org = None) -> None:
    """Show whose credentials were recognised for which part; learners by their numbers."""
    from issuer.services import withdraw as withdrawing  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = withdrawing.listing(tx, slug)
    rows = [
        (
            str(one.id),
            str(one.learner_id),
            f"{one.pathway}: {one.part}",
            f"{one.decision.by}, {one.decision.role}",
            f"{one.decision.at:%Y-%m-%d}",
            f"{one.withdrawn_at:%Y-%m-%d}" if one.withdrawn_at else "",
        )
        for one in found
    ]
    header = ("number", "learner", "for", "decided by", "on", "withdrawn")
    terminal.table("Recognised", header=header, rows=rows)


@app.command("withdraw")
def withdraw(  # The options of a verb are its arguments.
    number: Annotated[int, typer.Argument(help="As `stack recognised` shows it.")],
    *,
    role: Annotated[str, typer.Option(help="The role that decides, as the pathway names it.")],
    reason: Annotated[str, typer.Option(help="Why, in one line; the learner reads it.")],
    by: By,
    home: Home = None,
    org: Org = None,
) -> None:
    """Recognise somebody else's credential no longer; what is built from it has to be decided."""
    from issuer.registry.recognitions import Decision  # noqa: PLC0415 # As above.
    from issuer.services import publish as publishing  # noqa: PLC0415 # As above.
    from issuer.services import stack  # noqa: PLC0415 # As above.
    from issuer.services import withdraw as withdrawing  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug, decision = organisation(house, org), Decision(role, by, house.bench.moment)
        with house.bench.begin() as tx:
            done = withdrawing.withdraw(tx, slug, number, decision=decision, reason=reason)
        before = "" if done.is_new else " It was withdrawn before; nothing was changed."
        terminal.say(f"Number {number} is not recognised for {done.part}.{before}")
        for whole in done.wholes:
            terminal.say(f"{whole} waits for a decision: `testamur stack decide {whole}`.")
        for one in stack.consider(house.bench, slug, done.learner_id):
            terminal.say(f"{one.step}: {one.state} {one.award_id or ''}".rstrip())
        lists = publishing.publish(house.bench, slug)
    terminal.say(f"{len(lists)} status lists were published.")


def _number(said: str | None) -> Decimal | None:
    try:
        value = None if said is None else Decimal(said)
    except InvalidOperation as fault:
        msg = "--ects is a number of credits, such as 3 or 1.5."
        raise UnusableInput(msg) from fault
    if value is not None and not (value.is_finite() and value > 0):
        msg = "--ects is a number of credits above 0."
        raise UnusableInput(msg)
    return value
