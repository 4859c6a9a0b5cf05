"""Files in which secrets lie: written once for their owner alone, and the lines that open others.

POSIX.1-2017 open (O_EXCL). What is in a file is decided, and encrypted, by whoever writes it.
"""

import os
from pathlib import Path

from keys.algorithms import CustodyError, NameTaken


def write_new(place: Path, data: bytes) -> None:
    """Write a file that is not there yet, on the disk when this returns.

    Raises NameTaken for one that is there, CustodyError for one that cannot be written.
    """
    try:
        if not place.parent.is_dir():
            place.parent.mkdir(mode=0o700, parents=True)
        # O_EXCL: an existing key is never overwritten.
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as fault:
        taken = isinstance(fault, FileExistsError) and place.parent.is_dir()
        said = "exists already and is not overwritten" if taken else "cannot be written"
        msg = f"{place}: {said} ({fault.strerror})"
        raise (NameTaken if taken else CustodyError)(msg) from fault


def read_pin(source: str) -> bytes:
    """The first line of the file that a ``pin-source`` names (RFC 7512 §2.4).

    Raises CustodyError.
    """
    place = Path(source.removeprefix("file:"))
    try:
        return place.read_bytes().split(b"\n", 1)[0].strip(b"\r")
    except OSError as fault:
        msg = f"the pin-source {place} cannot be read: {fault.strerror}"
        raise CustodyError(msg) from fault
