"""What several tests of the emulator need."""

from __future__ import annotations

from typing import Final

import httpx

from clix.emulator import Emulator, application

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


def client_of(emulator: Emulator, **headers: str) -> httpx.AsyncClient:
    """A client that talks to the emulator in process."""
    transport = httpx.ASGITransport(app=application(emulator))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers or HEADERS)


def add_phone(emulator: Emulator, device_id: str, *, user: str | None = None, platform: str = "IOS") -> None:
    """Register a device, and say whose it is."""
    device = emulator.state.upsert_device(device_id, {"platform": platform}, emulator.now())
    if user is not None:
        emulator.state.name_device(device, user, emulator.now())


def push(user: str, title: str = "Hello") -> dict[str, object]:
    """A notification for a user."""
    return {"target": {"project_user_id": user}, "title": title}


async def send(api: httpx.AsyncClient, *pushes: dict[str, object], **headers: str) -> httpx.Response:
    """Send notifications."""
    return await api.post("/api/v1/messages:send", json={"push_notifications": list(pushes)}, headers=headers)


async def deliveries(api: httpx.AsyncClient, *pushes: dict[str, object]) -> list[tuple[str, str | None]]:
    """Send notifications, and tell device and failure reason of each delivery."""
    results = (await send(api, *pushes)).json()["delivery_results"]
    return [
        (result["additional_params"]["device_id"], result["additional_params"].get("failure_reason"))
        for result in results
    ]
