"""The only maker of a `Linted`: structure that must hold before anything is sealed.

VCDM 2.0 §4 (https://www.w3.org/TR/2025/REC-vc-data-model-2.0-20250515/), for Open Badges the pinned
JSON Schema, for a European Digital Credential what `issuer.formats.elm3` checks. A draft that fails
is never signed. Whether every term survives expansion is checked by `issuer.proofs` when it
prepares the bytes.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import schemas
from issuer.errors import LintFailed
from issuer.formats import elm3, ob3, ob3_shape, vcdm2
from issuer.formats.json_schema import ByShape
from issuer.jsonld.kept import MOST_BYTES, MOST_SHAPES, Kept
from issuer.jsonld.shapes import Shapes, TakeApart
from issuer.model.drafts import Draft, Linted

CONTEXT_1_1 = "https://www.w3.org/2018/credentials/v1"
_BASES = [vcdm2.CONTEXT, CONTEXT_1_1]
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_STAMP = re.compile(r"-?\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_BADGES = {"OpenBadgeCredential", "AchievementCredential"}
# As the published schema has it: any 3.x context, and the address without a version.
_BADGE_CONTEXT = re.compile(
    r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.\d\.\d)*\.json", re.ASCII
)
_TYPED = ("credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema")
_TEXT_KEYS = {"@value", "@language", "@direction"}
_MOST_MOMENTS = 256
_BADGE_SCHEMA = ByShape(ob3.SCHEMA, variables=ob3_shape.UNSEEN)

Document = Mapping[str, Any]


class Linter:
    """Lints many documents that are alike: what only their shape decides is looked at once.

    ``shapes`` have the variables of `ob3_shape.VARIABLES`, at which the schema sees no difference,
    and the structure none but whether an address is one, which it is in every shape, and which
    dates there are.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._sound = Kept[bool](most=MOST_SHAPES, most_bytes=MOST_BYTES)

    def lint(self, draft: Draft) -> Linted:
        """As `lint`, and the same."""
        shape = self._shapes.of(draft.document)
        if shape is None:
            return lint(draft)
        if self._sound.get(shape.key) and not _dates(draft.document):
            return Linted(draft)
        linted = lint(draft)
        self._sound.put(shape.key, True)  # noqa: FBT003 # It was found so.
        return linted


def lint(draft: Draft) -> Linted:
    """Return the draft as Linted, or raise LintFailed with ``details["problems"]``."""
    if elm3.is_edc(draft.document):
        found = [p for p in elm3.problems(draft.document) if p.severity == "error"]
        problems = tuple(f"{p.code} at {p.path or 'the root'}: {p.sentence}" for p in found)
    else:
        problems = structure_problems(draft.document) + _badge_problems(draft.document)
    if problems:
        msg = f"This credential must not be signed: {'; '.join(problems)}."
        raise LintFailed(msg, problems=list(problems))
    return Linted(draft)


def structure_problems(document: Document) -> tuple[str, ...]:
    """What VCDM 2.0 (or 1.1, by its base context) forbids in ``document``; empty if nothing."""
    return tuple(problem for check in _CHECKS for problem in check(document))


def _context(document: Document) -> list[str]:
    # VCDM 2.0 §4.3: an ordered set, the base context first, then URLs or objects.
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not contexts:
        return ["@context must be a list that begins with the W3C credentials context"]
    if contexts[0] not in _BASES:
        return ["@context must begin with the W3C credentials context"]
    wrong = [c for c in contexts[1:] if not (_is_url(c) or isinstance(c, dict))]
    return ["@context holds something that is neither a URL nor an object"] if wrong else []


def _badge_context(document: Document) -> list[str]:
    # OB 3.0 §B.1.1: the type means something only through the Open Badges context.
    types, contexts = document.get("type"), document.get("@context")
    listed = types if isinstance(types, list) else [types]
    named = contexts if isinstance(contexts, list) else []
    badge = any(t in _BADGES for t in listed if isinstance(t, str))
    if not badge or any(_BADGE_CONTEXT.fullmatch(c) for c in named if isinstance(c, str)):
        return []
    return ["it calls itself an Open Badge and names no Open Badges 3.0 context"]


def _identifiers(document: Document) -> list[str]:
    # VCDM 2.0 §4.4: id is a single URL; §4.7: issuer is a URL or an object with one.
    found = []
    if "id" in document and not _is_url(document["id"]):
        found.append("id must be one absolute URL")
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not _is_url(issuer_id):
        found.append("issuer must be, or have as id, one absolute URL")
    return found


def _types(document: Document) -> list[str]:
    # VCDM 2.0 §4.5: type contains VerifiableCredential.
    types = document.get("type")
    listed = types if isinstance(types, list) else [types]
    if not all(isinstance(t, str) and t for t in listed):
        return ["type must be text"]
    return [] if "VerifiableCredential" in listed else ["type must contain VerifiableCredential"]


