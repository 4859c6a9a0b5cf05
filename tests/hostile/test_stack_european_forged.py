"""A European document that nobody is shown to have sealed: the parts that it names are not asked.

Anybody can make a certificate with the name and the number of a university.
"""

import json

import pytest

from issuer.verify import Report, Verdict
from tests.town.authority import Holder, Paper, below, root
from tests.town.european import BENCH, SEAL
from tests.town.european_stacks import Diploma, document_id, material, stacked_diploma
from tests.town.sealed import sealed
from tests.town.stacks import Course, Stacked

MADE = stacked_diploma(Course("ethics"), Course("law"))
IMPOSTOR = below(root(Paper("My Own Root", "Mine", None, authority=True, usage="certify")))


def _not_asked(report: Report) -> bool:
    asked = [need for need in report.needs if need.kind == "part"]
    return report.check("parts").sub == "parts.not_asked" and not report.parts and not asked


def test_by_a_certificate_of_ones_own() -> None:
    document = BENCH.verify(MADE.data, material=material()).require_passed()
    report = BENCH.verify(sealed(IMPOSTOR, document), material=material())
    # The certificate names the university, and nobody on whom we rely stands above it.
    assert report.check("issuer_key").verdict is Verdict.PASSED
    assert report.check("certificate").sub == "certificate.not_anchored"
    assert _not_asked(report)
    assert report.verdict is Verdict.INDETERMINATE


def test_without_a_seal() -> None:
    document = BENCH.verify(MADE.data, material=material()).require_passed()
    report = Stacked(json.dumps(document).encode(), MADE.parts).verify(BENCH, material=material())
    assert report.check("rule").verdict is Verdict.PASSED
    assert _not_asked(report)
    assert report.verdict is Verdict.FAILED


def test_changed_after_the_seal() -> None:
    file = json.loads(MADE.data)
    other = stacked_diploma(Course("ethics"), Course("statistics"))
    file["payload"] = json.loads(other.data)["payload"]
    report = Stacked(json.dumps(file).encode(), other.parts).verify(BENCH, material=material())
    assert _not_asked(report)
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("by", [SEAL, IMPOSTOR])
def test_a_part_that_was_sealed_anew(by: Holder) -> None:
    # The same words under another seal are another document.
    again = Diploma(Course("law")).seal(by=by)
    made = Stacked(MADE.data, {**MADE.parts, document_id("law"): again})
    report = made.verify(BENCH, material=material())
    assert report.check("parts").sub == "parts.other_document"
    assert report.verdict is Verdict.FAILED
