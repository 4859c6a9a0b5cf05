"""Headlines and short answers: what is first in the table decides, and doubt never says yes."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from issuer.services.present import answers
from issuer.verify.finding import ITSELF
from issuer.verify.report import (
    CHECK_IDS,
    EDC_CHECK_IDS,
    PAPER_CHECK_IDS,
    STACK_CHECK_IDS,
    Check,
    Need,
    PartReport,
    Report,
    Verdict,
)

AT = dt.datetime(2026, 6, 12, 9, 30, tzinfo=dt.UTC)
VIENNA = ZoneInfo("Europe/Vienna")
NOTES = {"schema", "completeness", "holder"}
Wrong = dict[str, tuple[Verdict, str | None]]
FAILED, OPEN = Verdict.FAILED, Verdict.INDETERMINATE


def _report(
    wrong: Wrong | None = None, *, counts: set[str] | None = None, **changes: bool
) -> Report:
    wrong = wrong or {}
    checks = tuple(
        Check(
            id=name,
            clause="clause",
            verdict=wrong.get(name, (Verdict.PASSED, None))[0],
            sub=wrong.get(name, (Verdict.PASSED, None))[1],
            detail=f"Detail of {name}.",
            source="https://uni.example/status/1",
            as_of=None,
            counts=name not in NOTES
            or name in (counts or set())
            or (name == "schema" and name in wrong),
            reached=changes.get(name, True),
        )
        for name in CHECK_IDS
    )
    needs = (
        (Need("status", "https://uni.example/1"),) if OPEN in [v for v, _ in wrong.values()] else ()
    )
    return Report(checks, AT, "json", None, {}, "sha256:00", needs)


def _said(report: Report, question: str) -> str:
    return next(g.answer for g in answers.groups(report, None, VIENNA) if g.id == question)


def test_passed_is_said_with_the_number_of_checks() -> None:
    stamp = answers.stamp(_report(), VIENNA)
    assert stamp.headline == "Genuine, unchanged and in force."
    assert stamp.sentence == "All nine checks that are needed for this answer passed."
    assert stamp.checked.text == "12 June 2026 at 11:30:00"
    assert stamp.place == "Vienna time"
    assert answers.flag(_report()) == ""
    assert answers.vouched(_report())


@pytest.mark.parametrize(
    ("wrong", "headline", "flag"),
    [
        ({"revocation": (FAILED, None)}, "Revoked. Do not rely on it.", "REVOKED"),
        ({"suspension": (FAILED, None)}, "Suspended. Do not rely on it for now.", "SUSPENDED"),
        ({"validity": (FAILED, "validity.expired")}, "Expired. Do not rely on it.", "EXPIRED"),
        (
            {"validity": (FAILED, "validity.not_yet")},
            "Not yet valid. Do not rely on it now.",
            "NOT IN FORCE",
        ),
        ({"proof": (FAILED, None)}, "Changed or forged. Do not rely on it.", "NOT GENUINE"),
        (
            {"key_status": (FAILED, "key.stolen")},
            "Its key is not to be trusted. Do not rely on it.",
            "DO NOT RELY ON IT",
        ),
        (
            {"schema": (FAILED, None)},
            "Not a sound credential. Do not rely on it.",
            "DO NOT RELY ON IT",
        ),
        (
            {"proof": (FAILED, None), "revocation": (FAILED, None)},
            "Changed or forged. Do not rely on it.",
            "NOT GENUINE",
        ),
        (
            {"revocation": (FAILED, None), "issuer_established": (OPEN, None)},
            "Revoked. Do not rely on it.",
            "REVOKED",
        ),
        (
            {"revocation": (OPEN, None)},
            "We cannot say yet whether it is still in force.",
            "NOT CONFIRMED",
        ),
        ({"issuer_established": (OPEN, None)}, "We cannot say who issued this.", "NOT CONFIRMED"),
        (
            {"key_status": (OPEN, "key.stolen_unproven")},
            "We cannot say whether its key was safe.",
            "NOT CONFIRMED",
        ),
    ],
)
def test_the_gravest_check_makes_the_headline(wrong: Wrong, headline: str, flag: str) -> None:
    report = _report(wrong)
    assert answers.stamp(report, VIENNA).headline == headline
    assert answers.flag(report) == flag


def test_a_revoked_one_is_still_genuine_and_a_forged_one_is_not() -> None:
    revoked = answers.stamp(_report({"revocation": (FAILED, None)}), VIENNA).sentence
    assert revoked == "Detail of revocation. The document itself is genuine and unchanged."
    assert answers.vouched(_report({"revocation": (FAILED, None)}))
    forged = _report({"proof": (FAILED, None)})
    assert answers.stamp(forged, VIENNA).sentence == "Detail of proof."
    assert not answers.vouched(forged)


def test_doubt_says_what_fits_and_what_to_do() -> None:
    sentence = answers.stamp(_report({"revocation": (OPEN, None)}), VIENNA).sentence
    assert sentence.startswith("The signature fits")
    assert "Try again in a few minutes" in sentence
    unknown = answers.stamp(_report({"issuer_established": (OPEN, None)}), VIENNA).sentence
    assert "Anyone can make a key" in unknown


def test_a_report_without_checks_that_count_is_no_yes() -> None:
    report = _report()
    nothing = Report(
        tuple(Check(c.id, "", Verdict.PASSED, "", "", None, counts=False) for c in report.checks),
        AT,
        "json",
        None,
        None,
        "sha256:00",
    )
    assert answers.stamp(nothing, VIENNA).headline == "We cannot say."
    assert answers.flag(nothing) == "NOT CONFIRMED"


@pytest.mark.parametrize(
    ("question", "wrong", "answer"),
    [
        ("unaltered", {}, "Yes, signed and unchanged since."),
        ("source", {}, "Yes, by its issuer."),
        ("force", {}, "Yes: not expired, suspended or revoked."),
        ("unaltered", {"proof": (FAILED, None)}, "No, the signature does not fit."),
        ("force", {"validity": (FAILED, "validity.expired")}, "No, it has expired."),
        ("force", {"validity": (FAILED, "validity.not_yet")}, "No, not yet."),
        ("force", {"suspension": (OPEN, None)}, "Not known: the status lists could not be had."),
        (
            "source",
            {"key_status": (OPEN, "key.stolen_unproven")},
            "Not known: its key was stolen, and nobody else vouches for the date.",
        ),
        (
            "source",
            {"issuer_established": (OPEN, "issuer.not_shown")},
            "Not known: it is not shown that the issuer signed this.",
        ),
        ("source", {"issuer_established": (OPEN, None)}, "Not known: anyone can choose this name."),
        ("unaltered", {"format": (OPEN, None)}, "Not known."),
        ("whole", {}, "Yes."),
        ("whole", {"completeness": (FAILED, None)}, "No."),
    ],
)
def test_short_answers(question: str, wrong: Wrong, answer: str) -> None:
    assert _said(_report(wrong), question) == answer


def test_what_was_not_reached_is_not_known() -> None:
    assert (
        _said(_report({"validity": (OPEN, "not_reached")}, validity=False), "force")
        == "Not known: an earlier check had to stop."
    )


def test_what_stopped_a_question_is_told_before_what_was_not_reached() -> None:
    report = _report({"validity": (OPEN, None), "revocation": (OPEN, None)}, validity=False)
    assert _said(report, "force") == "Not known: the status lists could not be had."


def test_no_list_is_not_the_same_as_not_listed() -> None:
    report = _report()
    checks = tuple(
        Check(c.id, c.clause, c.verdict, c.detail, ITSELF, None, counts=c.counts)
        for c in report.checks
    )
    unlisted = Report(checks, AT, "json", None, {}, "sha256:00")
    assert _said(unlisted, "force") == "Not expired; it names no list on which it could be revoked."


def test_the_holder_is_asked_for_only_where_somebody_asked() -> None:
    silent = answers.groups(_report({"holder": (OPEN, None)}), None, VIENNA)[-1]
    assert silent.note == "Not needed for the answer."
    asked = _report({"holder": (FAILED, "holder.other")}, counts={"holder"})
    group = answers.groups(asked, None, VIENNA)[-1]
    assert (group.note, group.answer) == ("", "No, it names somebody else.")
    assert answers.stamp(asked, VIENNA).headline == "It was awarded to somebody else."
    same = answers.groups(_report(counts={"holder"}), None, VIENNA)[-1]
    assert same.answer == "Yes, that is the name in it."


def test_how_many_failed_and_how_many_are_open() -> None:
    assert answers.needed(_report()).endswith("all of them passed.")
    both = _report({"proof": (FAILED, None), "revocation": (OPEN, None)})
    assert answers.needed(both) == (
        "Nine checks are needed for the answer: one failed and one is open."
    )
    two = _report({"suspension": (OPEN, None), "revocation": (OPEN, None)})
    assert answers.needed(two).endswith("two are open.")


# --- European Digital Credentials -----------------------------------------------------------


def _european(wrong: Wrong | None = None) -> Report:
    wrong = wrong or {}
    passed = (Verdict.PASSED, None)
    checks = tuple(
        Check(
            id=name,
            clause="clause",
            verdict=wrong.get(name, passed)[0],
            sub=wrong.get(name, passed)[1],
            detail=f"Detail of {name}.",
            source=ITSELF,
            as_of=None,
            counts=name not in {*NOTES, "accreditation"},
        )
        for name in EDC_CHECK_IDS
    )
    return Report(checks, AT, "edc", None, {}, "sha256:00", ())


def test_a_european_one_is_told_in_the_same_words() -> None:
    assert answers.stamp(_european(), VIENNA).headline == "Genuine, unchanged and in force."
    assert answers.vouched(_european())
    assert not answers.vouched(_european({"certificate": (OPEN, "certificate.not_anchored")}))
    shown = [check.id for g in answers.groups(_european(), None, VIENNA) for check in g.checks]
    assert sorted(shown) == sorted(EDC_CHECK_IDS)
    also = {c.also for g in answers.groups(_european(), None, VIENNA) for c in g.checks}
    assert {"Format", "Seal", "Revocation", "Accreditation", "Validity"} <= also


@pytest.mark.parametrize(
    ("wrong", "headline", "flag"),
    [
        (
            {"seal": (FAILED, "seal.invalid")},
            "Changed, forged or never sealed. Do not rely on it.",
            "NOT GENUINE",
        ),
        (
            {"certificate": (FAILED, "certificate.revoked")},
            "Its seal is not to be trusted. Do not rely on it.",
            "NOT GENUINE",
        ),
        (
            {"certificate": (OPEN, "certificate.not_anchored")},
            "We cannot say whether its seal is to be trusted.",
            "NOT CONFIRMED",
        ),
        (
            {"seal": (OPEN, "seal.unsupported")},
            "We cannot say whether it is genuine.",
            "NOT CONFIRMED",
        ),
    ],
)
def test_what_is_wrong_with_a_seal(wrong: Wrong, headline: str, flag: str) -> None:
    report = _european(wrong)
    assert answers.stamp(report, VIENNA).headline == headline
    assert answers.flag(report) == flag
    assert not answers.vouched(report)


def _of_a_pdf(**verdicts: Verdict) -> Report:
    """A report on a PDF of which everything passed but these."""
    whole = _report()
    more = tuple(
        whole.checks[0]._replace(id=name, verdict=verdicts.get(name, Verdict.PASSED))
        for name in PAPER_CHECK_IDS
    )
    return replace(whole, checks=(*whole.checks, *more), carrier="pdf")


def test_of_a_pdf_it_is_said_whether_the_pages_are_protected() -> None:
    assert "picture" not in [g.id for g in answers.groups(_report(), None, VIENNA)]
    good = _of_a_pdf()
    assert _said(good, "picture") == "Yes, the pages are protected as the data are."
    unknown = _of_a_pdf(picture=OPEN)
    assert answers.stamp(unknown, VIENNA).headline == (
        "We cannot say whether these pages are genuine. Read the data below."
    )
    assert answers.flag(unknown) == "NOT CONFIRMED"
    assert _said(unknown, "picture").startswith("Not known: anybody can draw")


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("paper", "This file was changed after it was sealed. Do not rely on it."),
        (
            "attached",
            "The credentials in this file do not belong together. Do not rely on it.",
        ),
    ],
)
def test_a_file_that_was_changed_or_mixed_is_red(name: str, headline: str) -> None:
    report = _of_a_pdf(**{name: FAILED})
    assert answers.stamp(report, VIENNA).headline == headline
    assert answers.flag(report) == "NOT GENUINE"
    assert _said(report, "unaltered").startswith("No, ")


def _stacked(rule: Verdict, parts: Verdict, *looked: Verdict, sub: str | None = None) -> Report:
    """A report on a stacked credential of which everything else passed."""
    whole = _report()
    found = dict(zip(STACK_CHECK_IDS, (rule, parts), strict=True))
    more = tuple(
        whole.checks[0]._replace(
            id=name,
            verdict=verdict,
            sub=sub,
            detail=f"Detail of {name}.",
            counts=name == "rule" or sub == "parts.revoked",
        )
        for name, verdict in found.items()
    )
    told = tuple(PartReport(str(n), "A part", v, "Its detail.") for n, v in enumerate(looked))
    return replace(whole, checks=(*whole.checks, *more), parts=told)


def test_of_a_stacked_one_it_is_said_whether_it_is_built_as_it_says() -> None:
    good = Verdict.PASSED
    assert "built" not in [g.id for g in answers.groups(_report(), None, VIENNA)]
    all_four = _stacked(good, good, good, good, good, good)
    assert answers.stamp(all_four, VIENNA).sentence == (
        "All ten checks that are needed for this answer passed, for the whole and for each of its "
        "four parts."
    )
    assert _said(all_four, "built") == "Yes, its parts fulfil the rule that it states."
    alone = answers.stamp(_stacked(good, good, good), VIENNA).sentence
    assert alone.endswith("passed, for the whole and for its one part.")
    # What nobody looked at is not told as if somebody had.
    unseen = answers.stamp(_stacked(good, OPEN, good, OPEN, sub="parts.not_at_hand"), VIENNA)
    assert unseen.headline == "Genuine, unchanged and in force."
    assert unseen.sentence.endswith("this answer passed. Detail of parts.")


def test_what_is_wrong_with_a_part() -> None:
    revoked = _stacked(Verdict.PASSED, FAILED, FAILED, sub="parts.revoked")
    stamp = answers.stamp(revoked, VIENNA)
    assert stamp.headline == "A part of it is not in order. Do not rely on it."
    assert stamp.sentence == "Detail of parts. The document itself is genuine and unchanged."
    assert answers.flag(revoked) == "A PART IS NOT IN ORDER"
    assert _said(revoked, "built") == "No, one of its parts was revoked."
    doubt = _stacked(Verdict.PASSED, OPEN, OPEN, sub="parts.revoked")
    assert answers.stamp(doubt, VIENNA).headline == (
        "We cannot say whether all its parts are in order."
    )
    assert _said(doubt, "built") == "Not known: one of its parts is in doubt."
    broken = _stacked(FAILED, OPEN)
    assert answers.flag(broken) == "NOT AS IT SAYS"
    assert answers.stamp(broken, VIENNA).headline == (
        "It does not keep to its own rule. Do not rely on it."
    )
    assert _said(broken, "built") == "No, its parts do not carry it."
