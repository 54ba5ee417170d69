"""A program that receives events, some of them twice, and is sent again what it did not answer with 200, as Clix would.

python receive_until_killed.py RECORD NOTES EVENTS SEED

It notes `+ID` when an event is handled, `-ID` when its handler fails, and `=ID` when it is answered 200. It ends when
all are, or when nothing changes any more.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys

from clix.webhooks import WebhookEvent, WebhookReceiver
from tests.webhooks.support import SECRET, deliver, post

AT_ONCE = 50
ROUNDS_WITHOUT_PROGRESS = 5


async def main(record: str, notes: str, count: int, seed: int) -> None:
    noting = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    dice = random.Random(seed)

    def note(sign: str, name: str) -> None:
        os.write(noting, f"{sign}{name}\n".encode())

    async def handle(event: WebhookEvent) -> None:
        if dice.random() < 0.2:
            note("-", event.message_id)
            raise OSError("no orders at this moment")
        await asyncio.sleep(0)  # the other process may come in between
        note("+", event.message_id)
        await asyncio.sleep(0)  # a place to be killed at, handled and not yet recorded as such

    async with WebhookReceiver(secrets=[SECRET], dedupe=record, handler=handle) as receiver:
        unanswered = [str(number) for number in range(count)] * 2
        stuck = 0
        while unanswered and stuck < ROUNDS_WITHOUT_PROGRESS:
            dice.shuffle(unanswered)
            before, posts, unanswered = len(unanswered), iter(unanswered), []

            async def work(posts: object = posts, again: list[str] = unanswered) -> None:
                for name in posts:  # type: ignore[attr-defined]
                    answer = await deliver(receiver, post(message_id=name))
                    if answer.status == 200:
                        note("=", name)
                    else:
                        again.append(name)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
            stuck = stuck + 1 if len(unanswered) == before else 0
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
