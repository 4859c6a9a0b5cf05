"""The transcript: one page whatever comes in, in every script, promising nothing."""

import datetime as dt
import tomllib
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from issuer.errors import FieldsInvalid
from issuer.render import qr, transcript
from issuer.render.transcript import MOST_PARTS, TranscriptFacts, TranscriptRow, transcript_pdf

DAY = dt.date(2026, 6, 18)
ROW = TranscriptRow("Data Stewardship in Practice", "2", "27 February 2026", "5", "135")
FACTS = TranscriptFacts(
    title="Professional Data Steward",
    name="Alex Example",
    institution="Example University of Applied Sciences",
    line="Tier 3 of 3 was reached.",
    parts=(ROW,),
    ects="15",
    hours="395",
    proves="Open the address to check the signed credentials.",
    printed="Printed on 18 June 2026.",
    url="https://credentials.uni.example/c/EUAS-P7SD-5J8F-R3GN-6WTL",
)


def drawn(facts: TranscriptFacts) -> bytes:
    """The PDF, which has one page whatever was asked for."""
    data = transcript_pdf(facts, made=DAY)
    assert PdfFileReader(BytesIO(data)).root["/Pages"]["/Count"] == 1
    return data


def test_the_same_facts_are_the_same_bytes() -> None:
    data = drawn(FACTS)
    assert data == drawn(FACTS)
    assert data.startswith(b"%PDF-")
    assert data != drawn(replace(FACTS, ects="16"))


@pytest.mark.parametrize("count", [0, 1, 12, MOST_PARTS, MOST_PARTS + 40])
def test_it_is_one_page(count: int) -> None:
    long = replace(ROW, title="Steward of a real collection " * 9, note="Other University " * 9)
    drawn(replace(FACTS, title="A path " * 60, name="Name " * 50, parts=(long,) * count))


def said_in(facts: TranscriptFacts, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the template is told, besides the code: it prints all of it."""
    told: list[str] = []

    def typeset(_: str, __: object, *, texts: tuple[str, str], **___: object) -> tuple[bytes]:
        told.extend(texts)
        return (b"",)

    monkeypatch.setattr(transcript, "typeset", typeset)
    transcript_pdf(facts, made=DAY)
    written, code = told
    return tomllib.loads(written) | {"code": code}


def test_everything_that_is_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = said_in(replace(FACTS, parts=(replace(ROW, note="from elsewhere"),)), monkeypatch)
    assert said["parts"] == [
        {
            "title": "Data Stewardship in Practice",
            "tier": "2",
            "earned": "27 February 2026",
            "ects": "5",
            "hours": "135",
            "note": "from elsewhere",
        }
    ]
    assert (said["title"], said["name"]) == (FACTS.title, FACTS.name)
    assert (said["institution"], said["line"]) == (FACTS.institution, FACTS.line)
    assert (said["ects"], said["hours"], said["unlisted"]) == ("15", "395", 0)
    assert (said["proves"], said["printed"]) == (FACTS.proves, FACTS.printed)
    assert said["url"] == "credentials.uni.example/c/EUAS-P7SD-5J8F-R3GN-6WTL"
    assert said["code"] == qr.svg(str(FACTS.url)).decode()
    assert said["made"] == [2026, 6, 18]


def test_what_does_not_fit_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said = said_in(replace(FACTS, parts=(ROW,) * (MOST_PARTS + 4)), monkeypatch)
    assert (len(said["parts"]), said["unlisted"]) == (MOST_PARTS, 4)


def test_what_is_written_from_right_to_left_stands_behind_a_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "\u0645\u062d\u0645\u062f"
    assert said_in(replace(FACTS, name=name), monkeypatch)["name"] == f"\u200f{name}"


def test_every_script_is_drawn(script: str) -> None:
    row = replace(ROW, title=script, note=script)
    other = replace(FACTS, name=script, title=script, institution=script, parts=(row,))
    assert drawn(other) != drawn(FACTS)


def test_what_cannot_be_drawn_has_words_in_its_place() -> None:
    nothing = "\ua000\ua001"
    row = TranscriptRow(nothing, nothing, nothing, nothing, nothing, nothing)
    facts = TranscriptFacts(
        title=nothing,
        name=nothing,
        institution=nothing,
        line=nothing,
        parts=(row,),
        ects=nothing,
        hours=nothing,
        proves=nothing,
        printed=nothing,
    )
    said = replace(
        facts,
        title="Pathway",
        name="a name that cannot be printed here",
        institution="an institution",
        line="",
        parts=(TranscriptRow("(a title that cannot be printed here)", "", "", "", "", ""),),
        ects="",
        hours="",
        proves="",
        printed="",
    )
    assert drawn(facts) == drawn(replace(said, institution="\ua000"))
    assert drawn(replace(facts, institution="T")) == drawn(replace(said, institution="T"))


@pytest.mark.parametrize(
    "url", [None, "https://x.example/" + "a" * 200, "https://x.example/\ua000"]
)
def test_an_address_that_cannot_be_printed_is_left_out(url: str | None) -> None:
    assert drawn(replace(FACTS, url=url)) == drawn(replace(FACTS, url=None))
    assert drawn(replace(FACTS, url=None)) != drawn(FACTS)


def test_a_colour_that_is_none_is_refused() -> None:
    with pytest.raises(FieldsInvalid, match="colour"):
        transcript_pdf(replace(FACTS, colour="violet"), made=DAY)
