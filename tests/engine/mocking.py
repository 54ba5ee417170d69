"""The tools that mock httpx, as context managers: in each, a send to Clix is answered without a server.

Imports nothing of clix itself, since some of its tests import clix for the first time inside one of them.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import respx
import yaml

from tests.faults import FaultServer

vcr: Any = importlib.import_module("vcr")  # which has no types

MESSAGE_ID = "mocked"
ANSWER = {"delivery_results": [{"message_id": MESSAGE_ID, "status": "DELIVERY_RESULT_STATUS_SUCCEED"}]}
SEND = "/api/v1/messages:send"

Tool = Callable[[str, Path], AbstractContextManager[object]]
"""Takes the server's URL and a folder."""


@contextmanager
def respx_on_httpx(url: str, folder: Path) -> Generator[respx.MockRouter, None, None]:
    with respx.mock(using="httpx") as router:
        router.post(url + SEND).respond(json=ANSWER)
        yield router


@contextmanager
def respx_on_httpcore(url: str, folder: Path) -> Generator[respx.MockRouter, None, None]:
    with respx.mock(using="httpcore") as router:
        router.post(url + SEND).respond(json=ANSWER)
        yield router


@contextmanager
def vcr_cassette(url: str, folder: Path) -> Generator[Any, None, None]:
    """A recording that is played and never added to."""
    cassette = folder / "cassette.yaml"
    cassette.write_text(yaml.safe_dump(_recording(url)), "utf-8")
    with vcr.use_cassette(str(cassette), record_mode="none", allow_playback_repeats=True) as playing:
        yield playing


def _recording(url: str) -> dict[str, Any]:
    request = {"body": "", "headers": {}, "method": "POST", "uri": url + SEND}
    response = {
        "body": {"string": json.dumps(ANSWER)},
        "headers": {"content-type": ["application/json"]},
        "status": {"code": 200, "message": "OK"},
    }
    return {"version": 1, "interactions": [{"request": request, "response": response}]}


TOOLS: dict[str, Tool] = {
    "respx, httpx": respx_on_httpx,
    "respx, httpcore": respx_on_httpcore,
    "vcr": vcr_cassette,
}


async def import_inside_and_come_back(name: str, folder: Path) -> None:
    """Import clix for the first time while a tool mocks httpx, then send with it and without it."""
    assert not [module for module in sys.modules if module.partition(".")[0] == "clix"]
    async with FaultServer() as server:
        with TOOLS[name](server.url, folder):
            from clix import Clix

            async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
                await send_mocked(clix, server)
        async with Clix(project_id="p", api_key="clix_sk_1", base_url=server.url) as clix:
            await send_on_own_connections(clix, server)


async def send_mocked(clix: Any, server: FaultServer) -> None:
    """Send in every way, and see that nothing reaches the server."""
    from clix import PushNotification

    before = server.accepted_connections
    sent = await clix.messages.send("u", title="t")
    assert [delivery.message_id for delivery in sent.deliveries] == [MESSAGE_ID]
    report = await clix.messages.send_many(
        [PushNotification(f"u-{number}", title="t") for number in range(3)]
    )
    assert report.accepted == 3
    assert server.accepted_connections == before


async def send_on_own_connections(clix: Any, server: FaultServer) -> None:
    """Send twice, and see that one connection carries both."""
    for _ in range(2):
        sent = await clix.messages.send("u", title="t")
        assert [delivery.message_id for delivery in sent.deliveries] != [MESSAGE_ID]
    assert server.received[-2].connection == server.received[-1].connection
    assert "connection" not in server.received[-1].headers
