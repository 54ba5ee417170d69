"""A program that receives events and notes each that it handles, until it is done or killed.

python receive_until_killed.py RECORD NOTES EVENTS
"""

from __future__ import annotations

import asyncio
import os
import sys

from clix.webhooks import WebhookEvent, WebhookReceiver
from tests.webhooks.support import SECRET, deliver, post

AT_ONCE = 100


async def main(record: str, notes: str, count: int) -> None:
    noting = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def note(event: WebhookEvent) -> None:
        os.write(noting, f"{event.message_id}\n".encode())
        await asyncio.sleep(0)  # a place to be killed at, handled and not yet recorded as such

    async with WebhookReceiver(secrets=[SECRET], dedupe=record, handler=note) as receiver:
        numbers = iter(range(2 * count))

        async def work() -> None:
            for number in numbers:
                answer = await deliver(receiver, post(message_id=str(number // 2)))
                assert answer.status == 200, answer

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        cut_off = [event.message_id async for event in receiver.unfinished(older_than=0)]
    sys.stdout.write(" ".join(cut_off))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
