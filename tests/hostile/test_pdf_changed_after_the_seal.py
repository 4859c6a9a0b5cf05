"""An attack: other pages are put behind a sealed PDF, so that its seal still fits its own bytes.

ISO 32000-2 §7.5.6: a later change is appended, and readers show the last state of a file.
"""

from issuer.verify import Verdict
from tests.town import papers
from tests.town.authority import below, root
from tests.town.european import SEAL, ask, told

SEALED = papers.sealed(papers.pages())


def test_it_is_failed_and_said_in_a_sentence_of_its_own() -> None:
    changed = papers.repainted(SEALED)
    assert changed.startswith(SEALED)
    report = ask(changed)
    assert report.verdict is Verdict.FAILED
    assert told(report, "paper") == (Verdict.FAILED, "paper.added_to")
    assert "Something was added to this file after it was sealed" in report.check("paper").detail
    assert report.check("picture").verdict is Verdict.INDETERMINATE


def test_a_seal_of_the_attacker_over_the_change_helps_nothing() -> None:
    changed = papers.sealed(papers.repainted(SEALED), by=below(root()), name="Seal2")
    report = ask(changed)
    assert report.verdict is Verdict.FAILED
    assert told(report, "paper") == (Verdict.FAILED, "paper.added_to")


def test_a_second_seal_of_the_issuer_changes_nothing_that_is_seen() -> None:
    twice = papers.sealed(SEALED, by=SEAL, name="Seal2")
    report = ask(twice)
    assert report.verdict is Verdict.PASSED
    assert told(report, "paper") == (Verdict.PASSED, None)
