"""A process that has run out of descriptors: every ending is ours, and no file has to be opened for it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults import (
    Answer,
    CutAnswerAt,
    Fault,
    FaultServer,
    GzipBomb,
    HugeBody,
    Late,
    Ok,
    Raw,
    ReadThenSilence,
    RejectAfterAccept,
)
from tests.faults.tls import Authority

ROOT = Path(__file__).parents[2]


async def run(*arguments: str) -> Any:
    """What a program of `few_descriptors` printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.faults.few_descriptors", *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)


def by_name(server: FaultServer) -> str:
    return server.url.replace("127.0.0.1", "localhost")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_hundred_sends_with_forty_descriptors_end_as_they_should(host: str) -> None:
    async with FaultServer(default=Late(0.05)) as server:
        counts, foreign = await run("sends", server.url.replace("127.0.0.1", host), "40")
        processed = sum(server.processed_count(f"u-{number}") for number in range(100))

    assert foreign == []
    assert set(counts) == {"SendResult", "NotSentError"}
    assert counts["SendResult"] == processed
    assert sum(counts.values()) == 100


@pytest.mark.parametrize("descriptors", ["60", "12"])
async def test_a_run_with_few_descriptors_accounts_for_each_row(descriptors: str) -> None:
    async with FaultServer(default=Late(0.02)) as server:
        rows, *fates = await run("rows", by_name(server), descriptors)
        processed = sum(server.processed_count(f"u-{number}") for number in range(2_000))

    assert (rows, sum(fates)) == (2_000, 2_000)
    assert fates == [processed, 0, 2_000 - processed, 0]


FAILURES: list[Fault] = [
    Answer(500, body=b'{"code": 13, "message": "internal", "details": []}'),
    Answer(503, headers=[("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")]),
    Answer(404, body=b"<html>\xff&amp;</html>", headers=[("content-type", "text/html; charset=nonsense")]),
    Answer(429, headers=[("retry-after", "0")]),
    Answer(999),
    Answer(200, body=b'{"delivery_results": 1}', processed=True),
    RejectAfterAccept(),
    RejectAfterAccept("fin"),
    ReadThenSilence(),
    CutAnswerAt(5, then=Ok()),
    CutAnswerAt(300, then=Ok(), ending="rst"),
    Raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    HugeBody(11_000_000, "length"),
    GzipBomb(1_000),
]


@pytest.mark.parametrize("over", ["direct", pytest.param("httpx", marks=pytest.mark.slow)])
@pytest.mark.parametrize("secured", [False, True], ids=["plain", "tls"])
async def test_nothing_is_imported_after_a_byte_may_have_left(
    over: str,
    secured: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    authority = Authority()
    trusted = tmp_path / "ca.pem"
    authority.write(trusted)
    context = authority.server_context() if secured else None
    async with FaultServer(FAILURES, default=ReadThenSilence(), ssl_context=context) as server:
        imported = await run(
            "imports", by_name(server), over, str(trusted) if secured else "", str(len(FAILURES))
        )

    assert imported == []


async def test_nothing_is_imported_when_a_certificate_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "other.pem"
    Authority().write(stranger)
    async with FaultServer(ssl_context=Authority().server_context()) as server:
        assert await run("imports", by_name(server), "direct", str(stranger), "1") == []
