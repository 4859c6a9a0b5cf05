"""A list for two universities on one server, signed by the neighbour's award key: not its own."""

from issuer.verify import Verdict
from tests.town.university import Bench, University


def test_the_neighbours_award_key(uni: University, bench: Bench) -> None:
    neighbour = University("uni.example:neighbour")
    assert neighbour.did == "did:web:uni.example:neighbour"
    documents = {uni.did: uni.did_document(), neighbour.did: neighbour.did_document()}
    url = uni.list_url("revocation")
    data = uni.seal(uni.badge())
    for kid in ("award-1", "status-1"):
        forged = neighbour.seal(uni.unsigned_list("revocation"), kid=kid)
        material = bench.material(documents=documents, lists={url: forged})
        report = bench.verify(data, material=material)
        assert report.check("revocation").sub == "status.list_issuer_key"
        assert "uni.example publishes" in report.check("revocation").detail
        assert report.verdict is Verdict.INDETERMINATE


def test_the_neighbours_badge_under_the_universitys_name(uni: University, bench: Bench) -> None:
    neighbour = University("uni.example:neighbour")
    documents = {uni.did: uni.did_document(), neighbour.did: neighbour.did_document()}
    report = bench.verify(neighbour.seal(uni.badge()), material=bench.material(documents=documents))
    assert report.check("issuer_key").sub == "issuer.other_key"
    assert report.verdict is Verdict.FAILED
