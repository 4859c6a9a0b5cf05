"""What became of each row of a batch, as a table for the registrar, with the links to send.

RFC 4180 (CSV). It holds names and secret links: it is made anew for each who asks, handed on in
pieces and kept nowhere. No cell can be a formula (https://owasp.org/www-community/attacks/CSV_Injection):
a ``'`` stands before what could be one, and `restored` takes it away again. Nothing is sent here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from issuer.errors import UnusableInput
from issuer.model.award import Award, AwardState
from issuer.model.batch import RowState
from issuer.registry import audit, batches, documents
from issuer.registry import outcomes as rows
from issuer.registry.batches import Batch
from issuer.registry.database import Transaction
from issuer.registry.outcomes import Outcome
from issuer.services import share
from issuer.services.workbench import Workbench

COLUMNS = (
    "line", "learner_key", "name", "outcome", "award", "learner_link", "page", "fault", "cure",
)  # fmt: skip
SEPARATORS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t"}
"""Their names, for whoever asks."""
MEDIA_TYPE = "text/csv; charset=utf-8"
_BOM = "\ufeff"
_PAGE = 500

# What begins a formula in a spreadsheet, in every width, and what ends a cell in one.
_FORMULA = "=＝﹦⁼₌⩵⩶+＋﹢⁺₊﬩\\-－﹣−@＠﹫"
_ENDS = ",;|\t\r\n"
# Some programs take these away before they look: quotes, spaces, controls, what cannot be seen
# (general categories Cc, Cf, Z of Unicode, fillers and variation selectors).
_SKIPPED = (
    '\\s"\x00-\x20\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160'
    "\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# A file may be opened with another separator than it was written with, so that a cell begins behind
# each. Our own mark is marked too: then it can be taken away without a doubt.
_BEGIN = f"(?:^|(?<=[{_ENDS}]))"
_UNSAFE = re.compile(f"{_BEGIN}(?='|[\t\r\n]|[{_SKIPPED}]*[{_FORMULA}])")
_MARKED = re.compile(f"{_BEGIN}'")

_WORDS: Mapping[RowState, str] = {
    RowState.WAITING: "not issued yet",
    RowState.RESERVED: "not issued yet",
    RowState.WRITTEN: "not issued yet",
    RowState.KEPT: "issued",
    RowState.ALREADY: "was issued before this file",
    RowState.NOT_PASSED: "not passed, so nothing is issued",
    RowState.UNKNOWN: "nobody says whether it was passed, so nothing is issued",
    RowState.REFUSED: "could not be read",
    RowState.FAILED: "could not be issued",
    RowState.VOIDED: "given up, because the batch was cancelled",
}
_SINCE: Mapping[AwardState, str] = {
    AwardState.APPROVED: "waits for a seal from elsewhere",
    AwardState.SUSPENDED: "suspended now",
    AwardState.REVOKED: "revoked since",
    AwardState.REPLACED: "replaced since",
}
_ISSUED = frozenset({RowState.KEPT, RowState.ALREADY})


@dataclass(frozen=True)
class Form:
    """How the table is written."""

    separator: str = ","
    """Comma, semicolon or tab."""
    bom: bool = False
    """True: begins with a byte order mark, by which a spreadsheet knows that it is UTF-8."""

    def __post_init__(self) -> None:
        """Refuse what a reader would not find again; raises UnusableInput."""
        if self.separator not in SEPARATORS.values():
            msg = f"The separator must be one of: {', '.join(SEPARATORS)}."
            raise UnusableInput(msg)


def table(
    bench: Workbench, organisation: str, batch_id: str, *, form: Form, actor: str
) -> Iterator[str]:
    """The table of a batch in pieces of text; lines end in CR LF, every cell stands in quotes.

    That it was handed out is written down at once. Raises NotFound before the first piece.
    """
    with bench.begin() as tx:
        batch = batches.get(tx, organisation, batch_id)
        detail = {"batch": batch.id}
        entry = audit.Entry(organisation, bench.moment, actor, "batch.outcomes", detail=detail)
        audit.append(tx, entry)
    return _pieces(bench, batch, form)


def neutral(text: str) -> str:
    """The text with a ``'`` wherever a cell could begin that is no plain text."""
    return _UNSAFE.sub("'", text)


def restored(cell: str) -> str:
    """What a cell said before `neutral`."""
    return _MARKED.sub("", cell)


def _pieces(bench: Workbench, batch: Batch, form: Form) -> Iterator[str]:
    yield (_BOM if form.bom else "") + _line(COLUMNS, form.separator)
    after = 0
    while True:
        # One short transaction a page: whoever reads slowly holds nobody up.
        with bench.read() as tx:
            found = rows.page(tx, batch, after=after, limit=_PAGE)
            elsewhere = _busy_elsewhere(tx, found)
        if not found:
            return
        lines = (_line(_cells(bench, one, elsewhere), form.separator) for one in found)
        yield "".join(lines)
        after = found[-1].number


def _line(cells: tuple[str, ...], separator: str) -> str:
    # RFC 4180 §2: quotes around each cell, and a quote inside is doubled.
    quoted = (neutral(cell).replace('"', '""') for cell in cells)
    return separator.join(f'"{cell}"' for cell in quoted) + "\r\n"


def _busy_elsewhere(tx: Transaction, found: Sequence[Outcome]) -> frozenset[str]:
    """Awards of rows that came before this file and that another batch is still issuing."""
    approved = [
        one.award.id
        for one in found
        if one.state is RowState.ALREADY and one.award and one.award.state is AwardState.APPROVED
    ]
    return frozenset(approved) - documents.wait_elsewhere(tx, approved)


def _cells(bench: Workbench, one: Outcome, elsewhere: AbstractSet[str]) -> tuple[str, ...]:
    learner, award = one.learner, one.award
    fault, _, cure = (one.fault or "").partition(". ")
    return (
        str(one.line),
        learner.key if learner else "",
        learner.display_name if learner else "",
        _outcome(one, elsewhere),
        award.id if award and one.state in _ISSUED else "",
        share.link(bench, award) if award and _is_to_be_sent(one) else "",
        f"{bench.base_url}/c/{award.id}" if award and award.shared else "",
        fault,
        cure,
    )


def _outcome(one: Outcome, elsewhere: AbstractSet[str]) -> str:
    if one.award is not None and one.award.id in elsewhere:
        return "is issued by another batch, which has not ended"
    said = [_WORDS[one.state]]
    if one.award is not None and one.state in _ISSUED:
        said += [_SINCE[state] for state in [one.award.state] if state in _SINCE]
    if one.is_erased:
        said.append("the data of the person was erased")
    return "; ".join(said)


def _is_to_be_sent(one: Outcome) -> bool:
    return one.state in _ISSUED and one.learner is not None and _is_in_force(one.award)


def _is_in_force(award: Award | None) -> bool:
    return award is not None and award.state in {AwardState.ACTIVE, AwardState.SUSPENDED}
