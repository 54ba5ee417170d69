"""What several tests of the emulator need."""

from __future__ import annotations

from typing import Final

import httpx

from clix.emulator import Emulator

HEADERS: Final = {"X-Clix-Project-ID": "project", "X-Clix-API-Key": "clix_sk_test"}
START: Final = 1_800_000_000.5


class Clock:
    """A time that only the tests and the emulator's own waits move."""

    def __init__(self) -> None:
        self.now = START
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def add_phone(emulator: Emulator, device_id: str, *, user: str | None = None, platform: str = "IOS") -> None:
    """Register a device, and say whose it is."""
    device = emulator.state.upsert_device(device_id, {"platform": platform}, emulator.now())
    if user is not None:
        emulator.state.name_device(device, user, emulator.now())


def push(user: str, title: str = "Hello") -> dict[str, object]:
    """A notification for a user."""
    return {"target": {"project_user_id": user}, "title": title}


async def send(api: httpx.AsyncClient, *pushes: dict[str, object]) -> httpx.Response:
    """Send notifications."""
    return await api.post("/api/v1/messages:send", json={"push_notifications": list(pushes)})
