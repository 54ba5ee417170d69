"""The same pieces without FastAPI."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.background import BackgroundTasks
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from clix import InDoubtError
from clix.integrations.starlette import (
    clix_lifespan,
    get_clix,
    install_error_handlers,
    readiness,
    send_in_background,
)
from clix.testing import ClixEmulator
from tests.integrations.client import TestClient


async def shipped(request: Request) -> PlainTextResponse:
    clix = await get_clix(request)
    sent = await clix.messages.send(request.path_params["customer"], title="Your order shipped")
    return PlainTextResponse(sent.deliveries[0].message_id)


async def later(request: Request) -> PlainTextResponse:
    tasks = BackgroundTasks()
    send_in_background(tasks, await get_clix(request), request.path_params["customer"], title="Later")
    return PlainTextResponse("accepted", background=tasks)


async def shipping(websocket: WebSocket) -> None:
    await websocket.accept()
    clix = await get_clix(websocket)
    await clix.messages.send(await websocket.receive_text(), title="Your order shipped")


def application(emulator: ClixEmulator) -> Starlette:
    routes = [
        Route("/shipped/{customer}", shipped, methods=["POST"]),
        Route("/later/{customer}", later, methods=["POST"]),
        Route("/ready", readiness),
        WebSocketRoute("/shipping", shipping),
    ]
    app = Starlette(
        routes=[*routes, Mount("/inner", Starlette(routes=routes))],
        lifespan=clix_lifespan(session=emulator.session),
    )
    install_error_handlers(app)
    return app


def test_handlers_also_of_mounted_applications_share_the_session(clix_emulator: ClixEmulator) -> None:
    with TestClient(application(clix_emulator)) as client:
        assert client.post("/shipped/user-1").status_code == 200
        assert client.post("/inner/shipped/user-2").status_code == 200
        assert client.post("/later/user-3").status_code == 200
        assert client.get("/ready").json() == {"clix": "ready"}
    clix_emulator.outbox.assert_count(3)


def test_errors_are_answered(clix_emulator: ClixEmulator) -> None:
    clix_emulator.faults.cut("after")
    with TestClient(application(clix_emulator)) as client:
        assert client.post("/shipped/user-1").json()["code"] == "in_doubt"


def ship_by_websocket(client: TestClient) -> None:
    with client.websocket_connect("/shipping") as websocket:
        websocket.send_text("user-1")
        websocket.receive_text()


def test_an_error_that_has_no_request_to_answer_is_not_swallowed(clix_emulator: ClixEmulator) -> None:
    clix_emulator.faults.cut("after")
    with TestClient(application(clix_emulator)) as client:
        with pytest.raises(InDoubtError):
            ship_by_websocket(client)
