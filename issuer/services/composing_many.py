"""Steps 4 to 6 for a part of a chunk, here or in a process of the crew: values in, bytes out.

Nothing here is secret but what the documents will say: no key, no database. What is constant for a
part (courses, organisation, who signs) is read once a process. Nothing is signed here.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from issuer.errors import Busy, DeadlineExceeded, NotReady, TestamurError
from issuer.formats.awarded import Awarded
from issuer.formats.lint import Linter
from issuer.formats.ob3 import Composer
from issuer.formats.ob3_shape import PARTS, VARIABLES
from issuer.jsonld import rdfc10
from issuer.jsonld.canonical import Canonicalise
from issuer.jsonld.repeated import Repeated
from issuer.jsonld.shapes import LatelyShapes, Shapes
from issuer.jsonld.templates import Templates
from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import restored
from issuer.model.award import Award, Reservation, StatusSlot
from issuer.model.drafts import Prepared, Unsigned
from issuer.model.organisation import Organisation
from issuer.proofs import data_integrity
from issuer.proofs.written import Written
from issuer.services import composing
from issuer.services.composing import Desk, Hand
from keys.algorithms import VaultError

_MOST_KEPT = 64
_MOST_DESKS = 2


@dataclass(frozen=True)
class Failed:
    """Why a document must not be signed."""

    code: str
    message: str


@dataclass(frozen=True)
class Setting:
    """What every document of a part has in common."""

    organisation: bytes
    """As JSON."""
    courses: Mapping[tuple[str, int], bytes]
    """Slug and version of a course to the course, as JSON."""
    base_url: str
    hands: Mapping[tuple[DocumentFormat, str], Hand | Failed]
    """Format and verification method to what will sign, or why nothing can."""


@dataclass(frozen=True)
class Task:
    """One document to be composed."""

    award: Mapping[str, Any]
    """The fields of an `Award` as the registry has them."""
    reservation: Mapping[str, Any]
    """The fields of a `Reservation`, its slot as JSON."""
    result: bytes
    """An `AssessmentResult`, as JSON."""


@dataclass(frozen=True)
class Part:
    """A part of a chunk."""

    setting: Setting
    tasks: Sequence[Task]


@dataclass(frozen=True)
class Ready:
    """A document in bytes, complete but for its signature."""

    unsigned: Unsigned
    shape: str
    """What it has in common with others, so that a sample of each shape is checked in full."""


@dataclass(frozen=True)
class Whole:
    """A document that is sealed one by one: a token, or a European document."""

    prepared: Prepared
    shape: str


Composed = Ready | Whole | Failed


def compose(part: Part, *, full: Canonicalise = rdfc10.canonicalise) -> list[Composed]:
    """Compose, lint and prepare each document of a part, in order; faults are returned.

    ``full`` canonicalises what has no known shape; its Busy, DeadlineExceeded and NotReady are
    raised.
    """
    desk = _desk(full)
    return [_compose(part.setting, task, desk=desk) for task in part.tasks]


def _compose(setting: Setting, task: Task, *, desk: "_Desk") -> Composed:
    reservation = reservation_of(task.reservation)
    hand = setting.hands[reservation.format, reservation.verification_method]
    if isinstance(hand, Failed):
        return hand
    try:
        awarded = _awarded(setting, task)
        prepared = composing.prepare(
            awarded,
            reservation=reservation,
            hand=hand,
            canonicalise=desk.repeated.canonicalise,
            desk=desk.desk,
        )
    except (Busy, DeadlineExceeded, NotReady):
        # It says nothing of this document: the chunk is tried again.
        raise
    except (TestamurError, VaultError) as fault:
        return Failed(fault.code, fault.message if isinstance(fault, TestamurError) else str(fault))
    shape = _shape(awarded, reservation, prepared, shapes=desk.shapes)
    if prepared.suite in data_integrity.SUITES:
        return Ready(data_integrity.unsigned(prepared, unclosed=desk.written.unclosed), shape)
    return Whole(prepared, shape)


@dataclass(frozen=True)
class _Desk:
    """What this process remembers from one part to the next."""

    desk: Desk
    shapes: Shapes
    repeated: Repeated
    written: Written


@lru_cache(_MOST_DESKS)
def _desk(full: Canonicalise) -> _Desk:
    # A document is linted, canonicalised and told by its shape before the next one is begun.
    shapes = LatelyShapes({**VARIABLES, **PARTS})
    templates = Templates(full, variables=shapes)
    return _Desk(
        Desk(Composer().compose, Linter(shapes).lint),
        shapes,
        Repeated(templates.canonicalise),
        Written(shapes),
    )


def _awarded(setting: Setting, task: Task) -> Awarded:
    # What our own registry gave out was validated when it went in.
    award = Award.known(dict(task.award))
    key = (award.achievement, award.achievement_version)
    return Awarded(
        award,
        _course(setting.courses[key]),
        _organisation(setting.organisation),
        restored(task.result),
        setting.base_url,
    )


def reservation_of(fields: Mapping[str, Any]) -> Reservation:
    """The reservation with these fields, which were validated when they went in."""
    slot = StatusSlot.known(from_json(fields["slot"]))
    return Reservation.known({**fields, "slot": slot})


@lru_cache(_MOST_KEPT)
def _course(data: bytes) -> Achievement:
    return Achievement.model_validate_json(data)


@lru_cache(_MOST_KEPT)
def _organisation(data: bytes) -> Organisation:
    return Organisation.model_validate_json(data)


def _shape(
    awarded: Awarded, reservation: Reservation, prepared: Prepared, *, shapes: Shapes
) -> str:
    """Who signs, in which format, and the shape by which it was canonicalised."""
    if reservation.format in composing.EUROPEAN:
        # Each of these goes the full way: what they share is the course.
        key = awarded.achievement_url.encode()
    else:
        shape = shapes.of(prepared.document)
        # What has no shape went the full way as well, and is alone of its kind.
        key = shape.key if shape else reservation.credential_id.encode()
    digest = hashlib.sha256(key).hexdigest()
    return f"{reservation.format} {reservation.verification_method} {digest}"
