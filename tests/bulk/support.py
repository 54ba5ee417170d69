"""A Clix in process that remembers who got what, and misbehaves as it is told."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

import httpx

from clix import BatchOutcome, BulkReport, Clix, Fate, PushNotification, Target
from tests.recorder import session

Trouble: TypeAlias = int | Literal["refused connection", "lost answer", "unreadable answer"]
"""A status in place of an answer, with nothing processed; or a fault of the network."""

Chooser: TypeAlias = Callable[[int, Sequence[str]], Trouble | None]
"""Told the number of the request, from 0, and the ids in it."""


class Post(httpx.AsyncBaseTransport):
    """Takes pushes, and answers one delivery for each; a target that begins with 'broken' fails to receive it.

    Args:
        trouble: chooses what goes wrong.
        poison: ids for which a whole request is refused with a 400.
        latency: seconds.
        headers: of every answer.
    """

    def __init__(
        self,
        trouble: Chooser | None = None,
        *,
        poison: Iterable[str] = (),
        latency: float = 0.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.requests: list[list[str]] = []
        """The ids of each request, in the order of arrival."""
        self.items: list[Any] = []
        """The notifications of all requests."""
        self.processed: Counter[str] = Counter()
        """How often each id was sent to."""
        self.in_flight = 0
        self.most_in_flight = 0
        self._trouble = trouble or (lambda number, ids: None)
        self._poison = frozenset(poison)
        self._latency = latency
        self._headers = headers or {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._handle(json.loads(await request.aread()))
        finally:
            self.in_flight -= 1

    async def _handle(self, content: Any) -> httpx.Response:
        ids = [next(iter(item["target"].values())) for item in content["push_notifications"]]
        number = len(self.requests)
        self.requests.append(ids)
        self.items += content["push_notifications"]
        await asyncio.sleep(self._latency)
        trouble = self._trouble(number, ids)
        if trouble == "refused connection":
            raise httpx.ConnectError("refused")
        if isinstance(trouble, int):
            return httpx.Response(trouble, headers=self._headers, text="as the test wants")
        if not self._poison.isdisjoint(ids):
            return httpx.Response(400, text="Invalid push notification parameters")
        self.processed.update(ids)
        if trouble == "lost answer":
            raise httpx.ReadTimeout("no answer")
        if trouble == "unreadable answer":
            return httpx.Response(200, content=b"{", headers={"x-request-id": "r-1"})
        results = [result for identity in ids for result in self.results(identity)]
        return httpx.Response(200, headers=self._headers, json={"delivery_results": results})

    def results(self, identity: str) -> list[dict[str, object]]:
        """The delivery results for one target: a device of the same name."""
        params = {"device_id": identity}
        status = "DELIVERY_RESULT_STATUS_SUCCEED"
        if identity.startswith("broken"):
            params["failure_reason"] = "[UNREGISTERED] gone"
            status = "DELIVERY_RESULT_STATUS_FAILED"
        return [{"message_id": "m", "status": status, "additional_params": params}]


def people(count: int, *, first: int = 1) -> list[PushNotification]:
    """Notifications to 'u1', 'u2' and so on."""
    return [PushNotification(f"u{number}", title="Hello") for number in range(first, first + count)]


def devices(*ids: str) -> list[PushNotification]:
    """Notifications to devices."""
    return [PushNotification(Target.device(identity), title="Hello") for identity in ids]


async def one_by_one(rows: Iterable[object]) -> AsyncIterator[Any]:
    """The rows as an async iterable."""
    for row in rows:
        yield row


async def send_many(post: Post, source: Any, **arguments: Any) -> BulkReport:
    """Send everything through a session of its own, each request tried once."""
    async with session(post, max_attempts=1) as clix:
        return await clix.messages.send_many(source, **arguments)


async def outcomes_of(
    clix: Clix, source: Any, **arguments: Any
) -> tuple[BulkReport, dict[int, BatchOutcome]]:
    """The report, and the batches by their first row."""
    batches: list[BatchOutcome] = []
    report = await clix.messages.send_many(source, on_outcome=batches.append, **arguments)
    return report, {batch.first_row: batch for batch in batches}


def fates(report: BulkReport) -> dict[Fate, int]:
    """The counts that are not zero."""
    return {fate: count for fate, count in report.fates.items() if count}
