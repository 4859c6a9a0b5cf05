"""What a terminal shows: tables, progress and questions; plain lines when nobody is watching.

Progress is a bar on a terminal and one line for each tenth in a log.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from issuer.errors import Misconfigured
from issuer.model.texts import without_bidi
from issuer.settings import Settings

_T = TypeVar("_T")
_TENTH = 10
# In a log a line is as long as it needs; on a terminal it is as wide as the terminal.
_WIDTH = None if sys.stdout.isatty() else 200
out = Console(highlight=False, soft_wrap=True, width=_WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def say(sentence: str) -> None:
    """Write one line to standard output."""
    out.print(sentence, markup=False)


def warn(sentence: str) -> None:
    """Write one line to standard error."""
    err.print(sentence, markup=False)


def table(title: str, *, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a small table."""
    shown = Table(*header, title=title, title_justify="left", header_style="bold")
    for row in rows:
        shown.add_row(*(cell.replace("[", "\\[") for cell in row))
    out.print(shown)


def progress(items: Sequence[_T], *, what: str) -> Iterator[_T]:
    """Iterate with a bar on a terminal, or with a plain line for each tenth."""
    yield from counted(items, count=len(items), what=what)


def counted(items: Iterable[_T], *, count: int, what: str) -> Iterator[_T]:
    """As `progress`, for items of which only the number is known."""
    if err.is_terminal:
        yield from track(items, description=what, console=err, transient=True, total=count)
        return
    for done, item in enumerate(items, 1):
        yield item
        if done * _TENTH // count != (done - 1) * _TENTH // count:
            warn(f"{what}: {done} of {count}")


def passphrase(settings: Settings, *, confirm: bool = False) -> bytes:
    """The passphrase of the key files: from the environment, a file, or a prompt.

    Raises Misconfigured when there is none and nobody to ask.
    """
    if settings.passphrase is not None:
        return settings.passphrase.get_secret_value().encode()
    if settings.passphrase_file is not None:
        return first_line(settings.passphrase_file).encode()
    if sys.stdin.isatty():
        asked: str = typer.prompt(
            "Passphrase of the keys", hide_input=True, confirmation_prompt=confirm
        )
        return asked.encode()
    msg = (
        "The key files need a passphrase: set TESTAMUR_PASSPHRASE_FILE to a file that holds it, "
        "or TESTAMUR_PASSPHRASE, or run this in a terminal."
    )
    raise Misconfigured(msg)


def first_line(path: Path) -> str:
    """The first line of a small text file; raises Misconfigured when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8").splitlines()[0].strip()
    except (OSError, UnicodeDecodeError, IndexError) as fault:
        msg = f"{path} cannot be read or is empty."
        raise Misconfigured(msg) from fault


def plain(text: str) -> str:
    """Text of a document, fit for a terminal: no controls, no change of direction."""
    shown = "".join(" " if c in "\n\r\t" else c for c in text)
    return "".join(c for c in without_bidi(shown) if c.isprintable())


def is_watched() -> bool:
    """Whether somebody sits before the terminal and can be asked."""
    return sys.stdin.isatty() and out.is_terminal
