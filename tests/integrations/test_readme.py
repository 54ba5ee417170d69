"""The application of the README works when it is pasted into a file and started as it says."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

from clix.testing import ClixEmulator
from tests.integrations.processes import ROOT, TROUBLE, free_port

BLOCK = re.compile(r"^```python\n# shop\.py\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pasted() -> str:
    (source,) = BLOCK.findall((ROOT / "README.md").read_text("utf-8"))
    return str(source)


async def started(folder: Path, port: int, environment: dict[str, str]) -> asyncio.subprocess.Process:
    (folder / "shop.py").write_text(pasted(), "utf-8")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "dev", "-m", "uvicorn", "shop:app", "--port", str(port)),
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def until_it_answers(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await client.get("/docs")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


def test_it_has_at_most_twelve_lines() -> None:
    assert len(pasted().splitlines()) <= 12


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signal by which one program asks another to end"
)
async def test_it_sends_and_ends_in_good_order_while_requests_are_under_way(
    tmp_path: Path, clix_emulator: ClixEmulator, clix_environment: dict[str, str]
) -> None:
    port = free_port()
    process = await started(tmp_path, port, clix_environment)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        await until_it_answers(client)
        first = await client.post("/orders/A-1/shipped", params={"customer": "user_123"})
        assert first.status_code == 200
        clix_emulator.outbox.assert_sent(to="user_123", title="Order A-1 shipped")

        requests = [
            asyncio.create_task(client.post(f"/orders/{n}/shipped", params={"customer": "user_1"}))
            for n in range(100)
        ]
        await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)
        process.send_signal(signal.SIGTERM)
        answers = await asyncio.gather(*requests, return_exceptions=True)
    async with asyncio.timeout(60):
        output, _ = await process.communicate()

    answered = [answer.status_code for answer in answers if isinstance(answer, httpx.Response)]
    assert set(answered) == {200}
    clix_emulator.outbox.assert_count(len(answered) + 1)
    log = output.decode()
    for trouble in (*TROUBLE, "still "):
        assert trouble not in log, log
    assert "Application shutdown complete." in log
