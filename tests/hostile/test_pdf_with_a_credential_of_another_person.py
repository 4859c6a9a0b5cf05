"""An attack: a genuine credential of somebody else is attached to a diploma with one's own name.

Everything that is attached is genuine; only together it says something that nobody signed.
"""

from issuer.verify import Verdict
from tests.town import papers
from tests.town.european import FILE, ask, told

MINE = papers.of_somebody_else(papers.badge())


def test_beside_the_credential_of_another_person_it_is_failed() -> None:
    file = papers.pages(
        papers.attachment(MINE), papers.attachment(FILE, papers.JSONLD), of=papers.badge()
    )
    for one in (file, papers.sealed(file)):
        report = ask(one)
        assert report.verdict is Verdict.FAILED
        assert told(report, "attached") == (Verdict.FAILED, "attached.other_person")
        assert "belong to different people: Mallory Example and Alex Example" in (
            report.check("attached").detail
        )


def test_pages_with_another_name_around_it_are_not_protected() -> None:
    file = papers.pages(papers.attachment(papers.badge()), of=MINE)
    report = ask(file)
    assert report.verdict is Verdict.INDETERMINATE
    assert told(report, "picture") == (Verdict.INDETERMINATE, "picture.unprotected")
    assert "anybody may have drawn these pages" in report.check("picture").detail
    assert told(report, "proof") == (Verdict.PASSED, None), "the data are genuine, the pages not"
