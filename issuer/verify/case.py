"""One credential on the table: what was read, what may be looked at, what was found so far.

A step gets a case and adds nothing to it; the verifier does. This module judges nothing.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from pydantic_core import PydanticSerializationError, to_json

from issuer.errors import UnusableInput
from issuer.formats import elm3
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.jsonld.shapes import Shape, Shapes, TakeApart
from issuer.proofs import jades, jcs
from issuer.verify.finding import Finding
from issuer.verify.material import Material
from issuer.verify.paper import FileSeal, file_seals
from issuer.verify.policy import Policy
from issuer.verify.reading import Read
from issuer.verify.report import PartReport, Report, Verdict
from issuer.verify.seals import REFUSED, Fault, Seal, opened
from issuer.verify.signatures import Signature, Terms, signatures_of

ASSERTION = "assertionMethod"
AUTHENTICATION = "authentication"


class Remembered:
    """Canonicalises each document once, and remembers refusals: they are dear.

    Also where the same bytes are read again, as when a verification is asked once more.
    """

    def __init__(self, canonicalise: Canonicalise) -> None:
        self._canonicalise = canonicalise
        self._found: dict[tuple[bytes, str], bytes | UnusableInput] = {}

    def __call__(self, document: Json, hash_name: str) -> bytes:
        """As the function that was given; raises what it raises."""
        # Key order is kept, so that two documents with one key are one document.
        key = (hashlib.sha256(_written(document)).digest(), hash_name)
        if key not in self._found:
            self._found[key] = _asked(self._canonicalise, document, hash_name)
        found = self._found[key]
        if isinstance(found, UnusableInput):
            raise found
        return found


class Once:
    """Canonicalises each document of one verification once; quicker than `Remembered`.

    Two documents are one if they have the same members and these are the same objects, which
    nobody changes while a verification goes on.
    """

    def __init__(self, canonicalise: Canonicalise) -> None:
        self._canonicalise = canonicalise
        # Documents are kept, so that no other object gets the address of a member.
        self._found: dict[tuple[object, ...], tuple[Json, bytes | UnusableInput]] = {}

    def __call__(self, document: Json, hash_name: str) -> bytes:
        """As the function that was given; raises what it raises."""
        key = (hash_name, *_members(document))
        if key not in self._found:
            self._found[key] = (document, _asked(self._canonicalise, document, hash_name))
        found = self._found[key][1]
        if isinstance(found, UnusableInput):
            raise found
        return found


class Apart:
    """Takes each document of one verification apart once, as `Shapes.of`; see `Once`."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._found: dict[tuple[object, ...], tuple[Json, Shape | None]] = {}

    def __call__(self, document: Json) -> Shape | None:
        """The shape of a document, None where it has none."""
        key = _members(document)
        if key not in self._found:
            self._found[key] = (document, self._shapes.of(document))
        return self._found[key][1]


def _members(document: Json) -> tuple[object, ...]:
    return (*document, *map(id, document.values()))


def _asked(canonicalise: Canonicalise, document: Json, hash_name: str) -> bytes | UnusableInput:
    try:
        return canonicalise(document, hash_name)
    except UnusableInput as refusal:
        return refusal


def _written(document: Json) -> bytes:
    # What was decoded consists of JSON values alone, so the quickest way writes all of it.
    try:
        return to_json(document)
    except (PydanticSerializationError, RecursionError, ValueError):
        return jcs.encode_document(document)


@dataclass
class Allowance:
    """How many more parts one verification looks at, however they are nested."""

    left: int = 10


@dataclass(frozen=True)
class Case:
    """A credential and everything that its steps may look at."""

    read: Read
    material: Material
    policy: Policy
    at: dt.datetime
    canonicalise: Canonicalise
    findings: dict[str, Finding] = field(default_factory=dict)
    """What the steps before found, by check id."""
    purpose: str = ASSERTION
    """What its signatures must be made for (Controlled Identifiers 1.0 §2.3)."""
    others: tuple[Report, ...] = ()
    """What was found of the further credentials in the same PDF."""
    above: tuple[str, ...] = ()
    """Ids of the credentials of which it is a part, the outermost first."""
    allowance: Allowance = field(default_factory=Allowance)
    """What is left of this verification for looking at parts; the same for all of them."""
    parts: list[PartReport] = field(default_factory=list)
    """What was found of its parts."""
    apart: TakeApart | None = None
    """By which ``canonicalise`` takes documents apart at `ob3_shape.VARIABLES`, where it does."""

    @property
    def document(self) -> Json:
        """The document, UNVERIFIED; empty if none could be read."""
        return self.read.document or {}

    def signatures(self) -> tuple[Signature, ...]:
        """Every signature on it; raises ProofInvalid or ProofUnsupported."""
        return self._signatures

    @cached_property
    def _signatures(self) -> tuple[Signature, ...]:
        terms = Terms(at=self.at)
        if self.purpose == AUTHENTICATION:
            terms = Terms(self.at, self.purpose, self.policy.challenge, self.policy.domain)
        return signatures_of(self.read, terms=terms, canonicalise=self.canonicalise)

    @cached_property
    def seals(self) -> tuple[Seal | Fault, ...]:
        """Every seal on a JAdES file, or why it does not fit; none where it may not be opened."""
        sealed = self.read.sealed
        return tuple(_opened(sealed, one) for one in sealed.signatures) if sealed else ()

    @cached_property
    def file_seals(self) -> tuple[FileSeal | Fault, ...]:
        """Every seal over the PDF that carries it, or why it does not fit."""
        return file_seals(self.read.paper.file) if self.read.paper else ()

    @cached_property
    def problems(self) -> tuple[elm3.Problem, ...]:
        """What keeps a European document from its profile."""
        return tuple(elm3.problems(self.document))

    def has_passed(self, *check_ids: str) -> bool:
        """Whether all of these steps have been asked and are PASSED."""
        found = (self.findings.get(check_id) for check_id in check_ids)
        return all(f is not None and f.verdict is Verdict.PASSED for f in found)


def _opened(document: jades.SealedDocument, signature: jades.Signature) -> Seal | Fault:
    try:
        return opened(document, signature)
    except REFUSED as fault:
        return fault
