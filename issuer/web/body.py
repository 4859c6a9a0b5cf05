"""The body of a request as the bytes that came, and as one JSON object read strictly from them.

I-JSON (RFC 7493): what two readers could understand differently is refused. The one asynchronous
dependency of the door stands here: only the loop can read a body. Its size is bounded elsewhere.
"""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from issuer.services import fields

_JSON = "application/json"


async def _raw(request: Request) -> bytes:
    return await request.body()


Raw = Annotated[bytes, Depends(_raw)]
"""Parameter of a route: the body as it came."""


def _object(raw: Raw) -> dict[str, Any]:
    return fields.json_object(raw)


JsonObject = Annotated[dict[str, Any], Depends(_object)]
"""Parameter of a route: the body as a JSON object; raises MalformedDocument and its kin."""


def takes(
    model: type[BaseModel], *, without: Collection[str] = (), also: tuple[str, ...] = ()
) -> Any:
    """``openapi_extra`` of a route that reads its own body.

    The shape is the model's, except for the members ``without``, which are not the caller's
    to say; ``also`` names further media types, whose content is text or bytes.
    """
    schema = model.model_json_schema()
    shape = _inlined(schema, definitions=schema.get("$defs", {}), without=without)
    content: dict[str, Any] = {_JSON: {"schema": shape}}
    content |= {kind: {"schema": {"type": "string", "format": "binary"}} for kind in also}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(value: Any, *, definitions: Mapping[str, Any], without: Collection[str]) -> Any:
    # A reference would be looked up in the whole OpenAPI document, which has other definitions.
    if isinstance(value, list):
        kept = [item for item in value if item not in without]
        return [_inlined(item, definitions=definitions, without=without) for item in kept]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        value = definitions[value["$ref"].rpartition("/")[2]]
    return {
        name: _inlined(item, definitions=definitions, without=without)
        for name, item in value.items()
        if name != "$defs" and name not in without
    }
