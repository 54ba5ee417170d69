"""How much the emulator takes: requests and notifications per second of its own CPU, asked by hand."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from .bulk import BATCH, prepared_batch
from .clients import by_hand
from .measure import Side, compare, repeatedly
from .results import Table, rounded
from .server import Server, started

PYTHON = Path(__file__).parent.parent / ".venv" / "bin" / "python"
"""The emulator's packages are in the environment of the demo and of the tests, not beside what is measured."""


async def emulator() -> Table:
    """The table `emulator`."""
    command = [str(PYTHON), "-m", "clix", "emulator", "--port", "0", "--rate-limit", "off"]
    with started(command) as process:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        server = Server(_url(process.stdout.readline()), process.pid)
        rows = {
            "single sends": await _throughput(server, None, 300, 1),
            f"batches of {BATCH}": await _throughput(server, prepared_batch(), 10, BATCH),
        }
    return Table(
        name="emulator",
        title="The emulator, without a rate limit",
        columns=("requests/s", "CPU µs a notification", "notifications per CPU s"),
        rows=rows,
        note="10 under way at once; CPU is the emulator's own.",
    )


def _url(line: str) -> str:
    """The last word of the emulator's first line."""
    url = line.rsplit(maxsplit=1)[-1]
    if urlsplit(url).scheme != "http":
        raise RuntimeError(f"the emulator did not start: {line}")
    return url


async def _throughput(server: Server, body: bytes | None, requests: int, notifications: int) -> list[float]:
    async with by_hand(server.url, body) as call:
        side = Side("emulator", repeatedly(call, requests, 10), requests)
        await side.run()
        began = server.cpu_seconds()
        comparison = await compare([side], 5)
        runs = comparison.rounds + 1  # and the one that warms up
        cpu = (server.cpu_seconds() - began) / (runs * requests * notifications)
    return [rounded(1 / comparison.costs["emulator"].wall), rounded(cpu * 1e6), rounded(1 / cpu)]
