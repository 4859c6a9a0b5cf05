"""Runs in the environment of the peers, not in ours: one peer, asked in lines of JSON.

``python peer.py openbadgeslib|openvc-core``; then ``{"do": "setup", "contexts", "documents"}`` and
``{"do": "issue" | "verify", "name", "count"}``, as `tests/node/bench.mjs` is asked. Documents and
contexts come from memory, the key is its own and fresh, nothing is kept. Knows nothing of ours.
"""

import json
import sys
import time
from importlib import import_module
from typing import Any, Protocol

Json = dict[str, Any]
_METHOD = "did:web:peer.example#bench"


class Peer(Protocol):
    """What a peer can be asked for."""

    def sign(self, document: Json) -> Json:
        """The document with its proof."""
        ...

    def verify(self, document: Json) -> None:
        """Return nothing where the proof is good."""
        ...


class OpenBadgesLib:
    """openbadgeslib with [ldp]: the functions that take any document."""

    def __init__(self, contexts: Json) -> None:
        self._ldp = import_module("openbadgeslib.ob3.ldp")
        keys = import_module("openbadgeslib.keys")
        self._secret, self._public = keys.KeyEd25519().generate_keypair()
        bundled = import_module("openbadgeslib.ob3.contexts").bundled_contexts()
        # What it brings along it knows how to cache.
        self._contexts = {url: c for url, c in contexts.items() if url not in bundled}

    def sign(self, document: Json) -> Json:
        """As `Peer.sign`."""
        found: Json = self._ldp.add_data_integrity_proof(
            document, self._secret, _METHOD, extra_contexts=self._contexts
        )
        return found

    def verify(self, document: Json) -> None:
        """As `Peer.verify`."""
        self._ldp.verify_data_integrity_proof(document, self._public, extra_contexts=self._contexts)


class OpenVc:
    """openvc-core with [data-integrity]."""

    def __init__(self, contexts: Json) -> None:
        keys = import_module("openvc.keys")
        self._key = keys.Ed25519SigningKey.generate(_METHOD)
        self._public = self._key.public_jwk()
        self._suite = import_module("openvc.proof.data_integrity").DataIntegrityProofSuite()
        bundled = import_module("openvc.proof.contexts").bundled_contexts()
        self._contexts = {url: c for url, c in contexts.items() if url not in bundled}

    def sign(self, document: Json) -> Json:
        """As `Peer.sign`."""
        found: Json = self._suite.add_proof(
            document,
            signing_key=self._key,
            verification_method=_METHOD,
            extra_contexts=self._contexts,
        )
        return found

    def verify(self, document: Json) -> None:
        """As `Peer.verify`."""
        self._suite.verify(document, public_key_jwk=self._public, extra_contexts=self._contexts)


PEERS = {"openbadgeslib": OpenBadgesLib, "openvc-core": OpenVc}


def _answer(question: Json, state: dict[str, Any], kind: str) -> Json:
    if question["do"] == "setup":
        state["peer"] = PEERS[kind](question["contexts"])
        state["documents"] = question["documents"]
        return {"count": 0}
    peer, document = state["peer"], state["documents"][question["name"]]
    if question["do"] == "verify":
        # What it verifies it has signed itself, before the clock runs.
        document = peer.sign(document)
    work = peer.sign if question["do"] == "issue" else peer.verify
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(question["count"]):
        work(document)
    return {
        "count": question["count"],
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
    }


def main(kind: str) -> None:
    """Answer until nobody asks."""
    state: dict[str, Any] = {}
    for line in sys.stdin:
        try:
            answer = _answer(json.loads(line), state, kind)
        except Exception as fault:  # noqa: BLE001 # Whatever it is: it is what the report says.
            answer = {"error": f"{type(fault).__name__}: {fault}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
