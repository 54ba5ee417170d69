"""Answers that mean harm: bounded memory, the right error, and nothing of ours sent elsewhere."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from attrs import evolve

from clix import Clix, ClixError, Fate, InDoubtError, SendResult, Timeout, UnreadableResponseError
from tests.faults import Answer, EndlessHeaders, Fault, FaultServer, GzipBomb, HugeBody, Ok, Redirect
from tests.paths import both_paths
from tests.skipping import skipping_clix

pytestmark = both_paths

IMPATIENT = Timeout(connect=60, write=60, read=60)


async def send_against(*script: Fault, **options: Any) -> SendResult | ClixError:
    async with FaultServer(script) as server:
        async with skipping_clix(server.url, timeout=IMPATIENT, **options) as clix:
            try:
                return await clix.messages.send("user", title="t")
            except ClixError as error:
                return error


def peak_memory() -> int:
    """Bytes."""
    if sys.platform == "win32":
        pytest.skip("Windows does not tell the peak of a process")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


OBJECTS = [
    Answer(200, body=b'{"delivery_results": {}}', processed=True),
    Answer(200, body=b'{"delivery_results": ["x"]}', processed=True),
    Answer(200, body=b'{"delivery_results": [{"message_id": 7}]}', processed=True),
    Answer(200, body=b'{"delivery_results": [{"additional_params": []}]}', processed=True),
]
"""JSON objects, which nobody but Clix would answer, that are not what was asked for."""

NOT_OBJECTS = [
    Answer(200, body=b'{"delivery_results": NaN}', processed=True),
    Answer(200, body=b'{"delivery_results": [Infinity]}', processed=True),
    Answer(200, body=b"[" * 100_000, processed=True),
    Answer(200, body=b'{"a":' * 100_000, processed=True),
    Answer(200, body=b"", processed=True),
    Answer(204, processed=True),
    Answer(200, body=b"[]", processed=True),
    Answer(200, body=b"null", processed=True),
    Answer(200, body=b'"ok"', processed=True),
    Answer(200, body=b"<html>Welcome</html>", headers=[("content-type", "text/html")], processed=True),
    Answer(200, body=b"\xff\xfe", processed=True),
]


def named(answer: Answer) -> Answer:
    """With the request id that Clix puts on all its answers."""
    return evolve(answer, headers=[*answer.headers, (b"x-request-id", b"r-1")])


def short(fault: Fault) -> str:
    return repr(fault)[:60]


@pytest.mark.parametrize("answer", [*OBJECTS, *map(named, OBJECTS), *map(named, NOT_OBJECTS)], ids=short)
async def test_an_accepted_send_with_an_answer_nobody_can_read_is_accepted(answer: Fault) -> None:
    ended = await send_against(answer)

    assert isinstance(ended, UnreadableResponseError)
    assert ended.fate is Fate.ACCEPTED
    assert not ended.safe_to_resend
    assert len(ended.attempts) == 1


@pytest.mark.parametrize(
    "answer",
    [
        *NOT_OBJECTS,
        HugeBody(20_000_000, "length"),
        HugeBody(20_000_000, "chunked"),
        HugeBody(20_000_000, "close"),
        GzipBomb(1_000_000),
    ],
    ids=short,
)
async def test_a_200_that_nothing_shows_to_be_from_clix_is_in_doubt(answer: Fault) -> None:
    ended = await send_against(answer)

    assert isinstance(ended, InDoubtError)
    assert [attempt.status for attempt in ended.attempts] == [getattr(answer, "status", 200)]


async def test_an_integer_of_5000_digits_is_survived() -> None:
    body = b'{"delivery_results": [], "count": ' + b"9" * 5_000 + b"}"
    ended = await send_against(Answer(200, body=body, processed=True))

    assert isinstance(ended, SendResult | InDoubtError)


async def test_a_content_type_that_lies_does_no_harm() -> None:
    body = b'{"delivery_results": []}'
    ended = await send_against(
        Answer(200, body=body, headers=[("content-type", "text/html; charset=nonsense")], processed=True)
    )

    assert isinstance(ended, SendResult)
    assert ended.deliveries == ()


async def test_a_gigabyte_in_a_gzip_costs_no_memory() -> None:
    await send_against(GzipBomb(1_000_000))
    before = peak_memory()
    ended = await send_against(GzipBomb(1_000_000_000))

    assert isinstance(ended, InDoubtError)
    assert peak_memory() - before <= 50_000_000


async def test_an_error_page_of_20_mb_keeps_its_status_and_costs_no_memory() -> None:
    before = peak_memory()
    ended = await send_against(Answer(404, body=b"x" * 20_000_000))

    assert isinstance(ended, ClixError)
    assert (type(ended).__name__, ended.fate) == ("NotFoundError", Fate.REJECTED)
    assert len(getattr(ended, "body", "")) <= 65_536
    assert len(str(ended)) < 1_000
    assert peak_memory() - before <= 80_000_000


@pytest.mark.parametrize("in_one_line", [True, False])
async def test_headers_without_end_leave_the_send_in_doubt(in_one_line: bool) -> None:  # noqa: FBT001
    ended = await send_against(EndlessHeaders(in_one_line, processed=True))

    assert isinstance(ended, InDoubtError)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed_and_the_key_goes_nowhere_else(status: int) -> None:
    async with FaultServer() as elsewhere:
        ended = await send_against(Redirect(f"{elsewhere.url}/api/v1/messages:send", status))

        assert isinstance(ended, InDoubtError)
        assert ended.attempts[0].status == status
        assert elsewhere.accepted_connections == 0


async def test_cookies_are_forgotten() -> None:
    script: list[Fault] = [
        Answer(200, body=b'{"delivery_results":[]}', headers=[("set-cookie", "a=b")], processed=True),
        Ok(),
    ]
    async with FaultServer(script) as server:
        async with skipping_clix(server.url) as clix:
            await clix.messages.send("user", title="t")
            await clix.messages.send("user", title="t")

        assert ["cookie" in received.headers for received in server.received] == [False, False]


@pytest.mark.parametrize("status", [101, 300, 399, 502, 504, 520, 529, 599, 600, 999])
async def test_a_status_that_proves_nothing_leaves_a_send_in_doubt_at_once(status: int) -> None:
    ended = await send_against(Answer(status, body=b"<html>", headers=[("content-type", "text/html")]))

    assert isinstance(ended, InDoubtError)
    assert len(ended.attempts) == 1
    assert "<html>" not in str(ended)


async def test_any_2xx_is_a_success() -> None:
    for status in (200, 201, 202, 226, 299):
        ended = await send_against(Answer(status, body=b'{"delivery_results": []}', processed=True))
        assert isinstance(ended, SendResult)
        assert ended.meta.status == status


async def test_a_netrc_is_not_read(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRC", f"{tmp_path}/netrc")
    with open(f"{tmp_path}/netrc", "w", encoding="utf-8") as file:  # noqa: ASYNC230, PTH123
        file.write("machine 127.0.0.1 login me password secret\n")
    async with FaultServer() as server:
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await clix.health()

        assert "authorization" not in server.received[0].headers
