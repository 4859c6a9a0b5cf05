"""The parts of a stacked credential as somebody hands them in, by their own ids.

Values for `issuer.verify`, which judges them; our own are found in `issuer.services.material`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from issuer.errors import UnusableInput
from issuer.verify import Material, Obtained, Report
from issuer.verify.reading import read

MOST = 10
"""How many are taken with one question: the verifier looks at no more."""


def handed_in(files: Iterable[tuple[str, bytes]], *, at: dt.datetime) -> Material:
    """The parts in ``files`` (a source and bytes each), by their own ids.

    Raises UnusableInput for one that is no credential with an id, and where there are too many.
    """
    found: dict[str, Obtained] = {}
    for source, data in files:
        part_id = id_of(data)
        if part_id is None:
            msg = f"{source} is no credential with an id, so it can be no part of another."
            raise UnusableInput(msg)
        found[part_id] = Obtained(data, at, source)
        if len(found) > MOST:
            raise UnusableInput(f"At most {MOST} parts are looked at with one credential.")
    return Material(parts=found)


def unnamed(report: Report, files: Iterable[tuple[str, bytes]]) -> tuple[str, ...]:
    """The sources of those ``files`` that neither what ``report`` is about nor its parts name."""
    named = frozenset(_named(report))
    return tuple(source for source, data in files if id_of(data) not in named)


def _named(report: Report) -> Iterator[str]:
    for part in report.parts:
        yield part.id
        if part.report is not None:
            yield from _named(part.report)


def id_of(data: bytes) -> str | None:
    """The id that a credential states, UNVERIFIED; None where there is none."""
    found = (read(data).document or {}).get("id")
    return found if isinstance(found, str) else None
