"""`@digitalbazaar/vc` from npm, in one long-lived Node process beside ours.

``npm ci --prefix tests/node`` puts it there. Its documents come from memory, its key is its own.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

import schemas
from issuer.verify import Material
from tests.bench.counterpart import Counterpart, DoesNotRun
from tests.bench.premises import ROOT, Json, size_of

NODE = ROOT / "tests" / "node"
OURS = "our document"
PLAIN = "a plain badge"
_BYTES = 4_000
_ALIGNMENTS = 4


def node(
    *, material: Material, issue: Json | None = None, verify: Sequence[Json] = ()
) -> Counterpart:
    """Start it with a document to issue and credentials to verify; raises DoesNotRun."""
    program = shutil.which("node")
    if program is None or not (NODE / "node_modules").is_dir():
        raise DoesNotRun("Node is not there, or `npm ci --prefix tests/node` was not run.")
    found = Counterpart([program, str(NODE / "bench.mjs")], folder=NODE)
    documents = contexts() | {did: dict(p.value) for did, p in material.did_documents.items()}
    question: dict[str, Any] = {"do": "setup", "documents": documents}
    if issue is not None:
        question["issue"] = {OURS: issue, PLAIN: plain(issue)}
    if verify:
        question["verify"] = {OURS: list(verify)}
    found.ask(question)
    return found


def contexts() -> dict[str, Any]:
    """Every context of the library, by its address."""
    return {url: json.loads(schemas.read(url)) for url in schemas.context_urls()}


def plain(document: Json) -> Json:
    """A badge of the same award in terms of 1EdTech alone, without a context inside, of 4 KB.

    What only our vocabulary says is left out; more alignments and a longer text stand in its place.
    """
    ours = frozenset(term.name for term in schemas.vocabulary_terms())
    # The type of its schema is of our context too: 1EdTech's two contexts do not define it.
    found: Json = _without(document, ours | {"credentialSchema"})
    achievement = found["credentialSubject"]["achievement"]
    first = achievement["alignment"][0]
    for number in range(1, 1 + _ALIGNMENTS):
        other = {"targetCode": str(number), "targetUrl": f"{first['targetUrl']}-{number}"}
        achievement["alignment"].append({**first, **other})
    text = achievement["criteria"]["narrative"]
    missing = _BYTES - size_of(found)
    achievement["criteria"]["narrative"] = text + (" " + text) * (missing // len(text))
    return {**found, "@context": [c for c in document["@context"] if isinstance(c, str)]}


def _without(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _types(item, names) if name == "type" else _without(item, names)
            for name, item in value.items()
            if name not in names
        }
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def _types(value: Any, names: frozenset[str]) -> Any:
    return [t for t in value if t not in names] if isinstance(value, list) else value
