"""Only Clix is heard, only once, and what it is answered says what became of the event."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix import ConfigurationError
from clix.webhooks import Claim, SQLiteWebhookStore, WebhookEvent, WebhookReceiver
from tests.webhooks.support import HEADERS, SECRET, deliver, parts, post


class Noted:
    """A handler that notes what it was given, and raises what it is told to."""

    def __init__(self) -> None:
        self.events: list[WebhookEvent] = []
        self.failure: Exception | None = None

    async def __call__(self, event: WebhookEvent) -> None:
        self.events.append(event)
        if self.failure is not None:
            raise self.failure


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
async def receiver(tmp_path: Path, noted: Noted) -> AsyncIterator[WebhookReceiver]:
    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted) as receiver:
        yield receiver


# Who it is


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"")],
        [(b"authorization", b"Bearer wrong")],
        [(b"authorization", SECRET.lower().encode())],
        [(b"authorization", SECRET.encode() + b"\xff")],
        [(b"authorization", SECRET[:-1].encode())],
        [(b"x-authorization", SECRET.encode())],
        [(b"authorization", SECRET.encode()), (b"Authorization", b"Bearer wrong")],
    ],
)
async def test_who_does_not_prove_to_be_clix_is_not_heard(
    headers: list[tuple[bytes, bytes]], receiver: WebhookReceiver, noted: Noted
) -> None:
    assert (await deliver(receiver, post(), headers=headers)).status == 401
    assert noted.events == []


async def test_nothing_of_a_forged_body_is_read(receiver: WebhookReceiver) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("it was read")
        yield b""

    assert (await receiver.receive([(b"authorization", b"guess")], unread())).status == 401


async def test_while_secrets_are_rotated_both_count(tmp_path: Path, noted: Noted) -> None:
    async with WebhookReceiver(
        secrets=["old", "new"], header="X-Clix-Proof", dedupe=tmp_path / "seen.db", handler=noted
    ) as receiver:
        answers = [
            await deliver(receiver, post(message_id=secret), headers=[(b"x-clix-proof", secret.encode())])
            for secret in ("old", "new", "older")
        ]
    assert [answer.status for answer in answers] == [200, 200, 401]


@pytest.mark.parametrize("secrets", [[], [""], ["a\n"], [" a"], ["ä"], "text", [None]])
def test_secrets_that_no_header_can_have_are_refused(secrets: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        WebhookReceiver(secrets=secrets)
    assert "ä" not in str(caught.value)


def test_no_secret_is_shown(receiver: WebhookReceiver) -> None:
    assert SECRET not in repr(receiver)


# How much, and what


async def test_a_post_may_be_as_large_as_the_limit_and_no_larger(tmp_path: Path, noted: Noted) -> None:
    body = post()
    async with WebhookReceiver(
        secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted, max_body=len(body)
    ) as receiver:
        assert (await deliver(receiver, body)).status == 200
        assert (await deliver(receiver, body + b" ")).status == 413


async def test_a_body_that_says_to_be_too_large_is_not_read(receiver: WebhookReceiver) -> None:
    for size in (b"262145", b"9" * 5_000):
        answer = await receiver.receive([*HEADERS, (b"content-length", size)], parts(post()))
        assert answer.status == 413


async def test_reading_ends_at_the_limit(receiver: WebhookReceiver) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 10_000
            yield b" " * 10_000

    assert (await receiver.receive(HEADERS, endless())).status == 413
    assert read == 270_000


async def test_what_is_no_event_is_refused_with_the_reason(receiver: WebhookReceiver, noted: Noted) -> None:
    answer = await deliver(receiver, post(message_id=...))
    assert (answer.status, answer.reason) == (400, "message_id is missing.")
    assert noted.events == []


async def test_of_10_000_bad_posts_none_reaches_the_handler(receiver: WebhookReceiver, noted: Noted) -> None:
    random_ = random.Random(7)
    large = b" " * 300_000
    for number in range(10_000):
        kind = number % 3
        if kind == 0:
            forged = [(b"authorization", random_.randbytes(random_.randrange(60)))]
            answer = await deliver(receiver, post(), headers=forged)
        elif kind == 1:
            answer = await deliver(receiver, post(), large)
        else:
            body = bytearray(post())
            del body[random_.randrange(len(body)) :]
            answer = await deliver(receiver, bytes(body))
        assert answer.status == (401, 413, 400)[kind]
    assert noted.events == []


# Is it new


async def test_an_event_is_handled_and_its_duplicate_is_not(receiver: WebhookReceiver, noted: Noted) -> None:
    answers = [await deliver(receiver, post()) for _ in range(3)]
    assert [(answer.status, answer.reason) for answer in answers] == [
        (200, "Handled."),
        (200, "Known already."),
        (200, "Known already."),
    ]
    assert [event.message_id for event in noted.events] == ["message-1"]


async def test_another_event_of_the_same_message_is_handled(receiver: WebhookReceiver, noted: Noted) -> None:
    await deliver(receiver, post())
    await deliver(receiver, post(event_type="PUSH_FAILED"))
    assert [event.event_type for event in noted.events] == ["PUSH_SENT", "PUSH_FAILED"]


async def test_of_duplicates_that_come_together_one_is_handled(
    receiver: WebhookReceiver, noted: Noted
) -> None:
    answers = await asyncio.gather(*(deliver(receiver, post()) for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len(noted.events) == 1


async def test_an_event_is_recorded_durably_before_it_is_handled(tmp_path: Path) -> None:
    path = tmp_path / "seen.db"
    recorded: list[object] = []

    def look(_: WebhookEvent) -> None:
        with closing(sqlite3.connect(path)) as db:
            recorded.extend(db.execute("SELECT message_id, event_type FROM events"))

    async with WebhookReceiver(secrets=[SECRET], dedupe=path, handler=look) as receiver:
        await deliver(receiver, post())
    assert recorded == [("message-1", "PUSH_SENT")]


async def test_after_a_restart_what_was_handled_is_known(tmp_path: Path, noted: Noted) -> None:
    for _ in range(2):
        async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted) as receiver:
            assert (await deliver(receiver, post())).status == 200
    assert len(noted.events) == 1


# Handling it


async def test_an_event_whose_handler_raises_is_handled_when_it_comes_again(
    receiver: WebhookReceiver, noted: Noted, caplog: pytest.LogCaptureFixture
) -> None:
    noted.failure = OSError("no orders today")
    assert (await deliver(receiver, post())).status == 500
    assert "no orders today" in caplog.text
    noted.failure = None
    assert (await deliver(receiver, post())).status == 200
    assert len(noted.events) == 2


async def test_a_duplicate_is_not_told_to_be_known_while_the_handler_may_yet_fail(tmp_path: Path) -> None:
    begun, may_fail = asyncio.Event(), asyncio.Event()
    calls = 0

    async def fail_once(_: WebhookEvent) -> None:
        nonlocal calls
        calls += 1
        begun.set()
        await may_fail.wait()
        if calls == 1:
            raise OSError("no orders today")

    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=fail_once) as receiver:
        first = asyncio.create_task(deliver(receiver, post()))
        await begun.wait()
        second = asyncio.create_task(deliver(receiver, post()))
        may_fail.set()
        assert [(await first).status, (await second).reason] == [500, "Handled."]
    assert calls == 2


async def test_a_duplicate_waits_for_a_slow_handler_no_longer_than_clix_waits_for_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clix.webhooks._receiver.LONGEST_TURN", 0.01)
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_: WebhookEvent) -> None:
        begun.set()
        await may_end.wait()

    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=slow) as receiver:
        first = asyncio.create_task(deliver(receiver, post()))
        await begun.wait()
        assert (await deliver(receiver, post())).status == 503
        may_end.set()
        assert (await first).status == 200
        assert (await deliver(receiver, post())).reason == "Known already."


@pytest.mark.parametrize("failure", [None, OSError("no orders today")])
async def test_what_another_process_handles_is_not_told_to_be_known_before_it_is(
    tmp_path: Path, noted: Noted, failure: Exception | None
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(_: WebhookEvent) -> None:
        begun.set()
        await may_end.wait()
        if failure is not None:
            raise failure

    async with (
        WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=slow) as first,
        WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted) as other,
    ):
        handling = asyncio.create_task(deliver(first, post()))
        await begun.wait()
        assert (await deliver(other, post())).status == 503
        may_end.set()
        assert (await handling).status == (200 if failure is None else 500)
        assert (await deliver(other, post())).status == 200
    assert len(noted.events) == (0 if failure is None else 1)


async def test_an_event_does_not_wait_for_another(tmp_path: Path) -> None:
    may_end = asyncio.Event()

    async def wait_for_the_second(event: WebhookEvent) -> None:
        if event.message_id == "1":
            await may_end.wait()
        may_end.set()

    async with WebhookReceiver(
        secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=wait_for_the_second
    ) as receiver:
        answers = await asyncio.gather(*(deliver(receiver, post(message_id=number)) for number in "12"))
    assert [answer.status for answer in answers] == [200, 200]


async def test_a_plain_function_does_not_hold_up_the_others(tmp_path: Path) -> None:
    import threading

    threads: list[str] = []
    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db") as receiver:

        @receiver.on_event
        def note(_: WebhookEvent) -> None:
            threads.append(threading.current_thread().name)

        await deliver(receiver, post())
    assert threads != [threading.current_thread().name]


async def test_an_event_whose_handling_was_cut_off_is_not_handled_again_but_told(tmp_path: Path) -> None:
    begun = asyncio.Event()
    calls = 0

    async def endless(_: WebhookEvent) -> None:
        nonlocal calls
        calls += 1
        begun.set()
        await asyncio.Event().wait()

    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=endless) as receiver:
        handling = asyncio.create_task(deliver(receiver, post()))
        await begun.wait()
        handling.cancel()
        await asyncio.gather(handling, return_exceptions=True)

        assert (await deliver(receiver, post())).status == 503
        assert calls == 1
        cut_off = [event async for event in receiver.unfinished(older_than=0)]
        assert [event.message_id for event in cut_off] == ["message-1"]
        await receiver.finish(cut_off[0])
        assert [event async for event in receiver.unfinished(older_than=0)] == []
        assert (await deliver(receiver, post())).reason == "Known already."


async def test_what_is_being_handled_at_this_moment_is_not_told_as_unfinished(
    receiver: WebhookReceiver,
) -> None:
    async def look(_: WebhookEvent) -> None:
        seen.extend([event async for event in receiver.unfinished()])

    seen: list[WebhookEvent] = []
    receiver._handler = look
    await deliver(receiver, post())
    assert seen == []


async def test_a_receiver_without_a_handler_says_what_is_missing() -> None:
    with pytest.raises(ConfigurationError, match=r"receiver\.on_event"):
        await deliver(WebhookReceiver(secrets=[SECRET]), post())


def test_a_second_handler_is_refused(receiver: WebhookReceiver) -> None:
    with pytest.raises(ConfigurationError, match="has a handler already"):
        receiver.on_event(print)


# Keeping it


async def test_when_storage_fails_clix_is_told_to_come_again(
    tmp_path: Path, noted: Noted, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "not there yet"
    async with WebhookReceiver(secrets=[SECRET], dedupe=folder / "seen.db", handler=noted) as receiver:
        assert (await deliver(receiver, post())).status == 503
        assert noted.events == []
        assert "cannot be used as a webhook-record" in caplog.text
        folder.mkdir()
        assert (await deliver(receiver, post())).status == 200
    assert len(noted.events) == 1


class _Failing:
    """A storage of the user's own that fails in one of its steps."""

    def __init__(self, step: str) -> None:
        self._step = step
        self.claimed: set[tuple[str, str]] = set()

    async def _do(self, step: str) -> None:
        if step == self._step:
            raise OSError("the database is gone")

    async def claim(self, message_id: str, event_type: str, body: bytes) -> Claim:
        await self._do("claim")
        is_new = (message_id, event_type) not in self.claimed
        self.claimed.add((message_id, event_type))
        return Claim.NEW if is_new else Claim.IN_PROGRESS

    async def finish(self, message_id: str, event_type: str) -> None:
        await self._do("finish")

    async def release(self, message_id: str, event_type: str) -> None:
        await self._do("release")

    async def unfinished(self, older_than: float) -> list[bytes]:
        return []

    async def aclose(self) -> None:
        return


