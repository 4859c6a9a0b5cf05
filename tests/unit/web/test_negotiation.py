import pytest

from issuer.web.routes.negotiation import choose

OFFERED = ("text/html", "application/vc", "application/vc+jwt")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/vc", "application/vc"),
        ("application/vc, application/vc+jwt, application/json;q=0.9, */*;q=0.1", "application/vc"),
        ("application/*", "application/vc"),
        ("text/*;q=0.5, application/vc+jwt;q=0.6", "application/vc+jwt"),
        ("text/html;q=0, */*", "application/vc"),
        ("Application/VC", "application/vc"),
        ("application/vc;profile=x;q=0.4, text/html;q=0.3", "application/vc"),
        ("image/png", None),
        ("nonsense", "text/html"),
        ("text/html;q=9", "text/html"),
    ],
)
def test_the_form_that_is_liked_best(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen
