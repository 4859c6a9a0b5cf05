"""Verification, pure and offline: bytes, material, policy and a moment give a report."""

from issuer.verify.by_shape import ShapeVerifier, verify_many
from issuer.verify.case import Remembered
from issuer.verify.material import Material, Obtained, RevocationReason, TrustedIssuer
from issuer.verify.policy import Policy
from issuer.verify.presentation import PresentationReport, verify_presentation
from issuer.verify.report import Check, Need, Report, Verdict
from issuer.verify.verifier import verify

__all__ = [
    "Check",
    "Material",
    "Need",
    "Obtained",
    "Policy",
    "PresentationReport",
    "Remembered",
    "Report",
    "RevocationReason",
    "ShapeVerifier",
    "TrustedIssuer",
    "Verdict",
    "verify",
    "verify_many",
    "verify_presentation",
]
