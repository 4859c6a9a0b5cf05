"""A PDF: the credentials in it, the seals over it, and whether its pages say what the data say."""

from dataclasses import replace

import pytest

from issuer.carriers import png
from issuer.errors import FieldsInvalid, ProofUnsupported
from issuer.proofs import pades
from issuer.proofs.pades.structure import attributes
from issuer.render.badge import BadgeFacts, badge
from issuer.verify import Policy, Verdict
from issuer.verify.paper import FileSeal, file_seals
from issuer.verify.reading import read
from issuer.verify.report import CHECK_IDS, EDC_CHECK_IDS, PAPER_CHECK_IDS
from issuer.verify.seals import Seal
from tests.town import authority, papers
from tests.town.authority import DAY, NOW, below, root
from tests.town.european import BENCH, FILE, SEAL, TIME, TOP, UNI, ask, told
from tests.town.university import LATER

PASSED, FAILED, OPEN = Verdict.PASSED, Verdict.FAILED, Verdict.INDETERMINATE
PAGES = papers.pages()
SEALED = papers.sealed(PAGES)
LASTING = papers.lasting(PAGES)
STRANGER = below(
    root(authority.Paper("Other Root", "Other", None, authority=True, usage="certify"))
)
# Pages about Mallory around the credential of Alex.
DRAWN = papers.pages(papers.attachment(papers.badge()), of=papers.of_somebody_else(papers.badge()))
VOUCHED = papers.sealed(papers.repainted(PAGES))


def only(data: bytes) -> Seal:
    (found,) = file_seals(data)
    assert isinstance(found, FileSeal)
    return found.seal


def test_it_is_asked_what_every_credential_is_asked_and_three_more() -> None:
    report = ask(SEALED)
    assert (report.kind, report.carrier) == ("json", "pdf")
    assert tuple(c.id for c in report.checks) == (*CHECK_IDS, *PAPER_CHECK_IDS)
    assert report.verdict is PASSED
    assert report.document == read(papers.badge()).document


@pytest.mark.parametrize("file", [PAGES, SEALED, LASTING], ids=["unsealed", "B-B", "B-LTA"])
def test_pages_that_are_made_of_the_data_are_passed(file: bytes) -> None:
    report = ask(file)
    assert report.verdict is PASSED
    assert told(report, "attached") == (PASSED, None)
    assert told(report, "picture") == (PASSED, None)
    assert report.check("picture").counts
    assert "the same byte for byte" in report.check("picture").detail


def test_a_file_without_a_seal_is_no_fault() -> None:
    found = ask(PAGES).check("paper")
    assert (found.verdict, found.sub, found.counts) == (OPEN, "paper.none", False)


@pytest.mark.parametrize(
    ("file", "level"), [(SEALED, "PAdES B-B"), (LASTING, "PAdES B-LTA")], ids=["B-B", "B-LTA"]
)
def test_a_seal_over_the_file_says_who_and_when(file: bytes, level: str) -> None:
    found = ask(file).check("paper")
    assert found.verdict is PASSED
    assert f"since Example University sealed it on 12 June 2026 ({level})" in found.detail
    assert only(file).form == level


def test_levels_between_are_named() -> None:
    prepared = pades.prepare(PAGES, chain=SEAL.chain, at=NOW, timestamped=True)
    done = pades.seal(prepared, signer=SEAL)
    stamped = pades.with_timestamp(done, authority.token(TIME, done.signature)).data
    assert only(stamped).form == "PAdES B-T"
    kept = pades.with_evidence(
        stamped, certificates=[TOP.certificate.der, b"no certificate"], crls=[], ocsps=[b"said"]
    )
    assert only(kept).form == "PAdES B-LT"
    assert TOP.certificate in only(kept).carried


def test_it_is_judged_at_its_time_stamp_and_not_now() -> None:
    late = NOW + 800 * DAY
    # The list of the university has expired by then, and so has the award.
    assert told(ask(LASTING, at=late), "paper") == (PASSED, None)
    assert told(ask(SEALED, at=late), "paper") == (OPEN, "paper.not_believed")


def test_a_seal_that_nobody_here_believes_is_a_note() -> None:
    report = ask(papers.sealed(PAGES, by=STRANGER))
    assert told(report, "paper") == (OPEN, "paper.not_believed")
    assert not report.check("paper").counts
    assert told(report, "picture") == (PASSED, None), "made of the data, whoever sealed it"
    assert report.verdict is PASSED


def test_one_byte_changed_under_the_seal_is_failed() -> None:
    changed = SEALED.replace(b"/StructParents 1", b"/StructParents 0")
    assert len(changed) == len(SEALED)
    report = ask(changed)
    assert told(report, "paper") == (FAILED, "paper.invalid")
    assert report.check("paper").counts
    assert report.verdict is FAILED


def test_a_seal_of_the_future_is_failed() -> None:
    report = ask(papers.sealed(PAGES, at=LATER + DAY))
    assert told(report, "paper") == (FAILED, "paper.future")


