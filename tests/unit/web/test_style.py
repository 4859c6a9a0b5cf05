"""Colours of the tokens against WCAG 2.2, in both schemes; and what a style sheet may not do."""

import re

import pytest

from issuer.model.organisation import luminance
from issuer.web.pages import STATIC

_TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
_STYLE = (STATIC / "testamur.css").read_text(encoding="utf-8")


def _colours(scheme: str) -> dict[str, str]:
    light, _, dark = _TOKENS.partition("@supports")
    found = dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{3,6})\b", light))
    if scheme == "dark":
        pairs = re.findall(r"--([a-z0-9-]+):light-dark\(#[0-9a-f]+,(#[0-9a-f]+)\)", dark)
        found |= dict(pairs)
    return {name: _long(value) for name, value in found.items()}


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * letter for letter in colour[1:])


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "ink2", "link", "ok", "no", "open"])
@pytest.mark.parametrize("ground", ["ground", "paper", "tint"])
def test_text_is_readable_on_every_ground(scheme: str, text: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[text], colours[ground]) >= 5.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [("on", "issuer"), ("on2", "issuer"), ("onact", "act"), ("on", "slab"), ("on", "stale")],
)
def test_text_on_colour_is_readable(scheme: str, text: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[text], colours[ground]) >= 5.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "paper", "tint"])
def test_edges_and_focus_can_be_seen(scheme: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours["edge"], colours[ground]) >= 3
    assert _contrast(colours["focus"], colours[ground]) >= 3


def test_nothing_is_fetched_from_elsewhere_and_nothing_moves() -> None:
    for sheet in (_TOKENS, _STYLE):
        assert "http" not in sheet.replace("http://www.w3.org/2000/svg", "")
        assert "@import" not in sheet
        assert "animation" not in sheet
        assert "transition" not in sheet


def test_raw_colours_stand_in_the_tokens_alone() -> None:
    assert not re.findall(r"#[0-9a-f]{3,8}\b(?=[;} ])", _STYLE)
