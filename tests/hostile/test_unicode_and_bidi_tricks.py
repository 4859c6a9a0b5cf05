"""Names and titles that read otherwise than they are written: shown as claims, never as ours."""

import unicodedata

import pytest

from issuer.formats.portrait import portrait
from issuer.proofs import jcs
from issuer.verify import Check, Policy, Verdict
from tests.town.university import Bench, Document, University

TRICKS = [
    "Alex \u202eelpmaxE",
    "Alex\u200b Example",
    "\u2066Alex Example\u2069",
    "Alex Example\nPASSED",
    "Alex Example\u2028Genuine, unchanged and in force.",
    "<script>alert(1)</script>",
    "Аlех Ехаmple",
    "A\u0301" * 100,
    "\ufeffAlex Example",
    "\U000e0041\U000e0042",
]


def named(uni: University, text: str) -> Document:
    badge = uni.badge(name=text)
    badge["issuer"]["name"] = text
    badge["credentialSubject"]["identifier"][0]["identityHash"] = text
    badge["credentialSubject"]["achievement"]["name"] = text
    return badge


def plain(check: Check) -> bool:
    return all(
        unicodedata.category(letter) not in {"Cc", "Cf", "Zl", "Zp"} for letter in check.detail
    )


@pytest.mark.parametrize("text", TRICKS)
def test_a_report_repeats_no_tricks(uni: University, bench: Bench, text: str) -> None:
    report = bench.verify(uni.seal(named(uni, text)), policy=Policy(holder=text))
    assert all(plain(check) for check in report.checks)
    # The name in a document is never said to be the issuer's: the trust list has another.
    assert text not in report.check("issuer_established").detail


@pytest.mark.parametrize("text", TRICKS)
def test_a_portrait_says_it_as_it_is_written(uni: University, text: str) -> None:
    said = portrait(named(uni, text))
    # Pages isolate and escape it: changing it here would show something else than was signed.
    assert (said.title, said.learner_name, said.issuer_name) == (text, text, text)


@pytest.mark.parametrize("text", TRICKS)
def test_a_name_that_looks_alike_is_another_name(uni: University, bench: Bench, text: str) -> None:
    report = bench.verify(uni.seal(named(uni, text)), policy=Policy(holder="Alex Example"))
    assert report.check("holder").verdict is Verdict.FAILED
    assert report.verdict is Verdict.FAILED


@pytest.mark.parametrize("text", ["Alex \ufffe Example", "Alex\x00Example", "Alex \x1b[31m"])
def test_what_libraries_disagree_about_is_refused_at_the_door(
    uni: University, bench: Bench, text: str
) -> None:
    document = jcs.decode(uni.seal(uni.badge()))
    document["name"] = text
    report = bench.verify(jcs.encode_document(document))
    assert report.unusable
    assert report.check("format").sub == "format.unreadable"
    assert plain(report.check("format"))


def test_tricks_in_everything_that_a_report_repeats(uni: University, bench: Bench) -> None:
    trick = "x\u202e\u2028y"
    broken: list[Document] = [
        {"@context": [*uni.badge()["@context"], f"https://e.example/{trick}"]},
        {trick: "an undefined term"},
        {"type": ["VerifiableCredential", trick]},
        {"issuer": f"did:web:{trick}"},
        {"issuer": f"https://e.example/{trick}"},
        {"credentialStatus": {"type": trick}},
        {"credentialStatus": {"type": trick, "statusPurpose": "revocation"}},
        {"credentialSchema": {"id": f"https://e.example/{trick}", "type": "JsonSchema"}},
        {"proof": {"type": trick}},
        {"proof": {**jcs.decode(uni.seal(uni.badge()))["proof"], "cryptosuite": trick}},
        {
            "proof": {
                **jcs.decode(uni.seal(uni.badge()))["proof"],
                "verificationMethod": f"did:web:{trick}#k",
            }
        },
    ]
    for changes in broken:
        document = {**jcs.decode(uni.seal(uni.badge())), **changes}
        report = bench.verify(jcs.encode_document(document), policy=Policy(holder=trick))
        assert report.verdict is not Verdict.PASSED
        assert all(plain(check) for check in report.checks), changes
