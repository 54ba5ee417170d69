"""What bulk sending costs: CPU beside plain httpx, the ledger, memory, resuming, and coalescing.

Usage: python -m benchmarks.bulk [--rows N] [--rounds N]

Every comparison is made in one run, its sides taking turns; the ratios count, not the absolute numbers.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from clix import BatchOutcome, BulkReport, Clix, Coalesce, LocalRateLimiter, PushNotification

BATCH = 500
BATCHES = 60
LONG_RUN = 600
"""Batches; so that opening and closing the ledger's file is not what is measured."""
IN_FLIGHT = 8
SENDERS = 1_000
PATH = "/api/v1/messages:send"

Case = Callable[[], Awaitable[object]]


def notification(number: int) -> PushNotification:
    """As our side sends it."""
    return PushNotification(
        f"user_{number}",
        title="Your order shipped",
        body="Tap to track it on its way to you.",
        image_url="https://example.com/box.png",
        landing_url=f"myapp://orders/{number}",
    )


def as_dict(number: int) -> dict[str, object]:
    """As the plain side sends it: the same on the wire."""
    return {
        "target": {"project_user_id": f"user_{number}"},
        "title": "Your order shipped",
        "body": "Tap to track it on its way to you.",
        "image_url": "https://example.com/box.png",
        "landing_url": f"myapp://orders/{number}",
    }


async def audience(rows: int) -> AsyncIterator[PushNotification]:
    """Made as it is read."""
    for number in range(rows):
        yield notification(number)


class Bench:
    """The cases, on one session of ours and one plain httpx client."""

    def __init__(self, clix: Clix, plain: httpx.AsyncClient, folder: Path) -> None:
        self._clix = clix
        self._plain = plain
        self._folder = folder
        self._ledgers = 0

    async def plain_httpx(self) -> None:
        """Dicts, and the json module of the standard library."""
        numbers = iter(range(BATCHES))

        async def worker() -> None:
            for _ in numbers:
                items = [as_dict(number) for number in range(BATCH)]
                response = await self._plain.post(PATH, json={"push_notifications": items})
                assert len(response.json()["delivery_results"]) == BATCH  # noqa: S101 - a benchmark that lies is none

        await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))

    async def send_many(self, batches: int = BATCHES) -> BulkReport:
        """Typed in, counted out."""
        return await self._clix.messages.send_many(audience(BATCH * batches), concurrency=IN_FLIGHT)

    async def send_many_adapting(self) -> BulkReport:
        """As many in flight as it finds good."""
        return await self._clix.messages.send_many(audience(BATCH * BATCHES))

    async def send_many_with_every_item_looked_at(self) -> BulkReport:
        """Typed in and out."""

        def look(batch: BatchOutcome) -> None:
            for item in batch:
                _ = item.deliveries

        rows = audience(BATCH * BATCHES)
        return await self._clix.messages.send_many(rows, concurrency=IN_FLIGHT, on_outcome=look)

    async def send_many_with_a_ledger(self, batches: int) -> BulkReport:
        """A new ledger each time."""
        self._ledgers += 1
        ledger = self._folder / f"{self._ledgers}.db"
        rows = audience(BATCH * batches)
        return await self._clix.messages.send_many(rows, concurrency=IN_FLIGHT, ledger=ledger)

    async def plain_single_sends(self) -> None:
        """A request each."""

        async def send(number: int) -> None:
            response = await self._plain.post(PATH, json={"push_notifications": [as_dict(number)]})
            response.json()

        await asyncio.gather(*map(send, range(SENDERS)))

    async def coalesced_sends(self) -> None:
        """Requests shared."""

        async def send(number: int) -> None:
            for _ in range(20):
                await self._clix.messages.send(
                    f"user_{number}", title="Your order shipped", body="Tap to track it."
                )

        await asyncio.gather(*map(send, range(SENDERS)))