def _subject(document: Document) -> list[str]:
    # VCDM 2.0 §4.8: one or more claims about each subject.
    subject = document.get("credentialSubject")
    subjects: list[Any] = subject if isinstance(subject, list) else [subject]
    if not subjects or not all(isinstance(s, dict) and s for s in subjects):
        return ["credentialSubject must be an object that is not empty, or several"]
    wrong = [s for s in subjects if "id" in s and not _is_url(s["id"])]
    return ["credentialSubject.id must be one absolute URL"] if wrong else []


def _dates(document: Document) -> list[str]:
    # VCDM 2.0 §4.9: dateTimeStamp values, in order. VCDM 1.1 §4.6 demands issuanceDate.
    contexts = document.get("@context")
    old = isinstance(contexts, list) and contexts[:1] == [CONTEXT_1_1]
    first, last = ("issuanceDate", "expirationDate") if old else ("validFrom", "validUntil")
    foreign = [
        name
        for name in ("issuanceDate", "expirationDate", "validFrom", "validUntil")
        if name in document and name not in {first, last}
    ]
    found = [f"{name} does not belong to this version of the data model" for name in foreign]
    found += [
        f"{name} must be a date and time with a zone, such as 2026-06-12T09:30:00Z"
        for name in (first, last)
        if name in document and moment_of(document[name]) is None
    ]
    if old and first not in document:
        found.append("issuanceDate is missing")
    start, end = moment_of(document.get(first)), moment_of(document.get(last))
    if start and end and start > end:
        found.append(f"{first} is after {last}")
    return found


def _typed_members(document: Document) -> list[str]:
    # VCDM 2.0 §4.10, §4.11, §5.4–5.6: each has a type; where there is an id it is one URL.
    found = []
    for name in _TYPED:
        value = document.get(name, [])
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict) or not item.get("type"):
                found.append(f"{name} must be an object with a type")
            elif "id" in item and not _is_url(item["id"]):
                found.append(f"{name}.id must be one absolute URL")
            elif name == "credentialSchema" and "id" not in item:
                found.append("credentialSchema must have an id")
    return found


def _texts(document: Document) -> list[str]:
    # VCDM 2.0 §4.6, §11.1: a string, a value object, or an array of value objects.
    issuer = document.get("issuer")
    places = [document] + ([issuer] if isinstance(issuer, dict) else [])
    return [
        f"{name} must be a text or a value object"
        for place in places
        for name in ("name", "description")
        if name in place and not _is_text(place[name])
    ]


def _related(document: Document) -> list[str]:
    # VCDM 2.0 §5.3: each related resource has a unique URL and a digest.
    resources = document.get("relatedResource", [])
    listed = resources if isinstance(resources, list) else [resources]
    if not all(isinstance(r, dict) and _is_url(r.get("id")) for r in listed):
        return ["relatedResource must have an id that is one absolute URL"]
    ids = [r["id"] for r in listed]
    found = ["relatedResource names one id twice"] if len(set(ids)) != len(ids) else []
    if not all("digestSRI" in r or "digestMultibase" in r for r in listed):
        found.append("relatedResource must have digestSRI or digestMultibase")
    return found


_CHECKS: tuple[Callable[[Document], list[str]], ...] = (
    _context,
    _badge_context,
    _identifiers,
    _types,
    _subject,
    _dates,
    _typed_members,
    _texts,
    _related,
)


def _badge_problems(document: Document) -> tuple[str, ...]:
    types = document.get("type")
    if not isinstance(types, list) or "OpenBadgeCredential" not in types:
        return ()
    contexts = document.get("@context")
    if not isinstance(contexts, list) or not any(map(schemas.is_vocabulary_context, contexts)):
        return ()
    status = document.get("credentialStatus")
    # The one deviation: two status entries are legal in VCDM 2.0 and not in this schema.
    shown = (
        {k: v for k, v in document.items() if k != "credentialStatus"}
        if isinstance(status, list)
        else document
    )
    return _BADGE_SCHEMA.problems(shown)


def badge_schema_problems(document: Document, *, apart: TakeApart | None = None) -> tuple[str, ...]:
    """What the published schema of Open Badges 3.0 forbids in ``document``; once for each shape.

    ``apart``, at `ob3_shape.VARIABLES`, is what takes it apart without its proof anyway.
    """
    if apart is None:
        return _BADGE_SCHEMA.problems(document)
    return _BADGE_SCHEMA.problems_of_sealed(document, apart=apart)


def moment_of(value: object) -> datetime | None:
    """Read a dateTimeStamp (XSD 1.1 §3.4.28), or None if it is not one."""
    return _moment(value) if isinstance(value, str) else None


@lru_cache(_MOST_MOMENTS)
def _moment(value: str) -> datetime | None:
    if not _STAMP.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _is_url(value: object) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(v, dict) and _is_text(v) for v in value)
    if isinstance(value, dict):
        return isinstance(value.get("@value"), str) and set(value) <= _TEXT_KEYS
    return isinstance(value, str)
