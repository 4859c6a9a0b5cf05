"""The assessment result: who was assessed on what, when, and how it ended.

Sources: Annex I M9, O2, O3; Open Badges 3.0 Result and Evidence.
A result is a fact that the university states; this module decides nothing.
"""

import datetime as dt
import hashlib
import hmac
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import from_json, to_json

from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.model.organisation import in_code_list
from issuer.model.stack import Stack
from issuer.model.texts import HttpsUrl, Line, Noun, Slug, distinct


class Grade(Noun):
    """A grade and the scheme in which it means something (Annex I O3)."""

    value: Annotated[Line, StringConstraints(max_length=40)]
    scheme: Line


class Evidence(Noun):
    """A work of the learner that was assessed; linked with its digest, never embedded."""

    title: Line
    url: HttpsUrl
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """SHA-256 of the linked bytes, hexadecimal."""


class AssessmentResult(Noun):
    """One result as it came in from the source."""

    organisation: Slug
    achievement: Slug
    learner: Learner
    date: Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2199, 12, 31))]
    """Date of the assessment decision, local to the organisation."""
    passed: bool | None
    """None: unknown, and unknown never issues."""
    grade: Grade | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=20)] = ()
    assessor: Line | None = None
    """Who assessed."""
    identity_check: Annotated[str, in_code_list("supervision")] | None = None
    """How identity was checked, where it differs from the offering."""
    source_id: Line | None = None
    """The result's id in the source system."""
    stack: Annotated[Stack | None, Field(exclude_if=lambda stack: stack is None)] = None
    """What a stacked award is built from; made by `issuer.services.stack` alone, never taken in."""

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.learner.organisation != self.organisation:
            msg = "the learner belongs to another organisation than the result"
            raise ValueError(msg)
        if self.evidence:
            # The same address twice would be one node with two contents.
            distinct(tuple(item.url for item in self.evidence))
        return self

    @property
    def natural_key(self) -> str:
        """What makes two results the same: the source's id, else who, what and when."""
        if self.stack:
            # No source can give a key of this kind away, because none may send a stack.
            return f"stack:{self.organisation}:{self.source_id}"
        if self.source_id:
            return f"source:{self.organisation}:{self.source_id}"
        who, when = self.learner.key, self.date.isoformat()
        return f"result:{self.organisation}:{self.achievement}:{who}:{when}"

    def commitment(self, key: bytes) -> str:
        """HMAC-SHA256 (hex) over the content under ``key``, to compare without keeping it."""
        return hmac.new(key, self.as_json(), hashlib.sha256).hexdigest()


def restored(data: bytes) -> AssessmentResult:
    """The result whose JSON our registry has kept: as `model_validate_json`, ten times as fast.

    It was validated when it was taken in, and what is kept cannot be changed without its key. Never
    for what comes from elsewhere.
    """
    value = from_json(data)
    learner = value["learner"]
    born = learner["birth_date"]
    learner["birth_date"] = dt.date.fromisoformat(born) if born else None
    learner["identifiers"] = tuple([_identifier(one) for one in learner["identifiers"]])
    value["learner"] = Learner.known(learner)
    grade = value["grade"]
    value["grade"] = Grade.known(grade) if grade else None
    value["evidence"] = tuple([Evidence.known(one) for one in value["evidence"]])
    value["date"] = dt.date.fromisoformat(value["date"])
    # Of a stacked award, which is rare, everything is validated anew.
    stack = value.get("stack")
    value["stack"] = Stack.model_validate_json(to_json(stack)) if stack else None
    return AssessmentResult.known(value)


def _identifier(value: dict[str, str]) -> LearnerIdentifier:
    return LearnerIdentifier.known({**value, "disclosure": Disclosure(value["disclosure"])})
