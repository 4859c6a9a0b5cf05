"""The diploma: two pages at most of whatever comes in, the same bytes, every text only a text."""

import datetime as dt
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from issuer.errors import FieldsInvalid
from issuer.render import diploma, typesetting
from issuer.render.diploma import (
    MOST_ATTACHED,
    MOST_PICTURE,
    TEMPLATE,
    Attachment,
    DiplomaFacts,
    FactOfFour,
    Stamp,
    diploma_pdf,
    diploma_picture,
    stamp,
    stamp_of,
    typst_version,
)
from tests.unit.render.test_logos import WHOLE, png

MADE = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
UNDRAWABLE = "ꀀꀁ"
DATA = Attachment(
    "credential.json", "application/json", "The credential", b'{"a": "\xc3\xa9 \\ \\" #"}'
)
FACTS = DiplomaFacts(
    title="Data Stewardship in Practice",
    name="Alex Example",
    institution="Example University of Applied Sciences",
    number="EUAS-7Q4M-2KXD-9RVT-5HZC",
    url="https://credentials.uni.example/c/EUAS-7Q4M-2KXD-9RVT-5HZC",
    kind="Micro-credential · tier 2 of 3, intermediate",
    when="12 June 2026",
    place="Vienna",
    proves="Paper proves nothing.",
    sealed="Sealed electronically.",
    tiers=(2,),
    facts=(
        FactOfFour("weeks", 135, "Work", "135 hours", None, "Within 4 working weeks."),
        FactOfFour("ects", 5, "Credits", "5 ECTS", None, "European credits count work."),
        FactOfFour("eqf", 6, "How demanding", "EQF 6", "of 8", "As a bachelor’s degree."),
        FactOfFour("tier", 2, "Step on the path", "Tier 2", "of 3", "Works without help."),
    ),
    can_do="Plans the care of research data.",
    description="Ten weeks of practice.",
    outcomes=("Writes a plan", "Chooses a licence"),
    elements=(("1", "Learner", "Alex Example"), ("2", "Title", "Data Stewardship")),
    units=(("Plans", "40 h"), ("Licences", "")),
    together="40 h",
    syllabus_version="2026-1",
    evidence=(("Plan", "SHA-256 a3f5…"),),
    words=(("EQF", "Eight levels."),),
)
BAREST = DiplomaFacts(
    title="T", name="N", institution="I", number="1", url=None, kind="", when="", proves="",
    sealed="",
)  # fmt: skip
OVERFULL = replace(
    FACTS,
    outcomes=("An outcome of some length that says what a holder can do. " * 4,) * 70,
    units=(("A unit of the syllabus with a long title", "10 h"),) * 130,
    evidence=(("A piece of evidence", "SHA-256 a3f5…"),) * 130,
    elements=(("1", "Element", "A value that goes on for a while. " * 9),) * 30,
    description="A description. " * 200,
    facts=FACTS.facts * 2,
    words=FACTS.words * 9,
)


def pdf(facts: DiplomaFacts, *attachments: Attachment, made: dt.datetime = MADE) -> bytes:
    return diploma_pdf(facts, attachments=attachments, made=made)


def pages(written: bytes) -> int:
    return int(PdfFileReader(BytesIO(written)).root["/Pages"]["/Count"])


def test_the_picture_is_a_page_small_enough_for_a_wallet() -> None:
    picture = diploma_picture(FACTS)
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG")
    assert abs(height / width - 297 / 210) < 0.01
    assert len(picture) <= MOST_PICTURE


@pytest.mark.parametrize("facts", [BAREST, FACTS, OVERFULL])
def test_there_are_two_pages_at_most(facts: DiplomaFacts) -> None:
    assert 1 <= pages(pdf(facts, DATA)) <= 2
    assert len(diploma_picture(facts)) <= MOST_PICTURE


def test_a_picture_that_is_too_large_is_drawn_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = diploma_picture(FACTS)
    monkeypatch.setattr(diploma, "MOST_PICTURE", len(whole) - 1)
    smaller = diploma_picture(FACTS)
    assert struct.unpack(">I", smaller[16:20]) < struct.unpack(">I", whole[16:20])


def test_the_same_facts_give_the_same_bytes() -> None:
    first = pdf(FACTS, DATA), diploma_picture(FACTS)
    pdf(OVERFULL), diploma_picture(BAREST)
    assert (pdf(FACTS, DATA), diploma_picture(FACTS)) == first
    typesetting._compiler.cache_clear()
    assert (pdf(FACTS, DATA), diploma_picture(FACTS)) == first


