"""Canonicalisation by shape says what the full way says, or asks it."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from issuer.errors import Busy, DroppedTerm, ForbiddenCharacter, MalformedDocument
from issuer.jsonld import rdfc10
from issuer.jsonld.filled import Template
from issuer.jsonld.gaps import Unsound
from issuer.jsonld.kept import MOST_BYTES
from issuer.jsonld.shapes import Shapes, Variables, scheme_of
from issuer.jsonld.templates import Templates

Document = dict[str, Any]
_EXAMPLE = "https://terms.example/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT: Document = {
    "id": "@id",
    "name": f"{_EXAMPLE}name",
    "label": {"@id": f"{_EXAMPLE}label", "@language": "en"},
    "when": {"@id": f"{_EXAMPLE}when", "@type": f"{_XSD}dateTime"},
    "score": {"@id": f"{_EXAMPLE}score", "@type": f"{_XSD}double"},
    "raw": {"@id": f"{_EXAMPLE}raw", "@type": "@json"},
    "page": {"@id": f"{_EXAMPLE}page", "@type": "@id"},
    "kind": {"@id": f"{_EXAMPLE}kind", "@type": "@vocab"},
    "part": {"@id": f"{_EXAMPLE}part"},
    "urn": {"@id": "https://prefix.example/", "@prefix": True},
}
VARIABLES: Variables = {
    ("id",): "iri",
    ("name",): "text",
    ("label",): "text",
    ("when",): "text",
    ("score",): "text",
    ("raw",): "text",
    ("page",): "iri",
    ("kind",): "iri",
    ("part", "id"): "iri",
    ("part", "name"): "text",
}


class Full:
    """The full way, counted."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, Any]] = []

    def __call__(self, document: Mapping[str, Any], hash_name: str) -> bytes:
        self.asked.append(document)
        return rdfc10.canonicalise(document, hash_name)


@pytest.fixture
def full() -> Full:
    return Full()


@pytest.fixture
def templates(full: Full) -> Templates:
    return Templates(full, variables=VARIABLES)


def document(**members: Any) -> Document:
    return {"@context": CONTEXT, "id": "https://uni.example/1", "name": "Ada", **members}


def agreed(templates: Templates, asked: Document, hash_name: str = "sha256") -> bool:
    """Whether a shape that is known now answers; what it says is what the full way says."""
    expected = rdfc10.canonicalise(asked, hash_name)
    assert templates.canonicalise(asked, hash_name) == expected
    found = templates.find(asked, hash_name)
    assert found in {expected, None}
    return found is not None


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_a_known_shape_is_filled(templates: Templates, full: Full, hash_name: str) -> None:
    first = document(part=[{"name": "a"}, {"name": "b", "id": "did:web:b.example"}, {"name": "c"}])
    assert agreed(templates, first, hash_name)
    asked = len(full.asked)
    names = ["z", 'quo"te', "back\\slash", "line\nend\r\ttab", "Ελληνικά", "𝔘", "\u2028", "", "a"]
    for name in names:
        other = document(name=name, id=f"https://uni.example/{len(name)}")
        other["part"] = [{"name": name + "1"}, {"name": name, "id": "did:web:c"}, {"name": "c"}]
        assert templates.canonicalise(other, hash_name) == rdfc10.canonicalise(other, hash_name)
    assert len(full.asked) == asked
    assert len(templates) == 1


def test_labels_follow_the_hashes_of_each_document(templates: Templates) -> None:
    orders = set()
    for number in range(20):
        asked = document(part=[{"name": f"{number} {letter}"} for letter in "abcd"])
        assert agreed(templates, asked)
        lines = templates.canonicalise(asked).decode().split("\n")
        orders.add(tuple(line[-4:-3] for line in lines if line.startswith("_:")))
    assert len(orders) > 1


