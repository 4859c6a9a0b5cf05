"""How a command ends: only a verdict is 1 or 2, whatever went wrong."""

from collections.abc import Callable
from typing import NoReturn

import pytest
import typer

from issuer import cli
from issuer.errors import NotReady, SelfCheckFailed, TestamurError
from keys.algorithms import VaultError
from schemas import LibraryError


def verb(does: Callable[[], object]) -> typer.Typer:
    """A command line of one verb."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(does)
    return app


@pytest.fixture
def ended(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Callable[[], object]], tuple[int, str]]:
    """Run a verb and return its exit code and what standard error heard."""

    def run(does: Callable[[], object]) -> tuple[int, str]:
        monkeypatch.setattr("issuer.cli.verbs.app", verb(does))
        return cli.run([]), capsys.readouterr().err

    return run


def raising(fault: BaseException) -> Callable[[], NoReturn]:
    def does() -> NoReturn:
        raise fault

    return does


@pytest.mark.parametrize("code", [0, 1, 2, 64])
def test_what_a_verb_returns_is_its_code(ended: Callable[..., tuple[int, str]], code: int) -> None:
    assert ended(lambda: code) == (code, "")


def test_a_verb_that_returns_nothing_is_done(ended: Callable[..., tuple[int, str]]) -> None:
    assert ended(lambda: None) == (0, "")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (NotReady("There is no installation."), 64),
        (VaultError("The passphrase is wrong."), 64),
        (LibraryError("This context is not held."), 64),
        (SelfCheckFailed("Our own verifier refuses it."), 70),
        (TestamurError("Something is wrong with us."), 70),
    ],
    ids=["not-ready", "vault", "library", "self-check", "internal"],
)
def test_what_we_know_is_a_sentence_with_its_code(
    ended: Callable[..., tuple[int, str]],
    fault: TestamurError | VaultError | LibraryError,
    code: int,
) -> None:
    assert ended(raising(fault)) == (code, f"testamur: {fault.message} [{fault.code}]\n")


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), typer.Abort()], ids=["ctrl-c", "abort"])
def test_who_stops_it_is_told_how_to_go_on(
    ended: Callable[..., tuple[int, str]], fault: BaseException
) -> None:
    code, said = ended(raising(fault))
    assert code == 70
    assert "testamur recover" in said


@pytest.mark.parametrize(
    "fault", [SystemExit(1), SystemExit(2), SystemExit(3), BrokenPipeError(32, "Broken pipe")]
)
def test_a_library_that_gives_up_gives_no_verdict(
    ended: Callable[..., tuple[int, str]], fault: BaseException
) -> None:
    assert ended(raising(fault))[0] == 70


def test_what_nobody_expected_is_shown_whole(ended: Callable[..., tuple[int, str]]) -> None:
    code, said = ended(raising(ZeroDivisionError("by nought")))
    assert code == 70
    assert "ZeroDivisionError: by nought" in said
    assert said.rstrip().endswith("[internal]")


@pytest.mark.parametrize("arguments", [[], ["keys"], ["achievement"], ["token"], ["link"]])
def test_no_verb_is_answered_with_the_verbs(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(arguments) == 64
    said = capsys.readouterr().err
    assert said.startswith(f"Usage: {' '.join(['testamur', *arguments])}")
    assert "say what there is" not in said


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"], ["keys", "--help"]])
def test_help_is_no_fault(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert cli.run(arguments) == 0
    assert capsys.readouterr().out.startswith("Usage: testamur")


def test_wrong_usage_says_where_help_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["verfy"]) == 64
    said = capsys.readouterr().err
    assert said.startswith("testamur: No such command 'verfy'.")
    assert "`testamur --help`" in said
