import pytest

from issuer.errors import DocumentTooLarge, MalformedDocument
from issuer.services import accept
from issuer.services.accept import Source, read_csv

SOURCE = Source("euas", "student_number", ("data", "law"))
HEADER = "course,date,passed,student_number,given_name,family_name"
GOOD = "data,2026-06-12,yes,S1,Zoë,Müller"


def one(text: str, *, encoding: str = "utf-8", source: Source = SOURCE) -> accept.ReadResults:
    return read_csv(text.encode(encoding), source=source)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_encodings_of_spreadsheets_are_read(encoding: str, name: str) -> None:
    read = one(f"{HEADER}\n{GOOD}\n", encoding=encoding)
    assert read.rows[0].result.learner.display_name == "Zoë Müller"
    assert (read.encoding, read.faults) == (name, ())


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found(separator: str) -> None:
    read = one(f"{HEADER}\n{GOOD}\n".replace(",", separator))
    assert read.separator == separator
    assert read.rows[0].result.learner.key == "S1"


@pytest.mark.parametrize("date", ["2026-06-12", "12.06.2026", "12.6.2026"])
def test_dates_are_read(date: str) -> None:
    read = one(f"{HEADER}\ndata,{date},yes,S1,A,B\n")
    assert read.rows[0].result.date.isoformat() == "2026-06-12"


def test_day_and_month_between_slashes_are_read_where_they_can_be_told_apart() -> None:
    read = one(f"{HEADER}\ndata,13/6/2026,yes,S1,A,B\ndata,6/6/2026,yes,S2,A,B\n")
    assert [row.result.date.isoformat() for row in read.rows] == ["2026-06-13", "2026-06-06"]


@pytest.mark.parametrize(
    ("word", "passed"), [("yes", True), ("Ja", True), ("no", False), ("nein", False), ("", None)]
)
def test_passed_is_yes_no_or_unknown(word: str, passed: bool | None) -> None:
    assert one(f"{HEADER}\ndata,2026-06-12,{word},S1,A,B\n").rows[0].result.passed is passed


@pytest.mark.parametrize(
    ("row", "column", "fault", "cure"),
    [
        ("dat,2026-06-12,yes,S1,A,B", "course", "no such course", "Known courses: data, law"),
        ("data,12 June,yes,S1,A,B", "date", "not a date", "2026-06-12"),
        ("data,2026-02-30,yes,S1,A,B", "date", "not a date", "2026-06-12"),
        ("data,6/12/2026,yes,S1,A,B", "date", "cannot be told apart", "2026-06-12"),
        ("data,12/06/2026,yes,S1,A,B", "date", "cannot be told apart", "2026-06-12"),
        ("data,6/13/2026,yes,S1,A,B", "date", "not a date", "2026-06-12"),
        ("data,1899-12-31,yes,S1,A,B", "date", "1900-01-01", "2026-06-12"),
        ("data,9999-12-31,yes,S1,A,B", "date", "2199-12-31", "2026-06-12"),
        ("data,2026-06-12,yes,S1,Wa?esa,B", "given_name", "letters of this name", "CSV UTF-8"),
        ("data,2026-06-12,perhaps,S1,A,B", "passed", "neither yes nor no", "yes or no"),
        ("data,2026-06-12,yes,,A,B", "student_number", "empty", "Fill it in"),
        ("data,2026-06-12,yes,S1,A", "all", "5 cells where the header has 6", "separators"),
        ("data,2026-06-12,yes,S1,,", "display_name", "at least 1 character", "name on the"),
        ("data,2026-06-12,yes,S1,A\x07,B", "given_name", "U+0007", "given name"),
    ],
)
def test_each_bad_row_is_named_with_line_column_and_cure(
    row: str, column: str, fault: str, cure: str
) -> None:
    read = one(f"{HEADER}\n{GOOD}\n{row}\n")
    assert len(read.rows) == 1, "the good row is not lost"
    named = {f.column: f for f in read.faults}[column]
    assert named.line == 3
    assert fault in named.fault
    assert cure in named.cure
    assert str(named).startswith(f"line 3, column {column}")


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    header = HEADER + ",assessor"
    text = f'{header}\ndata,2026-06-12,yes,S1,A,B,"two\nexaminers"\n\nbad,2026-06-12,yes,S2,A,B,\n'
    read = one(text)
    assert {f.line for f in read.faults} == {2, 5}


def test_a_duplicate_row_is_reported_and_the_first_is_kept() -> None:
    read = one(f"{HEADER}\n{GOOD}\n{GOOD}\n")
    assert len(read.rows) == 1
    assert "same learner, course and date as line 2" in read.faults[0].fault


@pytest.mark.parametrize(
    ("extra", "cells", "column"),
    [
        ("grade", "1.0", "grade_scheme"),
        ("evidence_url", "javascript:alert(1)", "evidence_url"),
        ("evidence_url", "http://plain.example/x", "evidence_url"),
        ("evidence_url,evidence_sha256", "https://a.example/x,abc", "evidence_sha256"),
        ("email", "nobody", "email"),
        ("did", "did:Web:x", "did"),
        ("identity_check", "face", "identity_check"),
        ("birth_date", "yesterday", "birth_date"),
        ("birth_date", "1/2/1999", "birth_date"),
        ("display_name", "Lech Wa?esa", "display_name"),
    ],
)
def test_optional_cells_are_checked(extra: str, cells: str, column: str) -> None:
    read = one(f"{HEADER},{extra}\n{GOOD},{cells}\n")
    assert [f.column for f in read.faults] == [column]


def test_a_full_row_becomes_a_full_result() -> None:
    extra = (
        "display_name,birth_date,email,did,grade,grade_scheme,evidence_title,evidence_url,"
        "evidence_sha256,assessor,identity_check,result_id"
    )
    cells = (
        "Z. Müller,1999-12-31,z@learner.example,did:key:z6Mk,1.0,best is 1,Plan,"
        f"https://r.example/1,{'AB' * 32},Two examiners,supervised_id,R-1"
    )
    result = one(f"{HEADER},{extra}\n{GOOD},{cells}\n").rows[0].result
    assert result.learner.display_name == "Z. Müller"
    assert result.grade is not None
    assert result.grade.scheme == "best is 1"
    assert result.evidence[0].sha256 == "ab" * 32
    assert result.natural_key == "source:euas:R-1"


def test_learners_may_be_known_by_email() -> None:
    source = Source("euas", "email", ("data",))
    text = "course;date;passed;email;display_name\ndata;2026-06-12;yes;a@b.example;A B\n"
    result = one(text, source=source).rows[0].result
    assert result.natural_key == "result:euas:data:a@b.example:2026-06-12"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"a\x00b,c\n", "not text"),
        (b"\x81\x8d\xff", "no encoding"),
        (b"\xff\xfe\x00\xd8\x00", "no encoding"),
        (b"course,date\nx,y\n", "lacks passed, student_number"),
        (b"course,date,passed,student_number,date\nx\n", "names date twice"),
        (b'course,date,passed,student_number\n"x"y,z\n', "quotation marks"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(MalformedDocument, match=sentence):
        read_csv(data, source=SOURCE)


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "MAX_BYTES", 10)
    with pytest.raises(DocumentTooLarge, match="at most 10"):
        read_csv(b"x" * 11, source=SOURCE)


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "MAX_ROWS", 1)
    with pytest.raises(DocumentTooLarge, match="2 rows"):
        one(f"{HEADER}\n{GOOD}\n{GOOD}\n")
