"""Whether anybody has committed to a SQLite file, told without reading a row.

``PRAGMA data_version`` (https://www.sqlite.org/pragma.html#pragma_data_version): on one connection
it changes when another one, of any process, has committed. This connection never writes, so every
commit is another's. A file that is put in the place of the one that is open is not noticed, here or
by any other connection: whoever restores stops everything first.
"""

import sqlite3
from itertools import count
from pathlib import Path
from threading import Lock

Commits = tuple[int, int]
"""Which connection was asked, and what it said: the numbers of two connections mean nothing to each
other."""


class Watch:
    """One connection of its own to ``file``, opened when it is asked first. For many threads."""

    def __init__(self, file: str) -> None:
        # Now: where a relative path leads may be different later.
        self._address = f"{Path(file).absolute().as_uri()}?mode=rw"
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened = count(1)
        self._number = 0

    def commits(self) -> Commits | None:
        """What differs from every earlier answer once somebody has committed since; None: unknown.

        Two that are equal mean that nobody has committed between them.
        """
        with self._lock:
            try:
                # All rows: a statement that is left open would keep the log from being emptied.
                rows = self._open().execute("PRAGMA data_version").fetchall()
            except sqlite3.Error:
                # Whoever reads the database next is told what is wrong with it.
                self._close()
                return None
            return self._number, rows[0][0]

    def close(self) -> None:
        """Close the connection; whoever asks again gets another one."""
        with self._lock:
            self._close()

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # Its lock is above. Never made anew: a file that is not there is not this database. And
            # nobody waits here: who is told nothing looks, and waits there.
            self._connection = sqlite3.connect(
                self._address, uri=True, timeout=0, check_same_thread=False, isolation_level=None
            )
            self._number = next(self._opened)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
