"""``testamur learner``: what concerns one person."""

from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation
from issuer.errors import Busy, NotReady

if TYPE_CHECKING:
    from issuer.bootstrap import House

USAGE = 64
app = typer.Typer(no_args_is_help=True, help="Learners: erase one.")


@app.command("erase")
def erase(
    key: Annotated[str, typer.Argument(help="Student number or e-mail, as it was sent.")],
    *,
    home: Home = None,
    org: Org = None,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
) -> int:
    """Destroy everything that is kept about a learner; this cannot be undone."""
    from issuer.services import erase as erasing  # noqa: PLC0415 # Only verbs that need it pay.

    with opened(home) as house:
        slug = organisation(house, org)
        question = "Erase this learner? Pages and files here are gone then, for ever."
        if not yes and not (terminal.is_watched() and typer.confirm(question)):
            terminal.say("Nothing was erased.")
            return USAGE
        with house.bench.begin() as tx:
            erasing.erase(tx, slug, key, actor=OPERATOR, at=house.bench.moment)
        terminal.say("Erased. Backups still hold the learner until they age out.")
        return _scrubbed(house)


@app.command("scrub")
def scrub(*, home: Home = None) -> int:
    """Overwrite the keys of erased learners where the disk still has them."""
    with opened(home) as house:
        return _scrubbed(house)


def _scrubbed(house: "House") -> int:
    try:
        house.database.scrub()
    except (Busy, NotReady) as fault:
        terminal.warn(
            f"The destroyed key is still on the disk [{fault.code}]: somebody reads what was there "
            "before, such as a backup or an export. Run `testamur learner scrub` when that is done."
        )
        return USAGE
    return 0
