"""The end of a session for synchronous code: from handlers, by Ctrl-C, in forks, and of one that is dropped."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import time
import types
from collections.abc import Iterator

import pytest

from clix import BulkReport, ClixSync, Fate, Outcome, SessionStateError
from clix.testing import ClixEmulator
from tests.platforms.programs import run_program
from tests.recorder import KEY, PROJECT, Recorder
from tests.sync.test_sync import DELIVERED, Hanging, sync_session

no_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to a thread")

INTERRUPTED_AT_RANDOM = """
    import random, signal
    from clix import Clix, ClixSync, SessionStateError
    from tests.recorder import BASE_URL, KEY, PROJECT, Recorder

    random.seed(7)
    session = None

    def close(*_):
        session.close()

    signal.signal(signal.SIGALRM, close)
    for number in range(60):
        transport = Recorder({"delivery_results": []})
        session = ClixSync(project_id=PROJECT, api_key=KEY, base_url=BASE_URL, transport=transport)
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00005, 0.006))
        try:
            for _ in range(3):
                session.messages.send("user_123", title="Hi")
            session.close()
            session.close()
        except SessionStateError:
            pass
        signal.setitimer(signal.ITIMER_REAL, 0)
        session.close()
        assert transport.is_closed
    print("closed")
"""
CLOSED_FROM_THE_HANDLER_WHILE_CLOSING = """
    import asyncio, os, signal, threading
    import httpx
    from clix import ClixSync, InDoubtError
    from tests.recorder import BASE_URL, KEY, PROJECT
    from tests.sync.test_sync import Hanging

    transport = Hanging()
    clix = ClixSync(project_id=PROJECT, api_key=KEY, base_url=BASE_URL, transport=transport, drain_timeout=0.5)
    signal.signal(signal.SIGTERM, lambda *_: (clix.close(), print("handled", flush=True)))

    def send():
        try:
            clix.messages.send("user_123", title="Hi")
        except InDoubtError:
            print("in doubt", flush=True)

    sending = threading.Thread(target=send)
    sending.start()
    transport.reached.wait()
    threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    clix.close()
    sending.join()
"""
FORKED = """
    import atexit, os, sys
    from clix import ClixSync
    from tests.recorder import BASE_URL, KEY, PROJECT, Recorder

    transport = Recorder({"delivery_results": []})
    clix = ClixSync(project_id=PROJECT, api_key=KEY, base_url=BASE_URL, transport=transport)
    atexit.register(clix.close)
    clix.messages.send("user_123", title="Hi")
    child = os.fork()
    if child == 0:
        sys.exit()
    _, status = os.waitpid(child, 0)
    clix.messages.send("user_123", title="Hi")
    print(status)
"""


@no_windows
def test_a_handler_may_close_at_any_moment() -> None:
    ran = run_program(INTERRUPTED_AT_RANDOM)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("closed\n", "", 0)


@no_windows
def test_a_handler_may_close_while_its_thread_closes() -> None:
    ran = run_program(CLOSED_FROM_THE_HANDLER_WHILE_CLOSING, environment={"CLIX_LOG": ""}, timeout=20)
    assert sorted(ran.stdout.split("\n")) == ["", "handled", "in doubt"]
    assert ran.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_child_closes_nothing_and_says_nothing() -> None:
    ran = run_program(FORKED, environment={"PYTHONWARNINGS": "ignore::DeprecationWarning"})
    assert (ran.stdout, ran.stderr, ran.returncode) == ("0\n", "", 0)


# Ctrl-C


def interrupt_when(reached: threading.Event) -> threading.Thread:
    """Press Ctrl-C once."""

    def press() -> None:
        reached.wait(10)
        time.sleep(0.02)  # until the main thread waits; earlier the interrupt is met as well
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@no_windows
def test_an_interrupted_call_tells_its_fate() -> None:
    transport, outcomes = Hanging(), list[Outcome]()
    with sync_session(transport, on_outcome=outcomes.append) as clix:
        pressing = interrupt_when(transport.reached)
        with pytest.raises(KeyboardInterrupt) as caught:
            clix.messages.send("user-1", title="Hi")
        assert [outcome.fate for outcome in outcomes] == [Fate.IN_DOUBT]
    pressing.join()
    assert caught.value.clix_fate is Fate.IN_DOUBT  # type: ignore[attr-defined]
    assert caught.value.__notes__ == ["clix: messages.send was cancelled; its fate is in_doubt"]


@no_windows
def test_an_interrupted_run_keeps_its_report(clix_emulator: ClixEmulator) -> None:
    reached = threading.Event()

    def endless() -> Iterator[dict[str, str]]:
        for number in range(1_000_000):
            if number == 50:
                reached.set()
            yield {"to": f"user-{number}", "title": "Hi"}

    with clix_emulator.sync_session() as clix:
        pressing = interrupt_when(reached)
        with pytest.raises(KeyboardInterrupt) as caught:
            clix.messages.send_many(endless(), batch_size=10, concurrency=1)
    pressing.join()
    report = caught.value.clix_report  # type: ignore[attr-defined]
    assert isinstance(report, BulkReport)
    assert report.accepted >= len(clix_emulator.outbox) - 10 > 0
    assert not report.is_complete


# Dropped, copied, patched


def test_a_dropped_session_ends_its_thread_and_closes_its_connections() -> None:
    before, transport = set(threading.enumerate()), Recorder(DELIVERED)
    clix = sync_session(transport)
    clix.health()
    (thread,) = set(threading.enumerate()) - before
    del clix
    gc.collect()
    thread.join(5)
    assert not thread.is_alive()
    assert transport.is_closed


def test_an_unused_session_is_closed_without_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda _: pytest.fail("a thread was started"))
    transport = Recorder(DELIVERED)
    clix = sync_session(transport)
    clix.close()
    assert clix.is_closed
    assert transport.is_closed
    assert repr(clix).endswith(" closed>")


def test_a_call_for_which_no_thread_can_be_started_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", start)
    clix = sync_session(Recorder(DELIVERED))
    with pytest.raises(SessionStateError, match="Make the first call earlier"):
        clix.health()
    clix.close()


def test_pickling_says_why_not_and_what_instead() -> None:
    with pytest.raises(TypeError, match="Create one in each process"):
        pickle.dumps(ClixSync(project_id=PROJECT, api_key=KEY))


def test_a_callback_cannot_close_the_session_that_waits_for_it() -> None:
    refused: list[SessionStateError] = []

    def close(_: Outcome) -> None:
        try:
            clix.close()
        except SessionStateError as error:
            refused.append(error)

    with sync_session(Recorder(DELIVERED), on_outcome=close) as clix:
        clix.health()
    assert "callback" in str(refused[0])


@pytest.mark.parametrize(
    ("patcher", "question"),
    [("gevent.monkey", "is_module_patched"), ("eventlet.patcher", "is_monkey_patched")],
)
def test_greenlets_in_place_of_threads_are_named(
    patcher: str, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = types.ModuleType(patcher)
    setattr(module, question, lambda name: name in ("threading", "thread"))
    monkeypatch.setitem(sys.modules, patcher, module)
    clix = sync_session(Recorder(DELIVERED))
    with pytest.raises(SessionStateError, match=f"{patcher.split('.', maxsplit=1)[0]} has replaced threads"):
        clix.health()
