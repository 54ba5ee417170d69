"""A canary key is looked for everywhere: reprs, logs at every level, errors, pickles, tracebacks with locals."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import traceback
from collections.abc import Iterator

import pytest

from clix import Clix, ClixError, Timeout
from tests.faults import (
    Answer,
    CutAnswerAt,
    CutRequestAt,
    Fault,
    FaultServer,
    Ok,
    Raw,
    ReadThenSilence,
    Refuse,
    RejectAfterAccept,
)
from tests.paths import both_paths
from tests.skipping import skipping_clix

CANARY = "clix_sk_canary_4711"

FAULTS: dict[str, Fault] = {
    "refused": Refuse(1),
    "rejected": RejectAfterAccept(),
    "cut request": CutRequestAt(20),
    "cut answer": CutAnswerAt(30),
    "silence": ReadThenSilence(),
    "garbage": Raw(b"SSH-2.0\r\n"),
    "400": Answer(400, body=b"no"),
    "401": Answer(401, body=b"Missing API key"),
    "500": Answer(500, body=b'{"error": "x"}'),
    "echoes the key in the body": Answer(400, body=b"bad key " + CANARY.encode()),
    "echoes the key in JSON": Answer(401, body=b'{"error": "bad key ' + CANARY.encode() + b'"}'),
    "echoes the key in a header": Answer(403, headers=[("x-request-id", CANARY), ("x-echo", CANARY)]),
    "echoes the key escaped in JSON": Answer(
        401, body=b'{"error": "bad key ' + CANARY.replace("_", "\\u005f").encode() + b'"}'
    ),
    "echoes the key escaped in HTML": Answer(401, body=CANARY.replace("_", "&#95;").encode()),
    "echoes the key escaped in a header": Answer(
        302, headers=[("location", "https://elsewhere.test/?key=" + CANARY.replace("_", "%5F"))]
    ),
    "echoes the key as a header": Answer(400, headers=[(CANARY, "1"), (CANARY.upper(), "2")]),
    "echoes the key in a reason": Raw(b"HTTP/1.1 401 " + CANARY.encode() + b"\r\nContent-Length: 0\r\n\r\n"),
    "echoes the key in place of a status": Raw(b"HTTP/1.1 " + CANARY.encode() + b"\r\n\r\n"),
    "echoes the key in a broken header": Raw(b"HTTP/1.1 200 OK\r\nbad " + CANARY.encode() + b"\r\n\r\n"),
    "echoes the key in a broken length": Raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: " + CANARY.encode() + b"\r\n\r\n"
    ),
    "echoes the key in a broken chunk": Raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CANARY.encode() + b"\r\n"
    ),
    "echoes the key escaped in an accepted answer": Answer(
        200,
        body=b'{"delivery_results": [], "key": "' + CANARY.replace("_", "\\u005F").encode() + b'"}',
        processed=True,
    ),
    "echoes the key in an accepted answer": Answer(
        200, body=b'{"delivery_results": [], "key": "' + CANARY.encode() + b'"}', processed=True
    ),
}


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """What any logger wrote at any level."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    level = root.level
    loggers = [logging.getLogger(name) for name in ("clix", "httpx", "httpcore", "asyncio", "hpack")]
    root.addHandler(handler)
    for logger in (root, *loggers):
        logger.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)
    for logger in loggers:
        logger.setLevel(logging.NOTSET)


def all_text_of(error: BaseException) -> str:
    """The error as every tool could print it: with its causes, and with the locals of each frame."""
    formatted = traceback.TracebackException.from_exception(error, capture_locals=True)
    causes: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        causes += [repr(cause), str(cause), repr(vars(cause)), repr(cause.args)]
        cause = cause.__cause__ or cause.__context__
    return "".join(formatted.format()) + "".join(causes)


@both_paths
@pytest.mark.parametrize("name", FAULTS)
async def test_the_key_is_nowhere_after_a_fault(name: str, everything_logged: io.StringIO) -> None:
    async with FaultServer([FAULTS[name]]) as server:
        clix = skipping_clix(
            server.url, api_key=CANARY, guarantee="at_most_once", timeout=Timeout(connect=60, read=0.03)
        )
        async with clix:
            shown = [repr(clix), repr(clix.stats), repr(clix._session.settings), repr(vars(clix))]
            try:
                shown.append(repr(await clix.messages.send("user", title="t")))
            except ClixError as error:
                shown += [
                    all_text_of(error),
                    repr(pickle.dumps(error)),
                    repr(pickle.loads(pickle.dumps(error))),
                ]
        if server.received:
            assert server.received[0].headers.get("x-clix-api-key", CANARY) == CANARY

    assert CANARY not in "".join(shown)
    assert CANARY not in everything_logged.getvalue()


async def test_the_key_is_nowhere_after_a_cancellation(everything_logged: io.StringIO) -> None:
    async with FaultServer([ReadThenSilence()]) as server:
        async with Clix(project_id="p", api_key=CANARY, base_url=server.url) as clix:
            task = asyncio.create_task(clix.messages.send("user", title="t"))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task

    assert CANARY not in all_text_of(caught.value)
    assert CANARY not in everything_logged.getvalue()


@pytest.mark.parametrize(
    "key", [CANARY + "\n", CANARY + " ", f"\u00e9{CANARY}", CANARY + "\x00", f"{CANARY}\r\nX-Evil: 1"]
)
def test_a_malformed_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ClixError) as caught:
        Clix(project_id="p", api_key=key)

    assert CANARY not in str(caught.value)


async def test_ids_and_content_are_in_no_log(everything_logged: io.StringIO) -> None:
    async with FaultServer([Answer(503), Ok(), Answer(404)]) as server:
        async with skipping_clix(server.url, api_key=CANARY) as clix:
            await clix.messages.send("user-private", title="title-private")
            with pytest.raises(ClixError):
                await clix.users.update("user-private", {"a": "value-private"})
    log = everything_logged.getvalue()

    assert "POST /api/v1/messages:send attempt 1: 503" in log
    assert "/api/v1/users/{project_user_id}" in log
    assert "private" not in log


async def test_a_callable_key_is_asked_on_every_attempt() -> None:
    keys = iter(["clix_sk_1", "clix_sk_2", "clix_sk_3"])
    async with FaultServer([Answer(503), Answer(503), Ok()]) as server:
        async with skipping_clix(server.url, api_key=lambda: next(keys)) as clix:
            await clix.users.create("u")

        sent = [received.headers["x-clix-api-key"] for received in server.received]
    assert sent == ["clix_sk_1", "clix_sk_2", "clix_sk_3"]


async def test_a_callable_key_that_fails_sends_nothing_and_hides_its_message() -> None:
    def broken() -> str:
        raise RuntimeError(CANARY)

    async with FaultServer() as server:
        async with skipping_clix(server.url, api_key=broken) as clix:
            with pytest.raises(ClixError, match="RuntimeError") as caught:
                await clix.messages.send("user", title="t")
        assert server.received == []

    assert caught.value.safe_to_resend
    assert CANARY not in all_text_of(caught.value)


async def test_a_callable_key_that_fails_later_does_not_hide_a_doubt() -> None:
    keys = iter(["clix_sk_1", "bad\n"])
    async with FaultServer([Answer(503, processed=True)]) as server:
        async with skipping_clix(server.url, api_key=lambda: next(keys)) as clix:
            with pytest.raises(ClixError) as caught:
                await clix.messages.send("user", title="t")

    assert caught.value.fate == "in_doubt"
    assert [attempt.fate for attempt in caught.value.attempts] == ["in_doubt", "not_sent"]
