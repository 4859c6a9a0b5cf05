"""The verifier says PASSED in an interpreter that has no sockets, no database and no settings."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.formats import vcdm2
from issuer.formats.lint import lint
from issuer.jsonld.rdfc10 import canonicalise
from issuer.model.award import StatusSlot
from issuer.model.drafts import Draft
from issuer.proofs import data_integrity
from issuer.status import bitstring
from issuer.verify import Material, Obtained
from issuer.verify.material import encode
from keys.algorithms import Algorithm
from keys.public import PublicKey

ROOT = Path(__file__).parents[2]
LIST = "https://uni.example/status/uni/revocation/1"
VERIFY = """
import datetime, pathlib, socket, sys

def refuse(*_arguments, **_options):
    raise AssertionError("the verifier reached for the network")

socket.create_connection = socket.getaddrinfo = refuse
socket.socket = type("Closed", (socket.socket,), {"__init__": refuse})
from issuer.jsonld.rdfc10 import canonicalise
from issuer.verify import Policy, verify
from issuer.verify.material import decode

credential, material = (pathlib.Path(name).read_bytes() for name in sys.argv[1:3])
report = verify(
    credential,
    material=decode(material),
    policy=Policy(issuer_established=False),
    at=datetime.datetime.fromisoformat(sys.argv[3]),
    canonicalise=canonicalise,
)
for check in report.checks:
    print(check.id, check.verdict, check.detail, file=sys.stderr)
print(report.verdict)
"""


class Secret:
    """A signer for this test."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
        self.public_key = PublicKey(Algorithm.ED25519, self._key.public_key().public_bytes_raw())

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


def sealed(draft: Draft, *, signer: Secret, at: dt.datetime) -> bytes:
    did = signer.public_key.did_key()
    prepared = data_integrity.prepare(
        lint(draft),
        key=signer.public_key,
        verification_method=f"{did}#{did.removeprefix('did:key:')}",
        created=at,
        suite="eddsa-rdfc-2022",
        canonicalise=canonicalise,
    )
    return data_integrity.seal(prepared, signer=signer).data


@pytest.mark.parametrize(
    ("revoked", "known", "verdict"),
    [(False, True, "PASSED"), (True, True, "FAILED"), (False, False, "INDETERMINATE")],
)
def test_the_verifier_needs_nothing_but_what_it_is_given(
    tmp_path: Path, moment: dt.datetime, revoked: bool, known: bool, verdict: str
) -> None:
    signer = Secret()
    did = signer.public_key.did_key()
    document = vcdm2.envelope(
        "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        contexts=[],
        types=[],
        issuer={"id": did},
        valid_from=moment,
    )
    document["credentialSubject"] = {"id": "did:example:learner"}
    document["credentialStatus"] = vcdm2.credential_status(
        StatusSlot(revocation_list=LIST, index=7)
    )
    status = bitstring.StatusList("revocation", 131_072, bytes(131_072 // 8))
    listed = bitstring.compose(
        status.with_set([7]) if revoked else status,
        url=LIST,
        issuer=did,
        valid_from=moment,
        valid_until=moment + dt.timedelta(days=7),
    )
    obtained = Obtained(sealed(listed, signer=signer, at=moment), moment, "this test")
    (tmp_path / "credential.json").write_bytes(sealed(Draft(document), signer=signer, at=moment))
    (tmp_path / "material.json").write_bytes(
        encode(Material(status_lists={LIST: obtained} if known else {}))
    )
    done = subprocess.run(
        [sys.executable, "-c", VERIFY, str(tmp_path / "credential.json"),
         str(tmp_path / "material.json"), (moment + dt.timedelta(hours=1)).isoformat()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout.strip().upper() == verdict, done.stderr
