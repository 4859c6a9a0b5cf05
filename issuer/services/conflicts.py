"""What a person should look at before issuing: people who may be one, and who hold it already.

It keeps nothing back: names are for people to check, and two learners may well be called alike.
"""

from issuer.services.foresee_many import Foreseen

_MOST = 50


class Conflicts:
    """Collects while a file is gone through."""

    def __init__(self) -> None:
        self._mails: dict[int, tuple[int, str]] = {}
        self._alike: list[str] = []
        self._more = 0
        self._holders: list[int] = []

    def note(self, foreseen: Foreseen) -> None:
        """Look at one row that would be issued."""
        row, learner = foreseen.row, foreseen.row.result.learner
        if foreseen.holds_another:
            self._holders.append(row.line)
        if learner.email is None:
            return
        mail = _compared(learner.email)
        line, first = self._mails.setdefault(hash(mail.casefold()), (row.line, mail))
        if first != mail:
            self._say(
                f"lines {line} and {row.line}: their e-mail addresses differ only in capital "
                "letters; check that they are two people"
            )

    def _say(self, sentence: str) -> None:
        if len(self._alike) < _MOST:
            self._alike.append(sentence)
        else:
            self._more += 1

    def said(self) -> tuple[str, ...]:
        """What there is to be looked at."""
        found = list(self._alike)
        if self._more:
            found.append(f"{self._more} more addresses differ only in capital letters")
        if self._holders:
            lines = ", ".join(map(str, self._holders[:_MOST]))
            more = ", …" if len(self._holders) > _MOST else ""
            found.append(
                f"{len(self._holders)} of these learners hold a credential of this course already "
                f"that rests on another result (lines {lines}{more})"
            )
        return tuple(found)


def _compared(mail: str) -> str:
    """An address without case in its domain only (RFC 5321 §2.4)."""
    name, _, domain = mail.rpartition("@")
    return f"{name}@{domain.lower()}"
