"""Every public error can be raised by a call, tells the call's fate, travels between processes, and shows no key."""

from __future__ import annotations

import copy
import pickle
import re
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

import clix
from clix import (
    APIStatusError,
    Attempt,
    AuthenticationError,
    BadRequestError,
    BulkError,
    ClixError,
    ConfigurationError,
    ConflictError,
    DeadlineExceededError,
    DeliveryFailedError,
    Fate,
    InDoubtError,
    InvalidRequestError,
    LedgerError,
    MalformedWebhookError,
    NotFoundError,
    NotSentError,
    Observation,
    PayloadTooLargeError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    SessionStateError,
    SQLiteLedger,
    UnreadableResponseError,
    WebhookStorageError,
)
from clix._values import errors as _errors
from clix._values.errors import status_error_class
from clix.webhooks import SQLiteWebhookStore, parse
from tests.recorder import KEY, PROJECT, Recorder, session

Raise: TypeAlias = Callable[[], Awaitable[object]]

ECHO = {"x-request-id": "r-1", "x-echo": f"key={KEY}", "retry-after": "100", "x-ratelimit-limit": "1000"}


class NoTokens:
    """A limiter that never lets anything leave."""

    def try_acquire(self, now: float) -> float:
        return 10.0

    def give_back(self) -> None:
        """There was nothing to give."""

    def observe(self, seen: Observation) -> None:
        """There is nothing to learn."""


NOWHERE = Path(__file__) / "file.db"
"""Below a file, where no other can be."""


async def _create(recorder: Recorder, **options: Any) -> None:
    async with session(recorder, max_attempts=1, **options) as clix:
        await clix.users.create("u-1")


async def _send(recorder: Recorder) -> None:
    async with session(recorder, max_attempts=1) as clix:
        (await clix.messages.send("u-1", title="Hello")).raise_for_failures()


async def _send_when_closed() -> None:
    clix = session(Recorder())
    await clix.aclose()
    await clix.messages.send("u-1", title="Hello")


async def _configure_badly() -> None:
    session(Recorder(), api_key=f"{KEY}\n")


async def _ask_for_the_impossible() -> None:
    async with session(Recorder()) as clix:
        await clix.users.create("")


async def _send_many_with_a_bad_key() -> None:
    async with session(Recorder(status=401, headers=ECHO)) as clix:
        await clix.messages.send_many([{"to": "u-1", "title": "Hello"}])


async def _open_a_ledger_below_a_file() -> None:
    await SQLiteLedger(NOWHERE).open()


async def _parse_what_is_no_webhook() -> None:
    parse(b'{"event_type": "PUSH_SENT"}')


async def _claim_below_a_file() -> None:
    await SQLiteWebhookStore(NOWHERE).claim("m-1", "PUSH_SENT", b"{}")


def _answered(status: int) -> Raise:
    """A call whose server says no, and echoes the key wherever it can."""
    answer = {"error": f"words of the server about {KEY}"}
    return lambda: _create(Recorder(answer, status=status, headers=ECHO))


RAISED: Mapping[type[ClixError], tuple[Raise, Fate]] = {
    ConfigurationError: (_configure_badly, Fate.NOT_SENT),
    InvalidRequestError: (_ask_for_the_impossible, Fate.NOT_SENT),
    SessionStateError: (_send_when_closed, Fate.NOT_SENT),
    NotSentError: (lambda: _send(Recorder(error=httpx.ConnectError("refused"))), Fate.NOT_SENT),
    InDoubtError: (lambda: _send(Recorder(error=httpx.ReadTimeout(""))), Fate.IN_DOUBT),
    DeadlineExceededError: (
        lambda: _create(Recorder(), rate_limiter=NoTokens(), deadline=0.01),
        Fate.NOT_SENT,
    ),
    UnreadableResponseError: (
        lambda: _create(Recorder(content=KEY.encode(), headers=ECHO)),
        Fate.ACCEPTED,
    ),
    DeliveryFailedError: (
        lambda: _send(
            Recorder({"delivery_results": [{"message_id": "m-1", "status": "FAILED"}]}, headers=ECHO)
        ),
        Fate.ACCEPTED,
    ),
    BulkError: (_send_many_with_a_bad_key, Fate.NOT_SENT),
    LedgerError: (_open_a_ledger_below_a_file, Fate.NOT_SENT),
    MalformedWebhookError: (_parse_what_is_no_webhook, Fate.NOT_SENT),
    WebhookStorageError: (_claim_below_a_file, Fate.NOT_SENT),
    BadRequestError: (_answered(400), Fate.REJECTED),
    AuthenticationError: (_answered(401), Fate.REJECTED),
    PermissionDeniedError: (_answered(403), Fate.REJECTED),
    NotFoundError: (_answered(404), Fate.REJECTED),
    ConflictError: (_answered(409), Fate.REJECTED),
    PayloadTooLargeError: (_answered(413), Fate.REJECTED),
    APIStatusError: (_answered(418), Fate.REJECTED),
    RateLimitError: (_answered(429), Fate.REJECTED),
    ServerError: (_answered(502), Fate.IN_DOUBT),
    ServiceUnavailableError: (_answered(503), Fate.IN_DOUBT),
}


async def raised(cls: type[ClixError]) -> ClixError:
    """The error of the call that ends in this class."""
    call, _ = RAISED[cls]
    with pytest.raises(ClixError) as caught:
        await call()
    assert type(caught.value) is cls
    return caught.value


