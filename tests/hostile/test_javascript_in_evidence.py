"""An address that is a program: no portrait hands it on as a link."""

import pytest

from issuer.formats.portrait import portrait
from issuer.verify import Verdict
from tests.town.university import Bench, University

PROGRAMS = [
    "javascript:alert(document.cookie)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "http://uni.example/plain",
    "https://user:secret@uni.example/",
    "https://uni.example\\@evil.example/",
    "https://uni.example/' onclick='alert(1)",
]


@pytest.mark.parametrize("address", PROGRAMS)
def test_it_is_shown_as_evidence_without_a_link(
    uni: University, bench: Bench, address: str
) -> None:
    evidence = [{"id": address, "type": ["Evidence"], "name": "My thesis"}]
    badge = uni.badge(evidence=evidence)
    badge["issuer"]["url"] = address
    badge["credentialSubject"]["achievement"]["courseHomepage"] = address
    badge["credentialSubject"]["achievement"]["qualityAssurance"][0]["evidenceLink"] = address
    badge["credentialSubject"]["achievement"]["id"] = address
    said = portrait(badge)
    assert [item.title for item in said.evidence] == ["My thesis"]
    links = [
        said.evidence[0].url,
        said.issuer_url,
        said.course_url,
        said.achievement_url,
        said.quality[0].link,
    ]
    assert links == [None] * 5


def test_a_university_may_sign_it_and_it_is_still_no_link(uni: University, bench: Bench) -> None:
    evidence = [{"id": "javascript:alert(1)", "type": ["Evidence"], "name": "My thesis"}]
    report = bench.verify(uni.seal(uni.badge(evidence=evidence)))
    assert report.verdict is Verdict.PASSED
    assert portrait(report.require_passed()).evidence[0].url is None


def test_an_honest_address_is_a_link(uni: University) -> None:
    evidence = [{"id": "https://uni.example/thesis", "type": ["Evidence"], "name": "My thesis"}]
    assert portrait(uni.badge(evidence=evidence)).evidence[0].url == "https://uni.example/thesis"
