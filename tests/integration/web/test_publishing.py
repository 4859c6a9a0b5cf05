import asyncio
from dataclasses import replace
from typing import NoReturn

import pytest

from issuer.errors import NotReady, StaleBackup
from issuer.services import look, publish
from issuer.web import publishing
from tests.town.installation import Installation


def test_faults_are_logged_by_their_code_and_stop_nothing(
    made: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stale(*_: object) -> None:
        raise StaleBackup("fewer bits")

    monkeypatch.setattr(publish, "publish", stale)
    publishing.publish_all(made.house)
    logged = "".join(capsys.readouterr())
    assert "status.stale_backup" in logged
    assert made.slug in logged


def test_a_database_that_is_away_stops_nothing(
    made: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away() -> NoReturn:
        raise NotReady("no database")

    monkeypatch.setattr(made.house, "bench", replace(made.house.bench, read=away))
    publishing.publish_all(made.house)
    assert "state.not_ready" in "".join(capsys.readouterr())


@pytest.mark.parametrize("verb", ["publish", "all_organisations"])
def test_what_nobody_foresaw_is_logged_and_ends_nothing(
    verb: str,
    made: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError("S1, Ada Example")

    monkeypatch.setattr(publish if verb == "publish" else look, verb, broken)
    publishing.publish_all(made.house)
    logged = "".join(capsys.readouterr())
    assert "python.ZeroDivisionError" in logged
    assert "Ada" not in logged


def test_lists_are_looked_after_at_the_start_and_again(
    made: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    enough = asyncio.Event()

    async def open_for_a_while() -> None:
        loop = asyncio.get_running_loop()

        def count(_house: object) -> None:
            rounds.append(1)
            if len(rounds) > 2:
                loop.call_soon_threadsafe(enough.set)

        monkeypatch.setattr(publishing, "publish_all", count)
        async with publishing.kept_published(made.house, every_s=0):
            assert rounds
            await enough.wait()

    asyncio.run(open_for_a_while())
    assert len(rounds) > 2
