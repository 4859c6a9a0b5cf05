"""Migrations run beside traffic: none does what an older program that still runs would trip over.

ADR 0026. The first migration makes everything and is not looked at. What takes something away says
which program it wants from then on, by `beside.require_program`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((ROOT / "issuer/registry/migrations/versions").glob("[0-9]*.py"))[1:]
ADDS = {"create_table", "bulk_insert", "f", "get_context"}
TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "drop_index"}
REFUSED = {
    "alter_column": "a program that still runs knows the column as it was",
    "rename_table": "a program that still runs asks for the old name",
    "batch_alter_table": "it copies the table while everybody waits",
    "execute": "what it does cannot be told from here: move rows by a verb of the program",
    "create_unique_constraint": "it looks at every row while everybody waits",
    "create_check_constraint": "it looks at every row while everybody waits",
    "create_foreign_key": "it looks at every row while everybody waits",
    "create_primary_key": "it looks at every row while everybody waits",
}


def faults(source: str) -> Iterator[str]:
    """What is wrong with a migration, a sentence each."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    made = {_text(call, 0) for call in calls if _name(call) == "op.create_table"}
    wants_program = any(_name(call) == "beside.require_program" for call in calls)
    for call in calls:
        room, _, verb = _name(call).partition(".")
        if room == "beside" and verb in TAKES_AWAY and not wants_program:
            yield f"{verb}: say by beside.require_program which program does without it"
        if room == "op":
            yield from _fault(verb, call, made=made, wants_program=wants_program)


def _fault(verb: str, call: ast.Call, *, made: set[str], wants_program: bool) -> Iterator[str]:
    if verb in ADDS:
        return
    if verb in TAKES_AWAY:
        if not wants_program:
            yield f"{verb}: say by beside.require_program which program does without it"
    elif verb == "create_index":
        if _text(call, 1) not in made:
            yield "create_index: take beside.add_index for a table that has rows"
    elif verb == "add_column":
        yield from _column(call)
    else:
        yield f"{verb}: {REFUSED.get(verb, 'nobody has said that it is safe')}"


def _column(call: ast.Call) -> Iterator[str]:
    column = call.args[1]
    told = {k.arg: k.value for k in column.keywords} if isinstance(column, ast.Call) else {}
    nullable = told.get("nullable")
    may_be_empty = isinstance(nullable, ast.Constant) and nullable.value is True
    if not may_be_empty and "server_default" not in told:
        yield "add_column: nullable=True or a server_default; others insert rows without it"
    nested = ast.walk(column)
    if any(isinstance(n, ast.Call) and _name(n).endswith("ForeignKey") for n in nested):
        yield "add_column: a foreign key looks at every row while everybody waits"


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _text(call: ast.Call, place: int) -> str:
    return ast.unparse(call.args[place]) if len(call.args) > place else ""


def test_there_are_migrations_to_look_at() -> None:
    assert VERSIONS


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_safe_beside_traffic(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "line",
    [
        'op.drop_column("awards", "reason")',
        'op.drop_table("deposits")',
        'op.alter_column("awards", "reason", new_column_name="why")',
        'op.rename_table("awards", "prizes")',
        'op.create_index("ix", "awards", ["state"])',
        'op.create_index("ix", "awards", ["state"], unique=True)',
        'op.add_column("awards", sa.Column("x", sa.Text(), nullable=False))',
        'op.add_column("awards", sa.Column("x", sa.Text()))',
        'op.add_column("awards", sa.Column("x", sa.ForeignKey("keys.kid"), nullable=True))',
        'op.create_foreign_key("fk", "awards", "keys", ["x"], ["kid"])',
        'op.execute("UPDATE awards SET state = 1")',
        'op.create_unique_constraint("uq", "awards", ["state"])',
        "with op.batch_alter_table('awards') as batch: batch.drop_column('x')",
        "op.something_new()",
        'beside.drop_index("ix", "awards")',
        'beside.drop_column("awards", "reason", kept=[], referred="keys")',
    ],
)
def test_what_is_not_safe_is_seen(line: str) -> None:
    assert list(faults(line)) != []


@pytest.mark.parametrize(
    "lines",
    [
        'op.create_table("t", sa.Column("x"))\nop.create_index("ix", "t", ["x"])',
        'beside.add_index("ix", "awards", ["state"])',
        'op.add_column("awards", sa.Column("x", sa.Text(), nullable=True))',
        'op.add_column("awards", sa.Column("x", sa.Text(), nullable=False, server_default=""))',
        'op.drop_column("awards", "reason")\nbeside.require_program("0007")',
        'beside.drop_index("ix", "awards")\nbeside.require_program("0007")',
    ],
)
def test_what_is_safe_is_let_through(lines: str) -> None:
    assert list(faults(lines)) == []