@pytest.mark.parametrize(
    "part",
    [
        # Hashes do not tell them apart.
        [{"name": "a"}, {"name": "a"}],
        # The same node twice, or a node that is the document itself.
        [
            {"name": "a", "id": "https://uni.example/2"},
            {"name": "b", "id": "https://uni.example/2"},
        ],
        [{"name": "Ada", "id": "https://uni.example/1"}, {"name": "b", "id": "urn:uuid:2"}],
    ],
)
def test_what_values_could_make_one_goes_the_full_way(
    templates: Templates, full: Full, part: list[Document]
) -> None:
    different = [{**p, "name": f"other {n}"} for n, p in enumerate(part)]
    for number, one in enumerate(p for p in different if "id" in p):
        one["id"] = f"https://uni.example/part/{number}"
    templates.canonicalise(document(part=different))
    asked = document(part=part)
    assert templates.find(asked) is None
    try:
        expected = rdfc10.canonicalise(asked)
    except MalformedDocument:
        with pytest.raises(MalformedDocument):
            templates.canonicalise(asked)
    else:
        assert templates.canonicalise(asked) == expected


def test_an_address_that_the_shape_uses_otherwise_goes_the_full_way(templates: Templates) -> None:
    templates.canonicalise(
        document(page="https://uni.example/2", more=[], part={"name": "x"})
        | {
            "more": "https://uni.example/more",
            "@context": [CONTEXT, {"more": {"@id": f"{_EXAMPLE}more", "@type": "@id"}}],
        }
    )
    asked = document(page="https://uni.example/more", part={"name": "x"}) | {
        "more": "https://uni.example/more",
        "@context": [CONTEXT, {"more": {"@id": f"{_EXAMPLE}more", "@type": "@id"}}],
    }
    assert templates.find(asked) is None
    assert templates.canonicalise(asked) == rdfc10.canonicalise(asked)


def test_lines_that_become_one_go_the_full_way(full: Full) -> None:
    context = {"tag": f"{_EXAMPLE}tag", "also": f"{_EXAMPLE}tag", "id": "@id"}
    templates = Templates(full, variables={("tag",): "text", ("also",): "text"})
    asked = {"@context": context, "id": "urn:uuid:1", "tag": "a", "also": "b"}
    assert agreed(templates, asked)
    assert agreed(templates, {**asked, "tag": "z"})
    assert not agreed(templates, {**asked, "also": "a"})


@pytest.mark.parametrize(
    "iri",
    [
        "_:b0",
        "relative",
        "/path",
        "name",
        "@type",
        "HTTPS://uni.example/1",
        "https://uni.example/\u00e9",
        "https://uni.example/a b",
        "https://uni.example/%zz",
        "https://[::1]/",
        "https://user@uni.example/",
        "https://uni.example/#a#b",
        "https://uni.example/<",
        "https://",
        "mailto:ada@uni.example",
        "data:text/plain,a",
        "did:web:",
        "urn:Uuid:1",
        "",
    ],
)
def test_addresses_that_are_not_plain_decline(iri: str, templates: Templates) -> None:
    with pytest.raises(ValueError, match="read alike"):
        scheme_of(iri)
    assert Shapes(VARIABLES).of(document(page=iri)) is None
    templates.canonicalise(document(page="https://uni.example/2"))
    assert templates.find(document(page=iri)) is None
    assert templates.find(document(part=[{"id": iri}])) is None
    assert templates.find(document(part={"id": iri})) is None


def test_a_prefix_of_a_context_is_not_overlooked(templates: Templates, full: Full) -> None:
    # `urn:` means something else here, so no template is made for documents with it.
    asked = document(page="urn:uuid:1")
    assert b"<https://prefix.example/uuid:1>" in templates.canonicalise(asked)
    assert templates.find(asked) is None
    # That it is none is remembered.
    before = len(full.asked)
    templates.canonicalise(document(page="urn:uuid:2"))
    assert len(full.asked) == before + 1
    # An address of another scheme is another shape.
    assert agreed(templates, document(page="did:web:uni.example"))
    assert agreed(templates, document(page="https://uni.example/2"))


def test_a_term_that_looks_like_an_address_declines(templates: Templates) -> None:
    strange = {**CONTEXT, "https://terms.example/x": f"{_EXAMPLE}x"}
    asked = document(kind="https://terms.example/y") | {"@context": strange}
    templates.canonicalise(asked)
    assert templates.find(asked) is None


