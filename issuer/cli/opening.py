"""What most verbs begin with: the installation, opened, and the organisation that is meant.

The options that verbs share stand here, so that they read alike everywhere.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from issuer import settings as configuration
from issuer.cli import terminal
from issuer.errors import DocumentTooLarge, UnusableInput
from issuer.settings import Settings

if TYPE_CHECKING:
    from issuer.bootstrap import House

Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the installation; else TESTAMUR_HOME, else var/testamur."),
]
Org = Annotated[
    str | None, typer.Option(help="The organisation; needed only where there are several.")
]
Reason = Annotated[
    str, typer.Option(help="Why, in one line; everybody who checks the credential reads it.")
]
OPERATOR = "operator"
_MIB = 1024 * 1024


def load(home: Path | None) -> Settings:
    """Read the settings; raises Misconfigured."""
    return configuration.load(home)


def opened(home: Path | None, *, any_schema: bool = False) -> "House":
    """Open the installation; a context manager. Raises NotReady, CustodyError, Misconfigured.

    ``any_schema``: also where the database has none that this program can work with.
    """
    from issuer import bootstrap  # noqa: PLC0415 # Verbs that open nothing do not pay for it.

    settings = load(home)
    return bootstrap.open_house(
        settings, passphrase=lambda: terminal.passphrase(settings), any_schema=any_schema
    )


def organisation(house: "House", named: str | None) -> str:
    """The slug of the organisation that is meant; raises UnusableInput where that is open."""
    from issuer.services import look  # noqa: PLC0415 # As above.

    with house.bench.read() as tx:
        slugs = [o.slug for o in look.all_organisations(tx)]
    if named is None and len(slugs) == 1:
        return slugs[0]
    if named in slugs:
        return str(named)
    listed = ", ".join(slugs) or "none yet"
    msg = f"Say with --org which organisation is meant. There are: {listed}."
    raise UnusableInput(msg)


def read_file(path: Path, *, most: int | None = None) -> bytes:
    """The bytes of a file that the operator named, ``most`` at most; raises UnusableInput."""
    try:
        with path.open("rb") as file:
            return within(file, most=most)
    except OSError as fault:
        msg = f"{path} cannot be read: {fault.strerror}."
        raise UnusableInput(msg) from fault


def within(file: BinaryIO, *, most: int | None) -> bytes:
    """What there is to be read, if it is no more than ``most`` bytes; raises DocumentTooLarge."""
    data = file.read() if most is None else file.read(most + 1)
    if most is not None and len(data) > most:
        msg = f"This is larger than {most // _MIB} MiB; no credential or picture of one is."
        raise DocumentTooLarge(msg)
    return data
