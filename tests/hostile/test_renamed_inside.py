"""Members and types below the root, rewritten so that the signature fits and readers see another.

In RDF a type in full and its name are the same; but only the name brings the published meaning of
the members within it, and without that a context of the holder's own may give them another one.
"""

from typing import Any

import pytest

import schemas
from issuer.errors import MalformedDocument
from issuer.formats import stacking
from issuer.jsonld import rdfc10
from issuer.jsonld.names import require_names
from issuer.proofs import jcs
from issuer.verify import Report, Verdict
from tests.town.stacks import stacked_badge
from tests.town.university import INDEX, Bench, Document, University

STATUS = "https://www.w3.org/ns/credentials/status#"


@pytest.fixture
def revoked(uni: University) -> dict[str, bytes]:
    return {uni.list_url("revocation"): uni.status_list("revocation", revoked=[INDEX])}


def judged(bench: Bench, document: Document, lists: dict[str, bytes]) -> Report:
    return bench.verify(jcs.encode_document(document), material=bench.material(lists=lists))


def in_full(entry: Document, **changes: Any) -> Document:
    """The same entry in RDF, its type and members written in full."""
    return {
        "id": entry["id"],
        "type": f"{STATUS}BitstringStatusListEntry",
        f"{STATUS}statusPurpose": entry["statusPurpose"],
        f"{STATUS}statusListIndex": entry["statusListIndex"],
        f"{STATUS}statusListCredential": {"id": entry["statusListCredential"]},
    } | changes


def test_a_revoked_one_whose_entry_is_shown_for_another_purpose(
    uni: University, bench: Bench, revoked: dict[str, bytes]
) -> None:
    document = jcs.decode(uni.seal(uni.badge(credentialStatus=uni.entry("revocation"))))
    assert judged(bench, document, revoked).check("revocation").sub == "status.revocation"
    entry = document["credentialStatus"]
    other = {"statusPurpose": f"{STATUS}statusListIndex"}
    shown = in_full(entry, **{"@context": other, "statusPurpose": entry["statusListIndex"]})
    del shown[f"{STATUS}statusListIndex"]
    # In a context inside, and in one at the root: there the name is free as well.
    at_root = {name: value for name, value in shown.items() if name != "@context"}
    contexts = [*document["@context"], other]
    for forged in (
        {**document, "credentialStatus": shown},
        {**document, "credentialStatus": [shown]},
        {**document, "credentialStatus": at_root, "@context": contexts},
        {**document, "credentialStatus": in_full(entry)},
    ):
        report = judged(bench, forged, revoked)
        assert report.verdict is not Verdict.PASSED
        assert report.check("revocation").verdict is not Verdict.PASSED
        assert report.check("proof").verdict is not Verdict.PASSED


def test_one_of_two_entries(uni: University, bench: Bench, revoked: dict[str, bytes]) -> None:
    lists = {**revoked, uni.list_url("suspension"): uni.status_list("suspension")}
    both = [uni.entry("revocation"), uni.entry("suspension")]
    document = jcs.decode(uni.seal(uni.badge(credentialStatus=both)))
    first, second = document["credentialStatus"]
    twice = {**second, "type": ["BitstringStatusListEntry", "BitstringStatusListEntry"]}
    hidden = in_full(first, statusPurpose=first["statusListIndex"])
    hidden["@context"] = {"statusPurpose": f"{STATUS}statusListIndex"}
    del hidden[f"{STATUS}statusListIndex"]
    for other in (second, twice):
        forged = {**document, "credentialStatus": [hidden, other]}
        report = judged(bench, forged, lists)
        assert report.verdict is not Verdict.PASSED
        assert report.check("proof").verdict is not Verdict.PASSED


def entry_of_1_1(**said: Any) -> tuple[Document, Document]:
    """What an entry means, and the members that show it; VCDM 1.1 does not fix their names."""
    node = {
        f"{STATUS}statusPurpose": [{"@value": "revocation"}],
        f"{STATUS}statusListIndex": [{"@value": "42"}],
        f"{STATUS}statusListCredential": [{"@id": "https://uni.example/l"}],
    }
    shown = {
        "statusPurpose": "revocation",
        "statusListIndex": "42",
        "statusListCredential": "https://uni.example/l",
    }
    root = {"https://www.w3.org/2018/credentials#credentialStatus": [node]}
    return root, {"credentialStatus": {**shown, **said}}


def test_where_no_published_context_fixes_the_names_they_say_what_is_meant() -> None:
    root, body = entry_of_1_1()
    require_names(root, body=body)
    root, body = entry_of_1_1(statusListCredential={"id": "https://uni.example/l"})
    require_names(root, body=body)
    for wrong in (
        {"statusPurpose": "42", "statusListIndex": "revocation"},
        {"statusPurpose": None},
        {"statusPurpose": ["revocation", "revocation"]},
        {"statusListCredential": "https://uni.example/other"},
    ):
        root, body = entry_of_1_1(**wrong)
        with pytest.raises(MalformedDocument, match="by that name"):
            require_names(root, body=body)
    root, _ = entry_of_1_1()
    with pytest.raises(MalformedDocument, match="by that name"):
        require_names(root, body={"credentialStatus": "https://uni.example/l#42"})


@pytest.mark.parametrize("is_named", [True, False])
def test_a_stacked_one_that_is_shown_as_none(uni: University, is_named: bool) -> None:
    made = stacked_badge(uni, stated={"rule": '{"tier":"professional"}'})
    document = {name: value for name, value in jcs.decode(made.data).items() if name != "proof"}
    signed = rdfc10.canonicalise(document)
    assert stacking.is_stacked(document)
    # The same in RDF, by a context of the holder's that is not the one that is known.
    theirs = {name: meant for name, meant in schemas.stacking_context().items() if name[0] != "@"}
    contexts = [c for c in document["@context"] if not schemas.is_stacking_context(c)]
    subject = dict(document["credentialSubject"])
    if not is_named:
        subject[f"{schemas.VOCABULARY}stackedFrom"] = subject.pop("stackedFrom")
    forged = {**document, "@context": [*contexts, theirs], "credentialSubject": subject}
    assert not stacking.is_stacked(forged)
    with pytest.raises(MalformedDocument, match=r"stackedFrom|what it is built from"):
        rdfc10.canonicalise(forged)
    assert f"{schemas.VOCABULARY}stackedFrom".encode() in signed


def test_what_is_shown_of_an_achievement_is_what_was_signed(uni: University) -> None:
    document = uni.badge()
    achievement = document["credentialSubject"]["achievement"]
    achievement |= {"humanCode": "B-1", "specialization": "Statistics"}
    signed = rdfc10.canonicalise(document)
    fixed = schemas.context(document["@context"][1])["@context"]["Achievement"]
    meant = {name: value for name, value in fixed["@context"].items() if name[0] != "@"}
    # Each says what the other one means.
    code, field = meant["humanCode"], meant["specialization"]
    theirs = {**meant, "humanCode": field, "specialization": code}
    document["credentialSubject"]["achievement"] = {
        **achievement,
        "@context": theirs,
        "type": [fixed["@id"]],
        "humanCode": "Statistics",
        "specialization": "B-1",
    }
    with pytest.raises(MalformedDocument, match="type Achievement in full"):
        rdfc10.canonicalise(document)
    assert fixed["@id"].encode() in signed
