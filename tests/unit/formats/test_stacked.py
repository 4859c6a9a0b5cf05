"""What a stacked badge and a stacked European document state of their parts."""

from decimal import Decimal
from typing import Any

import pytest

import schemas
from issuer.errors import MalformedDocument
from issuer.formats import elm3, ob3, stacked
from issuer.formats.lint import lint
from issuer.formats.tolerant import mapping
from issuer.jsonld.rdfc10 import canonicalise
from issuer.model.achievement import DocumentFormat
from issuer.model.stack import Stack
from tests.town import awards
from tests.town.stacked import RULE, digest_of, parts, stack, stacked_award

BARE = parts()[0].model_copy(update={"ects": None, "hours": None, "substitute": True})


def badge(built: Stack | None = None) -> dict[str, Any]:
    draft = ob3.compose(stacked_award(built), reservation=awards.reservation(DocumentFormat.OB3))
    return dict(lint(draft).document)


def changed(document: dict[str, Any], **more: Any) -> dict[str, Any]:
    subject = document["credentialSubject"]
    node = {k: v for k, v in (subject["stackedFrom"] | more).items() if v is not None}
    return document | {"credentialSubject": subject | {"stackedFrom": node}}


def test_a_badge_states_its_parts_and_they_are_read_back() -> None:
    document = badge()
    assert stacked.is_stacked(document)
    stated = stacked.parse(document)
    assert stated.rule == RULE
    assert stated.max_age_months == 60
    assert (stated.ects, stated.hours) == (Decimal(15), Decimal(390))
    assert [(one.name, one.ects, one.digest) for one in stated.parts] == [
        (one.name, one.ects, digest_of(one.name.encode())) for one in parts()
    ]
    assert [one.held for one in stated.parts] == [one.held for one in parts()]
    assert document["credentialSubject"]["creditsEarned"] == 15


def test_every_term_of_it_is_signed() -> None:
    first = parts()[0].model_copy(update={"substitute": True})
    document = badge(stack(parts=(first, *parts()[1:])))
    nquads = canonicalise(document, "sha256").decode()
    ours = [t for t in schemas.vocabulary_terms() if t.name in schemas.stacking_context()]
    assert len(ours) == 20
    assert [t.name for t in ours if f"<{t.iri}>" not in nquads] == []
    assert digest_of(b"project") in nquads


def test_what_is_not_stated_is_left_out() -> None:
    built = stack(parts=(BARE,), rule="foundations", max_age_months=None)
    stated = stacked.parse(badge(built))
    only = stated.parts[0]
    assert (only.ects, only.hours, only.stands_for, only.held.own) == (None, None, True, False)
    assert stated.max_age_months is None
    # Nobody knows what the parts are worth, so the course says what was earned.
    offering = stacked_award(built).achievement
    assert badge(built)["credentialSubject"]["creditsEarned"] == offering.ects


def test_an_ordinary_badge_is_not_stacked() -> None:
    draft = ob3.compose(awards.awarded(), reservation=awards.reservation(DocumentFormat.OB3))
    assert not stacked.is_stacked(draft.document)
    elsewhere = dict(badge()) | {"@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert not stacked.is_stacked(elsewhere)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"part": None}, "names 0 parts"),
        ({"part": [{}] * 201}, "names 201 parts"),
        ({"part": [{"id": "https://x.example"}]}, "digestMultibase is missing"),
        ({"rule": None}, "rule is missing"),
        ({"rule": "{"}, "the rule is none"),
        ({"rule": '"' + "a" * 50_001 + '"'}, "the rule is none"),
        ({"ifPartRevoked": "perhaps"}, "perhaps"),
        ({"partsNotOlderThan": "60"}, "number of months"),
        ({"partsNotOlderThan": 0}, "number of months"),
        ({"totalCredits": "1e9"}, "totalCredits"),
        ({"totalCredits": "NaN"}, "totalCredits"),
        ({"totalHours": "many"}, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_named(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MalformedDocument, match=says):
        stacked.parse(changed(badge(), **change))


def test_a_title_may_be_missing() -> None:
    document = badge()
    nodes = document["credentialSubject"]["stackedFrom"]["part"]
    bare = [
        {k: v for k, v in n.items() if k not in {"partTitle", "partAchievement"}} for n in nodes
    ]
    first = stacked.parse(changed(document, part=bare)).parts[0]
    assert (first.title, first.achievement) == ("foundations", "")


@pytest.mark.parametrize(
    "built",
    [stack(), stack(parts=(BARE,), rule="foundations", max_age_months=None)],
    ids=["whole", "bare"],
)
def test_a_european_document_has_a_claim_for_each_part(built: Stack) -> None:
    draft = elm3.compose(
        stacked_award(built), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    document = lint(draft).document
    claim = mapping(mapping(document["credentialSubject"]).get("hasClaim"))
    nodes = claim["hasPart"] if isinstance(claim["hasPart"], list) else [claim["hasPart"]]
    assert [n["identifier"]["notation"] for n in nodes] == [
        f"urn:credential:{one.name}" for one in built.parts
    ]
    written = str(document)
    for one in built.parts:
        assert digest_of(one.name.upper().encode()) in written
    assert ("60 months" in written) is (built.max_age_months is not None)
