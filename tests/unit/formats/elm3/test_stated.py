"""What a European document says of its parts: composed and read back, and nothing that is bent."""

import copy
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import MalformedDocument
from issuer.formats import elm3, ob3, stacking
from issuer.formats import stacked as badges
from issuer.formats.stacked import Stated
from issuer.model.achievement import DocumentFormat, Tier
from issuer.model.rule import AllOf
from issuer.model.stack import IfRevoked, Stack
from issuer.model.texts import LangText
from tests.town import awards, stacked
from tests.town.european_stacks import claim_of, listed, notes_of, parts_of

Document = dict[str, Any]
Bend = Callable[[Document], Any]


def composed(built: Stack | None = None) -> Document:
    draft = elm3.compose(
        stacked.stacked_award(built), reservation=awards.reservation(), pictures=[awards.picture()]
    )
    return copy.deepcopy(dict(draft.document))


def badge(built: Stack | None = None) -> Document:
    kept = awards.reservation(DocumentFormat.OB3)
    return dict(ob3.compose(stacked.stacked_award(built), reservation=kept).document)


DOCUMENT = composed()
STATED = elm3.parse_stack(DOCUMENT)


def bent(bend: Bend) -> Document:
    document = copy.deepcopy(DOCUMENT)
    bend(document)
    return document


def _texts() -> st.SearchStrategy[LangText]:
    return st.builds(lambda one, two: LangText.of(en=one, de=two), awards.words, awards.words)


_NUMBER = st.none() | st.decimals(min_value="0.01", max_value=300, places=2)
_PARTS = st.lists(
    st.fixed_dictionaries(
        {
            "title": _texts(),
            "tier": st.sampled_from(Tier),
            "ects": _NUMBER,
            "hours": _NUMBER,
            "earned": st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)),
            "issuer": st.none() | awards.words,
            "substitute": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
)
_NAMES = ("foundations", "law", "practice", "project")


@settings(max_examples=60, deadline=None)
@given(
    values=_PARTS,
    title=_texts(),
    months=st.none() | st.integers(1, 600),
    if_revoked=st.sampled_from(IfRevoked),
)
def test_what_was_composed_is_read_back_as_a_badge_states_it(
    values: list[dict[str, Any]], title: LangText, months: int | None, if_revoked: IfRevoked
) -> None:
    bare = (stacked.part(name, Tier.BASIC, None, earned=dt.date(2026, 1, 1)) for name in _NAMES)
    made = [one.model_copy(update=value) for one, value in zip(bare, values, strict=False)]
    built = stacked.stack(
        parts=tuple(made),
        rule=AllOf(all_of=tuple(one.name for one in made)),
        pathway_title=title,
        max_age_months=months,
        if_revoked=if_revoked,
    )
    found, other = elm3.parse_stack(composed(built)), badges.parse(badge(built))
    assert found == _in_european_words(other, built)
    assert stacking.parse(badge(built)) == other


def _in_european_words(stated: Stated, built: Stack) -> Stated:
    """The same, each part by its European document."""
    named = [one.document(DocumentFormat.EDC) for one in built.parts]
    parts = (
        replace(one, id=form.id, digest=form.digest)
        for one, form in zip(stated.parts, named, strict=True)
    )
    return replace(stated, parts=tuple(parts))


