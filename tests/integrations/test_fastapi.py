"""A FastAPI application has one session, drains it, and answers errors with what is known."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi import APIRouter, BackgroundTasks, FastAPI
from openapi_spec_validator import validate

from clix import Clix, ConfigurationError
from clix.integrations.fastapi import (
    ClixDep,
    clix_lifespan,
    get_clix,
    install_error_handlers,
    readiness,
    responses,
    send_in_background,
    webhook_router,
)
from clix.testing import ClixEmulator
from clix.webhooks import WebhookEvent, WebhookReceiver
from tests.integrations.client import TestClient
from tests.webhooks.support import SECRET, post

routes = APIRouter()


@routes.post("/shipped/{customer}", responses=responses)
async def shipped(customer: str, clix: ClixDep) -> str:
    return (await clix.messages.send(customer, title="Your order shipped")).deliveries[0].message_id


@routes.post("/checked/{customer}", responses=responses)
async def checked(customer: str, times: int) -> None:
    """FastAPI refuses what is no number."""


@routes.post("/later/{customer}")
async def later(customer: str, clix: ClixDep, tasks: BackgroundTasks) -> str:
    send_in_background(tasks, clix, customer, title="Your order shipped")
    return "accepted"


def application(session: Callable[[], Clix] | None, lifespan: Any = None) -> FastAPI:
    app = FastAPI(lifespan=None if session is None else clix_lifespan(lifespan, session=session))
    app.include_router(routes)
    app.add_api_route("/ready", readiness)
    install_error_handlers(app)
    return app


@pytest.fixture
def app(clix_emulator: ClixEmulator) -> FastAPI:
    return application(clix_emulator.session)


# The session


def test_a_handler_sends_with_the_session_of_the_application(
    app: FastAPI, clix_emulator: ClixEmulator
) -> None:
    with TestClient(app) as client:
        assert client.post("/shipped/user-1").status_code == 200
    clix_emulator.outbox.assert_sent(to="user-1", title="Your order shipped")


def test_there_is_one_session_and_it_is_closed_at_the_end(clix_emulator: ClixEmulator) -> None:
    made: list[Clix] = []

    def session() -> Clix:
        made.append(clix_emulator.session())
        return made[-1]

    with TestClient(application(session)) as client:
        for _ in range(3):
            client.post("/shipped/user-1")
        assert [clix.is_closed for clix in made] == [False]
    assert [clix.is_closed for clix in made] == [True]


def test_an_application_can_start_again(app: FastAPI, clix_emulator: ClixEmulator) -> None:
    for _ in range(2):
        with TestClient(app) as client:
            assert client.post("/shipped/user-1").status_code == 200
    clix_emulator.outbox.assert_count(2)


def test_an_own_lifespan_has_the_session_from_beginning_to_end(clix_emulator: ClixEmulator) -> None:
    @asynccontextmanager
    async def own(app: FastAPI) -> AsyncGenerator[dict[str, Any], None]:
        await app.state.clix.messages.send("admin", title="up")
        yield {"color": "blue"}
        await app.state.clix.messages.send("admin", title="down")

    app = application(clix_emulator.session, own)
    with TestClient(app) as client:
        assert client.app_state["color"] == "blue"
    clix_emulator.outbox.assert_sent(to="admin", title="up")
    clix_emulator.outbox.assert_sent(to="admin", title="down")


def test_missing_settings_end_the_start_with_the_sentence_that_helps() -> None:
    with pytest.raises(ConfigurationError, match="CLIX_API_KEY"):
        with TestClient(application(Clix)):
            pass


@pytest.mark.parametrize("make", [lambda: application(None), lambda: application(Clix)])
def test_a_missing_lifespan_names_what_to_do(make: Callable[[], FastAPI]) -> None:
    with pytest.raises(ConfigurationError, match=r"lifespan=clix_lifespan\(\).*dependency_overrides"):
        TestClient(make()).post("/shipped/user-1")


async def test_a_mounted_application_uses_the_session_of_the_outer_one(app: FastAPI) -> None:
    inner = application(None)
    app.mount("/inner", inner)
    with TestClient(app) as client:
        assert client.post("/inner/shipped/user-1").status_code == 200


# Tests of applications


def test_a_test_may_put_its_own_session_in_place_for_as_many_requests_as_it_makes(
    clix_session: Clix, clix_emulator: ClixEmulator
) -> None:
    app = application(Clix)
    app.dependency_overrides[get_clix] = lambda: clix_session
    client = TestClient(app)  # every request has an event loop of its own
    assert [client.post("/shipped/user-1").status_code for _ in range(3)] == [200] * 3
    clix_emulator.outbox.assert_count(3)


async def test_a_session_of_a_test_may_be_used_by_the_test_as_well(clix_session: Clix) -> None:
    app = application(Clix)
    app.dependency_overrides[get_clix] = lambda: clix_session
    await clix_session.users.create("user-1")
    assert TestClient(app).post("/shipped/user-1").status_code == 200
    await clix_session.users.delete("user-1")


async def test_an_application_can_be_asked_in_process(
    clix_session: Clix, clix_emulator: ClixEmulator
) -> None:
    app = application(Clix)
    app.dependency_overrides[get_clix] = lambda: clix_session
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        answers = await asyncio.gather(*(client.post(f"/shipped/user-{n}") for n in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    clix_emulator.outbox.assert_count(20)


async def test_in_process_the_lifespan_can_be_entered_by_hand(app: FastAPI) -> None:
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
            assert (await client.post("/shipped/user-1")).status_code == 200


# Errors


def test_a_send_in_doubt_is_answered_so_that_a_program_understands(
    app: FastAPI, clix_emulator: ClixEmulator
) -> None:
    clix_emulator.faults.cut("after")
    with TestClient(app) as client:
        answer = client.post("/shipped/user-1")
    assert answer.status_code == 502
    assert (answer.json()["code"], answer.json()["safe_to_resend"]) == ("in_doubt", False)


def test_a_refused_connection_is_an_answer_that_nothing_was_done(
    app: FastAPI, clix_emulator: ClixEmulator
) -> None:
    clix_emulator.faults.refuse(10)
    with TestClient(app) as client:
        answer = client.post("/shipped/user-1")
    assert (answer.status_code, answer.json()["safe_to_resend"]) == (503, True)
    assert answer.headers["retry-after"] == "1"


def test_refused_input_is_the_fault_of_who_asked(app: FastAPI) -> None:
    with TestClient(app) as client:
        answer = client.post("/shipped/%20")
    assert (answer.status_code, answer.json()["fate"]) == (422, "not_sent")


def test_a_refused_key_is_the_fault_of_the_service_and_no_secret_is_told() -> None:
    emulator = ClixEmulator(api_key="clix_sk_right")

    def session() -> Clix:
        access = {"base_url": emulator.base_url, "transport": emulator.transport}
        return Clix(project_id="p", api_key="clix_sk_wrong", **access)  # type: ignore[arg-type]

    with TestClient(application(session), raise_server_exceptions=False) as client:
        answer = client.post("/shipped/user-1")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")


def test_the_answers_are_in_the_documentation(app: FastAPI) -> None:
    documented = app.openapi()["paths"]["/shipped/{customer}"]["post"]["responses"]
    assert {"422", "429", "502", "503"} <= documented.keys()
    assert [code for code, answer in documented.items() if "Retry-After" in answer.get("headers", {})] == [
        "429",
        "503",
    ]
    validate(app.openapi())


@pytest.mark.parametrize("path", ["/shipped/%20", "/checked/user-1?times=often"])
def test_what_is_refused_is_refused_as_documented(path: str, app: FastAPI) -> None:
    with TestClient(app) as client:
        answer = client.post(path)
    documented = app.openapi()["paths"]["/shipped/{customer}"]["post"]["responses"]["422"]
    assert answer.status_code == 422
    jsonschema.validate(answer.json(), documented["content"]["application/json"]["schema"])


# In the background


def test_a_push_in_the_background_goes_out_after_the_answer(
    app: FastAPI, clix_emulator: ClixEmulator
) -> None:
    with TestClient(app) as client:
        assert client.post("/later/user-1").json() == "accepted"
    clix_emulator.outbox.assert_sent(to="user-1")


def test_what_becomes_of_a_push_in_the_background_is_logged_and_spoils_no_answer(
    app: FastAPI, clix_emulator: ClixEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "clix")
    clix_emulator.faults.cut("after")
    with TestClient(app) as client:
        assert client.post("/later/user-1").status_code == 200
        client.post("/later/user-1")
    told = [record.getMessage() for record in caplog.records if "background" in record.getMessage()]
    assert [("in_doubt" in line, "accepted" in line) for line in told] == [(True, False), (False, True)]
    assert "user-1" not in " ".join(told)


# Readiness


def test_an_application_is_ready_when_clix_answers(app: FastAPI, clix_emulator: ClixEmulator) -> None:
    with TestClient(app) as client:
        assert client.get("/ready").json() == {"clix": "ready"}
        clix_emulator.faults.refuse(10)
        answer = client.get("/ready")
    assert (answer.status_code, answer.json()["clix"]) == (503, "unavailable")


def test_without_a_session_it_is_not_ready() -> None:
    assert TestClient(application(None)).get("/ready").status_code == 503


# Clients that go away


async def test_clients_that_go_away_at_any_moment_leave_the_session_whole(
    app: FastAPI, clix_emulator: ClixEmulator
) -> None:
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
            for turns in range(200):
                request = asyncio.create_task(client.post("/shipped/user-1"))
                for _ in range(turns % 50):
                    await asyncio.sleep(0)
                request.cancel()
                await asyncio.gather(request, return_exceptions=True)
            answers = await asyncio.gather(*(client.post("/shipped/user-2") for _ in range(100)))
        assert {answer.status_code for answer in answers} == {200}
        stats = app.state.clix.stats
    assert (stats.in_flight, stats.waiting) == (0, 0)


# Webhooks


def test_a_router_hands_webhooks_to_the_receiver(app: FastAPI, tmp_path: Path) -> None:
    events: list[WebhookEvent] = []
    receiver = WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=events.append)
    app.include_router(webhook_router(receiver))
    with TestClient(app) as client:

        def send(secret: str) -> int:
            headers = {"Authorization": secret}
            status: int = client.post("/webhooks/clix", content=post(), headers=headers).status_code
            return status

        assert [send("Bearer guess"), send(SECRET), send(SECRET)] == [401, 200, 200]
        assert client.get("/webhooks/clix").status_code == 405
    assert len(events) == 1
    assert not (tmp_path / "seen.db-wal").exists(), "the storage was closed with the application"


def test_a_router_works_in_tests_without_a_lifespan(tmp_path: Path) -> None:
    events: list[WebhookEvent] = []
    receiver = WebhookReceiver(secrets=[SECRET], dedupe=tmp_path / "seen.db", handler=events.append)
    app = FastAPI()
    app.include_router(webhook_router(receiver))
    client = TestClient(app)  # every request has an event loop of its own
    for _ in range(3):
        client.post("/webhooks/clix", content=post(), headers={"Authorization": SECRET})
    asyncio.run(receiver.aclose())
    assert len(events) == 1
