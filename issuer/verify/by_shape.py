"""The verifier for many documents that are alike: what they share is expanded once.

Same verdicts as `issuer.verify.verifier`, by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/) through
templates (`issuer.jsonld.templates`). A shape is learnt only from a document of our own form that
has just PASSED, of an issuer on the trust list, at its second sighting; a document whose shape is
not known, whose values are not plain, or which FAILED is asked the full way, and that answer
counts. One hit in a thousand is asked both ways; a difference empties the memory and is told.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count

from issuer.errors import Busy, NotReady, UnusableInput
from issuer.formats.ob3_shape import VARIABLES, is_ours
from issuer.jsonld.canonical import Canonicalise, Json
from issuer.jsonld.kept import MOST_SHAPES, Kept
from issuer.jsonld.shapes import Shapes
from issuer.jsonld.templates import Templates
from issuer.verify.case import Apart, Case, Once
from issuer.verify.material import Material
from issuer.verify.policy import Policy
from issuer.verify.reading import read
from issuer.verify.report import Report, Verdict
from issuer.verify.verifier import report_on, verify

Alarm = Callable[[str], None]
"""Told, in a sentence without personal data, that two ways gave two answers."""
_EVERY = 1_000


def _unheard(_sentence: str) -> None:
    pass


@dataclass
class _Quick:
    """Canonicalises by shape where it can, and notes what it could not."""

    templates: Templates
    full: Canonicalise
    apart: Apart
    hits: int = 0
    missed: list[tuple[Json, str]] = field(default_factory=list)

    def __call__(self, document: Json, hash_name: str) -> bytes:
        found = self.templates.find(document, hash_name, apart=self.apart)
        if found is not None:
            self.hits += 1
            return found
        answer = self.full(document, hash_name)
        self.missed.append((document, hash_name))
        return answer


class ShapeVerifier:
    """Verifies as `verify` does, quicker where it has seen the like. Usable from many threads.

    ``canonicalise`` is the full way by which shapes are learnt; of hits one in ``every`` is asked
    both ways, and ``alarm`` hears of a difference.
    """

    def __init__(
        self,
        canonicalise: Canonicalise,
        *,
        most: int = MOST_SHAPES,
        every: int = _EVERY,
        alarm: Alarm = _unheard,
    ) -> None:
        self._shapes = Shapes(VARIABLES)
        self._templates = Templates(canonicalise, variables=self._shapes, most=most)
        self._seen = Kept[bool](most=most, most_bytes=hashlib.sha256().digest_size)
        self._every = every
        self._alarm = alarm
        self._hits = count(1)

    @property
    def shapes(self) -> int:
        """How many shapes are known."""
        return len(self._templates)

    def verify(
        self,
        data: bytes,
        *,
        material: Material,
        policy: Policy,
        at: dt.datetime,
        canonicalise: Canonicalise,
    ) -> Report:
        """As `issuer.verify.verify`; ``canonicalise`` is the full way of this verification."""
        # What was taken apart is remembered for this verification alone.
        apart = Apart(self._shapes)
        quick = _Quick(self._templates, canonicalise, apart)
        report = report_on(Case(read(data), material, policy, at, Once(quick), apart=apart))
        if quick.hits and not self._stands(report):
            # Nothing that was found the quick way is used again.
            fresh = replace(material)
            full = verify(data, material=fresh, policy=policy, at=at, canonicalise=canonicalise)
            if full != report:
                self._templates.forget()
                self._alarm("A document was judged otherwise by its shape than in full.")
            return full
        self._note(report, quick.missed)
        return report

    def _stands(self, report: Report) -> bool:
        """Whether what was found by shape may be told; else the full way is asked."""
        # Of a document with parts it would have to be asked of each of them.
        if report.verdict is Verdict.FAILED or report.parts:
            return False
        settled = [c for c in report.checks if c.id in {"contexts", "proof"}]
        if any(c.verdict is not Verdict.PASSED for c in settled):
            return False
        return next(self._hits) % self._every != 0

    def _note(self, report: Report, missed: Iterable[tuple[Json, str]]) -> None:
        # Each of these went the full way, and a signature over what came of it was verified.
        if report.verdict is not Verdict.PASSED or report.kind != "json" or report.carrier:
            return
        # Nobody has asked whether a signature fits that stands on a part.
        if report.parts:
            return
        if report.check("issuer_established").verdict is not Verdict.PASSED:
            return
        for document, hash_name in missed:
            shape = self._shapes.of(document) if is_ours(document) else None
            if shape is None:
                continue
            # A digest, so that what is only seen leaves nothing here.
            digest = hashlib.sha256(hash_name.encode() + shape.key).digest()
            if self._seen.get(digest):
                with suppress(Busy, NotReady, UnusableInput):
                    self._templates.canonicalise(document, hash_name)
            self._seen.put(digest, True)  # noqa: FBT003 # It was seen.


def verify_many(
    items: Iterable[bytes],
    *,
    material: Material,
    policy: Policy,
    at: dt.datetime,
    canonicalise: Canonicalise,
) -> Iterator[Report]:
    """Verify each of ``items`` as `verify` does and report, in their order, as they are asked for.

    What documents of one issuer and course share is expanded once, and a status list that they
    share is checked once.
    """
    shapes = ShapeVerifier(canonicalise)
    for data in items:
        yield shapes.verify(
            data, material=material, policy=policy, at=at, canonicalise=canonicalise
        )
