"""A domain that looks like the university's: everything in order, and not the university."""

import pytest

from issuer.verify import Verdict
from tests.town.university import Bench, University


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("unl.example", "unl.example"),
        ("uni-example.example", "uni-example.example"),
        ("uni.example.evil.example", "uni.example.evil.example"),
        ("evil.example:uni.example", "evil.example/uni.example"),
        ("uni.example%3A8443", "uni.example:8443"),
        ("xn--ni-oja.example", "xn--ni-oja.example"),
    ],
)
def test_a_look_alike_is_signed_by_whoever_controls_it(bench: Bench, host: str, shown: str) -> None:
    double = University(host, name="University of Example")
    material = bench.material(documents={double.did: double.did_document()}, lists=double.lists())
    report = bench.verify(double.seal(double.badge()), material=material)
    assert report.check("proof").verdict is Verdict.PASSED
    assert report.check("issuer_key").verdict is Verdict.PASSED
    assert report.check("issuer_established").detail == (
        f"Signed by whoever controls {shown}. We have not established who that is."
    )
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    "host",
    [
        "UNI.example",
        "uni.examp\u0142e",
        "un\u0456.example",
        "uni.example\u200b",
        "uni.example\u202e",
        "uni.example.",
        "uni.example%2Fevil",
        "uni.example%40evil.example",
        "127.0.0.1",
        "uni.example:..",
    ],
)
def test_a_name_that_is_no_plain_host_name_is_no_did_web(bench: Bench, host: str) -> None:
    double = University(host)
    # Even with its own document at hand it is not looked up.
    material = bench.material(documents={double.did: {}})
    report = bench.verify(double.token(double.badge(credentialStatus=None)), material=material)
    assert report.verdict is not Verdict.PASSED
    assert report.check("issuer_key").verdict is not Verdict.PASSED
    assert report.needs == ()
    assert not any("uni.example publishes this" in check.detail for check in report.checks)


def test_a_fragment_or_a_path_makes_no_other_did(uni: University, bench: Bench) -> None:
    for method in (f"{uni.did}/x#award-1", f"{uni.did}?v=1#award-1", f"{uni.did}#award-1#x"):
        report = bench.verify(uni.token(uni.badge(), method=method))
        assert report.check("issuer_key").verdict is Verdict.FAILED
