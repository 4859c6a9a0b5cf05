"""Everything that one document states, whatever tongue it is in: a value handed to each format.

Open Badges 3.0 and ELM 3.2 say the same of one award; this is what they say it of. Nothing is
composed here.
"""

from dataclasses import dataclass

from issuer.errors import LintFailed
from issuer.model.achievement import Achievement
from issuer.model.assessment import AssessmentResult
from issuer.model.award import Award, Reservation
from issuer.model.organisation import Organisation


@dataclass(frozen=True)
class Awarded:
    """Everything that one document states: the award, what for, by whom, and the result."""

    award: Award
    achievement: Achievement
    organisation: Organisation
    result: AssessmentResult
    base_url: str
    """Address of the installation, without a slash at the end."""

    @property
    def achievement_url(self) -> str:
        """Address of the version that was awarded."""
        return f"{self.base_url}/achievements/{self.achievement.slug}/v/{self.achievement.version}"

    def require_one_piece(self, reservation: Reservation) -> None:
        """Raise LintFailed where what is stated does not belong to one decision."""
        award, offering, result = self.award, self.achievement, self.result
        pairs: dict[str, set[object]] = {
            "organisation": {
                award.organisation,
                offering.organisation,
                result.organisation,
                self.organisation.slug,
            },
            "achievement": {award.achievement, offering.slug, result.achievement},
            "version": {award.achievement_version, offering.version},
            "award": {award.id, reservation.award_id},
        }
        if split := [name for name, values in pairs.items() if len(values) != 1]:
            msg = f"{award.id} mixes what belongs to different decisions: {', '.join(split)}."
            raise LintFailed(msg, problems=split)
