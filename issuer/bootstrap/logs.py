"""Where this process logs: JSON, a line an event, on standard error.

structlog (https://www.structlog.org). The server and the workers log alike.
"""

import sys
from threading import Lock

import structlog

_ONE_LINE = Lock()


class _Lines:
    """Writes lines to standard error as it is then: who replaces it gets them."""

    def msg(self, line: str) -> None:
        """Write a line, in one piece: there are many threads."""
        with _ONE_LINE:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def log(level: str) -> None:
    """Log from ``level`` on: ``debug``, ``info``, ``warning`` or ``error``."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(),
    )
