"""Sessions with a host name, which asyncio looks up in a thread, and interpreters that end meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clix.testing import ClixEmulator
from tests.platforms.programs import run_program

CLOSED_AT_EXIT = """
    import atexit
    from clix import ClixSync

    clix = ClixSync()
    atexit.register(clix.close)
"""
CALL = """
    clix.messages.send("user_123", title="Hi")
    print("sent")
"""
RUN_IN_A_POOL = """
    import sys, threading, time
    from concurrent.futures import ThreadPoolExecutor
    from clix import BulkError, ClixSync, PushNotification

    clix = ClixSync()
    clix.health()
    main_is_at_its_end = threading.Event()

    def send_to_all():
        main_is_at_its_end.wait()
        time.sleep(0.5)
        rows = [PushNotification(f"u{number}", title="Hi") for number in range(20)]
        try:
            report = clix.messages.send_many(rows, batch_size=5, ledger=sys.argv[1], max_outage=1)
            print("complete" if report.is_complete else "incomplete", flush=True)
        except BulkError as error:
            print(error, flush=True)

    pool = ThreadPoolExecutor(1)
    pool.submit(send_to_all)
    main_is_at_its_end.set()
"""


@pytest.fixture
def environment(clix_emulator: ClixEmulator) -> Iterator[dict[str, str]]:
    """Variables for a program whose sessions find the emulator by a host name."""
    with clix_emulator.serve() as server:
        named = server.url.replace("127.0.0.1", "localhost")
        yield {**server.environment(), "CLIX_BASE_URL": named}


def test_a_session_with_a_host_name_sends_and_closes(environment: dict[str, str]) -> None:
    ran = run_program(
        f"from clix import ClixSync\nwith ClixSync() as clix:\n{CALL.rstrip()}", environment=environment
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("sent\n", "", 0)


def test_a_used_session_is_closed_at_exit(environment: dict[str, str]) -> None:
    ran = run_program(CLOSED_AT_EXIT + CALL, environment=environment)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("sent\n", "", 0)


def test_an_unused_session_is_closed_at_exit(environment: dict[str, str]) -> None:
    ran = run_program(CLOSED_AT_EXIT, environment=environment)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)


def test_a_run_with_a_ledger_may_outlive_main(environment: dict[str, str], tmp_path: Path) -> None:
    ran = run_program(RUN_IN_A_POOL, tmp_path / "run.db", environment=environment)
    assert (ran.stdout, ran.stderr, ran.returncode) == ("complete\n", "", 0)
