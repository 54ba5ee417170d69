"""A process that sends an audience with a ledger, for tests that kill it.

Usage: python -m tests.bulk.ledger.sending_process URL LEDGER ROWS
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

from clix import Clix, PushNotification

BATCH_SIZE = 20
CONCURRENCY = 4


async def audience(rows: int) -> AsyncIterator[PushNotification]:
    for number in range(1, rows + 1):
        yield PushNotification(f"u{number}", title="Hello")


async def main(url: str, ledger: str, rows: int) -> None:
    async with Clix(project_id="p", api_key="clix_sk_test", base_url=url) as clix:
        report = await clix.messages.send_many(
            audience(rows), batch_size=BATCH_SIZE, concurrency=CONCURRENCY, ledger=ledger
        )
    sys.stdout.write(f"{report.total} {report.accepted} {report.in_doubt}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