async def compare(title: str, rounds: int, cases: Mapping[str, tuple[Case, int]]) -> None:
    """Let the cases take turns, and tell what a notification costs in each; the first is the measure."""
    spent: dict[str, list[float]] = {name: [] for name in cases}
    elapsed: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, (case, notifications) in cases.items():
            gc.collect()
            cpu, wall = time.process_time(), time.perf_counter()
            await case()
            if number:  # the first round warms up
                spent[name].append((time.process_time() - cpu) / notifications)
                elapsed[name].append((time.perf_counter() - wall) / notifications)
    print(f"\n{title}\n{'':38}{'CPU':>10}{'per CPU s':>12}{'CPU ratio':>11}{'wall ratio':>12}")
    measure = next(iter(cases))
    for name in cases:
        cost = statistics.median(spent[name])
        ratios = (_ratio(times[name], times[measure]) for times in (spent, elapsed))
        print(f"{name:38}{cost * 1e6:7.2f} µs{1 / cost:12,.0f}" + "{:11.2f}{:12.2f}".format(*ratios))


def _ratio(these: list[float], those: list[float]) -> float:
    return statistics.median(this / that for this, that in zip(these, those, strict=True))


async def large_run(clix: Clix, rows: int, folder: Path) -> None:
    """Memory and speed of one large run, and what it costs to resume it when it is finished."""
    ledger = folder / "large.db"
    before = _reset_peak()
    cpu = time.process_time()
    report = await clix.messages.send_many(audience(rows))
    cpu = time.process_time() - cpu
    peak = _memory("VmHWM")
    print(
        f"\n{rows:,} rows from an async generator: {rows / cpu:,.0f} per CPU second, {report.elapsed:.1f} s"
    )
    print(f"peak memory above a warm session: {peak - before:.1f} MB")
    await clix.messages.send_many(audience(rows), ledger=ledger)
    again = await clix.messages.send_many(audience(rows), ledger=ledger)
    print(f"resuming the finished run: {again.requests} requests, {again.elapsed:.1f} s")


def _reset_peak() -> float:
    """Megabytes now; the peak counts from here (Linux)."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


@contextmanager
def loopback_server() -> Generator[str, None, None]:
    """The URL of a server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.loopback_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own module
        try:
            assert server.stdout is not None  # noqa: S101 - it was asked for
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


async def main(rows: int, rounds: int, url: str, folder: Path) -> None:
    """Measure everything and print it."""
    headers = {"X-Clix-Project-ID": "p", "X-Clix-API-Key": "clix_sk_x"}
    limiter = LocalRateLimiter(rate=1e6, burst=10_000)
    async with (
        httpx.AsyncClient(base_url=url, headers=headers, timeout=600) as plain,
        Clix(
            project_id="p", api_key="clix_sk_x", base_url=url, rate_limiter=limiter, coalesce=Coalesce()
        ) as clix,
    ):
        bench = Bench(clix, plain, folder)
        many = BATCH * BATCHES
        await compare(
            f"Batches of {BATCH}, {IN_FLIGHT} in flight, per notification",
            rounds,
            {
                "httpx with dicts and stdlib json": (bench.plain_httpx, many),
                "send_many": (bench.send_many, many),
                "send_many, concurrency left open": (bench.send_many_adapting, many),
                "send_many, every item looked at": (bench.send_many_with_every_item_looked_at, many),
            },
        )
        await compare(
            "The ledger, per notification",
            max(2, rounds // 2),
            {
                "without": (lambda: bench.send_many(LONG_RUN), BATCH * LONG_RUN),
                "with": (lambda: bench.send_many_with_a_ledger(LONG_RUN), BATCH * LONG_RUN),
            },
        )
        await compare(
            f"{SENDERS:,} concurrent senders, per notification",
            max(2, rounds // 2),
            {
                "coalesced": (bench.coalesced_sends, SENDERS * 20),
                "batches": (bench.send_many, many),
                "httpx, a request each": (bench.plain_single_sends, SENDERS),
            },
        )
        await large_run(clix, rows, folder)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with loopback_server() as address, tempfile.TemporaryDirectory() as place:
        asyncio.run(main(arguments.rows, arguments.rounds, address, Path(place)))