def public_errors() -> Iterator[type[ClixError]]:
    for name in clix.__all__:
        value = getattr(clix, name)
        if isinstance(value, type) and issubclass(value, ClixError):
            yield value


def test_every_public_error_is_raised_here() -> None:
    assert RAISED.keys() == set(public_errors()) - {ClixError}


def test_every_error_of_the_sdk_is_public() -> None:
    found: set[type[ClixError]] = {ClixError}
    waiting = [ClixError]
    while waiting:
        classes = [cls for cls in waiting.pop().__subclasses__() if cls.__module__.startswith("clix")]
        found.update(classes)
        waiting += classes
    assert found == set(public_errors())


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = set(re.findall(r"\b[A-Z]\w*Error\b", _errors.__doc__ or ""))
    assert drawn - {"ValueError", "TimeoutError"} == {cls.__name__ for cls in public_errors()}


@pytest.mark.parametrize("cls", RAISED)
async def test_an_error_tells_the_fate_of_its_call(cls: type[ClixError]) -> None:
    error = await raised(cls)
    assert error.fate is RAISED[cls][1]
    assert cls.default_fate is error.fate


@pytest.mark.parametrize("cls", RAISED)
@pytest.mark.parametrize("carry", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
async def test_an_error_arrives_whole_wherever_it_is_carried(
    cls: type[ClixError], carry: Callable[[ClixError], ClixError]
) -> None:
    error = await raised(cls)
    arrived = carry(error)
    assert type(arrived) is cls
    assert (arrived.args, str(arrived), arrived.__dict__) == (error.args, str(error), error.__dict__)
    assert arrived.safe_to_resend == error.safe_to_resend


@pytest.mark.parametrize("cls", RAISED)
async def test_an_error_shows_no_key_whatever_the_server_says(cls: type[ClixError]) -> None:
    error = await raised(cls)
    shown = [str(error), repr(error), repr(error.__dict__), *traceback.format_exception(error)]
    assert not any(KEY in text for text in shown)
    assert KEY.encode() not in pickle.dumps(error)
    assert PROJECT not in "".join(shown)


@pytest.mark.parametrize("cls", [cls for cls in RAISED if issubclass(cls, APIStatusError)])
async def test_an_error_status_carries_what_the_server_said(cls: type[ClixError]) -> None:
    error = await raised(cls)
    assert isinstance(error, APIStatusError)
    said = "words of the server about [redacted]"
    assert (error.message, error.body) == (said, f'{{"error": "{said}"}}')
    assert error.headers["X-Echo"] == "key=[redacted]"
    assert error.rate_limit.limit == 1000
    assert error.request_id == "r-1"
    assert str(error).startswith(f"users.create was answered {error.status_code}: {said}.")
    assert [attempt.status for attempt in error.attempts] == [error.status_code]


async def test_a_rate_limit_error_says_when_to_come_back() -> None:
    error = await raised(RateLimitError)
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 100


async def test_a_passed_deadline_says_where_the_time_went() -> None:
    error = await raised(DeadlineExceededError)
    assert isinstance(error, DeadlineExceededError)
    assert (error.connection_wait, error.retry_wait) == (0, 0)
    assert 0 < error.rate_limit_wait < 10


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [
        (InvalidRequestError, ValueError),
        (MalformedWebhookError, ValueError),
        (DeadlineExceededError, TimeoutError),
    ],
)
async def test_an_error_is_caught_as_the_builtin_that_it_is(
    cls: type[ClixError], builtin: type[Exception]
) -> None:
    assert isinstance(await raised(cls), builtin)


@pytest.mark.parametrize(
    ("fate", "replay_safe", "safe"),
    [
        (Fate.NOT_SENT, False, True),
        (Fate.REJECTED, False, True),
        (Fate.IN_DOUBT, False, False),
        (Fate.ACCEPTED, False, False),
        (Fate.IN_DOUBT, True, True),
        (Fate.ACCEPTED, True, True),
    ],
)
def test_a_call_may_be_repeated_when_nothing_was_processed_or_a_repeat_changes_nothing(
    fate: Fate, *, replay_safe: bool, safe: bool
) -> None:
    assert ClixError("message", fate=fate, replay_safe=replay_safe).safe_to_resend is safe


def test_an_error_keeps_its_attempts_as_they_were() -> None:
    attempts = [Attempt(number=1, fate=Fate.IN_DOUBT, error="ReadTimeout")]
    error = InDoubtError("message", attempts=attempts, operation="messages.send", request_id="r-1")
    attempts.clear()
    assert [attempt.number for attempt in error.attempts] == [1]


def test_a_note_on_an_error_travels_with_it() -> None:
    error = InDoubtError("message")
    error.add_note("while sending row 7")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["while sending row 7"]


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, APIStatusError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (413, PayloadTooLargeError),
        (418, APIStatusError),
        (429, RateLimitError),
        (302, APIStatusError),
        (500, ServerError),
        (502, ServerError),
        (503, ServiceUnavailableError),
        (504, ServerError),
        (520, ServerError),
        (599, ServerError),
        (600, APIStatusError),
    ],
)
def test_a_status_has_its_class(status: int, cls: type[APIStatusError]) -> None:
    assert status_error_class(status) is cls
