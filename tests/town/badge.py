"""A badge that nobody has signed yet: what attackers and the tests of proofs begin with."""

from collections.abc import Mapping
from typing import Any

import schemas

PROOF: dict[str, Any] = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-06-12T09:30:00Z",
    "verificationMethod": "did:web:uni.example#award-1",
    "proofPurpose": "assertionMethod",
    "proofValue": "z1",
}
"""A proof with every member that it needs; its value fits nothing."""


def badge(
    issuer: Mapping[str, Any], *, subject: Mapping[str, Any], achievement: Mapping[str, Any]
) -> dict[str, Any]:
    """Compose one, new each time; ``subject`` and ``achievement`` are what is said beside."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            schemas.vocabulary_context(),
        ],
        "id": "https://uni.example/c/1",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {**issuer},
        "validFrom": "2026-06-12T09:30:00Z",
        "validUntil": "2031-06-12T09:30:00Z",
        "name": "Ethics of AI",
        "credentialStatus": {
            "id": "https://uni.example/status/uni/revocation/1#42",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "42",
            "statusListCredential": "https://uni.example/status/uni/revocation/1",
        },
        "credentialSubject": {
            "type": ["AchievementSubject"],
            **subject,
            "achievement": {
                "id": "https://uni.example/achievements/ethics/v/1",
                "type": ["Achievement"],
                "name": "Ethics of AI",
                "description": "An introduction.",
                "criteria": {"narrative": "Pass the examination."},
                "achievementType": "MicroCredential",
                "workloadHours": "50",
                **achievement,
            },
        },
    }
