"""A file of results, planned: how it was read, by which mapping, and what issuing it would do.

The dry run of the command line and of the API. The file is gone through in chunks, so that a
million rows need no more memory than their lines; nothing is written. Issuing is another's work:
`Plan.results` gives the rows that are to be issued, read anew.
"""

import datetime as dt
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from issuer import gradebooks
from issuer.errors import Conflict, UnusableInput
from issuer.gradebooks import platforms, wishes
from issuer.gradebooks.columns import is_place
from issuer.gradebooks.layout import Layout
from issuer.gradebooks.people import Reader, Where
from issuer.gradebooks.table import Doubt, Reading, RowFault
from issuer.model.achievement import Achievement
from issuer.model.mapping import Mapping as NamedMapping
from issuer.model.mapping import Platform
from issuer.model.organisation import Organisation
from issuer.registry import achievements, organisations
from issuer.registry.database import Transaction
from issuer.services import accept, fields, mapped, mappings
from issuer.services.conflicts import Conflicts
from issuer.services.decide import Decided, last_day, valid_until
from issuer.services.foresee_many import Foreseen, Foresight
from issuer.services.mapped import Open
from issuer.services.questions import Question, questions
from issuer.services.results_file import ReadRow, Source, unless_to_come
from issuer.services.workbench import Workbench

MOST_FAULTS = 10_000
"""Faults that are kept; more are counted."""
_CHUNK = 1_000
_Found = ReadRow | Open | tuple[RowFault, ...]


@dataclass(frozen=True)
class Wanted:
    """What a person has said about a file."""

    course: str | None = None
    """Slug of the course; our own CSV names its courses itself."""
    mapping: str | NamedMapping | None = None
    """A saved mapping by its name, or one as it is; None: the saved one that fits, else a guess."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Fields of the mapping by their names (`mappings.FIELDS`)."""
    pass_if: str | None = None
    passed_on: dt.date | None = None
    time_zone: str | None = None
    reading: Reading = field(default_factory=Reading)
    hidden_rows: bool = False
    """Hidden rows of a workbook count."""
    run: str | None = None


@dataclass(frozen=True)
class Preview:
    """One credential as it would be."""

    title: str
    name: str
    date: dt.date
    grade: str | None
    valid_until: dt.datetime | None
    shown: str
    """What of the person stands in it."""


@dataclass(frozen=True)
class Plan:
    """What there is to be seen before anything is issued."""

    platform: Platform
    how: str
    """How the file was read."""
    exported_at: dt.datetime | None
    mapping: NamedMapping | None
    """None: our own CSV, which needs none."""
    mapping_name: str | None
    """Under which it was saved."""
    counts: Mapping[str, int]
    """new, already, not_passed, unknown, faulty: rows."""
    skipped: Mapping[str, int]
    """Rows that are no people: why, and how many."""
    faults: tuple[RowFault, ...]
    """By line; 10,000 at most."""
    more_faults: int
    """Faults beyond them."""
    conflicts: tuple[str, ...]
    """What a person should look at; it keeps nothing back."""
    questions: tuple[Question | Doubt, ...]
    """What has to be answered before anything can be issued."""
    preview: Preview | None
    read_again: Callable[[], Iterator[_Found]] = field(repr=False, compare=False)
    lines: "array[int]" = field(repr=False, compare=False)
    """Lines to be issued, in the order of the file: new, and those that were left unfinished."""

    def results(self) -> Iterator[ReadRow]:
        """The rows that are to be issued, one after the other, read anew."""
        wanted = iter(self.lines)
        line = next(wanted, None)
        for found in self.read_again():
            if isinstance(found, ReadRow) and found.line == line:
                yield found
                line = next(wanted, None)

    def require_answered(self) -> None:
        """Return nothing if everything is answered; raise UnusableInput with what is open."""
        if self.questions:
            listed = " ".join(f"{q.sentence}. {q.cure}." for q in self.questions)
            msg = f"Nothing was issued, since something is not said yet. {listed}"
            raise UnusableInput(msg, questions=[q.code for q in self.questions])


def plan(bench: Workbench, organisation: str, data: bytes, *, wanted: Wanted) -> Plan:
    """Read a file and foresee what issuing it would do; nothing is kept.

    Raises MalformedDocument, DocumentTooLarge, DeadlineExceeded, UnusableInput, NotFound, Conflict.
    """
    table = gradebooks.read(data, reading=wanted.reading)
    with bench.read() as tx:
        noun = organisations.get(tx, organisation)
        layout = platforms.lay_out(table, key=noun.learner_key)
        file = _own(tx, layout, noun, wanted) or _of_platform(tx, layout, noun, wanted)
        return _Counting(_until(file, last_day(bench.moment)), noun).plan(tx)


