"""What the shapes do not catch, and what they demand: explicit checks, each with a code of its own.

ELM 3.2 application profile EDC; SHACL passes a document without context vacuously, knows no closed
lists and merges nodes of one id. Nothing raises, whatever comes in; nothing is verified. What is
only unusual is a note.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cache

import schemas
from issuer.formats.elm3 import terms
from issuer.formats.elm3.document import CONTEXTS
from issuer.formats.elm3.literals import hours, instant, is_literal
from issuer.formats.elm3.walk import (
    Json,
    Place,
    Problem,
    Walk,
    listed,
    nodes,
    types,
    walk,
)

_PROFILES = "http://data.europa.eu/snb/model/ap/edc-"
_IRI = re.compile(r"(_|[A-Za-z][A-Za-z0-9+.-]*):[^\s<>\"{}|\\^`]+")
_MOST_PROBLEMS = 50
_KEYWORDS = frozenset({"id", "type"})
_WORK = frozenset({"volumeOfLearning", "workload"})
"""Durations that are hours of work, and not from one day to another."""


def is_edc(document: Json) -> bool:
    """Whether a document calls itself a European Digital Credential."""
    return "EuropeanDigitalCredential" in types(document)


def problems(document: Json) -> tuple[Problem, ...]:
    """Everything that is wrong with a document, errors before notes, at most 50 of them."""
    errors: list[Problem] = []
    notes: list[Problem] = []
    for problem in _all(document):
        found = errors if problem.severity == "error" else notes
        found.append(problem)
        # Notes never crowd out an error: what is wrong is looked for to the end.
        if len(errors) >= _MOST_PROBLEMS:
            break
        del notes[_MOST_PROBLEMS:]
    return tuple([*errors, *notes][:_MOST_PROBLEMS])


def _all(document: Json) -> Iterator[Problem]:
    yield from _envelope(document)
    whole = walk(document)
    if whole.cut:
        yield Problem("elm.too_large", "", "it holds more things than are looked at here")
    for place in whole.places:
        for check in _CHECKS:
            yield from check(place, whole)
    yield from _duplicates(whole)


def _envelope(document: Json) -> Iterator[Problem]:
    contexts = document.get("@context")
    named = contexts if isinstance(contexts, list) else [contexts]
    if named[:2] != CONTEXTS:
        sentence = "its @context is not that of the European Learning Model, so it says nothing"
        yield Problem("elm.no_context", "@context", sentence)
    elif named != CONTEXTS:
        sentence = "a further @context may give every word another meaning"
        yield Problem("elm.other_context", "@context", sentence)
    if not is_edc(document):
        yield Problem("elm.not_an_edc", "type", "its type is not EuropeanDigitalCredential")
    profiles = [schema.get("id") for schema in nodes(document.get("credentialSchema"))]
    if not any(isinstance(name, str) and name.startswith(_PROFILES) for name in profiles):
        sentence = "it names no profile of the European Digital Credential"
        yield Problem("elm.other_schema", "credentialSchema", sentence)
    subjects = nodes(document.get("credentialSubject"))
    if not any(nodes(subject.get("hasClaim")) for subject in subjects):
        yield Problem("elm.nothing_said", "credentialSubject", "it claims nothing about anybody")
    for issuer in nodes(document.get("issuer")):
        if not nodes(issuer.get("eIDASIdentifier")):
            sentence = "the issuer has no eIDAS identifier"
            yield Problem("elm.no_eidas", "issuer.eIDASIdentifier", sentence)
    yield from _validity(document)


def _validity(document: Json) -> Iterator[Problem]:
    start = instant(document.get("validFrom"))
    ends = [instant(document.get(name)) for name in ("validUntil", "expirationDate")]
    if ends[0] and ends[1] and ends[0] != ends[1]:
        sentence = "validUntil and expirationDate are two different ends"
        yield Problem("elm.two_ends", "validUntil", sentence)
    if start and any(end < start for end in ends if end):
        yield Problem("elm.ends_before_it_begins", "validUntil", "it ends before it begins")


# --- Each thing by itself -------------------------------------------------------------------


def _identified(place: Place, _whole: Walk) -> Iterator[Problem]:
    name = place.node.get("id", "urn:none")
    if not isinstance(name, str) or not _IRI.fullmatch(name):
        yield Problem("elm.bad_id", place.path, "its id is not one absolute identifier")
    elif _needs_name(place) and ("id" not in place.node or name.startswith("_:")):
        yield Problem("elm.bad_id", place.path, "it has no id by which it could be known")
    if place.path and "@context" in place.node:
        sentence = "a @context inside gives its words another meaning"
        yield Problem("elm.other_context", place.path, sentence)


def _needs_name(place: Place) -> bool:
    return place.under in terms.NAMED or _scheme(place) is not None


def _known(place: Place, _whole: Walk) -> Iterator[Problem]:
    for name in place.node:
        if name not in terms.PROPERTIES and name != "@context":
            sentence = f"the property {str(name)[:60]!r} does not exist, so nobody reads it"
            yield Problem("elm.unknown_property", place.path, sentence)
    stated = place.node.get("type", [])
    for kind in stated if isinstance(stated, list) else [stated]:
        if not isinstance(kind, str) or kind not in terms.CLASSES:
            sentence = f"the class {str(kind)[:60]!r} does not exist"
            yield Problem("elm.unknown_class", place.path, sentence)


def _counted(place: Place, whole: Walk) -> Iterator[Problem]:
    node = place.node
    if whole.is_reference(node):
        return
    for kind in place.kinds:
        for name in terms.NEEDED.get(kind, ()):
            if not any(_values(node.get(name), name)):
                yield Problem("elm.missing", place.path, f"{kind} needs {name}")
        for name in terms.ONCE.get(kind, frozenset()).intersection(node):
            if len(_values(node[name], name)) > 1:
                yield Problem("elm.too_many", place.path, f"{kind} has one {name} at most")


def _values(value: object, name: str) -> set[object]:
    """What stands there, told apart: texts by language, things by their id; empty is empty."""
    if name in terms.TEXTS:
        return {(tag, str(text)) if text != "" else "" for tag, text in _texts(value)}
    found: set[object] = set()
    for item in listed(value):
        if isinstance(item, dict):
            iri = item.get("id")
            found.add(iri if isinstance(iri, str) else id(item))
        else:
            found.add(str(item))
    return found


def _texts(value: object) -> Iterator[tuple[str, object]]:
    for item in listed(value):
        if isinstance(item, dict):
            for tag, texts in item.items():
                for text in listed(texts):
                    yield str(tag), text


def _valued(place: Place, whole: Walk) -> Iterator[Problem]:
    for name, value in place.node.items():
        wanted = _wanted(place, name)
        if wanted is None or value is None:
            continue
        if not wanted.isdisjoint(_KIND_CODES):
            yield from _literal(place, name, wanted)
        elif not all(_is_thing(item, wanted, whole) for item in listed(value)):
            sentence = f"{name} must be {' or '.join(sorted(wanted))}"
            yield Problem("elm.wrong_class", place.path, sentence)


def _wanted(place: Place, name: str) -> frozenset[str] | None:
    if (everywhere := terms.KINDS.get(name)) is not None or name in _KEYWORDS:
        return everywhere
    within = (terms.KINDS_WITHIN.get((kind, name)) for kind in place.kinds)
    return next((kinds for kinds in within if kinds is not None), None)


def _is_thing(item: object, wanted: frozenset[str], whole: Walk) -> bool:
    if isinstance(item, dict):
        kinds, iri = types(item), item.get("id")
    else:
        kinds, iri = (), item
    # A thing may be referred to by its id and described elsewhere in the document.
    elsewhere = whole.classes.get(iri, frozenset()) if isinstance(iri, str) else frozenset()
    return not wanted.isdisjoint(kinds) or not wanted.isdisjoint(elsewhere)


_KIND_CODES = {
    "texts": ("elm.no_language", "texts by their language"),
    "moment": ("elm.date_without_zone", "a date and time with a zone"),
    "duration": ("elm.bad_duration", "a duration such as PT75H"),
    "text": ("elm.bad_value", "a text"),
    "uri": ("elm.bad_value", "an address"),
    "whole": ("elm.bad_value", "a whole number"),
    "decimal": ("elm.bad_value", "a number"),
    "truth": ("elm.bad_value", "true or false"),
}


def _literal(place: Place, name: str, wanted: frozenset[str]) -> Iterator[Problem]:
    (kind,) = wanted
    value = place.node[name]
    # JSON-LD 1.1 §4.6.1: a language map stands alone, never in a list.
    items = [value] if kind == "texts" and value != [] else listed(value)
    if not all(is_literal(item, kind) for item in items):
        code, words = _KIND_CODES[kind]
        yield Problem(code, place.path, f"{name} is not {words}")
    elif name in terms.ONE_A_LANGUAGE:
        said = dict(_texts(value))
        if any(said[tag] != text for tag, text in _texts(value)):
            sentence = f"{name} is there twice in one language"
            yield Problem("elm.two_in_one_language", place.path, sentence)
    elif name in _WORK and any("T" not in item for item in listed(value)):
        sentence = f"{name} is stated in months, days or years: hours were probably meant"
        yield Problem("elm.months_for_hours", place.path, sentence, "note")


def _named(place: Place, _whole: Walk) -> Iterator[Problem]:
    node = place.node
    if place.under != "credentialSubject" or "Person" not in place.kinds:
        return
    if not node.get("fullName") and not (node.get("givenName") and node.get("familyName")):
        yield Problem("elm.no_name", place.path, "it does not say whose it is")


def _conceptual(place: Place, whole: Walk) -> Iterator[Problem]:
    node, iri = place.node, place.node.get("id")
    if "Concept" not in place.kinds or whole.is_reference(node):
        return
    stated = [s.get("id") if isinstance(s, dict) else s for s in listed(node.get("inScheme"))]
    named = [scheme for scheme in stated if isinstance(scheme, str)]
    wanted = _scheme(place)
    if wanted is not None and wanted not in named:
        yield Problem("elm.wrong_scheme", place.path, f"{place.under} must be of the list {wanted}")
    elif not named or not node.get("prefLabel"):
        sentence = "a concept without its label and its list is read by few"
        yield Problem("elm.concept_incomplete", place.path, sentence, "note")
    for scheme in named:
        if (held := _lists().get(scheme)) is not None and str(iri) not in held[0]:
            sentence = f"{str(iri)[:80]!r} is not in the list {scheme}"
            yield Problem(
                "elm.concept_outside_list", place.path, sentence, "error" if held[1] else "note"
            )


def _scheme(place: Place) -> str | None:
    if place.under != "dcType":
        return terms.SCHEMES.get(place.under)
    return next((s for kind, s in terms.TYPE_SCHEMES.items() if kind in place.owner), None)


@cache
def _lists() -> dict[str, tuple[frozenset[str], bool]]:
    """Scheme to its concepts, and whether it is closed."""
    codes = [schemas.code_list(name) for name in (*terms.CLOSED_LISTS, *terms.OPEN_LISTS)]
    return {
        code.scheme: (frozenset(c.iri for c in code.concepts), code.name in terms.CLOSED_LISTS)
        for code in codes
    }


def _credits(place: Place, _whole: Walk) -> Iterator[Problem]:
    if "Qualification" not in place.kinds:
        return
    points = [_decimal(credit.get("point")) for credit in nodes(place.node.get("creditPoint"))]
    spent = hours(place.node.get("volumeOfLearning"))
    if spent is None or len(points) != 1 or points[0] is None:
        return
    # ECTS Users' Guide 2015: 25 to 30 hours a credit.
    if not 25 <= spent / points[0] <= 30:  # noqa: PLR2004 # The guide's own numbers.
        sentence = f"{points[0]} credits for {spent:.0f} hours is not 25 to 30 hours a credit"
        yield Problem("elm.hours_credits", place.path, sentence, "note")


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value)[:20])
    except InvalidOperation:
        return None
    return found if found.is_finite() and found > 0 else None


_CHECKS: tuple[Callable[[Place, Walk], Iterator[Problem]], ...] = (
    _identified,
    _known,
    _counted,
    _valued,
    _named,
    _conceptual,
    _credits,
)


# --- All things together --------------------------------------------------------------------


def _duplicates(whole: Walk) -> Iterator[Problem]:
    # RDF merges nodes of one id: two pictures of one id are one node with two contents.
    first: dict[str, Json] = {}
    for place in whole.places:
        name = place.node.get("id")
        if not isinstance(name, str) or whole.is_reference(place.node):
            continue
        known = first.setdefault(name, place.node)
        if known is place.node or known == place.node:
            continue
        if _contradict(known, place.node):
            sentence = f"two different things have the id {name[:80]!r}"
            yield Problem("elm.duplicate_id", place.path, sentence)
        else:
            sentence = f"{name[:80]!r} is described twice, and not alike"
            yield Problem("elm.described_twice", place.path, sentence, "note")


def _contradict(one: Json, other: Json) -> bool:
    kinds = types(one)
    if set(kinds) != set(types(other)):
        return True
    for name in set(one) & set(other):
        values = _values(one[name], name) | _values(other[name], name)
        if name in terms.ONE_A_LANGUAGE:
            tags = {text[0] for text in values if isinstance(text, tuple)}
            if len(tags) < len(values):
                return True
        elif len(values) > 1 and any(name in terms.ONCE.get(kind, ()) for kind in kinds):
            return True
    return False
