from __future__ import annotations

from uuid import UUID

import httpx

from clix.emulator import Emulator, EmulatorConfig
from clix.emulator._state.ids import IdSource
from tests.emulator.support import add_phone, client_of, push, send


def test_ids_are_uuids_of_version_four() -> None:
    source = IdSource()
    for _ in range(1_000):
        text = source.new()
        parsed = UUID(text)
        assert (str(parsed), parsed.version, parsed.variant) == (text, 4, UUID(int=0x8 << 60).variant)


async def sent_ids(emulator: Emulator, requests_before: int = 0) -> list[str]:
    add_phone(emulator, "phone", user="ann")
    async with client_of(emulator) as api:
        for _ in range(requests_before):
            await api.get("/api/v1/health")
        answer = await send(api, push("ann"), push("ann"))
    return [result["message_id"] for result in answer.json()["delivery_results"]]


async def test_a_seed_makes_ids_come_again() -> None:
    first, second, other = [await sent_ids(Emulator(EmulatorConfig(seed=seed))) for seed in (7, 7, 8)]
    assert first == second
    assert first != other


async def test_without_a_seed_ids_are_new_every_time() -> None:
    assert await sent_ids(Emulator(EmulatorConfig())) != await sent_ids(Emulator(EmulatorConfig()))


async def test_other_requests_do_not_shift_the_ids_of_messages() -> None:
    assert await sent_ids(Emulator(EmulatorConfig(seed=7)), 5) == await sent_ids(
        Emulator(EmulatorConfig(seed=7))
    )


async def test_a_reset_begins_again(api: httpx.AsyncClient, emulator: Emulator) -> None:
    first = await sent_ids(emulator)
    emulator.reset()
    assert await sent_ids(emulator) == first
