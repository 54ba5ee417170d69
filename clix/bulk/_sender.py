"""Send one batch until the fate of each item is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from attrs import define, evolve

from .._call.call import Caller
from .._call.history import CallHistory
from .._call.split import Part, send_in_parts
from .._engine.http import Answer
from .._engine.wire import encode_notifications
from .._values.errors import ClixError, InDoubtError, NotSentError, RateLimitError, UnreadableResponseError
from .._values.fate import Attempt, Fate
from .._values.meta import ResponseMeta
from .._values.operations import MESSAGES_SEND_MANY
from ._answer import BatchAnswer, read_answer
from ._batch import Batch
from ._breaker import Breaker, EndedError, OutageTooLongError
from ._concurrency import Concurrency
from ._consequence import Consequence, consequence_of, is_unreadable, met_only_503
from ._report.tally import Tally

TRIES_BESIDE_SUCCESSES = 3
"""So often a request is made that never leaves, or is refused for the moment, while others succeed."""

UNREADABLE_IN_A_ROW = 5
"""Answers after which a run ends: one may be an accident, so many come from something that is not Clix."""

NEVER_BEGUN = "The run ended before this was sent."
CUT_OFF_ON_ITS_WAY = "The run was cancelled while this was on its way."
CUT_OFF_WHILE_READ = "The run was cancelled while the answer to this was read: it was accepted."


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
    """What is proven of the last call; None while one is under way."""
    attempts: tuple[Attempt, ...] = ()
    """Of the calls that have ended."""
    doubt: ClixError | None = None
    """How a call ended that may have been processed, when the request is sent again all the same."""

    def ended(self, error: ClixError) -> ClixError:
        """The error for all calls together: what one of them left in doubt is not settled by the next."""
        self.fate = error.fate
        self._add(error.attempts)
        told = error
        if self.doubt is not None and error.fate in (Fate.NOT_SENT, Fate.REJECTED):
            told = self.doubt
        elif error.fate is Fate.IN_DOUBT:
            self.doubt = error
        told.attempts = self.attempts
        return told

    def answered(self, answer: BatchAnswer) -> BatchAnswer:
        """The answer to the last call; an earlier one may have been processed as well."""
        if self.doubt is None:
            return answer
        return evolve(answer, meta=evolve(answer.meta, may_have_repeated=True))

    def cut_off(self, error: BaseException) -> ClixError:
        """The ending when something else than a call's own end cut the request off.

        Each fate by its name: what nobody has proven is in doubt.
        """
        fate = self.fate
        if fate is None:
            fate = getattr(error, "clix_fate", Fate.IN_DOUBT)
            self._add(getattr(error, "clix_attempts", ()))
        if self.doubt is not None and fate is not Fate.ACCEPTED:
            fate = Fate.IN_DOUBT
        if fate is Fate.NOT_SENT or fate is Fate.REJECTED:
            return NotSentError(NEVER_BEGUN)
        if fate is Fate.ACCEPTED:
            return UnreadableResponseError(CUT_OFF_WHILE_READ, attempts=self.attempts)
        return InDoubtError(CUT_OFF_ON_ITS_WAY, attempts=self.attempts)

    def _add(self, attempts: Sequence[Attempt]) -> None:
        so_far = len(self.attempts)
        more = (evolve(attempt, number=so_far + attempt.number) for attempt in attempts)
        self.attempts = (*self.attempts, *more)


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
        self._unreadable_in_a_row = 0

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
                parts.append(Part(start=start, stop=stop, error=request.cut_off(error)))
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
                return request.answered(await self._try(request, entry))
            except EndedError:
                raise last or NotSentError(NEVER_BEGUN) from None
            except OutageTooLongError:
                self._on_end("The service has not recovered for as long as the run was to wait.", last)
                raise last or NotSentError(NEVER_BEGUN) from None
            except ClixError as error:
                last = request.ended(error)
                others_succeed = self._breaker.successes > successes
                if not self._may_be_sent_again(error) or (others_succeed and tries >= TRIES_BESIDE_SUCCESSES):
                    raise last from last.__cause__
            if request.doubt is None:
                await entry.hold()

    def _may_be_sent_again(self, error: ClixError) -> bool:
        """What was not processed may; what met only 503s too, as the provider asks for that and single sends do it."""
        if consequence_of(error) is Consequence.RETRY_LATER:
            return True
        options = self._caller.options
        repeats = options.guarantee != "at_most_once" and options.max_attempts > 1
        return repeats and error.fate is Fate.IN_DOUBT and met_only_503(error)

    async def _try(self, request: _Request, entry: BatchEntryWriter) -> BatchAnswer:
        """One call, when it is permitted."""
        async with self._breaker.permit() as probe:
            await entry.begin()
            request.fate = None
            try:
                answer = await self._call(request.body)
            except ClixError as error:
                request.fate = error.fate
                self._watch_unreadable(error)
                self._learn(error, probe=probe)
                raise
            self._breaker.succeeded()
            self._unreadable_in_a_row = 0
            return answer

    def _watch_unreadable(self, error: ClixError) -> None:
        """A portal or a proxy answers 200 to everything, and nothing of what is sent arrives."""
        if not is_unreadable(error):
            return
        self._unreadable_in_a_row += 1
        if self._unreadable_in_a_row >= UNREADABLE_IN_A_ROW:
            self._on_end(
                f"Stopping: {self._unreadable_in_a_row} answers in a row could not be read. "
                f"Check that base_url is Clix and that no portal or proxy answers in its place: {error}",
                error,
            )

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
