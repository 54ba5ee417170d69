"""Send a whole audience, and account for every row.

Starts an emulator in this process, registers users and devices through the SDK, sends every row of
`data/audience.csv` with a ledger, triggers a campaign, tracks events, and compares what the SDK was told with what the
emulator stored. Some deliveries fail, as they do in life. The exit code is 0 only when every row is accounted for.

    python examples/broadcast.py [--rows N]
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from clix import BatchOutcome, BulkReport, Clix, Delivery, Device, Event, Target
from clix.emulator import DeliveryFault, Fault, RunningEmulator, running_emulator

T = TypeVar("T")
Row = dict[str, str]

DATA = Path(__file__).parent / "data"
BATCH = 500
SOME_PHONES_ARE_GONE = Fault(
    deliveries=(DeliveryFault("[NOT_FOUND] Requested entity was not found.", share=0.02),)
)


async def main(rows: int | None = None) -> int:
    """Run the demo with the first rows, or all; 0 when nothing is unaccounted for."""
    audience = read("audience.csv")[:rows]
    wanted = {row["project_user_id"] for row in audience}
    devices = [row for row in read("devices.csv") if row["project_user_id"] in wanted]
    began = time.perf_counter()
    async with running_emulator(seed=1, strict=True) as emulator, open_session(emulator) as clix:
        print(f"An emulated Clix answers at {emulator.url}, with the real limit of 1,000 requests/s.")
        await register(clix, audience, devices)
        print(f"Registered {len(audience):,} users and {len(devices):,} devices in {since(began)}.")
        emulator.emulator.faults.add(SOME_PHONES_ARE_GONE, operation="send_push_notifications")
        sending = time.perf_counter()
        result, deliveries = await send(clix, audience)
        print(f"Sent {result.total:,} notifications in {since(sending)}: {len(deliveries):,} deliveries.")
        await trigger_and_track(clix, devices, deliveries)
        unaccounted = check(audience, devices, deliveries, emulator)
        report(clix, result, unaccounted, began)
    return 0 if result.accepted == len(audience) and not unaccounted else 1


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
            group.create_task(
                clix.devices.set_project_user_id(row["device_id"], project_user_id=row["project_user_id"])
            )


async def send(clix: Clix, audience: Sequence[Row]) -> tuple[BulkReport, list[Delivery]]:
    """Send every row. With the ledger, a run that is killed goes on where it was when it is started again."""
    deliveries: list[Delivery] = []

    def keep(batch: BatchOutcome) -> None:
        deliveries.extend(batch.deliveries())

    with TemporaryDirectory() as folder:
        ledger = Path(folder) / "broadcast.db"
        return await clix.messages.send_many(audience, ledger=ledger, on_outcome=keep), deliveries


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


def report(clix: Clix, result: BulkReport, unaccounted: Sequence[str], began: float) -> None:
    """The summary."""
    stats = clix.stats
    print()
    print(f"  rows accepted       {result.accepted:>7,}")
    print(f"  delivered           {result.delivered:>7,}")
    print(f"  failed              {result.failed_deliveries:>7,}")
    for reason, count in result.failure_reasons.items():
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


def since(began: float) -> str:
    """Seconds, for people."""
    return f"{time.perf_counter() - began:.1f} s"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Send a whole audience, and account for every row.")
    parser.add_argument("--rows", type=int, help="only so many rows of the audience (default: all)")
    sys.exit(asyncio.run(main(parser.parse_args().rows)))
