"""An attack: a sealed PDF holds objects that one reader finds and another does not.

Readers that mend a file look for objects themselves; those that trust its table never see them.
"""

import re

import pytest

from issuer.carriers.pdf import only_sealed_since
from issuer.errors import MalformedDocument
from tests.town import papers
from tests.town.increments import increment, object_of, size_of, small, stream

PAGES = small(b"/Later 20 0 R")
SEALED = papers.sealed(PAGES)
NEW = size_of(SEALED)
EVIL = stream(b"Mallory")


def is_refused(new: bytes, old: bytes = SEALED) -> bool:
    try:
        return not only_sealed_since(old, new)
    except MalformedDocument:
        return True


@pytest.mark.parametrize(
    "head",
    [
        b"4 0 obj",
        b"4  0 obj",
        b"4 0  obj",
        b"4\n0\tobj",
        b"4\x000\x0cobj",
        b"4 0obj",
        b"4 % x\n0 obj",
        b"4 0 % x\r\nobj",
        b"0004 00 obj",
        b"% 4 0 obj",
    ],
)
def test_a_second_object_of_one_number_outside_the_table(head: bytes) -> None:
    new = increment(SEALED, {NEW: b"1"}, unlisted=head + b"\n" + EVIL + b"\nendobj\n")
    assert is_refused(new)
    assert only_sealed_since(SEALED, increment(SEALED, {NEW: b"1"})), "alone it is harmless"


def test_a_table_that_leads_to_an_older_object_hides_no_newer_one() -> None:
    place = SEALED.index(b"\n4 0 obj") + 1
    hidden = b"4 0 obj\n%b\nendobj\n" % EVIL
    assert is_refused(increment(SEALED, {}, places={4: place}, unlisted=hidden))
    assert is_refused(increment(SEALED, {NEW: b"1"}, places={4: place}))


def test_a_table_that_leads_to_the_object_of_another_number() -> None:
    place = SEALED.index(b"\n4 0 obj") + 1
    assert is_refused(increment(SEALED, {}, places={NEW: place}))
    other = len(SEALED)
    assert is_refused(increment(SEALED, {NEW: b"1"}, places={3: other}))


def test_two_numbers_of_one_place() -> None:
    assert is_refused(increment(SEALED, {NEW: b"1"}, places={NEW + 1: len(SEALED)}))


def test_something_appears_where_something_was_missing() -> None:
    assert is_refused(increment(SEALED, {20: b"<<>>"}))


def test_an_object_that_is_freed() -> None:
    file = increment(SEALED, {NEW: b"1"})
    freed = file.replace(b"xref\n%d 1\n" % NEW, b"xref\n4 1\n0000000000 00001 f \n%d 1\n" % NEW)
    assert freed != file
    assert is_refused(freed)


def test_a_revision_that_is_left_out_of_the_chain() -> None:
    twice = papers.sealed(SEALED, name="Second")
    starts = [int(at) for at in re.findall(rb"startxref\n(\d+)", twice)]
    last = increment(twice, {size_of(twice): b"1"})
    skipped = last.replace(b"/Prev %d>>" % starts[-1], b"/Prev %d>>" % starts[0])
    assert skipped != last
    assert is_refused(skipped, twice)


@pytest.mark.parametrize(
    "behind",
    [
        b"\n",
        b"\0",
        b"junk",
        b"4 0 obj\n" + EVIL + b"\nendobj\n",
        b"trailer\n<</Root 4 0 R>>\n",
        b"startxref\n9\n%%EOF\n",
        SEALED,
    ],
)
def test_junk_behind_the_end(behind: bytes) -> None:
    assert is_refused(SEALED + behind)


@pytest.mark.parametrize("word", [b"startxref\n9\n", b"trailer\n<</Root 4 0 R>>\n"])
def test_a_second_word_for_where_the_table_is(word: bytes) -> None:
    assert is_refused(increment(SEALED, {NEW: b"1"}, unlisted=word))


def test_a_table_of_two_forms() -> None:
    packed = b"\x01\x00\x04\x00"
    dictionary = b"/Type/XRef/W[1 2 1]/Index[%d 1]/Size %d" % (NEW + 1, NEW + 2)
    new = increment(SEALED, {NEW: stream(packed, dictionary)})
    hybrid = re.sub(rb"(/Prev \d+)>>\nstartxref\n(\d+)\n%%EOF\n\Z", b"", new)
    place = b"/XRefStm %d" % len(SEALED)
    end = re.findall(rb"(?s)(/Prev \d+)>>\n(startxref\n\d+\n%%EOF\n)\Z", new)[0]
    assert is_refused(hybrid + end[0] + place + b">>\n" + end[1])


def test_the_objects_of_the_seal_are_what_they_were() -> None:
    for number in range(1, size_of(SEALED)):
        if b"\n%d 0 obj" % number in SEALED and object_of(SEALED, number).endswith(b">>"):
            assert is_refused(increment(SEALED, {number: b"<</Changed true>>"})), number


def test_an_object_that_is_listed_but_has_no_head_makes_up_for_none() -> None:
    # As many heads as rows: but not the ones that the rows lead to.
    hidden = b"4 0 obj\n%b\nendobj\n" % EVIL
    file = increment(SEALED, {NEW: b"(x)"}, unlisted=hidden)
    assert is_refused(file.replace(b"%d 0 obj\n(x)" % NEW, b"%d 0 xyz\n(x)" % NEW))


def test_a_later_table_that_leads_back_to_the_earlier_of_two() -> None:
    genuine = object_of(SEALED, 4)
    last = int(re.findall(rb"startxref\n(\d+)", SEALED)[-1])
    body, places = SEALED, []
    for written in (genuine, EVIL):
        places.append(len(body))
        body += b"4 0 obj\n%b\nendobj\n" % written
    for place in reversed(places):
        start = len(body)
        body += b"xref\n4 1\n%010d 00000 n \ntrailer\n<</Size %d/Root 1 0 R" % (place, NEW)
        body += b"/Info 5 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (last, start)
        last = start
    assert is_refused(body)


@pytest.mark.parametrize("written", [object_of(SEALED, 4), EVIL])
def test_an_object_written_a_second_time(written: bytes) -> None:
    # Also the same: what the library finds to be the same, another reader may find to be other.
    assert is_refused(increment(SEALED, {4: written}))


@pytest.mark.parametrize("hidden", [b"xref\n0 0\n", b"% xref\n", b"%trailer\n"])
def test_a_second_table(hidden: bytes) -> None:
    assert is_refused(increment(SEALED, {NEW: b"1"}, unlisted=hidden))
    assert is_refused(increment(SEALED, {NEW: stream(hidden)}))


def test_two_ends_in_one_line() -> None:
    file = increment(SEALED, {NEW: b"1"})
    assert is_refused(file + b"%%EOF\tstartxref\t9\t%%EOF")
    assert is_refused(file.replace(b"startxref\n", b"startxref ", 1)[:-6] + b"% startxref 9 %%EOF")
