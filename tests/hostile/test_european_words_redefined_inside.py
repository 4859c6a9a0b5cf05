"""A context inside a European document gives its words another meaning for those who read RDF."""

from typing import Any

import pytest

from issuer.errors import LintFailed
from issuer.formats import elm3, lint
from issuer.model.drafts import Draft
from issuer.proofs import jcs
from tests.town import awards

SWAPPED = {"grade": "http://data.europa.eu/snb/model/elm/additionalNote"}


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("issuer",),
        ("credentialSubject",),
        ("credentialSubject", "hasClaim", "provenBy"),
        ("displayParameter", "individualDisplay", "displayDetail", "image"),
    ],
)
def test_a_context_inside_is_refused_wherever_it_stands(path: tuple[str, ...]) -> None:
    draft = elm3.compose(
        awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    document = jcs.decode(jcs.encode_compact(draft.document))
    place: Any = document
    for name in path:
        place = place[name]
    place["@context"] = [*document["@context"], SWAPPED] if not path else SWAPPED
    assert "elm.other_context" in {problem.code for problem in elm3.problems(document)}
    with pytest.raises(LintFailed, match=r"elm\.other_context"):
        lint.lint(Draft(document))
