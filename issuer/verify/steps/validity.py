"""Is it in force at this moment, by its own dates?

VCDM 2.0 §4.9 (validFrom, validUntil), VCDM 1.1 §4.6 (issuanceDate, expirationDate). Revocation is
another question. A clock may be a little behind the issuer's: what was issued a second ago is not
"not yet valid".
"""

from issuer.formats.lint import moment_of
from issuer.verify.case import Case
from issuer.verify.finding import Finding, failed, passed
from issuer.verify.signatures import CLOCK_SKEW
from issuer.verify.wording import day


def validity(case: Case) -> Finding:
    """Say whether the moment of the question lies in the period of validity."""
    document = case.document
    start = moment_of(document.get("validFrom", document.get("issuanceDate")))
    end = moment_of(document.get("validUntil", document.get("expirationDate")))
    clock = "the dates in the document, and the clock"
    if start is not None and start > case.at + CLOCK_SKEW:
        detail = f"It is not valid before {day(start)}."
        return failed("validity.not_yet", detail, source=clock, as_of=case.at)
    if end is not None and end <= case.at:
        detail = f"It expired on {day(end)}."
        return failed("validity.expired", detail, source=clock, as_of=case.at)
    since = f"Valid since {day(start)}" if start else "It states no date from which it is valid"
    until = f"valid until {day(end)}" if end else "it does not expire"
    return passed(f"{since}; {until}.", source=clock, as_of=case.at)