def test_no_pinned_context_has_a_term_that_looks_like_an_address() -> None:
    def terms(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(terms, value))
        if not isinstance(value, dict):
            return set()
        inner = [terms(v.get("@context")) for v in value.values() if isinstance(v, dict)]
        return set(value).union(*inner)

    found = {
        term: url
        for url in schemas.context_urls()
        for term in terms(schemas.context(url)["@context"])
        if ":" in term
    }
    assert not found


@pytest.mark.parametrize("member", ["score", "raw"])
def test_values_that_are_written_anew_decline(member: str, templates: Templates) -> None:
    asked = document(**{member: "1.50"})
    templates.canonicalise(asked)
    assert templates.find(asked) is None


def test_a_kind_that_is_wrong_declines(full: Full) -> None:
    templates = Templates(full, variables={("page",): "text", ("name",): "iri"})
    for asked in (document(page="https://uni.example/2"), document(name="https://uni.example/3")):
        templates.canonicalise(asked)
        assert templates.find(asked) is None


@pytest.mark.parametrize("text", ["\x00", "\x1f", "\x7f", "\ud800", "\ufffe", "\U0010ffff"])
def test_characters_that_are_refused_are_not_filled_in(text: str, templates: Templates) -> None:
    templates.canonicalise(document())
    assert templates.find(document(name=text)) is None
    with pytest.raises(ForbiddenCharacter):
        templates.canonicalise(document(name=text))


def test_what_the_full_way_refuses_is_refused_and_not_remembered(templates: Templates) -> None:
    with pytest.raises(DroppedTerm):
        templates.canonicalise(document(undefined="x"))
    assert len(templates) == 0


def test_values_of_other_kinds_are_part_of_the_shape(templates: Templates) -> None:
    assert agreed(templates, document(name="1", part={"name": "x"}))
    for name in (1, True, 1.5, ["1"], {"@value": "1"}):
        assert templates.find(document(name=name, part={"name": "x"})) is None
        assert agreed(templates, document(name=name, part={"name": "x"}))
    assert agreed(templates, document(page={"id": "https://uni.example/2"}))
    assert agreed(templates, document(part=["a text", {"name": "x"}]))
    assert agreed(templates, document(part="a text"))
    assert templates.find(document(part=[None])) is None
    assert templates.find(document(name=None)) is None


def test_a_sentinel_as_a_value_is_a_value(templates: Templates, full: Full) -> None:
    templates.canonicalise(document())
    sentinel = full.asked[-1]
    assert sentinel["name"] != "Ada"
    assert agreed(templates, dict(sentinel))
    assert agreed(templates, document(name=sentinel["name"]))
    assert agreed(templates, document(id=sentinel["id"]))


def test_what_is_no_json_goes_the_full_way(templates: Templates) -> None:
    templates.canonicalise(document())
    assert templates.find(document(other=object())) is None
    endless: Document = {}
    endless["part"] = endless
    assert templates.find(endless) is None


def test_a_large_constant_part_goes_the_full_way(templates: Templates) -> None:
    templates.canonicalise(document(part=["x" * MOST_BYTES]))
    assert len(templates) == 0


def test_shapes_are_bounded_and_the_oldest_is_forgotten(full: Full) -> None:
    templates = Templates(full, variables=VARIABLES, most=3)
    shapes = [document(part=[f"shape {number}"]) for number in range(5)]
    templates.canonicalise(shapes[0])
    templates.canonicalise(shapes[1])
    templates.canonicalise(shapes[2])
    assert templates.find(shapes[0])
    templates.canonicalise(shapes[3])
    assert [templates.find(shape) is not None for shape in shapes] == [
        True,
        False,
        True,
        True,
        False,
    ]
    for number in range(20):
        templates.canonicalise(document(part=[f"flood {number}"]))
    assert len(templates) == 3
    templates.forget()
    assert len(templates) == 0


def test_a_pool_that_is_busy_says_nothing_of_a_shape(full: Full) -> None:
    busy = [False]

    def sometimes(asked: Mapping[str, Any], hash_name: str) -> bytes:
        if busy[0]:
            raise Busy("later", retry_after_s=1)
        busy[0] = True
        return full(asked, hash_name)

    templates = Templates(sometimes, variables=VARIABLES)
    assert templates.canonicalise(document()) == rdfc10.canonicalise(document())
    assert len(templates) == 0
    with pytest.raises(Busy):
        templates.canonicalise(document())


