"""Merkle trees: one root that stands for many leaves, and a short proof that a leaf is among them.

RFC 9162 §2.1 (https://www.rfc-editor.org/rfc/rfc9162#section-2.1) with SHA-256, the same trees as
those of RFC 6962. A leaf and a node are hashed behind different first bytes, so that neither can be
taken for the other. What a leaf means is not known here; nothing is signed and nothing is stored.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from issuer.errors import ProofInvalid

HASH_BYTES = 32
_LEAF = b"\x00"
_NODE = b"\x01"


@dataclass(frozen=True)
class Inclusion:
    """Where a leaf stands in a tree, and what it is hashed with on the way up to the root."""

    index: int
    """Place of the leaf, the first being 0."""
    size: int
    """Number of leaves of the tree."""
    path: tuple[bytes, ...]
    """Hashes of 32 bytes, from the leaf's neighbour upwards."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (§2.1.1), 32 bytes."""
    return hashlib.sha256(_LEAF + leaf).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over the leaves in their order (§2.1.1), 32 bytes; they are gone through once."""
    # Roots of the perfect trees so far with their heights, the highest first; of n leaves there
    # are as many as n has binary ones.
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, found = 0, leaf_hash(leaf)
        while peaks and peaks[-1][0] == height:
            height, found = height + 1, _node(peaks.pop()[1], found)
        peaks.append((height, found))
    if not peaks:
        return hashlib.sha256(b"").digest()
    found = peaks.pop()[1]
    while peaks:
        found = _node(peaks.pop()[1], found)
    return found


def inclusion(leaves: Sequence[bytes], *, index: int) -> Inclusion:
    """Prove that the leaf at ``index`` is one of ``leaves`` (§2.1.3.1); raises IndexError."""
    if not 0 <= index < len(leaves):
        msg = f"there is no leaf {index} among {len(leaves)}"
        raise IndexError(msg)
    path, low, high = [], 0, len(leaves)
    while high - low > 1:
        # The left part is the largest power of two that is smaller than the whole.
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if index < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return Inclusion(index, len(leaves), tuple(reversed(path)))


def require_included(leaf: bytes, proof: Inclusion, *, root: bytes) -> None:
    """Return nothing if the proof leads from the leaf to the root; raises ProofInvalid."""
    # §2.1.3.2, step 1: the leaf has a place in the tree.
    if not 0 <= proof.index < proof.size:
        raise ProofInvalid("The proof names a place that the tree does not have.")
    # 2. and 3. Where it is, and where the last leaf is.
    place, last, found = proof.index, proof.size - 1, leaf_hash(leaf)
    # 4. Every hash of the path is used on the way up.
    for sibling in proof.path:
        if last == 0 or len(sibling) != HASH_BYTES:
            raise ProofInvalid("The path of the proof is not one of a tree of this size.")
        if place & 1 or place == last:
            found = _node(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, sibling)
        place, last = place >> 1, last >> 1
    # 5. The way has ended at the top, and there is the root.
    if last or not hmac.compare_digest(found, root):
        raise ProofInvalid(
            "The path does not lead to the root: this leaf is not shown to be in it."
        )


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