def test_a_file_that_does_not_say_when_it_was_sealed() -> None:
    prepared = pades.prepare(PAGES, chain=SEAL.chain, at=NOW)
    hole = prepared.hole
    hole = replace(hole, file=hole.file.replace(b"/M (D", b"/X (D"))
    silent = replace(
        prepared,
        hole=hole,
        to_be_signed=attributes(hole.digest, chain=SEAL.chain),
    )
    found = ask(pades.seal(silent, signer=SEAL).data).check("paper")
    assert found.verdict is PASSED
    assert "sealed it (PAdES" in found.detail


def test_a_damaged_form_of_signature_is_failed() -> None:
    assert told(ask(SEALED.replace(b"/ByteRange [0 ", b"/ByteRange [1 ")), "paper") == (
        FAILED,
        "paper.malformed",
    )


def test_a_kind_of_seal_that_is_not_checked_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ProofUnsupported("It is signed with a key of a kind that is not checked here.")

    monkeypatch.setattr("issuer.proofs.pades.open_seal", refuse)
    assert told(ask(SEALED), "paper") == (OPEN, "paper.unsupported")


# --- The pages ----------------------------------------------------------------------------------


def test_other_pages_than_the_data_make_are_not_protected() -> None:
    report = ask(papers.repainted(PAGES))
    assert told(report, "picture") == (OPEN, "picture.unprotected")
    assert report.verdict is OPEN
    assert told(ask(DRAWN), "picture") == (OPEN, "picture.unprotected")


def test_other_pages_are_vouched_for_by_a_seal_of_the_issuer_over_the_whole() -> None:
    report = ask(VOUCHED)
    assert report.verdict is PASSED
    assert "The issuer vouches for the pages" in report.check("picture").detail


def test_somebody_elses_seal_vouches_for_nothing() -> None:
    stranger = below(TOP, authority.Paper("Other", "Other Ltd", "VATAT-U87654321"))
    report = ask(papers.sealed(papers.repainted(PAGES), by=stranger))
    assert told(report, "paper") == (PASSED, None), "intact, and believed"
    assert told(report, "picture") == (OPEN, "picture.unprotected")
    unbelieved = ask(papers.sealed(papers.repainted(PAGES), by=STRANGER))
    assert told(unbelieved, "picture") == (OPEN, "picture.unprotected")


def test_a_seal_before_the_pages_were_changed_vouches_for_nothing() -> None:
    report = ask(papers.repainted(SEALED))
    assert told(report, "paper") == (FAILED, "paper.added_to")
    assert told(report, "picture") == (OPEN, "picture.unprotected")
    assert report.verdict is FAILED


def test_a_seal_that_does_not_fit_vouches_for_nothing() -> None:
    changed = VOUCHED.replace(b"q Q", b"Q q")
    report = ask(changed)
    assert told(report, "paper") == (FAILED, "paper.invalid")
    assert told(report, "picture") == (OPEN, "picture.unprotected")


def test_without_a_signer_the_pages_are_not_compared() -> None:
    report = ask(PAGES, did_documents={})
    assert told(report, "picture") == (OPEN, "picture.not_asked")
    assert report.verdict is OPEN


def test_pages_of_another_typesetter_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("issuer.render.diploma.typst_version", lambda: "typst/9.9")
    assert told(ask(PAGES), "picture") == (OPEN, "picture.unprotected")
    assert told(ask(SEALED), "picture") == (PASSED, None), "the issuer vouches for them"


def test_pages_that_cannot_be_made_again_are_not_protected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise FieldsInvalid("It cannot be drawn.")

    monkeypatch.setattr("issuer.verify.steps.picture.reprint", refuse)
    assert told(ask(PAGES), "picture") == (OPEN, "picture.unprotected")


def test_a_file_that_cannot_be_followed_is_not_protected() -> None:
    changed = papers.repainted(PAGES)
    added = changed[len(PAGES) :].replace(b"/Type /Page\n", b"/Type )Page\n")
    assert told(ask(PAGES + added), "picture") == (OPEN, "picture.unprotected")


def test_a_baked_picture_is_never_protected_and_that_is_a_note() -> None:
    picture = badge(BadgeFacts(title="Ethics of AI", institution="University of Example"))
    report = ask(png.embed(picture, papers.badge()))
    found = report.check("picture")
    assert (found.verdict, found.sub, found.counts) == (OPEN, "picture.unprotected", False)
    assert "not protected" in found.detail
    assert report.verdict is PASSED


# --- The credentials in it ----------------------------------------------------------------------


def test_a_file_with_one_credential_says_so() -> None:
    file = papers.pages(papers.attachment(papers.badge()))
    assert ask(file).check("attached").detail == "The file carries one credential."


def test_a_european_document_alone_is_asked_its_own_questions() -> None:
    report = ask(papers.pages(papers.attachment(FILE, papers.JSONLD)))
    assert (report.kind, report.carrier) == ("edc", "pdf")
    assert tuple(c.id for c in report.checks) == (*EDC_CHECK_IDS, *PAPER_CHECK_IDS)
    assert told(report, "picture") == (PASSED, None)