@pytest.mark.parametrize(
    ("step", "failure", "handled"),
    [("claim", None, 0), ("finish", None, 1), ("release", OSError("no orders today"), 1)],
)
async def test_whatever_step_of_a_storage_fails_clix_is_told_and_nothing_is_handled_twice(
    step: str, failure: Exception | None, handled: int, noted: Noted
) -> None:
    noted.failure = failure
    async with WebhookReceiver(secrets=[SECRET], dedupe=_Failing(step), handler=noted) as receiver:
        assert (await deliver(receiver, post())).status == 503
        await deliver(receiver, post())
    assert len(noted.events) == handled


@pytest.mark.parametrize("answer", [True, False, None, "claimed"])
async def test_a_store_that_answers_anything_else_is_not_believed(answer: Any, noted: Noted) -> None:
    class Old(_Failing):
        async def claim(self, message_id: str, event_type: str, body: bytes) -> Any:
            return answer

    async with WebhookReceiver(secrets=[SECRET], dedupe=Old(""), handler=noted) as receiver:
        assert (await deliver(receiver, post())).status == 503
    assert noted.events == []


@pytest.mark.parametrize("opened", [False, True], ids=["cold", "open"])
async def test_a_locked_store_is_told_to_clix_before_it_gives_up(
    tmp_path: Path, noted: Noted, *, opened: bool
) -> None:
    path = tmp_path / "seen.db"
    async with WebhookReceiver(secrets=[SECRET], dedupe=path, handler=noted) as receiver:
        await deliver(receiver, post(message_id="before"))
        if not opened:
            await receiver.aclose()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waits = await asyncio.gather(*(told_after(receiver, 0.4 * number) for number in range(3)))
        assert (await deliver(receiver, post())).status == 200
    assert [status for status, _ in waits] == [503] * 3
    assert max(seconds for _, seconds in waits) < 3
    assert len(noted.events) == 2


