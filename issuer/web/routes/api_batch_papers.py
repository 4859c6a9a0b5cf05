"""What is left when a batch has ended: its receipt, the table of outcomes, proofs of inclusion.

The table holds names and secret links: it is streamed to those who may issue, and nobody's cache
keeps it. Everything is decided by `issuer.services.receipt` and `issuer.services.outcomes`.
"""

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from issuer.model.receipt import BatchReceipt, InclusionProof
from issuer.services import outcomes, receipt
from issuer.web.auth import Issuer, Reader
from issuer.web.house import OpenHouse
from issuer.web.routes.files import NOT_KEPT, saved_as
from issuer.web.wire import PROBLEMS

router = APIRouter(tags=["batches"], responses=PROBLEMS)
_CSV = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


class ReceiptOut(BaseModel):
    """The signed receipt of a batch."""

    receipt: Annotated[str, Field(description="Compact JWS; this is what is kept and verified.")]
    time_stamp: Annotated[
        str | None, Field(description="RFC 3161 token over the root, DER in base64.")
    ]
    content: Annotated[BatchReceipt, Field(description="What the receipt says, to look at.")]


class InclusionOut(BaseModel):
    """Proofs that the documents of a credential are counted in the receipt of its batch."""

    proofs: list[InclusionProof]


@router.get("/api/v1/batches/{batch_id}/receipt", response_model=ReceiptOut)
def get_receipt(batch_id: str, *, token: Reader, house: OpenHouse, response: Response) -> Any:
    """The receipt of a batch that has ended; 409 while there is none."""
    with house.bench.read() as tx:
        kept = receipt.read(tx, token.organisation, batch_id)
    response.headers["cache-control"] = NOT_KEPT
    stamp = base64.b64encode(kept.stamp).decode("ascii") if kept.stamp else None
    return {"receipt": kept.receipt.decode("ascii"), "time_stamp": stamp, "content": kept.content}


@router.get(
    "/api/v1/batches/{batch_id}/outcomes",
    responses=_CSV,  # type: ignore[arg-type] # FastAPI's type wants str beside int.
    response_class=StreamingResponse,
)
def get_outcomes(
    batch_id: str,
    *,
    token: Issuer,
    house: OpenHouse,
    separator: Annotated[Literal["comma", "semicolon", "tab"], Query()] = "comma",
    bom: Annotated[bool, Query()] = False,
) -> Response:
    """What became of each row, with the links to send, as CSV."""
    form = outcomes.Form(outcomes.SEPARATORS[separator], bom=bom)
    pieces = outcomes.table(house.bench, token.organisation, batch_id, form=form, actor=token.name)
    return StreamingResponse(
        (piece.encode() for piece in pieces),
        media_type=outcomes.MEDIA_TYPE,
        headers={
            "cache-control": NOT_KEPT,
            "content-disposition": saved_as("outcomes.csv"),
        },
    )


@router.get("/api/v1/credentials/{credential_id}/inclusion", response_model=InclusionOut)
def get_inclusion(
    credential_id: str, *, token: Reader, house: OpenHouse, response: Response
) -> Any:
    """Proofs that the documents of a credential are counted in the receipt of its batch."""
    with house.bench.read() as tx:
        found = receipt.prove(tx, token.organisation, credential_id)
    response.headers["cache-control"] = NOT_KEPT
    return {"proofs": found}
