"""What the shapes do not catch, and what they demand: explicit checks, each with a code of its own.

ELM 3.2 application profile EDC; SHACL passes a document without context vacuously, knows no closed
lists and merges nodes of one id. Nothing raises, whatever comes in; nothing is verified. What is
only unusual is a note.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

import schemas
from issuer.formats.elm3 import terms
from issuer.formats.elm3.document import CONTEXTS

_PROFILES = "http://data.europa.eu/snb/model/ap/edc-"
_STAMP = re.compile(r"-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DURATION = re.compile(
    r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII
)
_HOURS = re.compile(r"PT(\d+)H(?:(\d+)M)?", re.ASCII)
_MOST_PROBLEMS = 50
_MOST_NODES = 20_000
_LANGUAGE_MAPS = frozenset(
    {
        "altLabel",
        "birthName",
        "category",
        "description",
        "familyName",
        "fullName",
        "geographicName",
        "givenName",
        "legalName",
        "noteLiteral",
        "patronymicName",
        "prefLabel",
        "schemeAgency",
        "title",
    }
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, or unusual, with a document."""

    code: str
    """A stable short word, such as ``elm.duplicate_id``."""
    path: str
    """Where, as names with dots; empty for the whole."""
    sentence: str
    severity: Literal["error", "note"] = "error"


@dataclass(frozen=True)
class _Place:
    """A node of the document and where it stands."""

    node: Json
    path: str
    under: str
    """The property whose value it is."""


def is_edc(document: Json) -> bool:
    """Whether a document calls itself a European Digital Credential."""
    return "EuropeanDigitalCredential" in _types(document)


def problems(document: Json) -> tuple[Problem, ...]:
    """Everything that is wrong with a document, the most important first, at most 50."""
    found = [*_envelope(document)]
    places = list(_places(document))
    for check in _CHECKS:
        for place in places:
            found += check(place)
            if len(found) >= _MOST_PROBLEMS:
                return tuple(found[:_MOST_PROBLEMS])
    return tuple([*found, *_duplicates(places), *_credits(places)][:_MOST_PROBLEMS])


def _envelope(document: Json) -> Iterator[Problem]:
    contexts = document.get("@context")
    if contexts != CONTEXTS:
        sentence = "its @context is not that of the European Learning Model, so it says nothing"
        yield Problem("elm.no_context", "@context", sentence)
    if not is_edc(document):
        yield Problem("elm.not_an_edc", "type", "its type is not EuropeanDigitalCredential")
    named = [s.get("id") for s in _nodes(document.get("credentialSchema"))]
    if not any(isinstance(name, str) and name.startswith(_PROFILES) for name in named):
        sentence = "it names no profile of the European Digital Credential"
        yield Problem("elm.other_schema", "credentialSchema", sentence)
    claims = [
        c for s in _nodes(document.get("credentialSubject")) for c in _nodes(s.get("hasClaim"))
    ]
    if not claims:
        yield Problem("elm.nothing_said", "credentialSubject", "it claims nothing about anybody")
    for issuer in _nodes(document.get("issuer")):
        if not list(_nodes(issuer.get("eIDASIdentifier"))):
            sentence = "the issuer has no eIDAS identifier"
            yield Problem("elm.no_eidas", "issuer.eIDASIdentifier", sentence)


def _places(document: Json) -> Iterator[_Place]:
    waiting = [_Place(document, "", "")]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        place = waiting.pop()
        yield place
        for name, value in place.node.items():
            if name == "@context" or name in _LANGUAGE_MAPS:
                continue
            here = f"{place.path}.{name}" if place.path else str(name)
            waiting += [_Place(node, here, str(name)) for node in _nodes(value)]


def _nodes(value: object) -> Iterator[Json]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def _types(node: Json) -> tuple[str, ...]:
    value = node.get("type")
    return tuple(t for t in (value if isinstance(value, list) else [value]) if isinstance(t, str))


def _unknown(place: _Place) -> Iterator[Problem]:
    for name in place.node:
        if name not in terms.PROPERTIES and name != "@context":
            sentence = f"the property {str(name)[:60]!r} does not exist, so it was never sealed"
            yield Problem("elm.unknown_property", place.path, sentence)
    for kind in _types(place.node):
        if kind not in terms.CLASSES:
            sentence = f"the class {kind[:60]!r} does not exist"
            yield Problem("elm.unknown_class", place.path, sentence)


