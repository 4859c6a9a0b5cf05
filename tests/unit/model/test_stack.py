"""What a stacked award is built from: parts that fulfil the rule, each counted once."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from issuer.model.achievement import DocumentFormat
from issuer.model.pathway import Pathway
from issuer.model.progress import progress
from issuer.model.stack import IfRevoked, Part, PartDocument, Stack
from tests.town import rules as town
from tests.town.rules import DAY, part


def _stack(*parts: Part, **changes: Any) -> Stack:
    value: dict[str, Any] = {
        "pathway": "way",
        "pathway_version": 1,
        "pathway_title": town.NOTHING,
        "step": "step",
        "rule": {"all_of": ["a", "b"]},
        "parts": parts,
    }
    return Stack.model_validate(value | changes)


def test_credits_and_hours_are_those_of_the_parts() -> None:
    stack = _stack(part("a", ects=Decimal("2.5")), part("b", ects=None, hours=None))
    assert (stack.ects, stack.hours) == (Decimal("2.5"), Decimal(50))
    assert stack.completed == DAY
    assert stack.if_revoked is IfRevoked.FAILED


def test_parts_that_do_not_fulfil_the_rule_are_refused() -> None:
    with pytest.raises(ValidationError, match="do not fulfil"):
        _stack(part("a"))


def test_nothing_is_named_twice() -> None:
    with pytest.raises(ValidationError, match="stands there twice"):
        _stack(part("a"), part("a", 1), part("b"))
    same = part("a").documents
    with pytest.raises(ValidationError, match="stands there twice"):
        _stack(part("a"), part("b", documents=same))


def test_a_recognised_part_and_a_substitute_are_not_the_part_itself() -> None:
    assert part("a").held.own
    assert not part("a", issuer="Example College").held.own
    assert not part("a", substitute=True).held.own


def test_the_form_that_is_wanted_is_found() -> None:
    digests = [f"uEi{letter * 44}" for letter in "AB"]
    kinds = (DocumentFormat.EDC, DocumentFormat.OB3)
    both = tuple(
        PartDocument(format=kind, id="urn:credential:1", digest=digest)
        for kind, digest in zip(kinds, digests, strict=True)
    )
    one = part("a", documents=both)
    assert one.document(DocumentFormat.OB3).digest == digests[1]
    assert one.document(DocumentFormat.OB3_JWT, DocumentFormat.EDC).digest == digests[0]
    assert one.document(DocumentFormat.OB3_JWT).digest == digests[0]


@given(town.pathways(), town.holdings())
def test_credits_never_exceed_the_sum_of_distinct_parts(pathway: Pathway, held: list[Part]) -> None:
    for done in progress(pathway, held).completed:
        stack = _stack(*done.parts, rule=pathway.unfolded[done.step.achievement])
        most: dict[str, Decimal] = {}
        for one in held:
            most[one.name] = max(one.ects or Decimal(0), most.get(one.name, Decimal(0)))
        assert stack.ects <= sum(most.values(), Decimal(0))
        assert stack.completed == done.on
        assert Stack.model_validate_json(stack.model_dump_json()) == stack
