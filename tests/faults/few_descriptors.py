"""Programs that tests run in a process of their own: `python -m tests.faults.few_descriptors sends|rows|imports …`.

The servers are in the test's process, so that what they import and hold open does not count.
"""

from __future__ import annotations

import asyncio
import json
import resource
import ssl
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

from clix import Clix, ClixError, PushNotification, Timeout


def session(url: str, **options: object) -> Clix:
    return Clix(project_id="p", api_key="clix_sk_1", base_url=url, **options)  # type: ignore[arg-type]


async def sends(url: str, descriptors: str) -> None:
    """A hundred sends at once; prints how many ended as what."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(descriptors), int(descriptors)))
    async with session(url) as clix:
        ended = await asyncio.gather(
            *(clix.messages.send(f"u-{number}", title="t") for number in range(100)), return_exceptions=True
        )
    foreign = [
        repr(each) for each in ended if isinstance(each, BaseException) and not isinstance(each, ClixError)
    ]
    sys.stdout.write(json.dumps([Counter(type(each).__name__ for each in ended), foreign]))


async def rows(url: str, descriptors: str) -> None:
    """A run of 2,000 rows; prints its counts."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(descriptors), int(descriptors)))
    async with session(url) as clix:
        notifications = [PushNotification(f"u-{number}", title="t") for number in range(2_000)]
        report = await clix.messages.send_many(notifications, batch_size=10)
    sys.stdout.write(
        json.dumps([report.total, report.accepted, report.rejected, report.not_sent, report.in_doubt])
    )


async def imports(url: str, over: str, trusted: str, failures: str) -> None:
    """So many calls that fail, one after the other; prints what was imported from the first byte on."""
    options: dict[str, object] = {"max_attempts": 2, "timeout": Timeout(connect=1, read=0.1), "deadline": 2}
    if over == "httpx":
        import httpx

        context = ssl.create_default_context(cafile=trusted) if trusted else False
        options["transport"] = httpx.AsyncHTTPTransport(verify=context)
    elif trusted:
        options["ssl_context"] = ssl.create_default_context(cafile=trusted)
    async with session(url, **options) as clix:
        await clix.messages.send_many([])
        known = set(sys.modules)
        for _ in range(int(failures)):
            await failing(lambda: clix.messages.send("u", title="t"))
        await cancelled(clix)
        await failing(lambda: clix.messages.send_many([PushNotification("u", title="t")], max_outage=0.1))
        await failing(lambda: clix.with_options(timeout=0.02).users.create("u"))
    sys.stdout.write(json.dumps(sorted(set(sys.modules) - known)))


async def failing(call: Callable[[], Awaitable[object]]) -> None:
    try:
        await call()
    except ClixError as error:
        _ = repr(error), str(error), error.attempts


async def cancelled(clix: Clix) -> None:
    task = asyncio.create_task(clix.messages.send("u", title="t"))
    await asyncio.sleep(0.05)
    task.cancel()
    with suppress(asyncio.CancelledError, ClixError):
        await task


if __name__ == "__main__":
    programs = {"sends": sends, "rows": rows, "imports": imports}
    asyncio.run(programs[sys.argv[1]](*sys.argv[2:]))  # type: ignore[operator]