def _in_lists(value: Any) -> Any:
    """Each thing that stands alone in lists of lists, as JSON-LD allows."""
    if isinstance(value, list):
        return [_in_lists(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: [[_in_lists(one)]] if name in _THINGS and isinstance(one, dict) else _in_lists(one)
        for name, one in value.items()
    }


_THINGS = ("additionalNote", "subject", "identifier", "awardedBy", "creditReceived", "noteLiteral")


def test_one_value_or_several_in_lists_say_the_same() -> None:
    spread = bent(lambda d: d["credentialSubject"].update(hasClaim=_in_lists(claim_of(d))))
    assert spread != DOCUMENT
    assert elm3.is_stacked(spread)
    assert replace(elm3.parse_stack(spread), title=STATED.title) == STATED
    single = composed(stacked.stack(parts=stacked.parts()[:1], rule="foundations"))
    assert isinstance(claim_of(single)["hasPart"], dict)
    assert [one.name for one in elm3.parse_stack(single).parts] == ["foundations"]


def test_only_our_own_words_make_it_stacked() -> None:
    def foreign(document: Document) -> None:
        about = {"id": "https://other.example/rule", "type": "Concept"}
        claim_of(document)["additionalNote"] = [{"subject": about}, {"subject": {"id": 5}}]
        for part in parts_of(document):
            del part["additionalNote"]

    def half(document: Document) -> None:
        del claim_of(document)["additionalNote"]

    assert elm3.is_stacked(DOCUMENT)
    assert stacking.is_stacked(DOCUMENT)
    assert not elm3.is_stacked(bent(foreign))
    assert not stacking.is_stacked(bent(foreign))
    # What states parts and no rule is asked for it.
    assert elm3.is_stacked(bent(half))
    with pytest.raises(MalformedDocument, match="rule is missing"):
        elm3.parse_stack(bent(half))
    ordinary = dict(
        elm3.compose(
            awards.whole_award(), reservation=awards.reservation(), pictures=[awards.picture()]
        ).document
    )
    assert not stacking.is_stacked(ordinary)
    assert not stacking.is_stacked({**DOCUMENT, "type": ["VerifiableCredential"]})


def _note(term: str, change: Bend, *, of_part: bool = False) -> Bend:
    def bend(document: Document) -> None:
        node = parts_of(document)[0] if of_part else claim_of(document)
        change(notes_of(node)[term])

    return bend


def _says(text: object) -> Bend:
    return lambda note: note.update(noteLiteral=text if isinstance(text, dict) else {"en": text})


def _without(*terms: str, of_part: bool = False) -> Bend:
    def bend(document: Document) -> None:
        node = parts_of(document)[0] if of_part else claim_of(document)
        gone = [notes_of(node)[term] for term in terms]
        node["additionalNote"] = [n for n in listed(node["additionalNote"]) if n not in gone]

    return bend


def _twice(term: str, text: str) -> Bend:
    def bend(document: Document) -> None:
        notes = claim_of(document)["additionalNote"]
        notes.append(notes_of(claim_of(document))[term] | {"noteLiteral": {"en": text}})

    return bend


def _of_part(**changes: Any) -> Bend:
    def bend(document: Document) -> None:
        parts_of(document)[0].update(changes)

    return bend


def _no_part(document: Document) -> None:
    del claim_of(document)["hasPart"]


def _crowd(document: Document) -> None:
    claim_of(document)["hasPart"] = parts_of(document)[:1] * 201


_ECTS = DOCUMENT["credentialSubject"]["hasClaim"]["hasPart"][0]["creditReceived"]


@pytest.mark.parametrize(
    ("bend", "says"),
    [
        (_no_part, "names 0 parts"),
        (_crowd, "names 201 parts"),
        (_without("rule"), "rule is missing"),
        (_note("rule", _says("{")), "the rule is none"),
        (_note("rule", _says({})), "rule is no text"),
        (_note("rule", _says(" ")), "rule is no text"),
        (_note("rule", _says(5)), "rule is no text"),
        (_note("rule", lambda note: note.pop("noteLiteral")), "rule is no text"),
        (_twice("rule", '"law"'), "rule is stated in two ways"),
        (_note("rule", _says({"en": '"law"', "de": '"project"'})), "stated in two ways"),
        (_without("ifPartRevoked"), "ifPartRevoked is missing"),
        (_note("ifPartRevoked", _says("perhaps")), "perhaps"),
        (_note("partsNotOlderThan", _says("60")), "number of months"),
        (_note("partsNotOlderThan", _says("0 months")), "number of months"),
        (_note("partsNotOlderThan", _says("٦ months")), "number of months"),
        (_note("totalCredits", _says("NaN")), "totalCredits"),
        (_note("totalHours", _says("many")), "cannot be read"),
        (_note("totalHours", _says("-1")), "totalHours"),
        (_without("digestMultibase", of_part=True), "digestMultibase is missing"),
        (_without("partName", of_part=True), "partName is missing"),
        (_without("partTier", of_part=True), "partTier is missing"),
        (_note("partTier", _says("Tier 4 of 3"), of_part=True), "none of the three"),
        (_note("partHours", _says("1e9"), of_part=True), "partHours"),
        (_of_part(additionalNote=[]), "partName is missing"),
        (_of_part(identifier=[]), "identifier of a part is missing"),
        (_of_part(identifier={"schemeName": "Credential"}), "identifier of a part is no text"),
        (_of_part(awardedBy=[]), "awardingDate is missing"),
        (_of_part(awardedBy={"awardingDate": "soon"}), "cannot be read"),
        (_of_part(awardedBy={"awardingDate": 5}), "awardingDate is no text"),
        (_of_part(creditReceived={"point": "3"}), "not in ECTS"),
        (_of_part(creditReceived=[_ECTS, _ECTS | {"point": "4"}]), "stated in two ways"),
        (_of_part(creditReceived=_ECTS | {"point": "-3"}), "creditReceived"),
        (_of_part(creditReceived=_ECTS | {"point": None}), "creditReceived is no text"),
    ],
)
def test_what_cannot_be_read_is_named(bend: Bend, says: str) -> None:
    with pytest.raises(MalformedDocument, match=says):
        stacking.parse(bent(bend))


def test_what_stands_for_a_part_says_yes_and_nothing_else() -> None:
    one = stacked.parts()[0].model_copy(update={"substitute": True})
    document = composed(stacked.stack(parts=(one,), rule="foundations"))
    (part,) = parts_of(document)
    assert elm3.parse_stack(document).parts[0].stands_for
    notes_of(part)["partStandsFor"]["noteLiteral"] = {"en": "no"}
    with pytest.raises(MalformedDocument, match="partStandsFor is not yes"):
        elm3.parse_stack(document)


def test_what_may_be_missing() -> None:
    def bend(document: Document) -> None:
        _without("pathway", "pathwayTitle", "totalCredits", "totalHours", "partsNotOlderThan")(
            document
        )
        _without("partAchievement", "partHours", of_part=True)(document)
        part = parts_of(document)[0]
        del part["title"], part["creditReceived"]

    found = elm3.parse_stack(bent(bend))
    assert (found.pathway, found.title, found.max_age_months) == ("", "", None)
    assert (found.ects, found.hours) == (None, None)
    one = found.parts[0]
    assert (one.title, one.achievement, one.ects, one.hours) == ("foundations", "", None, None)


def test_texts_are_read_in_the_language_of_the_document() -> None:
    german = bent(lambda d: d["displayParameter"].update(primaryLanguage={"id": _language("de")}))
    german["credentialSubject"]["fullName"] = {"de": "Alex Example"}
    assert elm3.parse_stack(german).parts[0].title == "FOUNDATIONS"
    assert STATED.parts[0].title == "Foundations"
    assert STATED.title == "Professional Data Steward"


def _language(tag: str) -> str:
    iri = DOCUMENT["displayParameter"]["primaryLanguage"]["id"]
    return str(iri).replace("ENG", {"de": "DEU"}[tag])


def test_the_credits_of_the_whole_are_those_of_its_claim() -> None:
    assert stacking.credits_of(DOCUMENT) == "15"
    credit = claim_of(DOCUMENT)["creditReceived"]

    def received(value: object) -> str | None:
        return stacking.credits_of(bent(lambda d: claim_of(d).update(creditReceived=value)))

    assert received([credit, credit | {"point": "60"}]) == "60"
    assert received(credit | {"point": 60}) == "60"
    assert received(credit | {"framework": {"id": "https://other.example/credits"}}) is None
    assert received([]) is None
    assert received(credit | {"point": "many"}) is None
    assert stacking.credits_of(badge()) == "15"
    assert STATED.ects == Decimal(15)


def test_what_calls_itself_both_is_held_to_what_it_states_as_a_badge() -> None:
    both = {**badge(), "type": ["OpenBadgeCredential", "EuropeanDigitalCredential"]}
    assert stacking.is_stacked(both)
    assert stacking.parse(both) == badges.parse(badge())
    assert stacking.credits_of(both) == "15"
