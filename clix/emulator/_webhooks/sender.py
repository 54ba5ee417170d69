"""Making the posts, behind the back of the requests that cause them.

Clix says nothing of a second try after an answer that is no 2xx, so there is none.
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Final

import orjson
from attrs import frozen

from ..._version import __version__
from .._state.history import History
from .._state.records import Message, PushContent
from .log import WebhookAttempt
from .payload import event_type, webhook_payload
from .target import WebhookTarget

if TYPE_CHECKING:
    import httpx

TIMEOUT: Final = 5.0
"""Seconds until Clix gives a receiver up."""
MOST_PENDING: Final = 10_000
"""Posts that may wait for one receiver; what comes on top is dropped and counted."""
AT_ONCE: Final = 8
"""Posts on their way to one receiver."""
_MOST_ANSWER_BYTES: Final = 65_536
_USER_AGENT: Final = f"clix-emulator/{__version__}"


@frozen
class _Post:
    message: Message
    content: PushContent
    is_duplicate: bool = False


class Webhooks:
    """The receivers of one emulator, and the log of what they were told."""

    def __init__(
        self,
        targets: Sequence[WebhookTarget],
        clock: Callable[[], float],
        history: int,
        seed: str | None,
        *,
        timeout: float = TIMEOUT,
    ) -> None:
        self.log: History[WebhookAttempt] = History(history)
        self._clock = clock
        self._timeout = timeout
        self._random = Random(seed)  # noqa: S311 - chances to come twice, not secrets
        self._receivers: dict[str, Receiver] = {}
        self._added = 0
        for target in targets:
            self.add(target)

    @property
    def receivers(self) -> Mapping[str, Receiver]:
        """All receivers by id, oldest first."""
        return self._receivers

    def add(self, target: WebhookTarget) -> Receiver:
        """Tell one more address from now on."""
        self._added += 1
        receiver = Receiver(f"webhook-{self._added}", target, self._post)
        self._receivers[receiver.webhook_id] = receiver
        return receiver

    def remove(self, webhook_id: str) -> bool:
        """Tell an address no more, not even what waits; says whether there was one."""
        receiver = self._receivers.pop(webhook_id, None)
        if receiver is not None:
            receiver.stop()
        return receiver is not None

    def announce(self, messages: Sequence[Message]) -> None:
        """Have all receivers told of pushes; never waits. A Live Activity is no push: Clix promises nothing there."""
        for receiver in self._receivers.values():
            for message in messages:
                if isinstance(message.content, PushContent):
                    self._put(receiver, _Post(message, message.content))

    async def join(self) -> None:
        """Wait until nothing waits any more."""
        await asyncio.gather(*(receiver.join() for receiver in self._receivers.values()))

    async def aclose(self) -> None:
        """End at once; what waits is lost, as the messages themselves are with the process."""
        workers = [worker for receiver in self._receivers.values() for worker in receiver.stop()]
        await asyncio.gather(*workers, return_exceptions=True)

    def _put(self, receiver: Receiver, post: _Post) -> None:
        receiver.put(post)
        chance = receiver.target.duplicates
        if chance and self._random.random() < chance:
            receiver.put(_Post(post.message, post.content, is_duplicate=True))

    async def _post(self, receiver: Receiver, client: httpx.AsyncClient, post: _Post) -> bool:
        """Make a post and log it; says whether the connection is as good as before."""
        body = orjson.dumps(webhook_payload(post.message, post.content))
        at, started = self._clock(), time.perf_counter()
        status, error = await self._exchange(client, receiver.target, body)
        self.log.append(
            WebhookAttempt(
                at=at,
                elapsed=time.perf_counter() - started,
                webhook_id=receiver.webhook_id,
                url=receiver.target.url,
                event_type=event_type(post.message),
                message_id=post.message.message_id,
                is_duplicate=post.is_duplicate,
                status=status,
                error=error,
                body=body,
            )
        )
        return error is None

    async def _exchange(
        self, client: httpx.AsyncClient, target: WebhookTarget, body: bytes
    ) -> tuple[int | None, str | None]:
        """Status, or why there is none."""
        headers = {"User-Agent": _USER_AGENT, **target.headers, "Content-Type": "application/json"}
        try:
            async with (
                asyncio.timeout(self._timeout),
                client.stream("POST", target.url, content=body, headers=headers) as answer,
            ):
                await _read_some(answer)
                return answer.status_code, None
        except TimeoutError:
            return None, f"no answer within {self._timeout:g} s"
        except Exception as problem:  # noqa: BLE001 - whatever a receiver does, the next post is made
            return None, f"{type(problem).__name__}: {problem}"


class Receiver:
    """One address: what waits for it, and the tasks that bring it there."""

    def __init__(
        self,
        webhook_id: str,
        target: WebhookTarget,
        deliver: Callable[[Receiver, httpx.AsyncClient, _Post], Awaitable[bool]],
    ) -> None:
        self.webhook_id = webhook_id
        self.target = target
        self.dropped = 0
        """Posts that were not made because too many waited."""
        self._deliver = deliver
        self._open_client = _client_factory(target)
        self._queue: asyncio.Queue[_Post] = asyncio.Queue(MOST_PENDING)
        self._workers: list[asyncio.Task[None]] = []

    @property
    def pending(self) -> int:
        """Posts that wait."""
        return self._queue.qsize()

    def put(self, post: _Post) -> None:
        """Have a post made soon, or never when too many wait."""
        try:
            self._queue.put_nowait(post)
        except asyncio.QueueFull:
            self.dropped += 1
        if len(self._workers) < AT_ONCE:
            self._workers.append(asyncio.get_running_loop().create_task(self._work()))

    async def join(self) -> None:
        """Wait until all that was put is posted."""
        await self._queue.join()

    def stop(self) -> list[asyncio.Task[None]]:
        """Make no more posts. Returns the tasks that end now."""
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.cancel()
        return workers

    async def _work(self) -> None:
        while True:
            async with self._open_client() as client:  # A connection that failed a post is not trusted again.
                while await self._deliver_next(client):
                    pass

    async def _deliver_next(self, client: httpx.AsyncClient) -> bool:
        post = await self._queue.get()
        try:
            return await self._deliver(self, client, post)
        finally:
            self._queue.task_done()


def _client_factory(target: WebhookTarget) -> Callable[[], httpx.AsyncClient]:
    """Importing httpx and building a TLS context take a tenth of a second: now, and not while a push is sent."""
    import httpx

    verification = ssl.create_default_context() if target.is_encrypted else False
    return functools.partial(httpx.AsyncClient, verify=verification, trust_env=False, timeout=None)


async def _read_some(answer: httpx.Response) -> None:
    """Read a body so that the connection can be used again, unless it is a long one."""
    size = 0
    async for chunk in answer.aiter_raw():
        size += len(chunk)
        if size > _MOST_ANSWER_BYTES:
            return
