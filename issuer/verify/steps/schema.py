"""Does it keep to the schema that it names?

VCDM 2.0 §4.11, VC JSON Schema 1.0 (https://www.w3.org/TR/vc-json-schema/). Only pinned schemas are
applied; an unknown one is a note. Whether this counts is the verifier's business.
"""

import schemas
from issuer.formats import ob3
from issuer.formats.json_schema import schema_problems
from issuer.formats.lint import badge_schema_problems
from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, failed, passed, worst
from issuer.verify.steps.form import format_of
from issuer.verify.wording import shown

_MOST_SCHEMAS = 4


def schema(case: Case) -> Finding:
    """Say whether every pinned schema that the document names is kept."""
    named = case.document.get("credentialSchema", [])
    entries = named if isinstance(named, list) else [named]
    if not entries:
        return passed("It names no schema that it promises to follow.")
    if len(entries) > _MOST_SCHEMAS:
        return doubtful("schema.too_many", f"It names {len(entries)} schemas, too many to apply.")
    return worst(_one(case, entry["id"]) for entry in entries)


def _one(case: Case, url: str) -> Finding:
    if url not in schemas.json_schema_urls():
        detail = f"It follows a schema that we do not hold: {shown(url)}"
        return doubtful("schema.unknown", detail)
    standard = format_of(case.document)
    badge = url == ob3.SCHEMA
    # Once for each shape, where the schema sees no difference (`issuer.formats.json_schema`).
    problems = (
        badge_schema_problems(case.document, apart=case.apart)
        if badge
        else schema_problems(case.document, url=url)
    )
    if problems:
        listed = shown("; ".join(problems))
        detail = f"Required by {standard}, but missing or malformed: {listed}."
        return failed("schema.broken", detail, source=url)
    detail = f"Everything that {standard} requires is there and well-formed."
    return passed(detail, source=url)
