"""A file that holds personal data: for its owner alone, and never seen half written.

The name of such a file holds none. Nothing is encrypted here: whoever owns the folder reads it.
"""

import os
from pathlib import Path


def write(place: Path, data: bytes) -> Path:
    """Write the file whole, readable by its owner alone; raises OSError."""
    fresh = place.with_name(f".{place.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    # A file of that name may have been left there for everybody.
    fresh.chmod(0o600)
    fresh.replace(place)
    return place
