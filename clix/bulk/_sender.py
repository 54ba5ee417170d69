"""Send one batch until the fate of each item is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .._call.call import Caller
from .._call.ending import Story
from .._call.split import Part, send_in_parts
from .._engine.http import Answer as HTTPAnswer
from .._engine.wire import encode_notifications
from .._values.errors import ClixError, InDoubtError, NotSentError, RateLimitError
from .._values.fate import Fate
from .._values.meta import ResponseMeta
from .._values.operations import MESSAGES_SEND_MANY
from ._answer import Answer, read_answer
from ._batch import Batch
from ._breaker import Breaker, EndedError, OutOfPatienceError
from ._concurrency import Concurrency
from ._report.tally import Tally
from ._verdict import Verdict, verdict_on

TRIES_BESIDE_SUCCESSES = 3
"""So often a request is made that never leaves, or is refused for the moment, while others succeed."""

NEVER_BEGUN = "The run ended before this was sent."


class Page(Protocol):
    """The ledger's page of one batch."""

    async def begin(self) -> None:
        """The first byte is about to leave."""
        ...

    async def hold(self) -> None:
        """Nothing of it was sent, and it is to wait before it is sent again."""
        ...


class Sender:
    """Sends batches for one run; shared by its workers.

    Args:
        caller: makes the requests.
        tally: counts them.
        breaker: permits them.
        concurrency: learns from them.
        bisect: whether a batch that is refused for its content is sent in halves.
        on_end: told what no other batch would escape either, and why the run must end.
    """

    def __init__(
        self,
        caller: Caller,
        tally: Tally,
        breaker: Breaker,
        concurrency: Concurrency,
        *,
        bisect: bool,
        on_end: Callable[[str, ClixError | None], None],
    ) -> None:
        self._caller = caller
        self._tally = tally
        self._breaker = breaker
        self._concurrency = concurrency
        self._bisect = bisect
        self._on_end = on_end

    async def send(self, batch: Batch, parts: list[Part[Answer]], page: Page) -> None:
        """Send the items of a batch.

        Args:
            batch: what to send.
            parts: is filled with what became of them, in order and completely, also when this is cut short.
            page: is told before anything leaves.
        """

        async def send_part(start: int, stop: int) -> Answer:
            whole = stop - start == len(batch.items)
            body = batch.body if whole else encode_notifications(batch.items[start:stop])
            return await self._until_settled(body, page)

        try:
            await send_in_parts(send_part, len(batch.items), parts, split=self._bisect)
        except BaseException as error:
            _add_the_rest(parts, len(batch.items), getattr(error, "clix_fate", Fate.NOT_SENT))
            raise

    async def _until_settled(self, body: bytes, page: Page) -> Answer:
        """The answer, or the error that is final."""
        tries = 0
        successes = self._breaker.successes
        last: ClixError | None = None
        while True:
            tries += 1
            try:
                return await self._try(body, page)
            except EndedError:
                raise last or NotSentError(NEVER_BEGUN) from None
            except OutOfPatienceError:
                self._on_end("The service has not recovered for as long as the run was to wait.", last)
                raise last or NotSentError(NEVER_BEGUN) from None
            except ClixError as error:
                last = error
                others_succeed = self._breaker.successes > successes
                if verdict_on(error) is not Verdict.NOT_NOW or (
                    others_succeed and tries >= TRIES_BESIDE_SUCCESSES
                ):
                    raise
            await page.hold()

    async def _try(self, body: bytes, page: Page) -> Answer:
        """One call, when it is permitted."""
        async with self._breaker.permit() as probe:
            await page.begin()
            try:
                answer = await self._call(body)
            except ClixError as error:
                self._learn(error, probe=probe)
                raise
            self._breaker.succeeded()
            return answer

    def _learn(self, error: ClixError, *, probe: bool) -> None:
        """What a failed call says of the service."""
        verdict = verdict_on(error)
        if verdict is Verdict.NEVER:
            self._on_end(f"No batch would fare better: {error}", error)
        elif verdict in (Verdict.IN_DOUBT, Verdict.NOT_NOW):
            wait = error.retry_after if isinstance(error, RateLimitError) else None
            self._breaker.failed(probe=probe, wait=wait or 0.0)
            self._concurrency.troubled()
        else:
            self._breaker.succeeded()

    async def _call(self, body: bytes) -> Answer:
        answered: ResponseMeta | None = None

        def read(answer: HTTPAnswer, meta: ResponseMeta) -> Answer:
            nonlocal answered
            result = read_answer(answer.json(), meta)
            answered = meta
            return result

        def count(story: Story) -> None:
            latency = self._tally.request_ended(story, answered)
            if latency is not None:
                self._concurrency.answered(latency=latency, governor=story.governor)

        return await self._caller.run(
            MESSAGES_SEND_MANY,
            lambda: self._caller.session.http.exchange("POST", MESSAGES_SEND_MANY.path, body),
            read,
            on_end=count,
        )


def _add_the_rest(parts: list[Part[Answer]], count: int, fate: Fate) -> None:
    """What was cut off is in doubt when its bytes may have left, else not sent."""
    start = parts[-1].stop if parts else 0
    if start == count:
        return
    if fate is Fate.IN_DOUBT:
        error: ClixError = InDoubtError("The run was cancelled while this was on its way.")
    else:
        error = NotSentError(NEVER_BEGUN)
    parts.append(Part(start=start, stop=count, error=error))
