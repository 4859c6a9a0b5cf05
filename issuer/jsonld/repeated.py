"""Canonicalises once what comes again and again: flat documents that say the same.

VC Data Integrity 1.0 §4.3: the configuration of a proof is canonicalised as a document of its own,
and all proofs of a chunk are made with one. Texts are compared as texts; what is larger, such as
the contexts, only by being the same object, which nobody changes meanwhile. Nothing is judged here.
"""

from issuer.jsonld.canonical import Canonicalise, Json

_MOST = 16


class Repeated:
    """As ``full``, once for each flat document; usable from many threads.

    At most ``most`` are remembered.
    """

    def __init__(self, full: Canonicalise, *, most: int = _MOST) -> None:
        self._full = full
        self._most = most
        self._found: dict[tuple[object, ...], tuple[list[object], bytes]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def canonicalise(self, document: Json, hash_name: str = "sha256") -> bytes:
        """As ``full``; raises what it raises, each time anew."""
        # What has an object of its own is hardly ever said twice.
        if dict in map(type, document.values()):
            return self._full(document, hash_name)
        told: list[object] = [hash_name, *document]
        # Members are kept, so that no other object gets the address of one.
        members: list[object] = []
        for value in document.values():
            several = value if isinstance(value, list) else [value]
            told += [type(value), len(several)]
            told += [v if type(v) is str else id(v) for v in several]
            members += several
        key = tuple(told)
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= self._most:
                self._found = {}
            known = self._found[key] = (members, self._full(document, hash_name))
        return known[1]
