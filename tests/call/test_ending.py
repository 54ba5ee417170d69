"""The history of a call goes in, the error that its caller sees comes out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import (
    AuthenticationError,
    BadRequestError,
    ClixError,
    DeadlineExceededError,
    Fate,
    Headers,
    InDoubtError,
    NotSentError,
    RateLimit,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    SessionStateError,
    UnreadableResponseError,
)
from clix._call.ending import ending_error, server_message, status_error
from clix._call.history import CallHistory, EndedBy, Failure, describe
from clix._call.verdict import Verdict, status_verdict
from clix._engine.headers import read_rate_limit, whole_number
from clix._values.operations import MESSAGES_SEND, USERS_CREATE, Operation

REFUSED = Failure(verdict=Verdict.NOT_SENT, cause=httpx.ConnectError("refused"))
LOST = Failure(verdict=Verdict.IN_DOUBT, cause=httpx.ReadTimeout(""))
UNREADABLE = Failure(verdict=Verdict.UNREADABLE, cause=ValueError("no valid JSON"), status=200)
CUT_OFF = Failure(verdict=Verdict.IN_DOUBT, cause=BaseException())


def answered(status: int, body: bytes = b"", **changes: Any) -> Failure:
    """An answer that is no success."""
    headers = Headers([(b"X-Request-ID", f"r-{status}".encode())])
    fields: dict[str, Any] = {
        "verdict": status_verdict(status),
        "status": status,
        "body": body,
        "headers": headers,
        **changes,
    }
    return Failure(**fields)


THROTTLED = answered(429, server_wait=90.0)


def story_of(operation: Operation, *failures: Failure, **changes: Any) -> CallHistory:
    """A call with these attempts, half a second each."""
    history = CallHistory(operation=operation, deadline=120.0, **changes)
    for failure in failures:
        history.note(failure, 0.5)
    return history


@pytest.mark.parametrize(
    ("operation", "failures", "ended_by", "cls", "fate"),
    [
        pytest.param(MESSAGES_SEND, [], "deadline", DeadlineExceededError, "not_sent", id="queued too long"),
        pytest.param(MESSAGES_SEND, [], "closing", SessionStateError, "not_sent", id="closed in the queue"),
        pytest.param(MESSAGES_SEND, [REFUSED] * 3, "attempt", NotSentError, "not_sent", id="refused"),
        pytest.param(
            MESSAGES_SEND,
            [REFUSED],
            "deadline",
            DeadlineExceededError,
            "not_sent",
            id="refused, then too late",
        ),
        pytest.param(
            MESSAGES_SEND, [REFUSED], "closing", SessionStateError, "not_sent", id="refused, then closed"
        ),
        pytest.param(MESSAGES_SEND, [LOST], "attempt", InDoubtError, "in_doubt", id="lost"),
        pytest.param(
            MESSAGES_SEND, [CUT_OFF], "deadline", InDoubtError, "in_doubt", id="cut off by the deadline"
        ),
        pytest.param(MESSAGES_SEND, [CUT_OFF], "closing", InDoubtError, "in_doubt", id="cut off by closing"),
        pytest.param(
            MESSAGES_SEND, [UNREADABLE], "attempt", UnreadableResponseError, "accepted", id="unreadable"
        ),
        pytest.param(MESSAGES_SEND, [answered(400)], "attempt", BadRequestError, "rejected", id="rejected"),
        pytest.param(MESSAGES_SEND, [THROTTLED], "attempt", RateLimitError, "rejected", id="throttled"),
        pytest.param(
            MESSAGES_SEND,
            [THROTTLED],
            "deadline",
            RateLimitError,
            "rejected",
            id="throttled until the deadline",
        ),
        pytest.param(
            MESSAGES_SEND,
            [REFUSED, answered(400)],
            "attempt",
            BadRequestError,
            "rejected",
            id="refused, rejected",
        ),
        pytest.param(MESSAGES_SEND, [answered(500)] * 3, "attempt", InDoubtError, "in_doubt", id="broken"),
        pytest.param(MESSAGES_SEND, [answered(302)], "attempt", InDoubtError, "in_doubt", id="redirected"),
        pytest.param(
            MESSAGES_SEND,
            [answered(500), answered(400)],
            "attempt",
            InDoubtError,
            "in_doubt",
            id="a rejection does not undo an earlier doubt",
        ),
        pytest.param(
            MESSAGES_SEND,
            [LOST, REFUSED],
            "attempt",
            InDoubtError,
            "in_doubt",
            id="a refusal does not undo an earlier doubt",
        ),
        pytest.param(
            MESSAGES_SEND,
            [answered(503), UNREADABLE],
            "attempt",
            UnreadableResponseError,
            "accepted",
            id="accepted after a doubt",
        ),
        pytest.param(USERS_CREATE, [LOST] * 3, "attempt", InDoubtError, "in_doubt", id="safe: lost"),
        pytest.param(
            USERS_CREATE, [answered(500)] * 3, "attempt", ServerError, "in_doubt", id="safe: broken"
        ),
        pytest.param(
            USERS_CREATE,
            [answered(503)],
            "deadline",
            ServiceUnavailableError,
            "in_doubt",
            id="safe: too late",
        ),
        pytest.param(
            USERS_CREATE,
            [LOST, answered(400)],
            "attempt",
            BadRequestError,
            "in_doubt",
            id="safe: then rejected",
        ),
        pytest.param(
            USERS_CREATE,
            [answered(500), REFUSED],
            "attempt",
            InDoubtError,
            "in_doubt",
            id="safe: then refused",
        ),
        pytest.param(USERS_CREATE, [REFUSED], "attempt", NotSentError, "not_sent", id="safe: refused"),
    ],
)
def test_a_call_ends_in(
    operation: Operation, failures: list[Failure], ended_by: EndedBy, cls: type[ClixError], fate: str
) -> None:
    error = ending_error(story_of(operation, *failures), ended_by)
    assert (type(error), error.fate) == (cls, fate)
    assert (error.operation, error.replay_safe) == (operation.name, operation.replay_safe)
    assert [attempt.number for attempt in error.attempts] == list(range(1, len(failures) + 1))


def test_an_error_tells_every_attempt() -> None:
    error = ending_error(story_of(MESSAGES_SEND, REFUSED, answered(503)), "attempt")
    assert [(a.fate, a.status, a.error, a.request_id, a.elapsed) for a in error.attempts] == [
        (Fate.NOT_SENT, None, "ConnectError: refused", None, 0.5),
        (Fate.IN_DOUBT, 503, None, "r-503", 0.5),
    ]


def test_an_error_carries_the_request_id_of_the_last_answer() -> None:
    assert ending_error(story_of(MESSAGES_SEND, answered(503), LOST), "attempt").request_id == "r-503"


def test_the_cause_is_the_engines_exception_without_its_frames() -> None:
    with pytest.raises(httpx.ReadError) as caught:
        _lose_the_connection()
    failure = Failure(verdict=Verdict.IN_DOUBT, cause=caught.value)
    cause = ending_error(story_of(MESSAGES_SEND, failure), "attempt").__cause__
    assert isinstance(cause, httpx.ReadError)
    assert (cause.__traceback__, cause.__cause__, cause.__context__) == (None, None, None)


def _lose_the_connection() -> None:
    try:
        int("no number")
    except ValueError as error:
        raise httpx.ReadError("gone") from error


# Sentences


@pytest.mark.parametrize(
    ("history", "ended_by", "sentence"),
    [
        (
            story_of(MESSAGES_SEND, LOST),
            "attempt",
            (
                "messages.send is in doubt after 1 attempt: ReadTimeout: no answer in time. "
                "It may have been processed: do not send it again blindly."
            ),
        ),
        (
            story_of(USERS_CREATE, LOST, LOST),
            "deadline",
            "users.create is in doubt after 2 attempts: the deadline passed. Calling it again is safe.",
        ),
        (
            story_of(MESSAGES_SEND, CUT_OFF),
            "closing",
            (
                "messages.send is in doubt after 1 attempt: the session was closed. "
                "It may have been processed: do not send it again blindly."
            ),
        ),
        (
            story_of(MESSAGES_SEND, answered(500, b'{"error":"Internal."}')),
            "attempt",
            (
                "messages.send is in doubt after 1 attempt: the server answered 500 (Internal). "
                "It may have been processed: do not send it again blindly."
            ),
        ),
        (
            story_of(MESSAGES_SEND, REFUSED),
            "attempt",
            "messages.send was not sent after 1 attempt: ConnectError: refused.",
        ),
        (
            story_of(MESSAGES_SEND, UNREADABLE),
            "attempt",
            (
                "messages.send was accepted (200), but its answer could not be read: ValueError: no valid JSON. "
                "Do not send it again."
            ),
        ),
        (
            story_of(MESSAGES_SEND, connection_wait=1.0, rate_limit_wait=2.5, retry_wait=0.25),
            "deadline",
            (
                "messages.send was not sent within 120 s: waited 1.00 s for a connection, 2.50 s for the rate limit, "
                "0.25 s between attempts."
            ),
        ),
        (story_of(MESSAGES_SEND), "closing", "The Clix session was closed before the request was sent."),
        (
            story_of(MESSAGES_SEND, answered(400, b"Invalid push notification parameters")),
            "attempt",
            "messages.send was answered 400: Invalid push notification parameters.",
        ),
        (
            story_of(MESSAGES_SEND, answered(400, b"No file at ../a... Sorry.")),
            "attempt",
            "messages.send was answered 400: No file at ../a... Sorry.",
        ),
        (story_of(MESSAGES_SEND, answered(404)), "attempt", "messages.send was answered 404: Not Found."),
        (
            story_of(MESSAGES_SEND, answered(420)),
            "attempt",
            "messages.send was answered 420: unknown status.",
        ),
        (
            story_of(USERS_CREATE, answered(302)),
            "attempt",
            "users.create was answered 302: Found. Redirects are never followed; check base_url.",
        ),
        (
            story_of(MESSAGES_SEND, THROTTLED),
            "attempt",
            (
                "messages.send was answered 429: Too Many Requests. "
                "It asks to wait 90 s, longer than this call may."
            ),
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_an_error_says(history: CallHistory, ended_by: EndedBy, sentence: str) -> None:
    assert str(ending_error(history, ended_by)) == sentence


def test_a_public_key_is_hinted_at_where_it_was_refused() -> None:
    error = ending_error(story_of(MESSAGES_SEND, answered(401), public_key=True), "attempt")
    assert isinstance(error, AuthenticationError)
    assert str(error).endswith("The key does not begin with clix_sk_: this operation needs a secret key.")


@pytest.mark.parametrize(("status", "public_key"), [(401, False), (403, True)])
def test_a_public_key_is_not_hinted_at_elsewhere(status: int, *, public_key: bool) -> None:
    error = ending_error(story_of(MESSAGES_SEND, answered(status), public_key=public_key), "attempt")
    assert "clix_sk_" not in str(error)


@pytest.mark.parametrize(
    ("body", "content_type", "said"),
    [
        (b"Missing project id", "text/plain", "Missing project id"),
        (b"  Missing project id\n", "text/plain", "Missing project id"),
        (b"can&#39;t", "text/plain", "can't"),
        (b'{"error":"Too Many Requests"}', "application/json", "Too Many Requests"),
        (b'{"error":"Too Many Requests"}', "", "Too Many Requests"),
        (b'{"error":{"code":-32603,"message":"busy"}}', "application/json", "busy"),
        (
            b'{"code":3,"message":"devices must be a list","details":[]}',
            "application/json",
            "devices must be a list",
        ),
        (b'{"error":"","message":"later"}', "application/json", "later"),
        (b'{"error":5}', "application/json", ""),
        (b'{"error":null,"message":null}', "application/json", ""),
        (b"{}", "application/json", ""),
        (b"<html><body>502</body></html>", "text/html; charset=utf-8", ""),
        (b"<!DOCTYPE html>", "", ""),
        (b"words", "TEXT/HTML", ""),
        (b"", "", ""),
        (b"\xff\xfe", "text/plain", "��"),
        (b"[" * 5000, "application/json", "[" * 500),
        (b"x" * 5000, "text/plain", "x" * 500),
        (b'{"error":"' + b"x" * 5000 + b'"}', "application/json", "x" * 500),
    ],
)
def test_an_error_answer_says(body: bytes, content_type: str, said: str) -> None:
    assert server_message(body, content_type) == said


@given(st.binary(max_size=200), st.sampled_from(["", "text/plain", "application/json", "text/html"]))
def test_any_error_answer_can_be_read(body: bytes, content_type: str) -> None:
    assert len(server_message(body, content_type)) <= 500


def test_a_status_error_carries_body_headers_and_limit() -> None:
    headers = Headers([(b"x-ratelimit-limit", b"1000"), (b"content-type", b"text/plain")])
    failure = answered(400, b"no\xff", headers=headers)
    error = status_error(story_of(MESSAGES_SEND, failure), failure)
    assert (error.message, error.body, error.headers) == ("no�", "no�", headers)
    assert error.rate_limit == RateLimit(limit=1000)


@pytest.mark.parametrize(
    ("headers", "limit"),
    [
        ({}, RateLimit()),
        (
            {"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000000.5"},
            RateLimit(limit=1000, remaining=0, reset=1_800_000_000.5),
        ),
        (
            {"x-ratelimit-limit": "-1", "x-ratelimit-remaining": "many", "x-ratelimit-reset": "soon"},
            RateLimit(),
        ),
        (
            {"x-ratelimit-limit": "1e3", "x-ratelimit-remaining": "1.0", "x-ratelimit-reset": "1."},
            RateLimit(),
        ),
        ({"x-ratelimit-limit": "9" * 400, "x-ratelimit-reset": "9" * 400}, RateLimit()),
        ({"x-ratelimit-limit": "²", "x-ratelimit-reset": "²"}, RateLimit()),
        (
            {"x-ratelimit-limit": "1_0", "x-ratelimit-remaining": "+3", "x-ratelimit-reset": "1e3"},
            RateLimit(),
        ),
        (
            {
                "x-ratelimit-limit": "1000, 900",
                "x-ratelimit-remaining": "5, 7",
                "x-ratelimit-reset": "8, 9.5",
            },
            RateLimit(limit=900, remaining=5, reset=9.5),
        ),
        ({"x-ratelimit-limit": "1000, many", "x-ratelimit-reset": "nan"}, RateLimit(limit=1000)),
    ],
)
def test_the_limit_is_read_from_the_headers_where_it_is_believable(
    headers: dict[str, str], limit: RateLimit
) -> None:
    raw = Headers((name.encode(), value.encode("latin-1")) for name, value in headers.items())
    assert read_rate_limit(raw) == limit


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("9" * 15, 10**15 - 1), ("9" * 16, None), ("", None), ("+1", None), ("٣", None)],
)
def test_a_whole_number_has_at_most_15_digits(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ReadTimeout(""), "ReadTimeout: no answer in time"),
        (httpx.ReadError("gone"), "ReadError: gone"),
        (LookupError(), "LookupError"),
        (ValueError("x" * 1000), "ValueError: " + "x" * 500),
        (KeyboardInterrupt(), "cut off before its answer"),
    ],
)
def test_an_exception_is_described_by_class_and_words(error: BaseException, words: str) -> None:
    assert describe(error) == words


def test_a_sentence_of_the_engine_with_a_full_stop_of_its_own_ends_with_one() -> None:
    history = CallHistory(operation=MESSAGES_SEND, deadline=1)
    failure = Failure(verdict=Verdict.IN_DOUBT, cause=OSError("Server disconnected."))
    history.note(failure, 0.1)

    assert "Server disconnected. It may" in str(ending_error(history, "attempt"))
