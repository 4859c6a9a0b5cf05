"""The one typesetter: a template of this room and facts in, a PNG or a PDF out.

typst 0.15 (https://typst.app/docs/reference/). Facts reach a template as inputs or as texts, never
as source: whatever a title says, it stays text. Only the fonts and files of this room are in reach.
The compiler is made once, since finding fonts takes longer than drawing, and used by one thread at
a time. The same facts give the same bytes.
"""

import re
import threading
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import tomli_w

from issuer.errors import FieldsInvalid
from issuer.model.texts import from_right_to_left
from issuer.render.coverage import FONTS, drawable

if TYPE_CHECKING:
    import typst

_ROOM: Final = Path(__file__).parent
_LOCK: Final = threading.Lock()
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE: Final = re.compile(r"([a-z]{2,3})(-.*)?", re.IGNORECASE | re.ASCII)
# Shorter words are divided by the patterns of their language; Han breaks everywhere by itself.
_LONG_WORD: Final = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7a3]{55,}")
_TIERS: Final = frozenset({1, 2, 3})
_PART: Final = 15
_RIGHT_TO_LEFT: Final = "\u200f"
_ESCAPED: Final = re.compile(r"[^ !#-\[\]-~]")
Standard = Literal["a-3a", "ua-1"]
"""A standard to which typst keeps a PDF: PDF/A-3 level a, PDF/UA-1."""


def draw(template: str, facts: Mapping[str, str | None]) -> bytes:
    """Return the PNG that ``template`` draws from ``facts``, at one pixel a point."""
    return typeset(template, facts, form="png", ppi=72)[0]


def typeset(
    template: str,
    facts: Mapping[str, str | None],
    *,
    form: Literal["pdf", "png"],
    texts: Sequence[str] = (),
    ppi: int | None = None,
    standards: tuple[Standard, ...] = (),
) -> tuple[bytes, ...]:
    """Return what ``template`` makes of ``facts``: one PDF, or a PNG for each page.

    With ``texts`` the function of the same name in the template is called with them. What is alike
    in the next document is then not laid out again; facts that change would forbid that.
    ``ppi`` is pixels an inch; ``standards`` are those that typst is to keep to, such as ``a-3a``.
    Raises FieldsInvalid where typst cannot, for example for a second attachment of the same name.
    """
    import typst  # noqa: PLC0415 # 80 MB of library: loaded when the first picture is drawn.

    # TOML has no nothing.
    given = tomli_w.dumps({key: said for key, said in facts.items() if said is not None})
    # Its stub wants one type in all calls.
    source: Any = _call(template, texts) if texts else _ROOM / f"{template}.typ"
    with _LOCK:
        try:
            made = _compiler().compile(
                source,
                format=form,
                ppi=ppi,
                sys_inputs={"facts": given},
                pdf_standards=list(standards),
            )
        except typst.TypstError as fault:
            msg = f"These facts cannot be drawn: {fault.message!r:.120}. Change or shorten them."
            raise FieldsInvalid(msg) from fault
    pages = made if isinstance(made, list) else [made]
    return tuple(cast("bytes", page) for page in pages)


def look(*, colour: str, tiers: Iterable[int], language: str) -> dict[str, str | None]:
    """Return the facts that every template asks for.

    ``colour`` is ``#rrggbb``, dark enough for white text; ``tiers`` are of 1–3; ``language`` is a
    BCP 47 tag and decides how long words are divided. Raises FieldsInvalid.
    """
    certified = sorted(set(tiers))
    if not _COLOUR.fullmatch(colour) or not _TIERS.issuperset(certified):
        msg = f"A picture needs a colour such as #3b2170 and tiers of 1 to 3, not {colour!r:.20}."
        raise FieldsInvalid(msg)
    found = _LANGUAGE.fullmatch(language)
    return {
        "colour": colour,
        "tiers": ",".join(map(str, certified)),
        "lang": found[1].lower() if found else "en",
    }


def line(text: str | None, *, most: int) -> str | None:
    """Return ``text`` for one place of a picture, or None if it cannot be drawn.

    Cut to ``most`` columns (a Chinese character takes two) with ``…``; very long words get places
    at which they may be divided.
    """
    said = drawable(text or "")
    if said is None:
        return None
    return _LONG_WORD.sub(_divided, _cut(said, most))


def directed(text: str | None, *, most: int) -> str | None:
    """As `line`, behind a mark if the text is written from right to left; templates look for it."""
    said = line(text, most=most)
    if said is None:
        return None
    return _RIGHT_TO_LEFT + said if from_right_to_left(said) else said


def letter(institution: str | None) -> str:
    """Return the letter that stands for an institution without a logo."""
    first = next((c for c in institution or "" if c.isalnum()), "T")
    return drawable(first.upper()[0]) or "T"


def _call(template: str, texts: Sequence[str]) -> bytes:
    # typst reference, "String": only a quotation mark and a backslash mean anything in one, and
    # \\u{…} is any character. What is between the marks is ASCII without either.
    written = ",".join(f'"{_ESCAPED.sub(_escape, text)}"' for text in texts)
    return f'#import "{template}.typ": {template}\n#{template}({written})\n'.encode("ascii")


def _escape(found: re.Match[str]) -> str:
    return f"\\u{{{ord(found.group()):x}}}"


@cache
def _compiler() -> "typst.Compiler":
    import typst  # noqa: PLC0415 # 80 MB of library: loaded when the first picture is drawn.

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS]
    )
    return typst.Compiler(root=_ROOM, font_paths=fonts, ignore_system_fonts=True)


def _cut(text: str, most: int) -> str:
    if len(text) <= most // 2:
        return text
    wide = (2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    ends = list(accumulate(wide))
    if ends[-1] <= most:
        return text
    # The ellipsis takes a column of its own.
    head = text[: bisect_right(ends, most - 1)]
    space = text.rfind(" ", len(head) // 2, len(head) + 1)
    return (head[:space] if space > 0 else head).rstrip() + "…"


def _divided(word: re.Match[str]) -> str:
    whole = word.group()
    return "\u00ad".join(whole[i : i + _PART] for i in range(0, len(whole), _PART))