async def told_after(receiver: WebhookReceiver, seconds: float) -> tuple[int, float]:
    """What a post is answered that comes so many seconds later, and after how many seconds."""
    await asyncio.sleep(seconds)
    began = time.monotonic()
    answer = await deliver(receiver, post())
    return answer.status, time.monotonic() - began


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
async def test_a_record_is_for_its_owner_only(tmp_path: Path, noted: Noted) -> None:
    async with WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted) as receiver:
        await deliver(receiver, post())
        modes = modes_in(tmp_path)
    assert modes == dict.fromkeys(("seen.db", "seen.db-lock", "seen.db-shm", "seen.db-wal"), 0o600)


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
async def test_the_mode_of_a_record_that_is_there_is_kept(tmp_path: Path, noted: Noted) -> None:
    path = tmp_path / "seen.db"
    async with WebhookReceiver(secrets=[SECRET], dedupe=path, handler=noted) as receiver:
        assert (await deliver(receiver, post(message_id="before"))).status == 200
    path.chmod(0o640)
    async with WebhookReceiver(secrets=[SECRET], dedupe=path, handler=noted) as receiver:
        assert (await deliver(receiver, post())).status == 200
    assert path.stat().st_mode & 0o777 == 0o640


async def test_a_body_that_cannot_be_read_does_not_hide_the_others(
    tmp_path: Path, noted: Noted, caplog: pytest.LogCaptureFixture
) -> None:
    store = SQLiteWebhookStore(tmp_path / "seen.db")
    async with WebhookReceiver(secrets=[SECRET], dedupe=store, handler=noted) as receiver:
        for number, body in enumerate((post(message_id="a"), b"canary", b"{}", post(message_id="b"))):
            await store.claim(str(number), "PUSH_SENT", body)
        told = [event.message_id async for event in receiver.unfinished(older_than=0)]
    assert told == ["a", "b"]
    assert caplog.text.count("cannot be read") == 2
    assert "canary" not in caplog.text