@dataclass(frozen=True)
class _File:
    """A file that is understood: how, by what, and its rows as often as one likes."""

    layout: Layout
    rows: Callable[[], Iterator[_Found]]
    mapping: NamedMapping | None = None
    mapping_name: str | None = None
    questions: tuple[Question | Doubt, ...] = ()
    reader: Reader | None = None


def _until(file: _File, last: dt.date) -> _File:
    """The file; a row whose date is still to come is a fault of it."""
    column = ", ".join(file.mapping.dates) if file.mapping else ""

    def rows() -> Iterator[_Found]:
        for found in file.rows():
            if isinstance(found, ReadRow):
                yield unless_to_come(found, last, column=column or "date")
            else:
                yield found

    return replace(file, rows=rows)


def _own(tx: Transaction, layout: Layout, noun: Organisation, wanted: Wanted) -> _File | None:
    if layout.platform is not Platform.OWN:
        return None
    slugs = [a.slug for a in achievements.listing(tx, noun.slug)]
    if wanted.course is not None:
        slugs = [achievements.get(tx, noun.slug, wanted.course).slug]
    source = Source(noun.slug, noun.learner_key, slugs)
    return _File(
        layout, lambda: accept.rows(layout.table, source=source), questions=layout.table.doubts
    )


def _of_platform(tx: Transaction, layout: Layout, noun: Organisation, wanted: Wanted) -> _File:
    if wanted.course is None:
        msg = (
            f"This is a file of {layout.platform}, which names no course. Say which one with "
            "--achievement."
        )
        raise UnusableInput(msg)
    achievements.get(tx, noun.slug, wanted.course)
    mapping, name = _mapping(tx, layout, noun, wanted)
    reader = Reader(layout, mapping, Where(noun.time_zone, noun.learner_key))
    course = mapped.Course(noun.slug, wanted.course, wanted.run)
    doubts = tuple(
        doubt
        for doubt in layout.table.doubts
        if not (doubt.code == "hidden_rows" and wanted.hidden_rows)
    )
    asked = questions(mapping, layout=layout, learner_key=noun.learner_key)
    rows = mapped.rows if not asked else mapped.unknown_rows
    return _File(
        layout,
        lambda: rows(reader, course=course),
        mapping,
        name,
        (*asked, *doubts),
        reader,
    )


def _mapping(
    tx: Transaction, layout: Layout, noun: Organisation, wanted: Wanted
) -> tuple[NamedMapping, str | None]:
    course = str(wanted.course)
    if isinstance(wanted.mapping, NamedMapping):
        return _said(wanted.mapping, layout, wanted), None
    if wanted.mapping is not None:
        saved = mappings.get(tx, noun.slug, course=course, name=wanted.mapping)
    elif fitting := mappings.fitting(tx, noun.slug, course=course, layout=layout):
        saved = fitting
        if mappings.holds_places(saved.mapping):
            return _by_place(saved, layout, wanted)
    else:
        return _said(layout.guess, layout, wanted), None
    asked = _said(saved.mapping, layout, wanted)
    return asked, saved.name if _is(asked, saved) else None


def _is(asked: NamedMapping, saved: mappings.SavedMapping) -> bool:
    """Whether it is what was saved; a date given by hand is never saved."""
    return asked.model_copy(update={"date": saved.mapping.date}) == saved.mapping


def _by_place(
    saved: mappings.SavedMapping, layout: Layout, wanted: Wanted
) -> tuple[NamedMapping, str | None]:
    """What was said for this file, if it is what was saved.

    Raises Conflict otherwise: at a place another column may stand now, and to leave out what was
    saved would be as wrong.
    """
    asked = _said(layout.guess, layout, wanted)
    if _is(asked, saved):
        return asked, saved.name
    places = ", ".join(column for column in saved.mapping.columns() if is_place(column))
    msg = (
        f"The mapping “{saved.name}” names a column by its place ({places}), so it is not used by "
        f"itself: another column may stand there in this file. Look, then say --mapping "
        f"{saved.name}."
    )
    raise Conflict(msg)


def _said(found: NamedMapping, layout: Layout, wanted: Wanted) -> NamedMapping:
    """The mapping with what was said of this file; raises Conflict, UnusableInput."""
    changed = mappings.changed(found, dict(wanted.columns), layout=layout)
    values = changed.model_dump()
    if wanted.pass_if is not None:
        values["passed"] = wishes.rule(
            wanted.pass_if, layout=layout, maximum=changed.maximum
        ).model_dump()
    if wanted.passed_on is not None:
        values |= {"date": wanted.passed_on, "dates": ()}
    if wanted.time_zone is not None:
        values["time_zone"] = wanted.time_zone
    asked = fields.read(NamedMapping, values)
    mappings.require_same_whole(asked, layout=layout)
    return asked


