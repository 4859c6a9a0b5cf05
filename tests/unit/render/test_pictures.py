import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.carriers import png
from issuer.errors import FieldsInvalid
from issuer.render import typesetting
from issuer.render.badge import SIDE, BadgeFacts, badge
from issuer.render.card import HEIGHT, WIDTH, CardFacts, card

CARD = CardFacts(
    title="Data Stewardship in Practice",
    institution="Example University of Applied Sciences",
    host="credentials.uni.example",
    name="Alex Example",
    tiers=(2,),
    hours="135",
    ects="5",
    eqf=6,
)
BADGE = BadgeFacts(
    title="Data Stewardship in Practice",
    institution="Example University of Applied Sciences",
    tiers=(2,),
    ects="5",
    eqf=6,
)
UNDRAWABLE = "ꀀꀁ"


def _size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def test_the_sizes_are_as_stated() -> None:
    assert _size(card(CARD)) == (WIDTH, HEIGHT) == (1200, 627)
    assert _size(badge(BADGE)) == (SIDE, SIDE) == (800, 800)
    assert len(card(CARD)) < 5 << 20


def test_a_badge_carries_a_credential() -> None:
    assert png.extract(png.embed(badge(BADGE), '{"a": 1}')) == b'{"a": 1}'


@pytest.mark.parametrize(
    "other",
    [
        replace(CARD, title="Data Stewardship in Theory"),
        replace(CARD, institution="Other University"),
        replace(CARD, host="other.example"),
        replace(CARD, colour="#0b4f4a"),
        replace(CARD, name="Kim Example"),
        replace(CARD, name=None),
        replace(CARD, tiers=(1, 2)),
        replace(CARD, tiers=()),
        replace(CARD, hours="1"),
        replace(CARD, hours=None),
        replace(CARD, ects="1"),
        replace(CARD, ects=None),
        replace(CARD, eqf=7),
        replace(CARD, eqf=None),
    ],
)
def test_other_facts_give_another_card(other: CardFacts) -> None:
    assert card(other) != card(CARD)
    assert card(other) == card(other)


@pytest.mark.parametrize(
    "other",
    [
        replace(BADGE, title="Data Stewardship in Theory"),
        replace(BADGE, institution="Other University"),
        replace(BADGE, colour="#0b4f4a"),
        replace(BADGE, tiers=(3,)),
        replace(BADGE, tiers=()),
        replace(BADGE, tiers=(), ects=None),
        replace(BADGE, ects="6"),
        replace(BADGE, ects=None, eqf=None),
        replace(BADGE, eqf=None),
    ],
)
def test_other_facts_give_another_badge(other: BadgeFacts) -> None:
    assert badge(other) != badge(BADGE)
    assert badge(other) == badge(other)


def test_threads_get_what_one_thread_gets() -> None:
    facts = [replace(CARD, title=f"Course {n}") for n in range(6)]
    alone = [card(f) for f in facts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(card, facts * 3)) == alone * 3


def test_a_new_compiler_draws_the_same() -> None:
    before = card(CARD), badge(BADGE)
    typesetting._compiler.cache_clear()
    assert (card(CARD), badge(BADGE)) == before


def test_every_script_is_drawn_as_itself(script: str) -> None:
    assert card(replace(CARD, title=script)) != card(replace(CARD, title="Micro-credential"))
    assert card(replace(CARD, name=script)) != card(replace(CARD, name=None))
    assert badge(replace(BADGE, institution=script)) != badge(replace(BADGE, institution=""))


def test_what_cannot_be_drawn_leaves_its_place_to_something_that_can() -> None:
    other = replace(CARD, title=UNDRAWABLE, other_titles=(UNDRAWABLE, "Data Stewardship"))
    assert card(other) == card(replace(CARD, title="Data Stewardship"))
    nameless = replace(CARD, title=UNDRAWABLE)
    assert card(nameless) == card(replace(CARD, title="Micro-credential"))
    assert card(replace(CARD, name=UNDRAWABLE)) == card(replace(CARD, name=None))
    assert badge(replace(BADGE, title="")) == badge(replace(BADGE, title="Micro-credential"))
    by_host = replace(CARD, institution=UNDRAWABLE)
    assert card(by_host) != card(CARD)
    assert _size(card(replace(by_host, host=UNDRAWABLE))) == (1200, 627)
    assert _size(badge(replace(BADGE, institution=UNDRAWABLE))) == (800, 800)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        '"); #image("x.png"); //',
        "$ x $ *bold* _it_ `raw` <label> @ref \\ ~ --- ...",
        "= Heading\n\n+ list",
        "\u202egnihsihp\u2066",
        "x" * 5_000,
        "long title " * 500,
        "数" * 500,
        "Donaudampfschifffahrtsgesellschaftskapitänsausbildung",
        "🚀",
        "\ud800",
        "\0",
        "-",
    ],
)
def test_no_text_is_source_or_too_long(text: str) -> None:
    assert _size(card(replace(CARD, title=text, name=text, institution=text, host=text)))
    assert _size(card(replace(CARD, hours=text, ects=text, language=text)))
    assert _size(badge(replace(BADGE, title=text, institution=text, ects=text, language=text)))


@pytest.mark.parametrize("draw", [lambda t: card(replace(CARD, title=t, name=t, host=t))])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.characters(), max_size=40))
def test_text_of_any_script_does_not_raise(draw: Callable[[str], bytes], text: str) -> None:
    assert _size(draw(text)) == (1200, 627)


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#3b2170; x", "#3b217g"])
def test_a_colour_that_is_none_is_refused(colour: str) -> None:
    with pytest.raises(FieldsInvalid, match="colour"):
        card(replace(CARD, colour=colour))


def test_a_tier_that_is_none_is_refused() -> None:
    with pytest.raises(FieldsInvalid, match="tiers of 1 to 3"):
        badge(replace(BADGE, tiers=(4,)))


def test_a_line_is_cut_between_words_and_by_columns() -> None:
    assert typesetting.line("one two three", most=13) == "one two three"
    assert typesetting.line("one two three", most=12) == "one two…"
    assert typesetting.line("onetwothree", most=6) == "onetw…"
    assert typesetting.line("数据管理实务", most=7) == "数据管…"
    assert typesetting.line(None, most=7) is None
    assert typesetting.line("x" * 54, most=99) == "x" * 54
    assert typesetting.line("x" * 56, most=99) == "\u00ad".join(["x" * 15] * 3 + ["x" * 11])
    assert typesetting.line("数" * 60, most=199) == "数" * 60


def test_a_letter_stands_for_an_institution_without_a_logo() -> None:
    assert typesetting.letter("„école“") == "É"
    assert typesetting.letter("ßpital") == "S"
    assert typesetting.letter("大学") == "大"
    assert typesetting.letter("- -") == typesetting.letter(None) == "T"
