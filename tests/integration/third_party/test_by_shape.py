"""What was canonicalised by shape is accepted by people who know nothing of shapes."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from issuer.formats import lint, ob3
from issuer.formats.ob3_shape import VARIABLES
from issuer.jsonld import rdfc10
from issuer.jsonld.templates import Templates
from issuer.model.achievement import DocumentFormat
from issuer.model.assessment import Evidence, Grade
from issuer.model.learner import Disclosure, Learner, LearnerIdentifier
from issuer.proofs import data_integrity
from tests.town import awards as town
from tests.town.university import NOW, University

pytestmark = pytest.mark.node

COUNT = 200
_LETTERS = "abcXYZ 01–'\"\\&<>%{}äñßøŁЖяΩ数据إدا\u0301\u00a0𝔘🎓"
_EACH = ("learner", "evidence", "grade", "slot", "end")


@dataclass(frozen=True)
class Sealed:
    credentials: tuple[dict[str, Any], ...]
    did_documents: Mapping[str, Any]


def _chance(number: int) -> Iterator[int]:
    """Bytes that look random and are the same in every run."""
    for step in range(1_000):
        yield from hashlib.sha256(f"{number} {step}".encode()).digest()


def _word(chance: Iterator[int]) -> str:
    return f"A{''.join(_LETTERS[next(chance) % len(_LETTERS)] for _ in range(9))}z"


def _credential(
    number: int, *, uni: University, templates: Templates, composer: ob3.Composer
) -> dict[str, Any]:
    chance = _chance(number)
    asked = {name: next(chance) % 3 for name in _EACH}
    identifiers = [
        LearnerIdentifier(scheme="studentId", value=_word(chance)),
        LearnerIdentifier(scheme="ext:ESI", value=f"S{number}", disclosure=Disclosure.CLEAR),
    ]
    learner = Learner(
        organisation=town.organisation().slug,
        key=f"S{number}",
        display_name=_word(chance),
        identifiers=tuple(identifiers[: asked["learner"]]),
        did=f"did:web:alex{number}.example" if asked["learner"] else None,
    )
    award = town.awarded(
        town.course(),
        body=town.organisation().model_copy(update={"did": uni.did}),
        learner=learner,
        valid_until=NOW + dt.timedelta(days=900 + number) if asked["end"] else None,
        grade=Grade(value=_word(chance)[:20], scheme="1 is best") if asked["grade"] else None,
        evidence=tuple(
            Evidence(
                title=_word(chance), url=f"https://work.example/{number}/{n}", sha256="a3" * 32
            )
            for n in range(asked["evidence"])
        ),
        assessor=_word(chance),
    )
    slot: dict[str, Any] = {"index": number}
    if asked["slot"]:
        slot |= {"suspension_list": uni.list_url("suspension"), "suspension_index": number}
    place = town.reservation(DocumentFormat.OB3, **slot).model_copy(
        update={"credential_id": f"{town.BASE}/c/{number}", "salt": f"{number:032x}"}
    )
    key = uni.key("award-1")
    prepared = data_integrity.prepare(
        lint.lint(composer.compose(award, reservation=place)),
        key=key.public_key,
        verification_method=f"{uni.did}#award-1",
        created=NOW + dt.timedelta(seconds=number),
        suite="ecdsa-rdfc-2019" if uni.p256 else "eddsa-rdfc-2022",
        canonicalise=templates.canonicalise,
    )
    found: dict[str, Any] = json.loads(data_integrity.seal(prepared, signer=key).data)
    return found


@pytest.mark.parametrize("p256", [False, True], ids=["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_what_was_sealed_by_shape_is_accepted(
    p256: bool, ask_digitalbazaar: Callable[..., list[Mapping[str, Any]]]
) -> None:
    uni = replace(University(), p256=p256)
    full: list[object] = []

    def counted(document: Mapping[str, Any], hash_name: str) -> bytes:
        full.append(document)
        return rdfc10.canonicalise(document, hash_name)

    templates, composer = Templates(counted, variables=VARIABLES), ob3.Composer()
    sealed = tuple(
        _credential(number, uni=uni, templates=templates, composer=composer)
        for number in range(COUNT)
    )
    # All but the first of each shape were filled in.
    assert len(full) == 2 * len(templates)
    assert len(full) < COUNT
    answers = ask_digitalbazaar(Sealed(sealed, {uni.did: uni.did_document()}), list(sealed))
    assert len(answers) == COUNT
    assert [a for a in answers if not a["verified"]] == []
