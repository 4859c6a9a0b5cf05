"""What is attached to a PDF is given as it was put in, and nothing that is told in two ways."""

import pytest

from issuer.carriers.pdf import Attached, extract
from issuer.errors import MalformedDocument
from tests.town.increments import small, stream

SPEC = b"<</Type/Filespec/F(a)/UF(%b)/EF<</F %d 0 R>>/Desc(What)>>"


def attached(*names: bytes, tree: bytes = b"") -> bytes:
    objects = {10: stream(b"data", b"/Subtype/text#2Fcsv")}
    objects |= {20 + n: SPEC % (name, 10) for n, name in enumerate(names)}
    listed = b"".join(b"(%b)%d 0 R" % (name, 20 + n) for n, name in enumerate(names))
    return small(b"/Names<</EmbeddedFiles<</Names[%b]%b>>>>" % (listed, tree), objects)


def test_a_file_is_given_with_what_is_said_of_it() -> None:
    assert extract(attached(b"b.csv", b"a.csv")).attached == (
        Attached("a.csv", "text/csv", "What", b"data"),
        Attached("b.csv", "text/csv", "What", b"data"),
    )


def test_what_is_not_said_is_empty() -> None:
    tree = b"/Names<</EmbeddedFiles<</Kids[<</Names[(n)<</EF<</F 10 0 R/UF 10 0 R>>>>]>>]>>>>"
    file = small(tree, {10: stream(b"data")})
    assert extract(file).attached == (Attached("n", "", "", b"data"),)


@pytest.mark.parametrize("catalogue", [b"", b"/Names<<>>", b"/Names<</EmbeddedFiles null>>"])
def test_a_file_without_attachments_has_none(catalogue: bytes) -> None:
    assert extract(small(catalogue)).attached == ()


@pytest.mark.parametrize(
    ("info", "keywords"),
    [
        (b"", ""),
        (b"/Keywords(one)", "one"),
        (b"/Keywords 7", ""),
        (b"/Keywords(%b)" % (b"x" * 200), "x" * 200),
        (b"/Keywords(%b)" % (b"x" * 201), ""),
    ],
)
def test_its_keywords_are_told_if_they_are_few(info: bytes, keywords: str) -> None:
    assert extract(small(info=info)).keywords == keywords


def test_sixteen_files_are_read_and_no_more() -> None:
    names = [b"%d" % n for n in range(17)]
    assert len(extract(attached(*names[:16])).attached) == 16
    with pytest.raises(MalformedDocument, match="more than sixteen files"):
        extract(attached(*names))


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(MalformedDocument, match="two files of one name"):
        extract(attached(b"a", b"a"))


def test_one_name_for_two_files_is_refused() -> None:
    tree = b"/Names<</EmbeddedFiles<</Names[(n)<</EF<</F 10 0 R/UF 11 0 R>>>>]>>>>"
    with pytest.raises(MalformedDocument, match="two files under one name"):
        extract(small(tree, {10: stream(b"one"), 11: stream(b"two")}))


@pytest.mark.parametrize(
    "tree", [b"[(n)]", b"[(n) null]", b"[(n)<<>>]", b"[(n)<</EF<</F 4>>>>]", b"7"]
)
def test_a_damaged_tree_is_refused(tree: bytes) -> None:
    with pytest.raises(MalformedDocument, match="damaged"):
        extract(small(b"/Names<</EmbeddedFiles<</Names %b>>>>" % tree))


@pytest.mark.parametrize("kids", [b"<<>>" * 65, b"<</Kids[%b]>>" % (b"<<>>" * 64)])
def test_a_tree_of_too_many_branches_is_refused(kids: bytes) -> None:
    with pytest.raises(MalformedDocument, match="too deep"):
        extract(small(b"/Names<</EmbeddedFiles<</Kids[%b]>>>>" % kids))
