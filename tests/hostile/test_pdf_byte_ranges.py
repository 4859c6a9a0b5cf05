"""An attack: a signature in a PDF that says it is about other bytes than a reader believes.

Universal signature forgery and signature wrapping (https://pdf-insecurity.org): whatever the range
says, a seal is about everything up to the end of a revision but its own place, or it is refused.
"""

import re

import pytest

from issuer.carriers.pdf import signatures
from issuer.errors import MalformedDocument, ProofInvalid
from issuer.proofs import pades
from issuer.verify.paper import FileSeal, file_seals
from tests.town import papers
from tests.town.increments import increment, object_of, size_of, small

PAGES = small()
SEALED = papers.sealed(PAGES)
TWICE = papers.sealed(SEALED, name="Second")
SAID = re.findall(rb"/ByteRange (\[[^\]]*\] *)", SEALED)[-1]
FIRST, SECOND, LENGTH = (int(n) for n in re.findall(rb"\d+", SAID)[1:])
NEW = size_of(SEALED)
(SEAL,) = signatures(SEALED).signatures


def saying(*numbers: object, sealed: bytes = SEALED) -> bytes:
    """The file with another range in the same place."""
    written = b"[%b]" % b" ".join(str(n).encode() for n in numbers)
    return sealed.replace(SAID, written.ljust(len(SAID)))


RANGES = {
    "not from the start": (1, FIRST - 1, SECOND, LENGTH),
    "a larger gap in front": (0, FIRST - 1, SECOND, LENGTH),
    "a larger gap behind": (0, FIRST, SECOND + 1, LENGTH - 1),
    "a smaller gap": (0, FIRST + 1, SECOND - 1, LENGTH + 1),
    "a gap of nothing": (0, FIRST, FIRST, len(SEALED) - FIRST),
    "overlapping": (0, SECOND, FIRST, len(SEALED) - FIRST),
    "negative": (0, -FIRST, SECOND, LENGTH),
    "negative start": (-1, FIRST + 1, SECOND, LENGTH),
    "negative length": (0, FIRST, SECOND, -LENGTH),
    "an end inside": (0, FIRST, SECOND, LENGTH - 20),
    "an end in front": (0, FIRST, SECOND, 0),
    "an end behind": (0, FIRST, SECOND, LENGTH + 1),
    "huge": (0, FIRST, SECOND, 10**20),
    "three numbers": (0, FIRST, SECOND),
    "five numbers": (0, FIRST, SECOND, LENGTH, 0),
    "six numbers": (0, FIRST, SECOND, 9, SECOND + 9, 9),
    "no numbers": (),
    "nothing": (0, 0, 0, 0),
    "names": (0, FIRST, SECOND, "/All"),
    "references": (0, FIRST, SECOND, "4 0 R"),
    "null": (0, FIRST, SECOND, "null"),
}


@pytest.mark.parametrize("kind", RANGES)
def test_a_range_that_leaves_something_out_is_refused(kind: str) -> None:
    changed = saying(*RANGES[kind])
    assert changed != SEALED
    with pytest.raises(MalformedDocument):
        signatures(changed)
    assert all(isinstance(one, MalformedDocument) for one in file_seals(changed))


@pytest.mark.parametrize("key", [b"/ByteRange", b"/Contents", b"/SubFilter"])
def test_a_signature_that_does_not_say_it_is_refused(key: bytes) -> None:
    changed = SEALED.replace(key, b"/X" + key[2:])
    assert changed != SEALED
    with pytest.raises(MalformedDocument):
        signatures(changed)


@pytest.mark.parametrize("value", [b"null", b"<>", b"()", b"[]", b"0"])
def test_a_signature_without_a_structure_is_refused(value: bytes) -> None:
    said = b"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 %d %d %d]/Contents %b>>"
    written = said % (FIRST, SECOND, LENGTH, value)
    with pytest.raises(MalformedDocument):
        signatures(increment(SEALED, {NEW - 1: written}))


def test_a_signature_whose_structure_stands_elsewhere_is_refused() -> None:
    # The bytes are the same, and the range is that of the true one: only the words are others.
    copied = object_of(SEALED, NEW - 1).replace(b"20260612", b"20200612")
    assert copied != object_of(SEALED, NEW - 1)
    for changed in (
        increment(SEALED, {NEW - 1: copied}),
        increment(
            SEALED,
            {
                1: re.sub(
                    rb"/AcroForm \d+ 0 R",
                    b"/AcroForm<</Fields[<</FT/Sig/V %d 0 R>>]>>" % NEW,
                    object_of(SEALED, 1),
                ),
                NEW: copied,
            },
        ),
    ):
        with pytest.raises(MalformedDocument, match="elsewhere than it says"):
            signatures(changed)


def test_an_end_in_a_later_revision_is_refused_by_the_seal() -> None:
    later = increment(SEALED, {NEW: b"1"})
    wrapped = saying(0, FIRST, SECOND, len(later) - SECOND, sealed=later)
    (found,) = signatures(wrapped).signatures
    with pytest.raises(ProofInvalid):
        pades.open_seal(found.cms, covered=found.covered)


def test_an_earlier_end_is_refused_by_the_seal() -> None:
    second = re.findall(rb"/ByteRange (\[[^\]]*\] *)", TWICE)[-1]
    changed = TWICE.replace(second, SAID.ljust(len(second)))
    with pytest.raises(MalformedDocument):
        signatures(changed)


def test_the_structure_of_another_file_does_not_fit() -> None:
    other = papers.sealed(small(info=b"/Keywords(x)"))
    (found,) = signatures(other).signatures
    ours, theirs = (one.cms.hex().encode() for one in (SEAL, found))
    size = max(len(ours), len(theirs))
    pasted = SEALED.replace(ours.ljust(size, b"0"), theirs.ljust(size, b"0"))
    assert pasted != SEALED
    (fault,) = file_seals(pasted)
    assert isinstance(fault, ProofInvalid)


@pytest.mark.parametrize("behind", [b"01", b"ff", b"30820001"])
def test_nothing_is_hidden_behind_the_structure(behind: bytes) -> None:
    at = SEALED.index(b"<" + SEAL.cms.hex().encode())
    for place in (at + 1 + 2 * len(SEAL.cms), SECOND - 1 - len(behind)):
        changed = SEALED[:place] + behind + SEALED[place + len(behind) :]
        with pytest.raises(MalformedDocument, match="hidden behind a signature"):
            signatures(changed)


@pytest.mark.parametrize("inside", [b" ", b"\n", b"\0", b"%"])
def test_nothing_stands_between_its_digits(inside: bytes) -> None:
    place = SECOND - 3
    changed = SEALED[:place] + inside * 2 + SEALED[place + 2 :]
    with pytest.raises(MalformedDocument):
        signatures(changed)


def test_the_seal_itself_is_one_that_fits() -> None:
    (found,) = file_seals(SEALED)
    assert isinstance(found, FileSeal)
    assert found.untouched
