"""A receiver on a real port is quick, and hears nobody but Clix."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from attrs import frozen

from tests.integrations.processes import TROUBLE, Program, free_port, serving
from tests.load.client import read_status, request, status_of
from tests.webhooks.support import SECRET, post

PATH = "/webhooks/clix"
PROOF = b"Authorization: " + SECRET.encode()
LARGEST = 262_144
RATE = 500
"""Posts a second."""
ROUNDS = 2
SECONDS = 5.0
CONNECTIONS = 32
BAD_POSTS = 10_000
EVENTS = 2_000
COPIES = 5
"""Posts of each event."""


@contextmanager
def receiving(folder: Path, *options: str) -> Generator[tuple[Program, int], None, None]:
    port = free_port()
    environment = {
        "CLIX_WEBHOOK_SECRET": SECRET,
        "HANDLED": str(folder / "handled"),
        "RECORD": str(folder / "record.db"),
    }
    command = ("-m", "uvicorn", "tests.load.hooks:app", "--no-access-log", *options, "--port", str(port))
    with serving(*command, port=port, folder=folder, environment=environment) as (program, _):
        yield program, port


def handled(folder: Path) -> list[str]:
    return (folder / "handled").read_text("ascii").split()


# How quick


async def round_of_posts(port: int, name: str) -> list[float]:
    """Post at the rate over connections that are kept; the seconds from the moment each was due to its answer."""
    count = int(RATE * SECONDS)
    began = time.perf_counter()
    due = iter([(number, began + number / RATE) for number in range(count)])
    waits: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, moment in due:
            await asyncio.sleep(moment - time.perf_counter())
            writer.write(request(PATH, [PROOF], post(message_id=f"{name}-{number}")))
            assert await read_status(reader) == 200
            waits.append(time.perf_counter() - moment)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return sorted(waits)


@pytest.mark.slow
def test_every_post_is_answered_and_handled_once(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """Tells how quickly, and does not judge it: that depends on what else the machine does."""
    with receiving(tmp_path) as (program, port):
        for number in range(ROUNDS):
            waits = asyncio.run(round_of_posts(port, str(number)))
            middle, slowest = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
            tell(f"{RATE} posts/s, each durable: median {middle * 1e3:.1f} ms, p99 {slowest * 1e3:.1f} ms")
        program.end()
    events = handled(tmp_path)
    assert len(events) == len(set(events)) == RATE * SECONDS * ROUNDS


# How often


async def post_copies(port: int) -> Counter[int | None]:
    """Post each event several times at the same moment, each time on another connection; the statuses."""
    events = iter(range(EVENTS))
    statuses: Counter[int | None] = Counter()

    async def work() -> None:
        for number in events:
            content = request(PATH, [PROOF], post(message_id=str(number)))
            statuses.update(await asyncio.gather(*(status_of(port, content) for _ in range(COPIES))))

    await asyncio.gather(*(work() for _ in range(CONNECTIONS // COPIES)))
    return statuses


@pytest.mark.slow
def test_of_copies_that_reach_two_workers_at_once_one_is_handled(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with receiving(tmp_path, "--workers", "2") as (program, port):
        statuses = asyncio.run(post_copies(port))
        program.end()
    events = handled(tmp_path)
    tell(
        f"{EVENTS:,} events, {COPIES} posts of each at once to 2 workers: {len(events):,} handled, {dict(statuses)}"
    )
    # A copy that comes to the other worker while the first is handled is to be sent again.
    assert (statuses.total(), statuses.keys() <= {200, 503}) == (EVENTS * COPIES, True)
    assert statuses[200] >= EVENTS
    assert sorted(events, key=int) == [str(number) for number in range(EVENTS)]


# Who is heard


@frozen
class BadPost:
    """What arrives, and what may be answered."""

    kind: str
    content: bytes
    statuses: tuple[int | None, ...]
    stays: bool = False
    """Whether its sender waits with the rest of the body, and never sends it."""


def bad_posts(count: int) -> Iterator[BadPost]:
    """Forged, oversized and malformed posts of every kind that we could think of, each kind as often."""
    dice = random.Random(6)
    kinds = [_forged, _of_two_headers, _beyond_ascii, _too_large, _too_large_in_chunks, _lying, _torn, _wrong]
    kinds += [_no_json, _deep, _not_posted, _without_end, _hidden_in_chunks, _forged_and_slow]
    for number in range(count):
        yield kinds[number % len(kinds)](dice)


def _forged(dice: random.Random) -> BadPost:
    guess = dice.choice(
        [b"", SECRET[:-1].encode(), SECRET.lower().encode(), SECRET.encode() + b"x", b"Basic YTpi"]
    )
    header = dice.choice([b"Authorization: ", b"X-Authorization: ", b"authorization: "])
    return BadPost("forged", request(PATH, [header + guess] if guess else [], post()), (401,))


def _of_two_headers(dice: random.Random) -> BadPost:
    headers = [PROOF, b"authorization: " + dice.choice([b"guess", SECRET.encode()])]
    return BadPost("two headers", request(PATH, headers, post()), (401,))


def _beyond_ascii(dice: random.Random) -> BadPost:
    value = SECRET.encode() + bytes(dice.randrange(0x80, 0x100) for _ in range(5))
    return BadPost("header beyond ASCII", request(PATH, [b"Authorization: " + value], post()), (401, 400))


def _too_large(dice: random.Random) -> BadPost:
    body = post(padding="x" * (LARGEST + dice.randrange(1, 9_000)))
    return BadPost("too large", request(PATH, [PROOF], body), (413, None))


def _too_large_in_chunks(dice: random.Random) -> BadPost:
    chunks = [b"2000\r\n" + b" " * 0x2000 + b"\r\n"] * 33
    headers = [PROOF, b"Transfer-Encoding: chunked"]
    content = request(PATH, headers) + b"".join(chunks) + _chunk(post()) + b"0\r\n\r\n"
    return BadPost("too large, in chunks", content, (413, None))


def _lying(dice: random.Random) -> BadPost:
    said = dice.choice([b"Content-Length: 999999999999", b"Content-Length: " + b"9" * 40])
    return BadPost("says to be too large", request(PATH, [PROOF, said], post()), (413, 400))


def _torn(dice: random.Random) -> BadPost:
    body = post()
    return BadPost("torn", request(PATH, [PROOF], body[: dice.randrange(len(body))]), (400,))


def _wrong(dice: random.Random) -> BadPost:
    name = dice.choice(["project_id", "event_type", "timestamp", "message_id"])
    value = dice.choice([..., None, "", 5, ["a"], {"a": 1}, True])
    return BadPost("a field is wrong", request(PATH, [PROOF], post(**{name: value})), (400,))


def _no_json(dice: random.Random) -> BadPost:
    body = dice.choice([b"", b"[]", b"null", b"\xff\xfe", b'{"a":NaN}', dice.randbytes(300)])
    return BadPost("no JSON object", request(PATH, [PROOF], body), (400,))


def _deep(dice: random.Random) -> BadPost:
    return BadPost("deep", request(PATH, [PROOF], b'{"a":' * 20_000 + b"1" + b"}" * 20_000), (400,))


def _not_posted(dice: random.Random) -> BadPost:
    method = dice.choice([b"GET", b"PUT", b"PATCH", b"DELETE"])
    return BadPost("another method", request(PATH, [PROOF], post(), method), (405,))


def _without_end(dice: random.Random) -> BadPost:
    body = post()
    said = b"Content-Length: %d" % (len(body) + dice.randrange(1, 100))
    return BadPost("without an end", request(PATH, [PROOF, said], body), (None,), stays=True)


def _hidden_in_chunks(dice: random.Random) -> BadPost:
    headers = [b"Authorization: guess", b"Transfer-Encoding: chunked"]
    body = _chunk(request(PATH, [PROOF], post())) + b"0\r\n\r\n"
    return BadPost("a good post inside a forged one", request(PATH, headers) + body, (401,))


def _forged_and_slow(dice: random.Random) -> BadPost:
    headers = [b"Authorization: guess", b"Content-Length: 1000"]
    return BadPost("forged, and its body never comes", request(PATH, headers, b"{"), (401,))


def _chunk(content: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(content), content)


async def answer_to(port: int, bad: BadPost) -> int | None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(bad.content)
        if bad.stays:
            writer.write_eof()
        return await read_status(reader)
    except ConnectionError:  # it closed while we were still writing
        return None
    finally:
        writer.transport.abort()


async def post_all(port: int, bad: Iterator[BadPost]) -> tuple[Counter[str], list[str]]:
    """Post them over many connections at once: how many of each kind, and what was answered otherwise than expected."""
    kinds: Counter[str] = Counter()
    surprises: list[str] = []

    async def work() -> None:
        for one in bad:
            status = await answer_to(port, one)
            kinds[one.kind] += 1
            if status not in one.statuses:
                surprises.append(f"{one.kind}: {status}")

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return kinds, surprises


@pytest.mark.slow
def test_of_10_000_bad_posts_none_reaches_the_handler(tmp_path: Path, tell: Callable[[str], None]) -> None:
    with receiving(tmp_path) as (program, port):
        began = time.monotonic()
        kinds, surprises = asyncio.run(post_all(port, bad_posts(BAD_POSTS)))
        took = time.monotonic() - began
        good = BadPost("good", request(PATH, [PROOF], post(message_id="good")), (200,))
        assert asyncio.run(answer_to(port, good)) == 200
        program.end()
    tell(
        f"{kinds.total():,} bad posts of {len(kinds)} kinds in {took:.0f} s: {len(handled(tmp_path)) - 1} handled"
    )
    assert kinds.total() == BAD_POSTS
    assert surprises == []
    assert handled(tmp_path) == ["good"]
    assert [trouble for trouble in TROUBLE if trouble in program.log] == []
