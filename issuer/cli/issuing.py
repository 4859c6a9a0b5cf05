"""``testamur achievement``, ``export`` and ``link``: what is offered, and what was issued."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file

if TYPE_CHECKING:
    from issuer.bootstrap import House
    from issuer.model.organisation import Organisation

achievement = typer.Typer(no_args_is_help=True, help="Courses: what is offered and assessed.")
link = typer.Typer(no_args_is_help=True, help="Learners' links: show or withdraw one.")


@achievement.command("add")
def add(
    files: Annotated[list[Path], typer.Argument(help="TOML files, one a course.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Take courses in; a course that changed becomes a new version."""
    from issuer.services import offer  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    with opened(home) as house:
        slug = organisation(house, org)
        for path in files:
            noun = offer.read_achievement(read_file(path), organisation=slug)
            with house.bench.begin() as tx:
                kept = offer.put_achievement(tx, noun, at=house.bench.moment, actor=OPERATOR)
            found = offer.describe(kept, noun_of(house, slug))
            terminal.say(f"{kept.slug}, version {kept.version}: {found['annex_1']['summary']}")
            for name, field in found["annex_1"]["missing"].items():
                terminal.warn(f"  It cannot issue yet: {name} is missing; fill in {field}.")
            for sentence in found["warnings"]:
                terminal.warn(f"  {sentence}")


@achievement.command("list")
def listing(*, home: Home = None, org: Org = None) -> None:
    """Show the courses there are."""
    from issuer.services import offer  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            courses = offer.listing(tx, slug)
        noun = noun_of(house, slug)
        rows = [
            (c.slug, str(c.version), c.title.get(c.language),
             str(offer.describe(c, noun)["annex_1"]["summary"]))
            for c in courses
        ]  # fmt: skip
        terminal.table("Courses", header=("slug", "version", "title", "Annex I"), rows=rows)


@achievement.command("show")
def show(
    course: Annotated[str, typer.Argument(help="Slug of the course.")],
    *,
    version: Annotated[int | None, typer.Option(help="Its version; default: the latest.")] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print a course as JSON, with what of Annex I it states and what is unusual."""
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.
    from issuer.services import offer  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = offer.get(tx, slug, course, version=version)
        shown = offer.describe(found, noun_of(house, slug))
    typer.echo(jcs.encode_document(shown), nl=False)


def noun_of(house: "House", slug: str) -> "Organisation":
    """The organisation with this slug."""
    from issuer.services import look  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        return look.organisation_of(tx, slug)


def export(
    *,
    to: Annotated[Path, typer.Option(help="Folder to write into.")],
    home: Home = None,
) -> None:
    """Write every document, material.json and trust.toml into a folder."""
    from issuer.services import export as exporting  # noqa: PLC0415 # As above.

    with opened(home) as house:
        done = exporting.export(house.bench, to, pictures=house.pictures)
    terminal.say(
        f"{len(done.documents)} documents, {done.material.name} and {done.trust.name} in {to}."
    )


@link.command("show")
def show_link(
    award: Annotated[str, typer.Argument(help="Number of the credential.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print the learner's link, to be handed to the learner alone."""
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with opened(home) as house:
        with house.bench.read() as tx:
            found = look.award(tx, organisation(house, org), award)
        terminal.say(share.link(house.bench, found))


@link.command("withdraw")
def withdraw_link(
    award: Annotated[str, typer.Argument(help="Number of the credential.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Make every link that was given out for a credential useless, and print the new one."""
    from issuer.services import look, share  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.begin() as tx:
            found = look.award(tx, slug, award)
            fresh = share.withdraw_link(tx, found, actor=OPERATOR, at=house.bench.moment)
        terminal.say(share.link(house.bench, fresh))
