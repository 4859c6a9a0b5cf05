"""Three verdicts, no boolean, and every check in the report."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.errors import NotPassed
from issuer.verify.report import Check, Json, Need, Report, Verdict

AT = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)


def check(verdict: Verdict, *, counts: bool = True, name: str = "proof") -> Check:
    return Check(name, "§4", verdict, f"It is {verdict}.", "the document", AT, counts)


def report(*checks: Check, document: Json | None = None) -> Report:
    need = Need("did", "did:web:uni.example")
    return Report(checks, AT, "json", None, document or {"id": "x"}, "sha256:00", (need,))


@given(st.lists(st.tuples(st.sampled_from(Verdict), st.booleans()), max_size=12))
def test_only_counted_checks_decide(found: list[tuple[Verdict, bool]]) -> None:
    verdict = report(*(check(v, counts=c) for v, c in found)).verdict
    counted = [v for v, counts in found if counts]
    if Verdict.FAILED in counted:
        assert verdict is Verdict.FAILED
    elif not counted or Verdict.INDETERMINATE in counted:
        assert verdict is Verdict.INDETERMINATE
    else:
        assert verdict is Verdict.PASSED


def test_no_check_at_all_is_no_yes() -> None:
    assert report().verdict is Verdict.INDETERMINATE


def test_a_report_is_no_boolean() -> None:
    with pytest.raises(TypeError, match="no boolean"):
        bool(report(check(Verdict.PASSED)))


def test_require_passed_gives_the_document() -> None:
    assert report(check(Verdict.PASSED), document={"id": "y"}).require_passed() == {"id": "y"}


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.INDETERMINATE])
def test_require_passed_says_why_not(verdict: Verdict) -> None:
    one = report(check(verdict), check(Verdict.PASSED, name="format"), check(verdict, counts=False))
    with pytest.raises(NotPassed, match=f"It is {verdict}") as fault:
        one.require_passed()
    assert fault.value.details == {"verdict": str(verdict), "checks": ["proof"]}


def test_nothing_that_was_not_read_is_passed() -> None:
    one = Report((check(Verdict.PASSED),), AT, "json", None, None, "sha256:00")
    assert one.unusable
    with pytest.raises(NotPassed):
        one.require_passed()


def test_a_check_is_found_by_its_id() -> None:
    one = report(check(Verdict.PASSED, name="format"), check(Verdict.FAILED))
    assert one.check("proof").verdict is Verdict.FAILED
    with pytest.raises(KeyError):
        one.check("holder")


def test_as_json_holds_json_values() -> None:
    undated = Check("format", "§4", Verdict.PASSED, "Fine.", "it", None, counts=True)
    one = report(undated, check(Verdict.FAILED)).as_json()
    assert json.loads(json.dumps(one)) == one
    assert one["verdict"] == "FAILED"
    assert [c["as_of"] for c in one["checks"]] == [None, "2026-06-12T09:30:00+00:00"]
    assert one["needs"] == [{"kind": "did", "id": "did:web:uni.example"}]
