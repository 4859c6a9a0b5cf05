"""A file that holds personal data: for its owner alone, and never seen half written.

The name of such a file holds none. Nothing is encrypted here: whoever owns the folder reads it.
"""

import os
from collections.abc import Iterable
from pathlib import Path


def write(place: Path, data: bytes) -> Path:
    """Write the file whole, readable by its owner alone; raises OSError."""
    return pour(place, [data])


def pour(place: Path, pieces: Iterable[bytes]) -> Path:
    """As `write`, piece by piece; where they end in an error nothing is left. Raises OSError."""
    fresh = place.with_name(f".{place.name}.new")
    # What lies there under that name was left by a crash, or by somebody who would read along.
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            for piece in pieces:
                stream.write(piece)
        fresh.replace(place)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return place
