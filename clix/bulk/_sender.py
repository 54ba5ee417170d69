"""Send one batch until the fate of each item is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import define

from .._call.call import Caller
from .._call.history import CallHistory
from .._call.split import Part, send_in_parts
from .._engine.http import Answer
from .._engine.wire import encode_notifications
from .._values.errors import ClixError, InDoubtError, NotSentError, RateLimitError, UnreadableResponseError
from .._values.fate import Fate
from .._values.meta import ResponseMeta
from .._values.operations import MESSAGES_SEND_MANY
from ._answer import BatchAnswer, read_answer
from ._batch import Batch
from ._breaker import Breaker, EndedError, OutageTooLongError
from ._concurrency import Concurrency
from ._consequence import Consequence, consequence_of
from ._report.tally import Tally

TRIES_BESIDE_SUCCESSES = 3
"""So often a request is made that never leaves, or is refused for the moment, while others succeed."""

NEVER_BEGUN = "The run ended before this was sent."


class BatchEntryWriter(Protocol):
    """Writes the ledger's entry of one batch."""

    async def begin(self) -> None:
        """The first byte is about to leave."""
        ...

    async def hold(self) -> None:
        """Nothing of it was sent, and it is to wait before it is sent again."""
        ...


@define
class _Request:
    """What is sent until its fate is known, in one call or in several."""

    body: bytes
    fate: Fate | None = Fate.NOT_SENT
    """What is proven of it; None while a call is under way."""


class Sender:
    """Sends batches for one run; shared by its workers.

    Args:
        caller: makes the requests.
        tally: counts them.
        breaker: permits them.
        concurrency: learns from them.
        split_rejected: whether a batch that is refused for its content is sent in halves.
        on_end: told what no other batch would escape either, and why the run must end.
    """

    def __init__(
        self,
        caller: Caller,
        tally: Tally,
        breaker: Breaker,
        concurrency: Concurrency,
        *,
        split_rejected: bool,
        on_end: Callable[[str, ClixError | None], None],
    ) -> None:
        self._caller = caller
        self._tally = tally
        self._breaker = breaker
        self._concurrency = concurrency
        self._split_rejected = split_rejected
        self._on_end = on_end

    async def send(self, batch: Batch, parts: list[Part[BatchAnswer]], entry: BatchEntryWriter) -> None:
        """Send the notifications of a batch.

        Args:
            batch: what to send.
            parts: is filled with what became of them, in order and completely, also when this is cut short.
            entry: is told before anything leaves.
        """

        async def send_part(start: int, stop: int) -> BatchAnswer:
            whole = stop - start == len(batch.notifications)
            body = batch.body if whole else encode_notifications(batch.notifications[start:stop])
            request = _Request(body)
            try:
                return await self._until_settled(request, entry)
            except ClixError:
                raise
            except BaseException as error:
                # Only this part was on its way: what became of the other parts is known.
                cut = _cut_off(request, error)
                parts.append(Part(start=start, stop=stop, error=cut))
                raise

        try:
            await send_in_parts(send_part, len(batch.notifications), parts, split=self._split_rejected)
        except BaseException:
            done = parts[-1].stop if parts else 0
            if done < len(batch.notifications):
                rest = NotSentError(NEVER_BEGUN)
                parts.append(Part(start=done, stop=len(batch.notifications), error=rest))
            raise

    async def _until_settled(self, request: _Request, entry: BatchEntryWriter) -> BatchAnswer:
        """The answer, or the error that is final."""
        tries = 0
        successes = self._breaker.successes
        last: ClixError | None = None
        while True:
            tries += 1
            try:
                return await self._try(request, entry)
            except EndedError:
                raise last or NotSentError(NEVER_BEGUN) from None
            except OutageTooLongError:
                self._on_end("The service has not recovered for as long as the run was to wait.", last)
                raise last or NotSentError(NEVER_BEGUN) from None
            except ClixError as error:
                last = error
                others_succeed = self._breaker.successes > successes
                if consequence_of(error) is not Consequence.RETRY_LATER or (
                    others_succeed and tries >= TRIES_BESIDE_SUCCESSES
                ):
                    raise
            await entry.hold()

    async def _try(self, request: _Request, entry: BatchEntryWriter) -> BatchAnswer:
        """One call, when it is permitted."""
        async with self._breaker.permit() as probe:
            await entry.begin()
            request.fate = None
            try:
                answer = await self._call(request.body)
            except ClixError as error:
                request.fate = error.fate
                self._learn(error, probe=probe)
                raise
            self._breaker.succeeded()
            return answer

    def _learn(self, error: ClixError, *, probe: bool) -> None:
        """What a failed call says of the service."""
        consequence = consequence_of(error)
        if consequence is Consequence.STOP_RUN:
            self._on_end(f"No batch would fare better: {error}", error)
        elif consequence in (Consequence.IN_DOUBT, Consequence.RETRY_LATER):
            wait = error.retry_after if isinstance(error, RateLimitError) else None
            self._breaker.failed(probe=probe, wait=wait or 0.0)
            self._concurrency.troubled()
        else:
            self._breaker.succeeded()

    async def _call(self, body: bytes) -> BatchAnswer:
        answered: ResponseMeta | None = None

        def read(answer: Answer, meta: ResponseMeta) -> BatchAnswer:
            nonlocal answered
            result = read_answer(answer.json(), meta)
            answered = meta
            return result

        def count(history: CallHistory) -> None:
            latency = self._tally.request_ended(history, answered)
            if latency is not None:
                self._concurrency.answered(latency=latency, rate_limit_wait=history.rate_limit_wait)

        return await self._caller.run(
            MESSAGES_SEND_MANY,
            lambda: self._caller.session.bound.http.exchange("POST", MESSAGES_SEND_MANY.path, body),
            read,
            on_end=count,
        )


def _cut_off(request: _Request, error: BaseException) -> ClixError:
    """The ending of a request that something else than its call's own end cut off.

    Each fate by its name: what nobody has proven is in doubt.
    """
    fate = getattr(error, "clix_fate", Fate.IN_DOUBT) if request.fate is None else request.fate
    if fate is Fate.NOT_SENT or fate is Fate.REJECTED:
        return NotSentError(NEVER_BEGUN)
    if fate is Fate.ACCEPTED:
        return UnreadableResponseError(
            "The run was cancelled while the answer to this was read: it was accepted."
        )
    return InDoubtError("The run was cancelled while this was on its way.")
