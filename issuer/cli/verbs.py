"""Every verb in its place; what each does stands in its own module."""

import typer

from issuer.cli import (
    batch_papers,
    database,
    demo,
    installing,
    issuing,
    keyring,
    learners,
    results,
    sealing,
    serving,
    standing,
    tokens,
    verifying,
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
):
    app.command()(_verb)
batch = typer.Typer(no_args_is_help=True, help="Batches: what became of them.")
batch.command()(batch_papers.outcomes)
batch.add_typer(batch_papers.receipt, name="receipt")
app.add_typer(batch, name="batch")
app.add_typer(issuing.achievement, name="achievement")
app.add_typer(results.mapping, name="mapping")
app.add_typer(issuing.link, name="link")
app.add_typer(learners.app, name="learner")
app.add_typer(keyring.app, name="keys")
app.add_typer(tokens.app, name="token")
app.add_typer(database.app, name="db")