def _missing(place: _Place) -> Iterator[Problem]:
    for kind in _types(place.node):
        for name in terms.REQUIRED.get(kind, ()):
            if place.node.get(name) in (None, "", [], {}):
                yield Problem("elm.missing", place.path, f"{kind} needs {name}")


def _named(place: _Place) -> Iterator[Problem]:
    node = place.node
    if "Person" not in _types(node):
        return
    whole = node.get("fullName") or (node.get("givenName") and node.get("familyName"))
    if place.under == "credentialSubject" and not whole:
        yield Problem("elm.no_name", place.path, "it does not say whose it is")


def _dated(place: _Place) -> Iterator[Problem]:
    for name, value in place.node.items():
        if name in terms.DATES and not (isinstance(value, str) and _STAMP.fullmatch(value)):
            sentence = f"{name} is not a date and time with a zone"
            yield Problem("elm.date_without_zone", place.path, sentence)


def _lasting(place: _Place) -> Iterator[Problem]:
    for name, value in place.node.items():
        if name not in terms.DURATIONS:
            continue
        if not isinstance(value, str) or not _DURATION.fullmatch(value):
            yield Problem("elm.bad_duration", place.path, f"{name} is not a duration")
        elif name != "maximumDuration" and "T" not in value:
            sentence = f"{name} is stated in months, days or years: hours were probably meant"
            yield Problem("elm.months_for_hours", place.path, sentence, "note")


def _conceptual(place: _Place) -> Iterator[Problem]:
    if "Concept" not in _types(place.node):
        if place.under in terms.SCHEMES:
            sentence = f"{place.under} must be a concept in full"
            yield Problem("elm.concept_incomplete", place.path, sentence)
        return
    iri = place.node.get("id")
    schemes = [s.get("id") for s in _nodes(place.node.get("inScheme"))]
    wanted = terms.SCHEMES.get(place.under)
    if wanted is not None and wanted not in schemes:
        yield Problem("elm.wrong_scheme", place.path, f"{place.under} must be of the list {wanted}")
    for scheme in schemes:
        held = _held(str(scheme))
        if held is not None and iri not in held:
            sentence = f"{str(iri)[:80]!r} is not in the list {scheme}"
            yield Problem("elm.concept_outside_list", place.path, sentence)


@cache
def _lists() -> Mapping[str, frozenset[str]]:
    codes = [schemas.code_list(name) for name in terms.WHOLE_LISTS]
    return {c.scheme: frozenset(concept.iri for concept in c.concepts) for c in codes}


def _held(scheme: str) -> frozenset[str] | None:
    return _lists().get(scheme)


_CHECKS: tuple[Callable[[_Place], Iterator[Problem]], ...] = (
    _missing,
    _unknown,
    _named,
    _dated,
    _lasting,
    _conceptual,
)


def _duplicates(places: list[_Place]) -> Iterator[Problem]:
    # RDF merges nodes of one id: two pictures of one id are one node with two contents.
    first: dict[str, Json] = {}
    for place in places:
        name = place.node.get("id")
        if not isinstance(name, str) or "Concept" in _types(place.node):
            continue
        known = first.setdefault(name, place.node)
        if known is not place.node and known != place.node:
            sentence = f"two different things have the id {name[:80]!r}"
            yield Problem("elm.duplicate_id", place.path, sentence)


def _credits(places: list[_Place]) -> Iterator[Problem]:
    for place in places:
        if "Qualification" not in _types(place.node):
            continue
        points = [_decimal(c.get("point")) for c in _nodes(place.node.get("creditPoint"))]
        spent = _HOURS.fullmatch(str(place.node.get("volumeOfLearning")))
        if not spent or len(points) != 1 or not points[0]:
            continue
        hours = Decimal(spent[1]) + Decimal(spent[2] or 0) / 60
        # ECTS Users' Guide 2015: 25 to 30 hours a credit.
        if not 25 <= hours / points[0] <= 30:  # noqa: PLR2004 # The guide's own numbers.
            sentence = f"{points[0]} credits for {hours:.0f} hours is not 25 to 30 hours a credit"
            yield Problem("elm.hours_credits", place.path, sentence, "note")


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None
