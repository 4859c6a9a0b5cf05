"""Every verb in its place; what each does stands in its own module."""

import typer

from issuer.cli import (
    batch_papers,
    batches,
    database,
    demo,
    holding,
    installing,
    issuing,
    keyring,
    learners,
    pathways,
    results,
    sealing,
    serving,
    stacking,
    standing,
    tokens,
    verifying,
    working,
)

app = typer.Typer(
    name="testamur",
    help="Micro-credentials that anyone can check.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _verb in (
    installing.init,
    demo.demo,
    serving.serve,
    results.issue,
    issuing.export,
    sealing.export_unsealed,
    sealing.import_sealed,
    verifying.verify,
    standing.revoke,
    standing.suspend,
    standing.reinstate,
    standing.publish,
    standing.recover,
    standing.reseal,
    working.worker,
):
    app.command()(_verb)
batches.app.command()(batch_papers.outcomes)
batches.app.add_typer(batch_papers.receipt, name="receipt")
app.add_typer(issuing.achievement, name="achievement")
app.add_typer(results.mapping, name="mapping")
app.add_typer(issuing.link, name="link")
app.add_typer(batches.app, name="batch")
app.add_typer(learners.app, name="learner")
pathways.app.command("add")(stacking.add)
pathways.app.command("list")(stacking.listing)
pathways.app.command("show")(stacking.show)
app.add_typer(pathways.app, name="pathway")
for _name, _own in stacking.VERBS.items():
    holding.app.command(_name)(_own)
app.add_typer(holding.app, name="stack")
app.add_typer(keyring.app, name="keys")
app.add_typer(tokens.app, name="token")
app.add_typer(database.app, name="db")
