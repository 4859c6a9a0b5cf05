"""``testamur pathway add``, ``list``, ``show`` and ``testamur stack``: what is on the way.

Learners are named by their numbers in the registry, so that no personal data is typed or shown.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from issuer.cli import terminal
from issuer.cli.opening import OPERATOR, Home, Org, opened, organisation, read_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer.bootstrap import House
    from issuer.services.stacked import Stacked

Learner = Annotated[int, typer.Argument(help="Number of the learner, as `stack pending` shows it.")]
Path_ = Annotated[str, typer.Argument(metavar="PATHWAY", help="Slug of the pathway.")]
Step = Annotated[str, typer.Argument(help="Slug of the step.")]
By = Annotated[str, typer.Option(help="Name of the person who decides; it is kept.")]


def add(
    files: Annotated[list[Path], typer.Argument(help="YAML files, one a pathway.")],
    *,
    home: Home = None,
    org: Org = None,
) -> None:
    """Take pathways in; one that changed becomes a new version."""
    from issuer.services import pathway_file, pathways  # noqa: PLC0415 # Only verbs that need it pay.

    with opened(home) as house:
        slug = organisation(house, org)
        for path in files:
            noun = pathway_file.read(read_file(path), organisation=slug)
            with house.bench.begin() as tx:
                kept = pathways.put(tx, noun, at=house.bench.moment, actor=OPERATOR)
            terminal.say(f"{kept.slug}, version {kept.version}.")


def listing(*, home: Home = None, org: Org = None) -> None:
    """Show the pathways there are."""
    from issuer.services import pathways  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        with house.bench.read() as tx:
            found = pathways.listing(tx, slug)
    rows = [
        (one.slug, str(one.version), one.title.get("en"), str(len(one.parts)), str(len(one.steps)))
        for one in found
    ]
    header = ("slug", "version", "title", "parts", "steps")
    terminal.table("Pathways", header=header, rows=rows)


def show(
    pathway: Path_,
    *,
    version: Annotated[int | None, typer.Option(help="Its version; default: the latest.")] = None,
    home: Home = None,
    org: Org = None,
) -> None:
    """Print a pathway as JSON."""
    from issuer.proofs import jcs  # noqa: PLC0415 # As above.
    from issuer.services import pathways  # noqa: PLC0415 # As above.

    with opened(home) as house, house.bench.read() as tx:
        found = pathways.get(tx, organisation(house, org), pathway, version=version)
    shown = found.model_dump(mode="json", exclude_none=True)
    typer.echo(jcs.encode_document(shown), nl=False)


def run(*, home: Home = None, org: Org = None) -> None:
    """Decide for every learner what is complete; what was decided before is found again."""
    from issuer.services import publish, stack  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug, count = organisation(house, org), 0
        _issue_lined_up(house, slug)
        for learner, done in stack.consider_all(house.bench, slug, actor=OPERATOR):
            for one in done:
                count += 1
                terminal.say(_line(learner, one))
        # What was in a line that nobody had released is issued by now, and noted there.
        _issue_lined_up(house, slug)
        publish.publish(house.bench, slug)
    terminal.say(f"{count} steps are new.")


def _issue_lined_up(house: "House", slug: str) -> None:
    """Issue what cohorts completed, where whoever was about to do it did not come to its end."""
    from issuer.cli import cohorts  # noqa: PLC0415 # As above.
    from issuer.services import lined_up, stack  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        queued = lined_up.queued(tx, slug, actor=stack.ACTOR)
    for batch_id in queued:
        cohorts.tell(cohorts.follow_through(house, slug, batch_id))


def pending(*, home: Home = None, org: Org = None) -> None:
    """Show the steps that wait for a person to agree."""
    from issuer.services import stack_decisions  # noqa: PLC0415 # As above.

    with opened(home) as house, house.bench.read() as tx:
        found = stack_decisions.pending(tx, organisation(house, org))
    rows = [(str(c.learner_id), c.pathway, c.step, c.completed_on.isoformat()) for c in found]
    header = ("learner", "pathway", "step", "complete since")
    terminal.table("Waiting for a person", header=header, rows=rows)


def approve(
    learner: Learner, pathway: Path_, step: Step, *, by: By, home: Home = None, org: Org = None
) -> None:
    """Award a step that was proposed."""
    from issuer.services import stack_decisions  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug, place = organisation(house, org), (pathway, step)
        done = stack_decisions.approve(house.bench, slug, learner, place=place, actor=by)
    terminal.say(_line(learner, done))


def decline(  # noqa: PLR0913 # The options of a verb are its arguments.
    learner: Learner,
    pathway: Path_,
    step: Step,
    *,
    by: By,
    reason: Annotated[str, typer.Option(help="Why, in one line; the learner reads it.")],
    home: Home = None,
    org: Org = None,
) -> None:
    """Do not award a step that was proposed, and tell the learner why."""
    from issuer.services import stack_decisions  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug, place = organisation(house, org), (pathway, step)
        how = {"actor": by, "reason": reason}
        done = stack_decisions.decline(house.bench, slug, learner, place=place, **how)
    terminal.say(f"{done.step} of learner {done.learner_id} was declined.")


def move(
    learner: Learner,
    pathway: Path_,
    *,
    version: Annotated[int, typer.Option(help="The version that is followed from now on.")],
    by: By,
    home: Home = None,
    org: Org = None,
) -> None:
    """Let a learner follow another version of a pathway; what that completes is decided."""
    from issuer.services import stack  # noqa: PLC0415 # As above.

    with opened(home) as house:
        slug = organisation(house, org)
        done = stack.move(house.bench, slug, learner, pathway=pathway, version=version, actor=by)
    terminal.say(f"Learner {learner} follows version {version} of {pathway}.")
    for one in done:
        terminal.say(_line(learner, one))


def _line(learner: int, one: "Stacked") -> str:
    award = f" ({one.award_id})" if one.award_id else ""
    return f"Learner {learner}: {one.step} is {one.state}{award}."


VERBS: "dict[str, Callable[..., None]]" = {
    "run": run,
    "pending": pending,
    "approve": approve,
    "decline": decline,
    "move": move,
}
"""What belongs to ``testamur stack``."""
