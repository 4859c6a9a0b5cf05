"""YAML that runs code, grows without end, or says something other than what stands there."""

import tracemalloc

import pytest

from issuer.errors import MalformedDocument
from issuer.services.pathway_file import read

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "anchors and aliases are not read"),
        ("a: &x 1\n", "anchors and aliases"),
        ("a: *x\n", "anchors and aliases"),
        ("&x a: 1\n", "anchors and aliases"),
        ("a: !!python/object/apply:os.system ['true']\n", "tags"),
        ("a: !!python/name:os.system\n", "tags"),
        ("!!python/module:os a: 1\n", "tags"),
        ("a: !own 1\n", "tags"),
        ("%TAG ! tag:example.org,2026:\n---\na: !x 1\n", "tags"),
        ("a: !!set {b}\n", "tags"),
    ],
)
def test_what_is_not_plain_is_refused(text: str, said: str) -> None:
    with pytest.raises(MalformedDocument, match=said):
        read(text.encode(), organisation="uni")


def test_merge_keys_bring_nothing_in() -> None:
    with pytest.raises(MalformedDocument, match="<< stands there twice"):
        read(b"<<: {slug: way}\nslug: other\n<<: {slug: third}\n", organisation="uni")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 60_000, "- " * 100_000, "a:\n" + "? " * 100_000]
)
def test_depth_is_bounded_before_anything_is_built(text: str) -> None:
    tracemalloc.start()
    with pytest.raises(MalformedDocument):
        read(text.encode(), organisation="uni")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 1024 * 1024