def test_threads_get_what_one_thread_gets() -> None:
    facts = [replace(FACTS, name=f"Alex {n}") for n in range(6)]
    alone = [diploma_picture(one) for one in facts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(diploma_picture, facts * 2)) == alone * 2


@pytest.mark.parametrize(
    "other",
    [
        replace(FACTS, title="Other"),
        replace(FACTS, name="Kim Example"),
        replace(FACTS, institution="Other University"),
        replace(FACTS, number="EUAS-0000"),
        replace(FACTS, url="https://credentials.uni.example/c/other"),
        replace(FACTS, url=None),
        replace(FACTS, kind="Credential"),
        replace(FACTS, when="13 June 2026"),
        replace(FACTS, place=None),
        replace(FACTS, colour="#0b4f4a"),
        replace(FACTS, logo=png(*WHOLE)),
        replace(FACTS, facts=FACTS.facts[:3]),
        replace(FACTS, can_do=None),
    ],
)
def test_other_facts_give_another_first_page(other: DiplomaFacts) -> None:
    assert diploma_picture(other) != diploma_picture(FACTS)
    assert pdf(other) != pdf(FACTS)


@pytest.mark.parametrize(
    "other",
    [
        replace(FACTS, outcomes=("Writes a plan",)),
        replace(FACTS, elements=FACTS.elements[:1]),
        replace(FACTS, units=FACTS.units[:1]),
        replace(FACTS, together=None),
        replace(FACTS, syllabus_version=None),
        replace(FACTS, evidence=()),
        replace(FACTS, words=()),
        replace(FACTS, description=None),
    ],
)
def test_other_facts_give_another_pdf(other: DiplomaFacts) -> None:
    assert pdf(other) != pdf(FACTS)


@pytest.mark.parametrize(("field", "entry"), [
    ("outcomes", "An outcome"), ("units", ("A unit", "")), ("evidence", ("A plan", "")),
])  # fmt: skip
def test_a_list_that_is_too_long_is_counted_not_dropped(field: str, entry: Any) -> None:
    shorter: dict[str, Any] = {field: (entry,) * 101}
    longer: dict[str, Any] = {field: (entry,) * 102}
    assert pdf(replace(FACTS, **longer)) != pdf(replace(FACTS, **shorter))


def test_attachments_are_whole_and_of_their_kind() -> None:
    second = Attachment("credential.jwt", "application/jwt", "", b"eyJ.x.y")
    written = PdfFileReader(BytesIO(pdf(FACTS, DATA, second)))
    names = written.root["/Names"]["/EmbeddedFiles"]
    found = names["/Names"] if "/Names" in names else names["/Kids"][0]["/Names"]
    files = {str(found[i]): found[i + 1] for i in range(0, len(found), 2)}
    assert set(files) == {"credential.json", "credential.jwt"}
    for one in (DATA, second):
        spec = files[one.name]
        assert spec["/AFRelationship"] == "/Source"
        assert spec["/EF"]["/F"].data == one.data
        assert spec["/EF"]["/F"]["/Subtype"] == f"/{one.media_type}"
        assert str(spec["/Desc"]) == (one.description or one.name)


def test_the_pdf_claims_to_be_archivable_and_accessible_and_dated() -> None:
    written = PdfFileReader(BytesIO(pdf(FACTS, DATA)))
    metadata = written.root["/Metadata"].data
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert b"2026-06-12T09:30:00" in metadata
    assert written.root["/MarkInfo"]["/Marked"]


def test_what_is_needed_to_make_it_again_stands_in_its_keywords() -> None:
    written = PdfFileReader(BytesIO(pdf(replace(FACTS, colour="#0B4F4A"))))
    found = stamp_of(str(written.trailer["/Info"]["/Keywords"]))
    assert found == Stamp(TEMPLATE, typst_version(), "#0b4f4a")
    assert found.is_ours
    assert not replace(found, template="testamur-diploma/0").is_ours
    assert not replace(found, typst="typst/0.0.1").is_ours
    assert stamp_of(", ".join(stamp("#0B4F4A"))) == found


@pytest.mark.parametrize("keywords", ["", "testamur", "testamur-diploma/1, typst/0.15.2, red"])
def test_other_keywords_are_none_of_ours(keywords: str) -> None:
    assert stamp_of(keywords) is None


