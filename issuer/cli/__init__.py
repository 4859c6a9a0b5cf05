"""The command line: ``testamur VERB``.

Exit codes: 0 done (or PASSED), 1 FAILED, 2 INDETERMINATE, 64 unusable input or wrong usage,
70 a fault of our own (BSD sysexits). Typer's own codes 1 and 2 would read as verdicts, so they
are mapped here. No verb imports what it does not use.
"""

import io
import sys
import traceback

from issuer.errors import TestamurError
from keys.algorithms import VaultError
from schemas import LibraryError

USAGE = 64
INTERNAL = 70
# What Typer makes of Ctrl-C.
_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit; entry point ``testamur``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no ✓ shows a ? for it: a verdict must not end in a fault.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; faults go to standard error as sentences."""
    # Each process of a crew reads this module, and needs none of these.
    import typer  # noqa: PLC0415 # As above.
    from typer.exceptions import TyperException  # noqa: PLC0415 # As above.

    from issuer.cli.verbs import app  # noqa: PLC0415 # As above.

    try:
        code = typer.main.get_command(app).main(
            args=arguments, prog_name="testamur", standalone_mode=False
        )
    except TyperException as fault:
        _say(_usage(str(fault)))
        return USAGE
    except SystemExit:
        # A pipe that nobody reads any more, a port that is taken: libraries end with 1 there, which
        # would read as FAILED. What there is to say they have said.
        return INTERNAL
    except (KeyboardInterrupt, typer.Abort):
        return _stopped()
    except (TestamurError, VaultError, LibraryError) as fault:
        _say(f"testamur: {fault.message} [{fault.code}]")
        return INTERNAL if fault.code.startswith(("internal", "issue.self_check")) else USAGE
    except Exception:  # noqa: BLE001 # The last door: a fault of ours must not read as a verdict.
        traceback.print_exc()
        _say("testamur: this is a fault of ours; please report it with the lines above. [internal]")
        return INTERNAL
    return _stopped() if code == _INTERRUPTED else int(code or 0)


def _stopped() -> int:
    _say("Stopped. What was finished is kept; run `testamur recover` to finish the rest.")
    return INTERNAL


def _usage(said: str) -> str:
    # Whoever names no verb is answered with the verbs there are.
    if said.startswith("Usage:"):
        return said
    help_is = "`testamur --help` and `testamur VERB --help` say what there is."
    return f"testamur: {said.rstrip('.?')}. {help_is}"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 # A command line speaks.
