"""The example service passes its own tests, and starts with the one command that its README gives."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.integrations.processes import ROOT, comes_true, free_port, run, running

EXAMPLE = ROOT / "examples" / "fastapi_service"


@contextmanager
def started(log: Path) -> Generator[httpx.Client, None, None]:
    shop, clix = free_port(), free_port()
    command = ("start.py", "--port", str(shop), "--clix-port", str(clix))
    with running(*command, folder=EXAMPLE, log=log) as program:
        with httpx.Client(base_url=f"http://127.0.0.1:{shop}", timeout=10) as client:
            assert comes_true(lambda: client.get("/ready").status_code == 200), program.log
            yield client
        assert program.end(signal.SIGINT) == 0


def test_the_example_passes_its_own_tests() -> None:
    assert "7 passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", folder=EXAMPLE)[-1]


def test_one_command_starts_it_and_a_webhook_comes_back(tmp_path: Path) -> None:
    with started(tmp_path / "log") as client:
        client.post("/phones/phone-1", json={"customer": "ann", "platform": "IOS"}).raise_for_status()
        shipped = client.put("/orders/1", json={"customer": "ann", "item": "A teapot"})
        assert shipped.json()["told"] == "yes"
        assert comes_true(lambda: client.get("/orders/1").json()["pushes"] == ["sent"], 10)
