"""Values that make two statements, or two objects, one and the same."""

import pytest

from issuer.verify import Verdict
from tests.town.alike import Alike, person


def test_two_identities_that_say_the_same(alike: Alike) -> None:
    twins = [person("Alex")[0], person("Alex")[0]]
    different = [person("Alex")[0], person("Bo")[0]]

    def sealed(identities: list[dict[str, object]], number: int) -> bytes:
        badge = alike.badge(number)
        badge["credentialSubject"]["identifier"] = identities
        return alike.university.seal(badge)

    for number in range(3):
        assert alike.judged(sealed(different, number)).verdict is Verdict.PASSED
    badge = alike.badge()
    badge["credentialSubject"]["identifier"] = different
    assert alike.is_known(badge)
    badge["credentialSubject"]["identifier"] = twins
    assert not alike.is_known(badge)
    report = alike.judged(sealed(twins, 7))
    assert report.check("proof").verdict is Verdict.PASSED


@pytest.mark.parametrize("names", [("a", "a"), ("a", "b")])
def test_two_pieces_of_evidence_at_one_address(alike: Alike, names: tuple[str, str]) -> None:
    def evidence(*addresses: str) -> list[dict[str, object]]:
        return [
            {"id": address, "type": ["Evidence"], "name": name}
            for address, name in zip(addresses, names, strict=True)
        ]

    two = evidence("https://work.example/1", "https://work.example/2")
    for number in range(3):
        assert alike.judged(alike.sealed(number, evidence=two)).verdict is Verdict.PASSED
    assert alike.is_known(alike.badge(evidence=two))
    one = evidence("https://work.example/1", "https://work.example/1")
    assert not alike.is_known(alike.badge(evidence=one))
    assert alike.judged(alike.changed(("evidence",), one)).verdict is Verdict.FAILED
