"""Stacked European documents of the town: sealed parts of either kind, and a whole that names them.

They are of the same university, courses and dates as those of `tests.town.stacks`.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from issuer.formats import elm3
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.learner import Learner
from issuer.model.stack import Part, PartDocument, Stack
from issuer.model.texts import LangText
from issuer.proofs.digest_multibase import digest_multibase
from issuer.verify import Material
from tests.town import awards
from tests.town.authority import Holder
from tests.town.european import BELIEVED, BENCH, SEAL, UNI
from tests.town.sealed import sealed
from tests.town.stacks import WHOLE, Course, Stacked, stack_of

Document = dict[str, Any]
Bend = Callable[[Document], None]
ALEX = Learner(organisation="euas", key="S1", display_name="Alex Example")


def document_id(name: str) -> str:
    """The id of the European document of a course or whole."""
    return elm3.credential_id(f"{UNI.base}/c/{name}")


@dataclass(frozen=True)
class Diploma:
    """What a European document is about: a course, or what is built from others."""

    course: Course
    stack: Stack | None = None
    learner: Learner = ALEX
    tier: Tier | None = None

    def document(self) -> Document:
        """The unsealed document."""
        course, body = self.course, awards.whole_body()
        body = body.model_copy(update={"did": UNI.did, "slug": ALEX.organisation})
        stacking = awards.whole().stacking
        assert stacking is not None
        offering = awards.course().model_copy(
            update={
                "slug": course.name,
                "organisation": body.slug,
                "title": LangText.of(en=course.title),
                "ects": Decimal(course.ects),
                "workload_hours": Decimal(course.hours),
                "stacking": stacking.model_copy(update={"tier": self.tier}) if self.tier else None,
            }
        )
        made = awards.awarded(offering, body=body, learner=self.learner, stack=self.stack)
        award = made.award.model_copy(update={"id": course.name, "awarded_on": course.earned})
        kept = awards.reservation().model_copy(
            update={"award_id": course.name, "credential_id": document_id(course.name)}
        )
        made = replace(made, award=award, base_url=UNI.base)
        composed = elm3.compose(made, reservation=kept, pictures=[awards.picture()])
        found = copy.deepcopy(dict(composed.document))
        found["credentialStatus"]["id"] = f"{UNI.list_url('revocation')}#{course.index}"
        return found

    def seal(self, *, by: Holder = SEAL, bend: Bend | None = None) -> bytes:
        """The sealed document; ``bend`` changes it before."""
        document = self.document()
        if bend is not None:
            bend(document)
        return sealed(by, document)


def named(course: Course, data: bytes, **changes: Any) -> Part:
    """How a whole names a sealed European document."""
    one = PartDocument(
        format=DocumentFormat.EDC, id=document_id(course.name), digest=digest_multibase(data)
    )
    return course.part(UNI, data, documents=(one,), **changes)


def diploma(*parts: Part, name: str = WHOLE, **stack: Any) -> Diploma:
    """A whole that is built from these parts."""
    made = stack_of(*parts, **stack)
    return Diploma(Course(name, ects=int(made.ects), hours=int(made.hours)), made)


def whole(*parts: Part, bend: Bend | None = None, **stack: Any) -> bytes:
    """A sealed whole that is built from these parts."""
    return diploma(*parts, **stack).seal(bend=bend)


def stacked_diploma(*courses: Course, bend: Bend | None = None, **stack: Any) -> Stacked:
    """Seal each course, and a whole that is built from them."""
    made = [(course, Diploma(course).seal()) for course in courses]
    parts = [named(course, data) for course, data in made]
    held = {document_id(course.name): data for course, data in made}
    return Stacked(whole(*parts, bend=bend, **stack), held)


def claim_of(document: Document) -> Document:
    """What was achieved."""
    claim: Document = document["credentialSubject"]["hasClaim"]
    return claim


def notes_of(node: Document) -> dict[str, Document]:
    """Its notes by the term of our vocabulary that each is about."""
    return {one["subject"]["id"].rpartition("#")[2]: one for one in listed(node["additionalNote"])}


def listed(value: Any) -> list[Any]:
    """One or several as several."""
    return value if isinstance(value, list) else [value]


def parts_of(document: Document) -> list[Document]:
    """The claims of the parts."""
    return listed(claim_of(document)["hasPart"])


def material(**changes: Any) -> Material:
    """Everything at hand, the authority of the seal believed."""
    return BENCH.material(**{"anchors": (BELIEVED,)} | changes)
