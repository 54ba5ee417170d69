"""The example service passes its own tests, and starts with the one command that its README gives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.integrations.test_readme import free_port

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "fastapi_service"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def started() -> Generator[httpx.Client, None, None]:
    shop, clix = free_port(), free_port()
    command = [sys.executable, "start.py", "--port", str(shop), "--clix-port", str(clix)]
    with subprocess.Popen(command, cwd=EXAMPLE, env=ENVIRONMENT, stdout=subprocess.DEVNULL) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{shop}", timeout=10) as client:
                assert comes_true(lambda: client.get("/ready").status_code == 200)
                yield client
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


def comes_true(question: Callable[[], bool], within: float = 30.0) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        with suppress(httpx.TransportError):
            if question():
                return True
        time.sleep(0.05)
    return False


def test_the_example_passes_its_own_tests() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        command, cwd=EXAMPLE, env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=120
    )
    assert "7 passed" in run.stdout, run.stdout + run.stderr


def test_one_command_starts_it_and_a_webhook_comes_back() -> None:
    with started() as client:
        client.post("/phones/phone-1", json={"customer": "ann", "platform": "IOS"}).raise_for_status()
        shipped = client.put("/orders/1", json={"customer": "ann", "item": "A teapot"})
        assert shipped.json()["told"] == "yes"
        assert comes_true(lambda: client.get("/orders/1").json()["pushes"] == ["sent"], 10)