async def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, noted: Noted) -> None:
    path = tmp_path / "orders.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE orders (id)")
    before = path.read_bytes()
    async with WebhookReceiver(secrets=[SECRET], dedupe=path, handler=noted) as receiver:
        assert (await deliver(receiver, post())).status == 503
    assert path.read_bytes() == before


async def test_two_processes_may_share_a_file(tmp_path: Path, noted: Noted) -> None:
    receivers = [
        WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=noted) for _ in range(2)
    ]
    answers = await asyncio.gather(
        *(deliver(receivers[n % 2], post(message_id=str(n // 4))) for n in range(400))
    )
    for receiver in receivers:
        await receiver.aclose()
    assert {answer.status for answer in answers} <= {200, 503}
    assert sorted(int(event.message_id) for event in noted.events) == list(range(100))


STEPS = st.lists(
    st.tuples(st.sampled_from(["claim", "finish", "release"]), st.sampled_from("ab"), st.booleans()),
    max_size=12,
)


@settings(max_examples=15)
@given(steps=STEPS)
def test_two_stores_on_a_file_answer_as_one(steps: list[tuple[str, str, bool]]) -> None:
    async def play(path: Path) -> None:
        stores = [SQLiteWebhookStore(path, survive_power_loss=False) for _ in range(2)]
        known: dict[str, Claim] = {}
        for step, event, which in steps:
            store = stores[which]
            if step == "claim":
                assert await store.claim(event, "PUSH_SENT", b"{}") == known.get(event, Claim.NEW)
                known.setdefault(event, Claim.IN_PROGRESS)
            elif step == "finish":
                await store.finish(event, "PUSH_SENT")
                known.update({event: Claim.HANDLED} if event in known else {})
            else:
                await store.release(event, "PUSH_SENT")
                if known.get(event) is Claim.IN_PROGRESS:
                    del known[event]
        for store in stores:
            await store.aclose()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder) / "seen.db"))


async def test_what_comes_while_the_storage_is_closed_opens_it_again(tmp_path: Path) -> None:
    dedupe = SQLiteWebhookStore(tmp_path / "seen.db", survive_power_loss=False)
    for turn in range(50):
        claim = asyncio.create_task(dedupe.claim(str(turn), "PUSH_SENT", b"{}"))
        await asyncio.gather(dedupe.aclose(), dedupe.claim(f"{turn} too", "PUSH_SENT", b"{}"), claim)
    assert len(await dedupe.unfinished(0)) == 100
    await dedupe.aclose()


async def test_handled_events_are_forgotten_in_time_and_unfinished_ones_never(tmp_path: Path) -> None:
    now = 1_000_000.0
    dedupe = SQLiteWebhookStore(tmp_path / "seen.db", keep=100.0, survive_power_loss=False, clock=lambda: now)
    await dedupe.claim("cut off", "PUSH_SENT", b"{}")
    await dedupe.claim("old", "PUSH_SENT", b"{}")
    await dedupe.finish("old", "PUSH_SENT")
    now += 101
    await asyncio.gather(*(dedupe.claim(f"new {n}", "PUSH_SENT", b"{}") for n in range(256)))
    assert await dedupe.claim("old", "PUSH_SENT", b"{}") is Claim.NEW
    assert await dedupe.claim("cut off", "PUSH_SENT", b"{}") is Claim.IN_PROGRESS
    await dedupe.aclose()


async def test_the_log_shows_nothing_of_what_was_posted(
    receiver: WebhookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "clix")
    await deliver(receiver, post(), headers=[(b"authorization", b"canary")])
    await deliver(receiver, post(timestamp="canary"))
    assert len(caplog.records) == 2
    assert "canary" not in caplog.text
