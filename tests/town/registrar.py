"""The registrar of a small university: makes learners, results and awards, and files them."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from issuer.model.achievement import Achievement, DocumentFormat
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, Reservation, StatusSlot, award_id
from issuer.model.drafts import Sealed
from issuer.model.learner import Learner
from issuer.model.organisation import Organisation
from issuer.registry import awards, documents, learners, results
from issuer.registry.database import Transaction

SEED = b"a secret seed of 32 bytes, fixed"
"""Of the first status list."""


@dataclass
class Registrar:
    """Makes nouns and puts them through the registry's own doors."""

    organisation: Organisation
    rival: Organisation
    course: Achievement
    at: dt.datetime

    def learner(self, number: int = 1) -> Learner:
        return Learner(
            organisation=self.organisation.slug,
            key=f"k{number:07}",
            given_name="Eleftheria",
            family_name=f"Papadopoulou-{number}",
            display_name=f"Eleftheria Papadopoulou-{number}",
            email=f"eleftheria{number}@post.example",
        )

    def result(self, number: int = 1) -> AssessmentResult:
        return AssessmentResult(
            organisation=self.organisation.slug,
            achievement=self.course.slug,
            learner=self.learner(number),
            date=dt.date(2026, 6, 12),
            passed=True,
        )

    def stage(self, tx: Transaction, number: int = 1) -> results.Staged:
        result = self.result(number)
        learner_id = learners.find_or_add(tx, result.learner, at=self.at)
        return results.stage(tx, result, learner_id=learner_id, at=self.at)

    def approve(self, tx: Transaction, number: int = 1) -> Award:
        """A result taken in and an award on it."""
        staged = self.stage(tx, number)
        award = self.award(staged.learner_id, number)
        awards.add(tx, award, staged_id=staged.id)
        return award

    def award(self, learner_id: int, number: int = 1) -> Award:
        chance = hashlib.sha256(f"award {number}".encode()).digest()
        return Award(
            id=award_id(self.organisation.code, chance),
            organisation=self.organisation.slug,
            achievement=self.course.slug,
            achievement_version=1,
            learner_id=learner_id,
            approved_by="registrar",
            approved_at=self.at,
            awarded_on=dt.date(2026, 6, 12),
        )

    def reservation(self, award: Award, tongue: DocumentFormat) -> Reservation:
        base = "https://credentials.uni.example"
        return Reservation(
            award_id=award.id,
            format=tongue,
            credential_id=f"{base}/c/{award.id}",
            slot=StatusSlot(revocation_list=f"{base}/status/a/revocation/1", index=7),
            valid_from=self.at,
            created=self.at,
            salt="0" * 32,
            verification_method="did:web:uni.example#award-1",
        )

    def sealed(self, award: Award) -> Sealed:
        """Bytes as a document would be, with the learner's name in clear."""
        return self.sealed_of(award.id)

    def sealed_of(self, award_id: str) -> Sealed:
        """As `sealed`, by the award's id."""
        name = "Eleftheria Papadopoulou-1 eleftheria1@post.example"
        data = f'{{"id": "{award_id}", "name": "{name}"}}'.encode()
        return Sealed(data, "application/vc", hashlib.sha256(b"prepared" + data).digest())

    def seal(
        self, tx: Transaction, award: Award, tongue: DocumentFormat = DocumentFormat.OB3
    ) -> Sealed:
        """All steps of one document."""
        sealed = self.sealed(award)
        written = documents.Written(sealed.digest, "eddsa-rdfc-2022", {"testamur": "0.1.0"})
        documents.reserve(tx, self.reservation(award, tongue), at=self.at)
        documents.write_down(tx, award.id, tongue, written=written, at=self.at)
        documents.keep(tx, award.id, tongue, sealed=sealed, at=self.at + dt.timedelta(seconds=1))
        return sealed
