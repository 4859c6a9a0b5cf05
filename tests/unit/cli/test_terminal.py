"""Tables, progress, the passphrase, and texts of strangers on a terminal."""

import io
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console

from issuer.cli import terminal
from issuer.errors import Misconfigured
from issuer.settings import Settings


def test_in_a_log_progress_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(terminal.progress(range(25), what="Issuing")) == list(range(25))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "Issuing: 25 of 25"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_little_work_says_little(capsys: pytest.CaptureFixture[str], count: int) -> None:
    assert list(terminal.progress(range(count), what="Issuing")) == list(range(count))
    assert len(capsys.readouterr().err.splitlines()) == count


def test_on_a_terminal_progress_is_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=shown, force_terminal=True, width=80))
    assert list(terminal.progress(range(3), what="Issuing")) == [0, 1, 2]
    assert "Issuing" in shown.getvalue()
    assert "Issuing: 3 of 3" not in shown.getvalue()


def test_a_table_shows_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table("Courses", header=("title",), rows=[("R&D [red]basics[/red]",)])
    assert "R&D [red]basics[/red]" in capsys.readouterr().out


def test_what_is_said_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say("[bold]as it is[/bold]")
    terminal.warn("[bold]as it is[/bold]")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("[bold]as it is[/bold]\n",) * 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[1;32mPASSED", "[2J[1;32mPASSED"),
        ("one\r\ntwo\tthree", "one  two three"),
        ("\u202edessaP\u202c", "dessaP"),
        ("Αλέξης Ж é", "Αλέξης Ж é"),
        ("a\x00b\x07c\u200b", "abc"),
    ],
    ids=["escape", "lines", "bidi", "scripts", "controls"],
)
def test_a_strangers_text_cannot_drive_the_terminal(text: str, shown: str) -> None:
    assert terminal.plain(text) == shown


def test_the_passphrase_of_the_environment_comes_first(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text("of the file\n")
    given = Settings(home=tmp_path, passphrase=SecretStr("given"), passphrase_file=file)
    assert terminal.passphrase(given) == b"given"


def test_the_passphrase_is_the_first_line_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_text(" ünsere Tür \nanother line\n", encoding="utf-8")
    settings = Settings(home=tmp_path, passphrase_file=file)
    assert terminal.passphrase(settings) == "ünsere Tür".encode()


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"], ids=["missing", "empty", "no-utf-8"])
def test_a_passphrase_file_that_is_none_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "passphrase"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misconfigured, match="passphrase cannot be read or is empty"):
        terminal.passphrase(Settings(home=tmp_path, passphrase_file=file))


class Watched(io.StringIO):
    """Standard input at which somebody sits."""

    def isatty(self) -> bool:
        return True


def test_somebody_at_a_terminal_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdin", Watched())
    asked = []

    def prompt(text: str, **how: bool) -> str:
        asked.append((text, how))
        return "typed"

    monkeypatch.setattr("typer.prompt", prompt)
    assert terminal.passphrase(Settings(home=tmp_path), confirm=True) == b"typed"
    assert asked == [("Passphrase of the keys", {"hide_input": True, "confirmation_prompt": True})]


def test_with_nobody_to_ask_the_cure_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("never read"))
    with pytest.raises(Misconfigured, match="TESTAMUR_PASSPHRASE_FILE"):
        terminal.passphrase(Settings(home=tmp_path))


@pytest.mark.parametrize(("reads", "writes"), [(True, True), (True, False), (False, True)])
def test_who_is_asked_must_see_the_question(
    monkeypatch: pytest.MonkeyPatch, reads: bool, writes: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Watched() if reads else io.StringIO())
    monkeypatch.setattr(terminal, "out", Console(file=io.StringIO(), force_terminal=writes))
    assert terminal.is_watched() is (reads and writes)
