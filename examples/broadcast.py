"""Send a whole audience, and account for every row.

Starts an emulator in this process, registers users and devices through the SDK, sends every row of
`data/audience.csv` in batches of 500, triggers a campaign, tracks events, and compares what the SDK was told with
what the emulator stored. The exit code is 0 only when every row is accounted for.

    python examples/broadcast.py
"""

from __future__ import annotations

import asyncio
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from clix import Clix, Delivery, Device, Event, PushNotification, Target
from clix.emulator import RunningEmulator, running_emulator

T = TypeVar("T")
Row = dict[str, str]

DATA = Path(__file__).parent / "data"
BATCH = 500


async def main() -> int:
    """Run the demo; 0 when nothing is unaccounted for."""
    audience, devices = read("audience.csv"), read("devices.csv")
    began = time.perf_counter()
    async with running_emulator() as emulator, open_session(emulator) as clix:
        print(f"An emulated Clix answers at {emulator.url}, with the real limit of 1,000 requests/s.")
        await register(clix, audience, devices)
        print(f"Registered {len(audience):,} users and {len(devices):,} devices in {since(began)}.")
        sending = time.perf_counter()
        deliveries = await send(clix, audience)
        print(f"Sent {len(audience):,} notifications in {since(sending)}: {len(deliveries):,} deliveries.")
        await trigger_and_track(clix, devices, deliveries)
        unaccounted = check(audience, devices, deliveries, emulator)
        report(clix, deliveries, unaccounted, began)
    return 1 if unaccounted else 0


def open_session(emulator: RunningEmulator) -> Clix:
    """A session on the emulator; a real one reads the same three settings from the environment."""
    environment = emulator.environment()
    return Clix(
        base_url=environment["CLIX_BASE_URL"],
        project_id=environment["CLIX_PROJECT_ID"],
        api_key=environment["CLIX_API_KEY"],
    )


async def register(clix: Clix, audience: Sequence[Row], devices: Sequence[Row]) -> None:
    """Tell Clix who there is. The session paces the calls: no limiter and no semaphore are needed here."""
    async with asyncio.TaskGroup() as group:
        for row in audience:
            group.create_task(clix.users.create(row["project_user_id"]))
    for batch in batches(devices):
        await clix.devices.upsert([device_of(row) for row in batch])
    async with asyncio.TaskGroup() as group:
        for row in devices:
            group.create_task(clix.devices.set_project_user_id(row["device_id"], row["project_user_id"]))


async def send(clix: Clix, audience: Sequence[Row]) -> list[Delivery]:
    """Send every row; a batch is one request."""
    deliveries: list[Delivery] = []
    for batch in batches(audience):
        result = await clix.messages.send_batch([notification_of(row) for row in batch])
        deliveries += result.deliveries
    return deliveries


async def trigger_and_track(clix: Clix, devices: Sequence[Row], deliveries: Sequence[Delivery]) -> None:
    """A campaign for the first device, and a tapped notification for each of the first hundred deliveries."""
    trigger = await clix.campaigns.trigger(
        "welcome-campaign",
        targets=[Target.device(devices[0]["device_id"])],
        properties={"order_id": "A-1"},
    )
    tapped = [
        Event(device_id=delivery.device_id, name="PUSH_NOTIFICATION_TAPPED", message_id=delivery.message_id)
        for delivery in deliveries[:100]
        if delivery.device_id is not None
    ]
    events = await clix.events.track_batch(tapped)
    print(f"Triggered a campaign ({trigger.trigger_id}) and tracked {len(events)} taps.")


def check(
    audience: Sequence[Row],
    devices: Sequence[Row],
    deliveries: Sequence[Delivery],
    emulator: RunningEmulator,
) -> list[str]:
    """The rows for which SDK and emulator disagree, or that did not reach every device of their user."""
    stored = {message.message_id: message for message in emulator.state.messages}
    told = Counter(
        message.project_user_id
        for delivery in deliveries
        if (message := stored.get(delivery.message_id)) is not None
        and message.device_id == delivery.device_id
    )
    expected = Counter(row["project_user_id"] for row in devices)
    return [
        row["project_user_id"]
        for row in audience
        if told[row["project_user_id"]] != expected[row["project_user_id"]]
    ]


def report(clix: Clix, deliveries: Sequence[Delivery], unaccounted: Sequence[str], began: float) -> None:
    """The summary."""
    stats = clix.stats
    failed = Counter(delivery.failure_reason for delivery in deliveries if not delivery.succeeded)
    print()
    print(f"  delivered           {len(deliveries) - failed.total():>7,}")
    print(f"  failed              {failed.total():>7,}")
    for reason, count in failed.most_common():
        print(f"    {count:>5,} x {reason}")
    print(f"  requests            {stats.requests:>7,}")
    print(f"  retries             {stats.retries:>7,}")
    print(f"  429 answers         {stats.throttled:>7,}")
    print(f"  seconds             {time.perf_counter() - began:>7.1f}")
    print(f"  unaccounted rows    {len(unaccounted):>7,}")
    print()
    if unaccounted:
        print(f"Not accounted for: {', '.join(unaccounted[:10])}")
    else:
        print("Every row is accounted for.")


def read(name: str) -> list[Row]:
    """A CSV file of the sample data."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of at most 500."""
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def device_of(row: Row) -> Device:
    """A row of devices.csv."""
    fields: Iterable[str] = row.keys() - {"device_id", "project_user_id"}
    return Device(id=row["device_id"], **{name: row[name] for name in fields})  # type: ignore[arg-type]


def notification_of(row: Row) -> PushNotification:
    """A row of audience.csv; empty cells are left out."""
    return PushNotification(
        row["project_user_id"],
        title=row["title"] or None,
        body=row["body"] or None,
        image_url=row["image_url"] or None,
        landing_url=row["landing_url"] or None,
    )


def since(began: float) -> str:
    """Seconds, for people."""
    return f"{time.perf_counter() - began:.1f} s"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
