"""The synchronous face: nothing of the async one is missing, and threads, loops and forks are met in words."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clix import BulkError, Clix, ClixError, ClixSync, Fate, Outcome, SessionStateError
from clix.testing import ClixEmulator
from tests.recorder import BASE_URL, KEY, PROJECT, Recorder
from tests.resources.support import public_methods

DELIVERED = {"delivery_results": [{"message_id": "m-1", "status": "DELIVERY_RESULT_STATUS_SUCCEED"}]}
STOPS = {"messages.send_many", "messages.stream"}
"""Calls whose `stop` is an event of asyncio there and of threading here."""


def sync_session(transport: httpx.AsyncBaseTransport, **options: object) -> ClixSync:
    given = {"project_id": PROJECT, "api_key": KEY, "base_url": BASE_URL, "transport": transport, **options}
    return ClixSync(**given)  # type: ignore[arg-type]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder(DELIVERED)


@pytest.fixture
def clix(recorder: Recorder) -> Iterator[ClixSync]:
    with sync_session(recorder) as session:
        yield session


def names_of_all_calls() -> list[str]:
    return [*dict(public_methods()), "messages.stream", "with_options"]


def member(session: object, name: str) -> object:
    for part in name.split("."):
        session = getattr(session, part)
    return session


def parameters(call: object) -> dict[str, tuple[str, object, object]]:
    signature = inspect.signature(call)  # type: ignore[arg-type]
    return {p.name: (str(p.kind), p.default, p.annotation) for p in signature.parameters.values()}


# The same face


@pytest.mark.parametrize("name", names_of_all_calls())
def test_every_call_has_a_twin_with_the_same_parameters(name: str, clix: ClixSync) -> None:
    ours = parameters(member(clix, name))
    theirs = parameters(member(Clix(project_id="p", api_key=KEY), name))
    if name in STOPS:
        assert ours.pop("stop")[2] == "threading.Event | None"
        assert theirs.pop("stop")[2] == "asyncio.Event | None"
    assert ours == theirs


@pytest.mark.parametrize("name", names_of_all_calls())
def test_no_twin_has_to_be_awaited(name: str, clix: ClixSync) -> None:
    assert not inspect.iscoroutinefunction(member(clix, name))


@pytest.mark.parametrize("name", names_of_all_calls())
def test_every_twin_is_documented(name: str, clix: ClixSync) -> None:
    assert inspect.getdoc(member(clix, name))


def test_a_session_takes_what_the_async_one_takes() -> None:
    assert parameters(ClixSync) == parameters(Clix)


def test_every_question_of_the_async_session_can_be_asked() -> None:
    questions = {name for name, value in inspect.getmembers(Clix) if isinstance(value, property)}
    assert questions <= {name for name, value in inspect.getmembers(ClixSync) if isinstance(value, property)}


def test_a_result_is_that_of_the_async_call(clix: ClixSync) -> None:
    assert clix.messages.send("user-1", title="Hello").deliveries[0].message_id == "m-1"


def test_an_error_is_that_of_the_async_call() -> None:
    with sync_session(Recorder(status=400, content=b"Invalid push notification parameters")) as clix:
        with pytest.raises(ClixError, match="Invalid push notification parameters") as caught:
            clix.messages.send("user-1", title="Hello")
    assert caught.value.fate is Fate.REJECTED
    assert caught.value.operation == "messages.send"


def test_a_copy_uses_its_options_and_cannot_close_the_session(clix: ClixSync, recorder: Recorder) -> None:
    copy = clix.with_options(headers={"X-Trace": "7"})
    copy.messages.send("user-1", title="Hello")
    assert recorder.request.headers["X-Trace"] == "7"
    with pytest.raises(SessionStateError, match="close the original"):
        copy.close()
    with pytest.raises(SessionStateError, match="enter the original"), copy:
        pass
    assert not clix.is_closed


# Bulk


def test_any_number_is_sent_and_accounted_for(clix_emulator: ClixEmulator) -> None:
    with clix_emulator.sync_session() as clix:
        report = clix.messages.send_many(
            ({"to": f"user-{n}", "title": "Hi"} for n in range(120)), batch_size=50
        )
    assert report.fates[Fate.ACCEPTED] == 120
    clix_emulator.outbox.assert_count(120)


def test_a_stream_is_an_ordinary_iterator(clix_emulator: ClixEmulator) -> None:
    with clix_emulator.sync_session() as clix:
        rows = [{"to": f"user-{n}", "title": "Hi"} for n in range(120)]
        sizes = [len(list(batch)) for batch in clix.messages.stream(rows, batch_size=50, concurrency=1)]
    assert sizes == [50, 50, 20]


def test_leaving_a_stream_early_ends_the_run(clix_emulator: ClixEmulator) -> None:
    with clix_emulator.sync_session() as clix:
        rows = ({"to": f"user-{n}", "title": "Hi"} for n in range(100_000))
        with clix.messages.stream(rows, batch_size=10, concurrency=1) as run:
            for _ in run:
                break
        sent = len(clix_emulator.outbox)
        clix.messages.send("last", title="Hi")
    assert 10 <= run.report.total < 1_000
    assert len(clix_emulator.outbox) == sent + 1


def test_the_error_of_a_source_ends_a_stream(clix_emulator: ClixEmulator) -> None:
    def source() -> Iterator[dict[str, str]]:
        yield {"to": "user-1", "title": "Hi"}
        raise OSError("the disk is gone")

    with clix_emulator.sync_session() as clix:
        with pytest.raises(BulkError, match="the disk is gone"):
            list(clix.messages.stream(source()))


def test_another_thread_can_stop_a_run(clix_emulator: ClixEmulator) -> None:
    stop = threading.Event()

    def endless() -> Iterator[dict[str, str]]:
        while True:
            yield {"to": "user-1", "title": "Hi"}

    threading.Timer(0.05, stop.set).start()
    with clix_emulator.sync_session() as clix:
        report = clix.messages.send_many(endless(), batch_size=10, concurrency=1, stop=stop)
    assert not report.is_complete
    assert report.fates[Fate.IN_DOUBT] == 0


# Threads, loops, forks


def test_32_threads_share_a_session(clix_emulator: ClixEmulator) -> None:
    with clix_emulator.sync_session() as clix, ThreadPoolExecutor(32) as pool:
        sent = list(pool.map(lambda n: clix.messages.send(f"user-{n}", title="Hi"), range(320)))
    assert all(result.deliveries[0].succeeded for result in sent)
    assert len({result.deliveries[0].message_id for result in sent}) == 320
    clix_emulator.outbox.assert_count(320)


def test_threads_that_make_the_first_call_together_share_one_loop(recorder: Recorder) -> None:
    before = threading.active_count()
    together = threading.Barrier(8)
    clix = sync_session(recorder)

    def call(_: int) -> None:
        together.wait()
        clix.messages.send("user-1", title="Hi")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert threading.active_count() == before + 1
    clix.close()


async def test_a_call_where_a_loop_runs_is_refused_and_names_the_remedy(clix_emulator: ClixEmulator) -> None:
    clix = ClixSync(project_id="p", api_key=KEY)
    with pytest.raises(SessionStateError, match="use Clix and await"):
        clix.health()
    await asyncio.to_thread(clix.close)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_call_after_a_fork_is_refused(clix: ClixSync) -> None:
    clix.health()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            clix.health()
        except SessionStateError as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert b"created before a fork" in os.read(reading, 1_000)
    os.close(reading)
    os.close(writing)


def test_the_context_of_the_caller_reaches_the_call(recorder: Recorder) -> None:
    trace = contextvars.ContextVar("trace", default="none")
    seen: list[str] = []
    with sync_session(recorder, on_outcome=lambda _: seen.append(trace.get())) as clix:
        trace.set("7f")
        clix.health()
    assert seen == ["7f"]


# The end


def test_closing_leaves_no_thread_and_no_connection(recorder: Recorder) -> None:
    before = threading.active_count()
    with sync_session(recorder) as clix:
        clix.health()
    assert threading.active_count() == before
    assert recorder.is_closed
    assert clix.is_closed


def test_a_call_after_closing_is_refused(recorder: Recorder) -> None:
    clix = sync_session(recorder)
    clix.close()
    clix.close()
    with pytest.raises(SessionStateError, match="closed"):
        clix.health()


def test_two_threads_may_close_at_once(recorder: Recorder) -> None:
    clix = sync_session(recorder)
    clix.health()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: clix.close(), range(8), timeout=60))
    assert recorder.is_closed


class Hanging(httpx.AsyncBaseTransport):
    """Never answers."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.reached.set()
        await asyncio.Event().wait()
        raise AssertionError


def test_a_call_that_outlives_the_drain_time_tells_its_thread_that_it_is_in_doubt() -> None:
    transport, outcomes = Hanging(), list[Outcome]()
    clix = sync_session(transport, drain_timeout=0.01, on_outcome=outcomes.append)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(clix.messages.send, "user-1", title="Hi")
        transport.reached.wait(60)
        clix.close()
        error = sending.exception(60)
    assert isinstance(error, ClixError)
    assert error.fate is Fate.IN_DOUBT
    assert [outcome.fate for outcome in outcomes] == [Fate.IN_DOUBT]
