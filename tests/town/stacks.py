"""Stacked credentials of the town: parts that a university seals, and a whole that names them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import schemas
from issuer.formats import elm3, stacked
from issuer.formats.portrait import portrait
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.rule import AllOf, Rule
from issuer.model.stack import IfRevoked, Part, PartDocument, Stack
from issuer.model.texts import LangText
from issuer.proofs.digest_multibase import digest_multibase
from issuer.verify import Material, Obtained, Policy, Report
from issuer.verify.material import joined
from issuer.verify.reading import read
from tests.town.university import NOW, Bench, Document, University

WHOLE = "data-steward"
COURSES = ("ethics", "law", "statistics", "project")


@dataclass(frozen=True)
class Course:
    """A part that somebody has."""

    name: str
    ects: int = 3
    hours: int = 80
    index: int = 94_567
    earned: dt.date = dt.date(2026, 3, 1)
    changes: tuple[tuple[str, Any], ...] = ()

    @property
    def title(self) -> str:
        return self.name.replace("-", " ").capitalize()

    def badge(self, uni: University) -> Document:
        """The unsigned badge."""
        document = uni.badge(id=f"{uni.base}/c/{self.name}", name=self.title)
        document["awardedDate"] = f"{self.earned.isoformat()}T00:00:00Z"
        purposes = ("revocation", "suspension")
        document["credentialStatus"] = [
            uni.entry(p, id=f"{uni.list_url(p)}#{self.index}", statusListIndex=str(self.index))
            for p in purposes
        ]
        subject = document["credentialSubject"]
        subject["creditsEarned"] = self.ects
        subject["achievement"] |= {
            "id": f"{uni.base}/achievements/{self.name}/v/1",
            "name": self.title,
            "workloadHours": str(self.hours),
        }
        return document | dict(self.changes)

    def part(self, uni: University, data: bytes, **changes: Any) -> Part:
        """How a whole names it."""
        form = DocumentFormat.OB3 if data.lstrip().startswith(b"{") else DocumentFormat.OB3_JWT
        address = f"{uni.base}/c/{self.name}"
        stated = Part(
            name=self.name,
            title=LangText.of(en=self.title),
            achievement=f"{uni.base}/achievements/{self.name}/v/1",
            tier=Tier.BASIC,
            ects=Decimal(self.ects),
            hours=Decimal(self.hours),
            earned=self.earned,
            documents=(PartDocument(format=form, id=address, digest=digest_multibase(data)),),
        )
        return stated.model_copy(update=changes)


def stack_of(*parts: Part, rule: Rule | None = None, **changes: Any) -> Stack:
    """A stack of these parts, each of which is needed."""
    stated: dict[str, Any] = {
        "pathway": "data-steward",
        "pathway_version": 1,
        "pathway_title": LangText.of(en="Data steward"),
        "step": "steward",
        "rule": rule or AllOf(all_of=tuple(part.name for part in parts)),
        "parts": parts,
        "if_revoked": IfRevoked.FAILED,
    }
    return Stack(**(stated | changes))


def named(name: str, *forms: bytes) -> Part:
    """How a whole names an award that was issued, under a name of its own, in its sealed forms."""
    documents = [read(data).document or {} for data in forms]
    said = portrait(documents[0])
    return Part(
        name=name,
        title=LangText.of(en=said.title or ""),
        achievement=said.achievement_url or documents[0]["id"],
        tier=said.tier or Tier.BASIC,
        ects=None if said.ects is None else Decimal(said.ects),
        hours=None if said.workload_hours is None else Decimal(said.workload_hours),
        earned=said.awarded_on or dt.date(2026, 3, 1),
        documents=tuple(
            PartDocument(
                format=DocumentFormat.EDC if elm3.is_edc(document) else DocumentFormat.OB3,
                id=document["id"],
                digest=digest_multibase(data),
            )
            for document, data in zip(documents, forms, strict=True)
        ),
    )


def whole(uni: University, stack: Stack, *, of: Course | None = None, **stated: Any) -> Document:
    """The unsigned stacked badge; ``stated`` replaces members of what it says of its parts.

    ``of``: what it is itself a part as.
    """
    document = uni.badge(id=f"{uni.base}/c/{WHOLE}", name="Data steward")
    if of is not None:
        document = of.badge(uni)
    document["@context"] = [*document["@context"], schemas.stacking_context()]
    node = stacked.compose(stack, credential_id=document["id"], base_url=uni.base, language="en")
    kept = {k: v for k, v in {**node, **stated}.items() if stated.get(k, v) is not None}
    document["credentialSubject"]["stackedFrom"] = kept
    document["credentialSubject"]["creditsEarned"] = float(stack.ects)
    return document


@dataclass(frozen=True)
class Stacked:
    """A sealed whole and the sealed parts beside it."""

    data: bytes
    parts: Mapping[str, bytes]
    """By their ids."""

    def at_hand(self, *names: str) -> Material:
        """Those parts whose ids end so, else all."""
        chosen = {
            part_id: data
            for part_id, data in self.parts.items()
            if not names or part_id.rpartition("/")[2] in names
        }
        return Material(parts={i: Obtained(data, NOW, i) for i, data in chosen.items()})

    def verify(
        self, bench: Bench, *, material: Material | None = None, policy: Policy | None = None
    ) -> Report:
        """Verify it with all its parts at hand; what ``material`` holds counts before them."""
        known = material or bench.material()
        return bench.verify(self.data, material=joined(self.at_hand(), known), policy=policy)


def stacked_badge(
    uni: University,
    *courses: Course,
    stated: Mapping[str, Any] | None = None,
    **stack: Any,
) -> Stacked:
    """Seal each course, and a whole that is built from them."""
    taken = courses or tuple(map(Course, COURSES))
    sealed = [(course, uni.seal(course.badge(uni))) for course in taken]
    named = [course.part(uni, data) for course, data in sealed]
    document = whole(uni, stack_of(*named, **stack), **(stated or {}))
    return Stacked(uni.seal(document), {f"{uni.base}/c/{c.name}": data for c, data in sealed})


def nested(uni: University, levels: int, *, each: int = 1) -> Stacked:
    """A whole of ``each`` parts, of which each has ``each`` parts, so many levels deep."""
    held: dict[str, bytes] = {}

    def sealed(name: str, depth: int) -> bytes:
        if depth == 0:
            return uni.seal(Course(name).badge(uni))
        courses = [Course(f"{name}-{number}") for number in range(each)]
        below = [(c, sealed(c.name, depth - 1)) for c in courses]
        held.update({f"{uni.base}/c/{course.name}": data for course, data in below})
        stack = stack_of(*(course.part(uni, data, ects=None, hours=None) for course, data in below))
        return uni.seal(whole(uni, stack, of=Course(name)))

    return Stacked(sealed("whole", levels), held)
