"""Are the parts of a stacked credential what it says, and in force?

Our own check, over `issuer.verify.parts`. A part that nobody handed in is no fault of the whole:
its issuer has signed that it was there. What is known of a part counts where it is bad news.
"""

from issuer.verify.case import Case
from issuer.verify.finding import Finding, doubtful, passed
from issuer.verify.parts import NO_NEWS, NOT_AT_HAND, UNSEEN
from issuer.verify.report import Need, PartReport, Verdict
from issuer.verify.wording import count, shown

_NOT_ASKED = (
    "Its parts were not looked at, because it is not shown that its issuer named them, or because "
    "only its proof was asked about."
)


def parts(case: Case) -> Finding:
    """Say what was found of the parts, see `issuer.verify.parts.look`."""
    if not case.parts:
        return doubtful("parts.not_asked", _NOT_ASKED)
    # 1. What is wrong with one of them decides.
    for verdict in (Verdict.FAILED, Verdict.INDETERMINATE):
        bad = next((p for p in case.parts if p.verdict is verdict and p.sub not in NO_NEWS), None)
        if bad is not None:
            return Finding(verdict, bad.detail, bad.sub, needs=_needs(case))
    # 2. What was not looked at, or not to the end, is said.
    unclear = [part for part in case.parts if part.verdict is not Verdict.PASSED]
    if unclear:
        detail = " ".join(_sentences(case.parts))
        return doubtful(unclear[0].sub or "", detail, needs=_needs(case))
    many = len(case.parts)
    if many == 1:
        return passed("Its one part was looked at: it is genuine and in force.")
    return passed(f"All {count(many)} parts were looked at: each is genuine and in force.")


def _needs(case: Case) -> tuple[Need, ...]:
    missing = [Need("part", part.id) for part in case.parts if part.sub == NOT_AT_HAND]
    looked_at = [part.report for part in case.parts if part.report is not None]
    inside = [need for report in looked_at for need in report.needs]
    # What could not be looked at if it were there is not asked for.
    return (*inside, *missing[: case.allowance.left])


def _sentences(found: list[PartReport]) -> list[str]:
    said = [_unseen(found, sub) for sub in UNSEEN if any(p.sub == sub for p in found)]
    said += [
        f"Its part “{shown(part.title)}”: {part.detail}"
        for part in found
        if part.verdict is not Verdict.PASSED and part.sub not in UNSEEN
    ]
    if any(part.verdict is Verdict.PASSED for part in found):
        said.append("The others are genuine and in force.")
    return said


def _unseen(found: list[PartReport], sub: str) -> str:
    number, whole = sum(part.sub == sub for part in found), count(len(found))
    was = "was" if number == 1 else "were"
    if number == len(found):
        head = "Its one part" if number == 1 else f"Its {whole} parts"
    else:
        head = f"{count(number).capitalize()} of its {whole} parts"
    why = UNSEEN[sub] if number == 1 else UNSEEN[sub].replace("it was", "they were")
    return f"{head} {was} not looked at, because {why}."
