"""The plugin as users meet it: in a pytest of their own, whatever else is installed there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SENDING = """
    sent = await clix_session.messages.send("ann", title="Hi")
    assert sent.deliveries[0].succeeded
    clix_outbox.assert_sent(to="ann", title="Hi")
    clix_faults.fail_next(503, times=2)
    assert (await clix_session.messages.send("ann", title="Again")).meta.attempts == 3
    assert len(clix_emulator.requests) == 4
"""
FIXTURES = "clix_session, clix_outbox, clix_faults, clix_emulator"


CONFIGURATION = """
[pytest]
filterwarnings =
    error
    ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset
"""


def run_pytest(folder: Path, *options: str, source: str) -> str:
    """What pytest prints about a test file, warnings being errors."""
    (folder / "test_it.py").write_text(source, "utf-8")
    (folder / "pytest.ini").write_text(CONFIGURATION, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return run.stdout + run.stderr


def test_it_works_with_pytest_asyncio_also_where_tests_share_a_loop(tmp_path: Path) -> None:
    shared = "@pytest.mark.asyncio(loop_scope='session')"
    source = f"""
import pytest
@pytest.mark.asyncio
async def test_alone({FIXTURES}):{SENDING}
{shared}
async def test_first({FIXTURES}):{SENDING}
{shared}
async def test_second({FIXTURES}):{SENDING}
"""

    assert "3 passed" in run_pytest(tmp_path, source=source)


def test_it_works_with_anyio_in_unittest_and_without_any_plugin(tmp_path: Path) -> None:
    source = f"""
import asyncio, unittest, pytest
from clix.testing import in_process_emulator

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_with_anyio({FIXTURES}):{SENDING}

def test_alone({FIXTURES}):
    asyncio.run(send({FIXTURES}))

async def send({FIXTURES}):{SENDING}

class Sending(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.emulator = await self.enterAsyncContext(in_process_emulator())

    async def test_it(self):
        await self.emulator.session().messages.send("ann", title="Hi")
        self.emulator.outbox.assert_sent(to="ann")
"""

    assert "3 passed" in run_pytest(tmp_path, "-p", "no:asyncio", source=source)


def test_a_miss_points_at_the_line_of_the_test(tmp_path: Path) -> None:
    source = "def test_it(clix_outbox):\n    clix_outbox.assert_sent(to='ann')\n"

    output = run_pytest(tmp_path, source=source)

    assert "test_it.py:2: AssertionError" in output
    assert "No message was sent to 'ann'." in output
    assert "_outbox.py" not in output


def test_without_the_extra_a_fixture_says_what_to_install(tmp_path: Path) -> None:
    source = """
import sys
sys.modules["starlette"] = None
def test_it(clix_emulator):
    pass
"""

    assert "pip install 'clix-sdk[emulator]'" in run_pytest(tmp_path, source=source)


def test_loading_the_plugin_loads_nothing_else_and_takes_at_most_20_milliseconds() -> None:
    script = """
import sys, time, pytest
before, started = set(sys.modules), time.process_time()
import clix.testing.plugin
print(time.process_time() - started, *(set(sys.modules) - before))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    seconds, *loaded = run.stdout.split()
    assert float(seconds) < 0.02
    assert {name for name in loaded if name not in sys.stdlib_module_names} == {
        "clix",
        "clix._lazy",
        "clix._version",
        "clix.testing",
        "clix.testing.plugin",
    }


def test_pytest_finds_the_plugin_by_its_entry_point(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("clix")


@pytest.mark.slow
def test_a_thousand_tests_that_each_send_once_take_at_most_10_seconds(tmp_path: Path) -> None:
    source = """
import asyncio, resource, pytest
@pytest.mark.parametrize("number", range(1_000))
def test_it(number, clix_session, clix_outbox):
    asyncio.run(clix_session.messages.send(f"user-{number}", title="Hi"))
    assert len(clix_outbox) == 1
def test_time():
    used = resource.getrusage(resource.RUSAGE_SELF)
    assert used.ru_utime + used.ru_stime < 10
"""

    assert "1001 passed" in run_pytest(tmp_path, source=source)
