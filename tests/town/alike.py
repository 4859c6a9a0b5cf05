"""A verifier that knows badges by their shape, asked beside one that knows nothing."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from issuer.jsonld import rdfc10
from issuer.proofs import jcs
from issuer.verify import Material, Policy, Report, ShapeVerifier, Verdict
from tests.town.university import LATER, Bench, University

Document = dict[str, Any]


def person(name: str, *, number: int = 1) -> list[Document]:
    """Who a badge was awarded to: a name in clear and a number, hashed."""
    return [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": name,
            "identityType": "name",
        },
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": f"sha256${number:064x}",
            "identityType": "ext:studentId",
            "salt": f"{number:032x}",
        },
    ]


@dataclass
class Alike:
    """Learns the shape of the badges of ``university`` and judges others both ways."""

    university: University
    bench: Bench
    alarms: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.quick = ShapeVerifier(rdfc10.canonicalise, most=8, alarm=self.alarms.append)
        for number in range(2):
            assert self.judged(self.sealed(number)).verdict is Verdict.PASSED
        # The badge and its proof; the list is learnt with them.
        assert self.quick.shapes >= len(("badge", "proof"))

    def badge(self, number: int = 7, **changes: Any) -> Document:
        """An unsigned badge of the shape that was learnt."""
        document = copy.deepcopy(self.university.badge(id=f"https://uni.example/c/{number}"))
        document["credentialSubject"]["identifier"] = person(f"Alex {number}", number=number)
        document["evidence"] = [
            {"id": f"https://work.example/{number}", "type": ["Evidence"], "name": f"Work {number}"}
        ]
        return document | changes

    def sealed(self, number: int = 7, **changes: Any) -> bytes:
        """The same, signed by the university."""
        return self.university.seal(self.badge(number, **changes))

    def changed(self, path: tuple[str | int, ...], value: Any, *, number: int = 7) -> bytes:
        """A signed badge in which somebody has changed one value afterwards."""
        document: Any = jcs.decode(self.sealed(number))
        place = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return jcs.encode_document(document)

    def judged(self, data: bytes, *, material: Material | None = None) -> Report:
        """What it says by shape, which is what the full way says."""
        held = material or self.bench.material()
        full = self.bench.verify(data, material=held)
        found = self.quick.verify(
            data, material=held, policy=Policy(), at=LATER, canonicalise=rdfc10.canonicalise
        )
        assert found == full
        assert not self.alarms
        return found

    def is_known(self, document: Mapping[str, Any]) -> bool:
        """Whether a badge, signed or not, is answered by its shape."""
        body = {name: value for name, value in document.items() if name != "proof"}
        return self.quick._templates.find(body) is not None
