"""What the API answers, as models: so that the OpenAPI document says it and nothing else leaves.

OpenAPI 3.1. What comes in is described by the nouns themselves (`issuer.model`) and read strictly
from its bytes (`issuer.web.body`). Nothing is computed here.
"""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from issuer.web.problems import MEDIA_TYPE


class ProblemOut(BaseModel):
    """A problem document (RFC 9457) with our stable code; some have further members."""

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="Place, fault and cure, for people.")]
    code: Annotated[str, Field(description="Stable; for programs.")]


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem document (RFC 9457).",
        "content": {MEDIA_TYPE: {"schema": ProblemOut.model_json_schema()}},
    }
}
"""``responses`` of every router: whatever is no success."""


class LinksOut(BaseModel):
    """Where to find what belongs to a credential."""

    page: Annotated[str, Field(description="Public page; answers 404 until the learner shares.")]
    learner: Annotated[
        str | None,
        Field(description="The learner's own page; whoever has it may share. Not for auditors."),
    ] = None
    json_: Annotated[str | None, Field(alias="json")] = None
    jwt: str | None = None


class AwardOut(BaseModel):
    """The state of a credential, and nothing about the person."""

    id: str
    state: str
    achievement: str
    achievement_version: int
    awarded_on: dt.date
    valid_until: dt.datetime | None
    approved_by: str
    approved_at: dt.datetime
    shared: bool
    reason: str | None
    formats: list[str]
    links: LinksOut


class ChangedOut(AwardOut):
    """The state of a credential after a change, and whether the world can see it yet."""

    published: Annotated[
        bool, Field(description="False: the status list follows as soon as it can be signed.")
    ]


class SubmittedOut(BaseModel):
    """What came of a result; all but ``outcome`` is left out where nothing was issued."""

    model_config = ConfigDict(extra="allow")

    outcome: Annotated[
        str,
        Field(description="issued, already (the same result again), not_passed or unknown."),
    ]
    id: str | None = None
    state: str | None = None
    links: LinksOut | None = None


class FaultOut(BaseModel):
    """Why a row was not issued."""

    line: Annotated[int, Field(description="Line, or row of the sheet, in the file.")]
    code: str | None
    fault: str | None


class ProgressOut(BaseModel):
    """How many of the rows that are to be issued are at their end."""

    done: int
    of: int


class BatchOut(BaseModel):
    """A file that was confirmed, and how far it is; nothing about a person."""

    id: str
    state: Annotated[
        str,
        Field(description="staging, queued, running, paused, stopped, cancelled or done."),
    ]
    reason: Annotated[str | None, Field(description="Why it was paused or stopped.")]
    source: str
    input_sha256: str
    formats: list[str]
    approved_by: str
    created_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    version: int
    rows: Annotated[dict[str, int], Field(description="How many rows are in which state.")]
    progress: ProgressOut
    undecided: Annotated[
        int,
        Field(description="For so many rows at most it is still decided what they complete."),
    ]
    faults: Annotated[list[FaultOut], Field(description="The first hundred; not in a list.")]


class BatchesOut(BaseModel):
    """Batches, newest first."""

    batches: list[BatchOut]


class ReasonIn(BaseModel):
    """Why; everybody who checks the credential reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


class VerifyIn(BaseModel):
    """What is to be checked, and whose it should be."""

    credential: Annotated[
        dict[str, Any] | str,
        Field(description="A credential as JSON, a compact JWT, or an https link to one."),
    ]
    holder: Annotated[
        str | None, Field(max_length=300, description="Name or e-mail that it should be about.")
    ] = None
    parts: Annotated[
        list[dict[str, Any] | str] | None,
        Field(max_length=10, description="Parts of a stacked credential, each as JSON or JWT."),
    ] = None


class CheckOut(BaseModel):
    """The answer to one question."""

    id: str
    verdict: str
    sub: str | None
    detail: str
    clause: str
    source: str
    as_of: dt.datetime | None
    counts: bool
    reached: bool


class PartOut(BaseModel):
    """What was found of one part of a stacked credential."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str
    verdict: str
    sub: str | None
    detail: str
    looked_at: bool


class ReportOut(BaseModel):
    """What a verification found out."""

    model_config = ConfigDict(extra="allow")

    verdict: Annotated[str, Field(description="PASSED, FAILED or INDETERMINATE.")]
    at: dt.datetime
    kind: str
    carrier: str | None
    digest: str
    checks: list[CheckOut]
    parts: Annotated[
        list[PartOut], Field(description="What was found of each part of a stacked credential.")
    ] = []


class IssueIn(BaseModel):
    """VC-API: what is to be issued."""

    credential: Annotated[
        dict[str, Any],
        Field(description="A credential without a proof; issuer names the DID of the profile."),
    ]
    options: dict[str, Any] = {}


class VerifyCredentialIn(BaseModel):
    """VC-API: a credential that is to be checked."""

    verifiable_credential: Annotated[
        dict[str, Any] | str,
        Field(alias="verifiableCredential", description="With a proof, enveloped, or a token."),
    ]
    options: Annotated[
        dict[str, Any], Field(description='`{"checks": ["proof"]}` asks for the proof alone.')
    ] = {}


class VerifyPresentationIn(BaseModel):
    """VC-API: a presentation that is to be checked."""

    verifiable_presentation: Annotated[dict[str, Any], Field(alias="verifiablePresentation")]
    options: Annotated[dict[str, Any], Field(description="challenge and domain, as texts.")] = {}
