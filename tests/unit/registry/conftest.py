"""A SQLite file for each test; what must hold on PostgreSQL too is in tests/integration."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.registry.cipher import RecordCipher
from issuer.registry.database import Database


@pytest.fixture
def cipher() -> RecordCipher:
    return RecordCipher(bytes(range(32)), os.urandom)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "testamur.sqlite"


@pytest.fixture
def database(file: Path, cipher: RecordCipher) -> Iterator[Database]:
    found = Database(f"sqlite:///{file}", cipher=cipher, patience_s=0.05)
    found.upgrade()
    yield found
    found.dispose()
