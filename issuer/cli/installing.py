"""``testamur init``: an installation is made."""

from pathlib import Path
from typing import Annotated

import tomli_w
import typer

from issuer.cli import terminal
from issuer.cli.opening import Home, load, read_file
from issuer.settings import Settings
from keys.algorithms import Algorithm


def init(  # The options of a verb are its arguments.
    organisation: Annotated[
        Path, typer.Argument(help="TOML file of the organisation; see examples/organisation.toml.")
    ],
    *,
    home: Home = None,
    base_url: Annotated[
        str | None, typer.Option(help="Public address, such as https://credentials.uni.example.")
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(help="postgresql://…; default: SQLite in the home folder.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the passphrase of the keys.")
    ] = None,
    algorithm: Annotated[
        Algorithm, typer.Option(help="Kind of signing keys: Ed25519 or P-256.")
    ] = Algorithm.ED25519,
) -> None:
    """Make an installation, or add an organisation to one; what is there is kept."""
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that open nothing do not pay for it.
    from issuer.services import offer  # noqa: PLC0415 # As above.

    noun = offer.read_organisation(read_file(organisation))
    given = {
        "base_url": base_url,
        "database_url": database_url,
        "passphrase_file": str(passphrase_file.resolve()) if passphrase_file else None,
    }
    # Nobody who takes P-256 keys wants a suite that they cannot sign with.
    suite = {"award_suite": "ecdsa-rdfc-2019"} if algorithm is Algorithm.P256 else {}
    settings = _configured(load(home), {k: v for k, v in given.items() if v} | suite)
    bootstrap.init(
        settings,
        noun,
        passphrase=lambda: terminal.passphrase(settings, confirm=True),
        algorithm=algorithm,
    )
    name = noun.legal_name.get(*noun.legal_name.languages)
    terminal.say(f"{name} can issue. Keys and settings are in {settings.home.resolve()}.")
    terminal.say("Next: testamur achievement add COURSE.toml, then testamur issue RESULTS.csv.")


def _configured(settings: Settings, given: dict[str, str]) -> Settings:
    """Write what was given into testamur.toml, if there is none yet, and read it back."""
    place = settings.home / "testamur.toml"
    if given and not place.exists():
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(tomli_w.dumps(given), encoding="utf-8")
    elif given:
        terminal.warn(f"{place} is there already and was left as it is.")
    return load(settings.home)