def test_a_full_way_that_answers_otherwise_is_not_imitated() -> None:
    def moody(asked: Mapping[str, Any], hash_name: str) -> bytes:
        found = rdfc10.canonicalise(asked, hash_name)
        return (
            found + b'_:c14n0 <https://x.example/> "Ada" .\n' if asked["name"] == "Ada" else found
        )

    templates = Templates(moody, variables=VARIABLES)
    assert templates.canonicalise(document()).endswith(b'"Ada" .\n')
    assert templates.find(document()) is None


def test_many_threads_get_what_one_gets(templates: Templates) -> None:
    asked = [
        document(name=f"{n}", part=[{"name": f"{n % 3} {m}"} for m in range(n % 4 + 1)])
        for n in range(24)
    ]
    found: dict[int, bytes] = {}

    def work(offset: int) -> None:
        for number in range(offset, len(asked), 4):
            found[number] = templates.canonicalise(asked[number])

    threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: rdfc10.canonicalise(one) for n, one in enumerate(asked)}


@pytest.mark.parametrize("path", [(), ("@context",), ("part", "type"), ("part", "@type", "x")])
def test_what_decides_what_others_mean_is_no_variable(path: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="no value that may differ"):
        Shapes({path: "text"})


@pytest.mark.parametrize(
    "canonical",
    [
        b"no quad\n",
        b'<https://a.example/> <https://b.example/> "other" .\n',
        b'<https://a.example/> <https://b.example/> "mark and more" .\n',
        b'<https://a.example/mark> <https://b.example/> "mark" .\n',
        b'<https://a.example/> <b:c> "mark"^^<http://www.w3.org/2001/XMLSchema#double> .\n',
        b'_:c14n0 <b:c> "x" .\n_:c14n1 <b:c> "x" .\n<https://a.example/> <b:c> "mark" .\n',
    ],
)
def test_lines_of_which_no_template_can_be_made(canonical: bytes) -> None:
    with pytest.raises(Unsound):
        Template(canonical, texts=["mark"], iris=[], hash_name="sha256")


def test_another_number_of_values_declines() -> None:
    line = b'<https://a.example/> <https://b.example/> "mark" .\n'
    template = Template(line, texts=["mark"], iris=[], hash_name="sha256")
    assert template.fill(["x"], []) == line.replace(b"mark", b"x")
    assert template.fill(["x", "y"], []) is None


_texts = st.text(max_size=12) | st.sampled_from(
    ["", "a", "b", "1.5", "_:b", "x:y", '"', "\\", "\n"]
)
_iris = st.sampled_from(
    ["https://uni.example/1", "urn:uuid:1", "did:web:a", "_:x", "name"]
) | st.from_regex(
    r"https?://[a-z0-9.-]{1,8}(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@/%?-]{0,8})?(#[a-z/?]{0,4})?",
    fullmatch=True,
)
_parts = st.lists(st.fixed_dictionaries({"name": _texts}, optional={"id": _iris}), max_size=4)


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    return draw(
        st.fixed_dictionaries(
            {"@context": st.just({k: v for k, v in CONTEXT.items() if k != "urn"}), "name": _texts},
            optional={
                "id": _iris,
                "label": _texts,
                "when": _texts,
                "page": _iris,
                "kind": _iris,
                "score": _texts,
                "part": _parts,
            },
        )
    )


_shared = Templates(rdfc10.canonicalise, variables=VARIABLES, most=10_000)


@given(_documents())
def test_any_document(asked: Document) -> None:
    def outcome(canonicalise: Callable[[Document], bytes]) -> bytes | str:
        try:
            return canonicalise(asked)
        except (DroppedTerm, ForbiddenCharacter, MalformedDocument) as fault:
            return fault.message

    expected = outcome(rdfc10.canonicalise)
    assert outcome(_shared.canonicalise) == expected
    assert _shared.find(asked) in {expected, None}
