"""The body of a request as the bytes that came, and as one JSON object read strictly from them.

RFC 8259, I-JSON (RFC 7493): what two readers could understand differently is refused. The one
asynchronous dependency of the door: only the loop can read a body.
"""

from typing import Annotated, Any

from fastapi import Depends, Request

from issuer.services import fields

JSON = "application/json"


async def _raw(request: Request) -> bytes:
    return await request.body()


Raw = Annotated[bytes, Depends(_raw)]
"""Parameter of a route: the body as it came; its size is bounded by `issuer.web.bounds`."""


def _json(raw: Raw) -> dict[str, Any]:
    return fields.json(raw)


JsonObject = Annotated[dict[str, Any], Depends(_json)]
"""Parameter of a route: the body as a JSON object; raises MalformedDocument and its kin."""


def documented(
    model: type, *, kinds: tuple[str, ...] = (JSON,), required: bool = True
) -> dict[str, Any]:
    """``openapi_extra`` of a route that reads its own body: its shape, for each media type."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {kind: {"schema": schema if kind == JSON else {"type": "string"}} for kind in kinds}
    return {"requestBody": {"required": required, "content": content}}
