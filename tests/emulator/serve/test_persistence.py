from __future__ import annotations

import asyncio
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import pytest

from clix.emulator import Emulator, EmulatorConfig, Fault
from clix.emulator._serve import persistence
from clix.emulator._serve.persistence import Changes, StateFile, StateFileError, kept_in_file
from clix.emulator._serve.services import services
from clix.emulator._state.campaigns import read_campaign
from tests.emulator.support import add_phone, client_of, deliveries, push, send


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


def open_emulator(path: Path, *, history: int = 10_000, seed: int | None = None) -> Emulator:
    return Emulator(EmulatorConfig(state_file=path, history=history, seed=seed))


def kept(emulator: Emulator) -> AbstractAsyncContextManager[None]:
    assert emulator.config.state_file is not None
    return kept_in_file(emulator, emulator.config.state_file)


def is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


async def fill(emulator: Emulator) -> None:
    """Everything that there is, once."""
    add_phone(emulator, "phone", user="ann")
    emulator.state.add_start_token(emulator.state.devices["phone"], "Ride", "token")
    emulator.state.upsert_user("ann", {"tier": "gold", "age": 25, "vip": True, "city": None}, 1.5)
    emulator.state.define_campaign(read_campaign({"id": "sale", "title": "{{ user.tier }}"}))
    ride = {
        "target": {"project_user_id": "ann"},
        "attributes_type": "R",
        "attributes": {},
        "content_state": {"a": [1]},
    }
    async with client_of(emulator) as api:
        await send(api, push("ann", "päckchen 📦"))
        await api.post("/api/v1/live-activities:start", json={"live_activities": [ride]})
        await api.post("/api/v1/campaigns/sale:trigger", json={"properties": {"x": 1}})
        await api.post("/api/v1/events", json={"events": [{"device_id": "phone", "name": "X"}]})
        await api.post("/api/v1/users", content=b"\xff\x00")


async def shown(emulator: Emulator) -> dict[str, object]:
    names = ("messages", "events", "triggers", "requests", "users", "devices", "campaigns")
    async with client_of(emulator) as api:
        return {name: (await api.get(f"/_emulator/{name}")).json() for name in names}


async def test_everything_is_there_again_after_a_restart(path: Path) -> None:
    first = open_emulator(path)
    async with kept(first):
        await fill(first)
    second = open_emulator(path)
    async with kept(second):
        assert await shown(second) == await shown(first)


async def test_a_restarted_emulator_goes_on_where_it_was(path: Path) -> None:
    first = open_emulator(path)
    async with kept(first):
        await fill(first)
    second = open_emulator(path)
    async with kept(second), client_of(second) as api:
        assert await deliveries(api, push("ann")) == [("phone", None)]
        await api.post("/api/v1/campaigns/sale:trigger")
    assert second.state.messages.total == first.state.messages.total + 2


async def test_what_was_deleted_stays_deleted(path: Path) -> None:
    first = open_emulator(path)
    async with kept(first):
        await fill(first)
        await asyncio.sleep(0)
    second = open_emulator(path)
    async with kept(second), client_of(second) as api:
        await api.delete("/api/v1/users/ann")
        await api.delete("/_emulator/messages")
        await api.delete("/_emulator/campaigns/sale")
    third = open_emulator(path)
    async with kept(third):
        assert third.state.user("ann") is None
        assert (len(third.state.messages), len(third.state.campaigns), len(third.state.events)) == (0, 0, 1)
        assert list(third.state.devices) == ["phone"]


async def test_a_reset_empties_the_file_too(path: Path) -> None:
    first = open_emulator(path)
    async with kept(first):
        await fill(first)
        first.reset()
    second = open_emulator(path)
    async with kept(second):
        assert not any((second.state.users, second.state.devices, len(second.state.messages)))


async def test_the_file_keeps_no_more_records_than_memory(path: Path) -> None:
    first = open_emulator(path, history=5)
    async with kept(first), client_of(first) as api:
        for _ in range(12):
            await api.get("/api/v1/health")
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*), max(number) FROM records").fetchone() == (5, 12)


async def test_it_is_written_while_the_emulator_runs(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "FLUSH_SECONDS", 0.001)
    written = asyncio.Event()
    loop = asyncio.get_running_loop()
    write = StateFile.write

    def tell(file: StateFile, changes: Changes) -> None:
        write(file, changes)
        if changes.records:
            loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr(StateFile, "write", tell)
    emulator = open_emulator(path)
    async with kept(emulator):
        await fill(emulator)
        await asyncio.wait_for(written.wait(), 60)


async def test_with_a_seed_ids_do_not_come_again_after_a_restart(path: Path) -> None:
    ids: list[str] = []
    for _ in range(2):
        emulator = open_emulator(path, seed=7)
        async with kept(emulator):
            ids.append(emulator.ids.new())
    assert ids[0] != ids[1]


async def test_rules_for_faults_are_not_kept(path: Path) -> None:
    first = open_emulator(path)
    async with kept(first):
        first.faults.add(Fault(status=500))
    second = open_emulator(path)
    async with kept(second):
        assert second.faults.rules == []


async def test_two_emulators_cannot_share_a_file(path: Path) -> None:
    async with kept(open_emulator(path)):
        with pytest.raises(StateFileError, match="locked"):
            async with kept(open_emulator(path)):
                pass


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.write_bytes(b"something else, and long enough to be looked at" * 50)
    before = path.read_bytes()
    with pytest.raises(StateFileError, match=r"state\.db"):
        StateFile(path)
    assert path.read_bytes() == before


def test_a_database_of_somebody_else_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(StateFileError, match="not a state file"):
        StateFile(path)
    assert path.read_bytes() == before


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StateFileError):
        StateFile(tmp_path / "nowhere" / "state.db")


async def test_without_a_file_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    emulator = Emulator(EmulatorConfig())
    async with services(emulator):
        await fill(emulator)
    assert is_empty(tmp_path)