@pytest.mark.parametrize(
    ("attachments", "why"),
    [
        ((DATA, DATA), "no two of one name"),
        (tuple(replace(DATA, name=f"{n}.json") for n in range(9)), "up to 8 attachments"),
        ((replace(DATA, data=b"x" * (MOST_ATTACHED + 1)),), "bytes at most"),
        ((replace(DATA, data=b"\xff"),), "UTF-8"),
        ((replace(DATA, name="../a"),), "no file name"),
        ((replace(DATA, name=""),), "no file name"),
        ((replace(DATA, media_type="json"),), "no media type"),
    ],
)
def test_attachments_that_cannot_be_taken_are_refused(
    attachments: tuple[Attachment, ...], why: str
) -> None:
    with pytest.raises(FieldsInvalid, match=why):
        pdf(FACTS, *attachments)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (dt.datetime(2026, 6, 12), "needs a time zone"),  # noqa: DTZ001 # What is refused.
        (dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2))), "no year in UTC"),
    ],
)
def test_a_moment_that_is_none_is_refused(made: dt.datetime, why: str) -> None:
    with pytest.raises(FieldsInvalid, match=why):
        pdf(FACTS, made=made)


def test_the_same_moment_of_another_zone_is_the_same_moment() -> None:
    there = MADE.astimezone(dt.timezone(dt.timedelta(hours=5)))
    assert pdf(FACTS, made=there) == pdf(FACTS)
    assert pdf(FACTS, made=MADE + dt.timedelta(seconds=1)) != pdf(FACTS)


@pytest.mark.parametrize("changes", [{"colour": "red"}, {"tiers": (4,)}])
def test_a_look_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(FieldsInvalid, match="colour"):
        diploma_picture(replace(FACTS, **changes))


def test_what_the_typesetter_refuses_is_said_in_words() -> None:
    facts = typesetting.look(colour="#3b2170", tiers=(), language="en")
    with pytest.raises(FieldsInvalid, match="cannot be drawn"):
        typesetting.typeset("diploma", facts, form="png", texts=("not TOML", "", ""))


def test_every_script_is_drawn_as_itself(script: str) -> None:
    other = replace(FACTS, title=script, name=script, institution=script, can_do=script)
    assert diploma_picture(other) != diploma_picture(FACTS)
    assert pages(pdf(other, DATA)) == pages(pdf(FACTS, DATA))


def test_what_cannot_be_drawn_is_said_not_left_out() -> None:
    assert diploma_picture(replace(FACTS, title=UNDRAWABLE)) == diploma_picture(
        replace(FACTS, title="Micro-credential")
    )
    assert diploma_picture(replace(FACTS, name=UNDRAWABLE)) == diploma_picture(
        replace(FACTS, name="a name that cannot be printed here")
    )
    said = "(a text that cannot be printed here)"

    def listing(text: str) -> DiplomaFacts:
        return replace(
            FACTS,
            outcomes=(text,),
            units=((text, "1 h"),),
            evidence=((text, ""),),
            elements=(("1", "Learner", text),),
        )

    assert pdf(listing(UNDRAWABLE)) == pdf(listing(said))


@pytest.mark.parametrize(
    "url", ["https://uni.example/" + "x" * 500, f"https://uni.example/{UNDRAWABLE}"]
)
def test_an_address_that_cannot_be_printed_is_left_out(url: str) -> None:
    assert diploma_picture(replace(FACTS, url=url)) == diploma_picture(replace(FACTS, url=None))


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        '"); #image("x.png"); //',
        "\\u{22}); #panic()",
        "$ x $ *bold* _it_ `raw` <label> @ref \\ ~ --- ...",
        'a = 1\n"""\n[[facts]]',
        "\u202egnihsihp\u2066",
        "x" * 5_000,
        "long title " * 500,
        "数" * 500,
        "\ud800",
        "\0",
        "-",
        "",
    ],
)
def test_no_text_is_source_or_too_long(text: str) -> None:
    hostile = replace(
        FACTS,
        title=text,
        name=text,
        institution=text,
        number=text,
        url=text,
        kind=text,
        when=text,
        place=text,
        proves=text,
        sealed=text,
        language=text,
        facts=tuple(
            replace(one, label=text, big=text, of=text[:5], sentence=text) for one in FACTS.facts
        ),
        can_do=text,
        description=text,
        outcomes=(text,) * 3,
        elements=((text, text, text),) * 3,
        units=((text, text),) * 3,
        together=text,
        syllabus_version=text,
        evidence=((text, text),) * 3,
        words=((text, text),),
    )
    assert diploma_picture(hostile).startswith(b"\x89PNG")
    assert 1 <= pages(pdf(hostile, replace(DATA, description=text))) <= 2


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_an_attachment_is_never_changed(text: str) -> None:
    written = PdfFileReader(BytesIO(pdf(BAREST, replace(DATA, data=text.encode()))))
    names = written.root["/Names"]["/EmbeddedFiles"]
    found = names["/Names"] if "/Names" in names else names["/Kids"][0]["/Names"]
    assert found[1]["/EF"]["/F"].data == text.encode()