class _Counting:
    """Goes through the rows once and counts."""

    def __init__(self, file: _File, noun: Organisation) -> None:
        self._file = file
        self._noun = noun
        self._counts: Counter[str] = Counter()
        self._faults: list[RowFault] = []
        self._faulty = 0
        self._more_faults = 0
        self._lines = array("Q")
        self._conflicts = Conflicts()
        self._first: ReadRow | None = None

    def plan(self, tx: Transaction) -> Plan:
        """Count, and say what was found."""
        foresight = Foresight(tx, self._noun.slug)
        rows = self._file.rows()
        while chunk := tuple(islice(rows, _CHUNK)):
            good = [found for found in chunk if isinstance(found, ReadRow)]
            for found in chunk:
                if not isinstance(found, ReadRow):
                    self._not_issued(found)
            for foreseen in foresight.of(good):
                self._count(foreseen)
        layout = self._file.layout
        skipped = Counter(why for why in layout.sorted_rows() if isinstance(why, str))
        return Plan(
            platform=layout.platform,
            how=layout.table.said(),
            exported_at=_moment(layout.exported_at),
            mapping=self._file.mapping,
            mapping_name=self._file.mapping_name,
            counts={
                "new": self._counts[Decided.APPROVED],
                "already": self._counts[Decided.ALREADY],
                "not_passed": self._counts[Decided.NOT_PASSED],
                "unknown": self._counts[Decided.UNKNOWN],
                "faulty": self._faulty,
            },
            skipped=dict(skipped),
            faults=tuple(sorted(self._faults, key=lambda fault: fault.line)),
            more_faults=self._more_faults,
            conflicts=(*self._conflicts.said(), *_numbered(self._file)),
            questions=self._file.questions,
            preview=self._preview(tx),
            read_again=self._file.rows,
            lines=self._lines,
        )

    def _not_issued(self, found: Open | tuple[RowFault, ...]) -> None:
        if isinstance(found, Open):
            self._counts[Decided.UNKNOWN if found.passed is None else Decided.NOT_PASSED] += 1
        else:
            self._fault(*found)

    def _fault(self, *faults: RowFault) -> None:
        self._faulty += 1
        kept = faults[: MOST_FAULTS - len(self._faults)]
        self._faults.extend(kept)
        self._more_faults += len(faults) - len(kept)

    def _count(self, foreseen: Foreseen) -> None:
        if foreseen.outcome is None:
            self._fault(*self._placed(foreseen.fault))
            return
        self._counts[foreseen.outcome] += 1
        if foreseen.outcome is Decided.APPROVED or foreseen.is_unfinished:
            self._lines.append(foreseen.row.line)
        if foreseen.outcome is Decided.APPROVED:
            self._conflicts.note(foreseen)
            self._first = self._first or foreseen.row

    def _placed(self, fault: RowFault | None) -> tuple[RowFault, ...]:
        """The fault; in a platform's file at the column that identifies the learner."""
        mapping = self._file.mapping
        if fault is None or mapping is None or mapping.key is None or fault.column == "course":
            return () if fault is None else (fault,)
        return (replace(fault, column=mapping.key),)

    def _preview(self, tx: Transaction) -> Preview | None:
        if self._first is None:
            return None
        result = self._first.result
        course = achievements.get(tx, result.organisation, result.achievement)
        return _preview(self._first, course, self._noun)


def _preview(row: ReadRow, course: Achievement, noun: Organisation) -> Preview:
    result = row.result
    learner = result.learner
    shown = ["name"]
    shown += ["date of birth"] if learner.birth_date else []
    shown += ["DID"] if learner.did else []
    shown += ["grade"] if result.grade else []
    grade = f"{result.grade.value} ({result.grade.scheme})" if result.grade else None
    return Preview(
        title=course.title.get(course.language),
        name=learner.display_name,
        date=result.date,
        grade=grade,
        valid_until=valid_until(course, noun, awarded_on=result.date),
        shown=f"{', '.join(shown)}; neither student number nor e-mail",
    )


def _numbered(file: _File) -> tuple[str, ...]:
    """Ids that a workbook keeps as numbers: their leading zeros may be gone."""
    key = file.mapping.key if file.mapping else None
    if key is None or file.layout.header.find(key) not in file.layout.table.numbers:
        return ()
    return (f"“{key}”: the workbook keeps it as numbers, so leading zeros may be lost",)


def _moment(seconds: int | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)
