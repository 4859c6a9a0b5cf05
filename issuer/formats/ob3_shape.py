"""Where Open Badges of one achievement differ from each other: a table, nothing else.

1EdTech Open Badges 3.0 (https://www.imsglobal.org/spec/ob/v3p0/) as `issuer.formats.ob3` composes
it, and the ``created`` of a proof (VC Data Integrity 1.0 §2.1). A position that is missing here
costs speed, never soundness: what is not listed is part of the shape (`issuer.jsonld.shapes`).
"""

from collections.abc import Mapping
from typing import Any

import schemas
from issuer.formats import ob3, vcdm2
from issuer.formats.tolerant import listed
from issuer.jsonld.shapes import Variables

VARIABLES: Variables = {
    ("id",): "iri",
    ("validFrom",): "text",
    ("validUntil",): "text",
    ("awardedDate",): "text",
    ("credentialSubject", "id"): "iri",
    ("credentialSubject", "identifier", "identityHash"): "text",
    ("credentialSubject", "identifier", "salt"): "text",
    ("credentialSubject", "result", "value"): "text",
    ("credentialSubject", "result", "assessor"): "text",
    # Of a stacked one; each part has the id of its own document.
    ("credentialSubject", "stackedFrom", "id"): "iri",
    ("credentialSubject", "stackedFrom", "part", "id"): "iri",
    ("credentialSubject", "stackedFrom", "part", "digestMultibase"): "text",
    ("credentialSubject", "stackedFrom", "part", "partEarned"): "text",
    ("evidence", "id"): "iri",
    ("evidence", "name"): "text",
    ("evidence", "digestSRI"): "text",
    # One entry, or two.
    ("credentialStatus", "id"): "iri",
    ("credentialStatus", "statusListIndex"): "text",
    ("credentialStatus", "statusListCredential"): "iri",
    # Of the list in which they stand.
    ("credentialSubject", "encodedList"): "text",
    # Of a proof, which is canonicalised as a document of its own.
    ("created",): "text",
}

PARTS: Variables = {
    ("@context",): "part",
    ("issuer",): "part",
    ("credentialSubject", "achievement"): "part",
}
"""What `issuer.formats.ob3.Composer` puts into every document of a course as the same object."""

UNSEEN = (*VARIABLES, ("proof", "created"), ("proof", "proofValue"))
"""Where the published JSON Schema (`issuer.formats.ob3.SCHEMA`) asks of a text only that it is one.

``tests/unit/formats/test_ob3_shape.py`` reads the schema and says so.
"""

_OF_LISTS = frozenset({"BitstringStatusListCredential", "DataIntegrityProof"})


def is_ours(document: Mapping[str, Any]) -> bool:
    """Whether a document is a badge as composed here, a status list, or a proof of one of them.

    Only of those the table above says what differs.
    """
    contexts, types = document.get("@context"), document.get("type")
    if contexts == [vcdm2.CONTEXT]:
        return any(kind in _OF_LISTS for kind in listed(types) if isinstance(kind, str))
    return (
        isinstance(contexts, list)
        and contexts[:-1] == [vcdm2.CONTEXT, ob3.CONTEXT]
        and schemas.is_vocabulary_context(contexts[-1])
    )
