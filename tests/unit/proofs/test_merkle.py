"""The trees of Certificate Transparency, by its own vectors and by laws."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import ProofInvalid
from issuer.proofs import merkle
from issuer.proofs.merkle import Inclusion

# The leaves, roots and paths that implementations of RFC 6962 and RFC 9162 test themselves with.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]

trees = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def as_defined(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + as_defined(leaves[:k]) + as_defined(leaves[k:])).digest()


@pytest.mark.parametrize(("count", "expected"), list(enumerate(ROOTS)))
def test_published_roots(count: int, expected: str) -> None:
    assert merkle.root(LEAVES[:count]).hex() == expected


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_published_paths(index: int, size: int, path: list[str]) -> None:
    proof = merkle.inclusion(LEAVES[:size], index=index)
    assert proof == Inclusion(index, size, tuple(bytes.fromhex(text) for text in path))
    merkle.require_included(LEAVES[index], proof, root=bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    with pytest.raises(IndexError, match="no leaf"):
        merkle.inclusion(LEAVES[:3], index=index)


@given(trees)
def test_the_root_is_the_one_that_is_defined(leaves: list[bytes]) -> None:
    assert merkle.root(iter(leaves)) == as_defined(leaves)


@given(trees, st.data())
def test_every_leaf_is_shown_to_be_there_and_no_other(
    leaves: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top = merkle.inclusion(leaves, index=index), merkle.root(leaves)
    merkle.require_included(leaves[index], proof, root=top)
    with pytest.raises(ProofInvalid):
        merkle.require_included(leaves[index] + b"!", proof, root=top)
    with pytest.raises(ProofInvalid):
        merkle.require_included(leaves[index], proof, root=bytes(32))


@given(trees, st.data())
def test_a_proof_that_was_changed_shows_nothing(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, top = merkle.inclusion(leaves, index=index), merkle.root(leaves)
    changed = [
        replace(proof, index=-1),
        replace(proof, index=proof.size),
        replace(proof, size=0),
        replace(proof, path=(*proof.path, bytes(32))),
        replace(proof, path=tuple(h[:-1] for h in proof.path) or (b"",)),
    ]
    if proof.path:
        flipped = data.draw(st.integers(0, len(proof.path) - 1))
        path = list(proof.path)
        path[flipped] = bytes([path[flipped][0] ^ 1]) + path[flipped][1:]
        changed += [replace(proof, path=tuple(path)), replace(proof, path=proof.path[:-1])]
    for one in changed:
        with pytest.raises(ProofInvalid):
            merkle.require_included(leaves[index], one, root=top)


def test_a_node_is_no_leaf() -> None:
    # Without the first byte an inner node could be handed in as a leaf (second preimage).
    left, right = (merkle.leaf_hash(leaf) for leaf in LEAVES[1:3])
    assert merkle.root(LEAVES[1:3]) != merkle.root([left + right])
    with pytest.raises(ProofInvalid):
        merkle.require_included(left + right, Inclusion(0, 1, ()), root=merkle.root(LEAVES[1:3]))
