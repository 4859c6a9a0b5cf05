"""How many places of each status list the world may know, kept beside the published lists.

Bitstring Status List 1.0 §3 gives each credential a place of its own. A registry from an old backup
has forgotten places that it gave out and would give them a second time; the folder that remembers
what was published remembers them too. This module leases nothing.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from issuer.errors import MalformedDocument, NotReady, StaleBackup
from issuer.proofs import jcs
from issuer.registry import organisations, slots
from issuer.registry.slots import StatusListRecord
from issuer.services.workbench import Workbench

GivenOut = Mapping[int, int]
"""Number of a list → how many of its places were given out."""
_MEMBER = "places_given_out"


def remembered(bench: Workbench, organisation: str) -> GivenOut:
    """What the folder remembers; empty where it never did. Raises MalformedDocument, NotReady."""
    place = _place(bench, organisation)
    data = read(place)
    if data is None:
        return {}
    try:
        said = jcs.decode(data)[_MEMBER]
        return {int(number): int(count) for number, count in said.items()}
    except (MalformedDocument, KeyError, TypeError, ValueError, AttributeError) as fault:
        msg = f"{place} does not say how many places were given out. Restore it, or move it away."
        raise MalformedDocument(msg) from fault


def require_no_fewer(
    organisation: str, lists: Iterable[StatusListRecord], *, seen: GivenOut
) -> None:
    """Raise StaleBackup where the registry has forgotten places; ``seen`` was read before it."""
    for record in lists:
        before = seen.get(record.number, 0)
        if record.cursor < before:
            msg = (
                f"{before} places of list {record.number} of {organisation} were given out, and "
                f"this database knows of {record.cursor}: the database is older than what the "
                "world has seen. Run `testamur recover --after-restore`. Nothing was published."
            )
            raise StaleBackup(msg, list=record.number, seen=before, now=record.cursor)


def is_remembered(lists: Iterable[StatusListRecord], *, seen: GivenOut) -> bool:
    """Whether the folder remembers of these lists what the registry knows."""
    return _counts(lists) == seen


def remember(bench: Workbench, organisation: str, *, anew: bool = False) -> None:
    """Let the folder remember what the registry knows; ``anew`` forgets what it knew more."""
    with bench.begin() as tx:
        # Of two who remember at once the second must not write what the first knew more of.
        organisations.lock(tx, organisation)
        now = _counts(slots.lists(tx, organisation))
        before = {} if anew else remembered(bench, organisation)
        kept = {number: max(count, before.get(number, 0)) for number, count in now.items()}
        if kept == before:
            return
        said = {_MEMBER: {str(number): count for number, count in kept.items()}}
        write(_place(bench, organisation), jcs.encode(said))


def read(place: Path) -> bytes | None:
    """What stands in a file of the folder, None where there is none; raises NotReady."""
    try:
        return place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise _closed(place, "read", fault) from fault


def write(place: Path, data: bytes) -> None:
    """Put a file in its place as a whole, on the disk when this returns; raises NotReady."""
    fresh = place.with_suffix(".new")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(place)
    except OSError as fault:
        raise _closed(place, "written", fault) from fault


def _closed(place: Path, how: str, fault: OSError) -> NotReady:
    # The world must never know more than this folder: without it nothing is given out.
    msg = (
        f"The folder of published lists cannot be {how} ({place.name}: {fault.strerror}). Make "
        "room on its disk, or give the folder (setting published_dir) to the user as whom testamur "
        "runs. Until then nothing is issued and no list is signed."
    )
    return NotReady(msg)


def _counts(lists: Iterable[StatusListRecord]) -> dict[int, int]:
    return {record.number: record.cursor for record in lists}


def _place(bench: Workbench, organisation: str) -> Path:
    return bench.published / organisation / "places.json"
