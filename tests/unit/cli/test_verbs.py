"""What verbs of a kind have in common."""

import pytest
import typer

from issuer.cli.verbs import app

GROUPS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # A group has them.
OF_PATHWAYS = [
    (group, verb) for group in ("pathway", "stack") for verb in sorted(GROUPS[group].commands)
]


@pytest.mark.parametrize(("group", "verb"), OF_PATHWAYS, ids=" ".join)
def test_every_verb_about_pathways_asks_of_which_organisation(group: str, verb: str) -> None:
    options = {option for one in GROUPS[group].commands[verb].params for option in one.opts}
    assert {"--home", "--org"} <= options