def test_an_open_badge_is_what_the_pages_are_made_of_whatever_its_name() -> None:
    last = papers.pages(
        papers.attachment(FILE, "a.jsonld"),
        papers.attachment(papers.badge(), "z.json"),
        of=papers.badge(),
    )
    report = ask(last)
    assert report.kind == "json"
    assert told(report, "picture") == (PASSED, None)


def test_files_that_are_no_credentials_are_said_to_be_unread() -> None:
    file = papers.pages(
        papers.attachment(papers.badge()), papers.attachment(b"Doctor of all", "diploma.txt")
    )
    report = ask(file)
    assert told(report, "attached") == (OPEN, "attached.other_files")
    assert "1 more that are no credentials" in report.check("attached").detail
    assert not report.check("attached").counts


def test_a_credential_of_nobody_cannot_be_compared() -> None:
    document = papers.badge_document()
    document["credentialSubject"].pop("identifier")
    nobody = UNI.seal(document)
    report = ask(papers.pages(papers.attachment(nobody), papers.attachment(nobody, "z.json")))
    assert told(report, "attached") == (OPEN, "attached.nothing_to_compare")


def test_more_than_four_seals_are_not_asked() -> None:
    file = PAGES
    for number in range(5):
        file = papers.sealed(file, name=f"Seal{number}")
    report = ask(file)
    assert told(report, "paper") == (FAILED, "paper.malformed")
    assert "more than four seals" in report.check("paper").detail


def test_a_second_credential_of_another_person_is_failed() -> None:
    theirs = papers.attachment(papers.of_somebody_else(papers.badge()), "z.json")
    report = ask(papers.pages(papers.attachment(papers.badge()), theirs))
    assert told(report, "attached") == (FAILED, "attached.other_person")
    assert report.verdict is FAILED


def test_a_second_credential_of_another_award_is_failed() -> None:
    document = papers.badge_document(name="Something else")
    document["credentialSubject"]["achievement"]["name"] = "Something else"
    file = papers.pages(
        papers.attachment(papers.badge()), papers.attachment(UNI.seal(document), "z.json")
    )
    report = ask(file)
    assert told(report, "attached") == (FAILED, "attached.other_award")
    assert report.verdict is FAILED


def test_a_second_credential_that_is_forged_is_failed() -> None:
    forged = FILE.replace(b"Another outcome", b"Another outcomE")
    file = papers.pages(papers.attachment(papers.badge()), papers.attachment(forged, papers.JSONLD))
    report = ask(file)
    assert told(report, "attached") == (FAILED, "attached.failed")
    assert "The seal does not fit" in report.check("attached").detail
    assert report.verdict is FAILED


def test_a_second_credential_that_cannot_be_checked_is_a_note() -> None:
    report = ask(SEALED, anchors=())
    assert told(report, "attached") == (OPEN, "attached.doubtful")
    assert not report.check("attached").counts
    assert told(report, "paper") == (OPEN, "paper.not_believed")
    assert report.verdict is PASSED


def test_what_its_other_credential_needs_is_asked_for() -> None:
    nothing = BENCH.verify(SEALED, material=replace(BENCH.material(), status_lists={}))
    alone = BENCH.verify(papers.badge(), material=replace(BENCH.material(), status_lists={}))
    assert set(alone.needs) <= set(nothing.needs)
    assert nothing.needs


def test_of_the_proof_alone_the_pages_are_not_asked() -> None:
    report = ask(papers.repainted(PAGES), policy=Policy(proof_only=True))
    assert not report.check("picture").counts
    assert report.verdict is PASSED


def test_a_file_without_a_credential_is_unusable() -> None:
    file = papers.pages(papers.attachment(b"a,b", "data.csv"), of=papers.badge())
    report = ask(file)
    assert report.unusable
    assert report.carrier == "pdf"
    assert "carries no credential" in report.check("format").detail
    assert tuple(c.id for c in report.checks) == (*CHECK_IDS, *PAPER_CHECK_IDS)


def test_a_file_with_more_than_four_credentials_is_unusable() -> None:
    many = [papers.attachment(papers.badge(), f"{n}.json") for n in range(5)]
    report = ask(papers.pages(*many))
    assert report.unusable
    assert "more than four" in report.check("format").detail


@pytest.mark.parametrize("file", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", PAGES[:-200], SEALED[:-1]])
def test_a_damaged_file_is_unusable(file: bytes) -> None:
    report = ask(file)
    assert report.verdict is not PASSED


def test_the_three_documents_of_an_award_are_told_alike() -> None:
    for data in (papers.badge(), FILE, SEALED):
        report = ask(data)
        assert report.verdict is PASSED
        for check_id in ("validity", "revocation", "issuer_key", "issuer_established"):
            assert told(report, check_id) == (PASSED, None), check_id
