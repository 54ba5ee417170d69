"""The files of docs/recipes.md run as they stand there, in the frameworks themselves."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from clix.testing import ClixEmulator
from tests.integrations.pages import write_files_of
from tests.integrations.processes import TROUBLE, Program, comes_true, free_port, run, running, serving

SETTINGS = """
SECRET_KEY = "test"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "middleware.AnswerClixErrors"]
"""
URLS = """
from django.urls import path
import {views}
urlpatterns = [path("orders/<order>/shipped", {views}.shipped)]
"""
ASGI_WITHOUT_STATE = """
import asgi
async def application(scope, receive, send):
    scope.pop("state", None)
    await asgi.django(scope, receive, send)
"""
"""The application as daphne calls it: no lifespan, and no state in the scope."""
FORKING_WSGI_SERVER = """
import os, sys
from socketserver import ForkingMixIn
from wsgiref.simple_server import WSGIServer, make_server
from django.core.wsgi import get_wsgi_application
class Server(ForkingMixIn, WSGIServer):
    pass
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), Server).serve_forever()
"""
DELAY = """
from tasks import app, tell_shipped
app.conf.broker_transport_options = {"data_folder_in": "data_out", "data_folder_out": "data_in"}
for number in range(4):
    tell_shipped.delay(str(number), "ann")
"""
APPLY = """
import tasks
from clix import ClixSync
outcomes = []
clix = ClixSync(max_attempts=1, on_outcome=outcomes.append)
tasks.clix = lambda: clix
task = tasks.tell_shipped.apply(["1", "ann"])
print(task.state, type(task.result).__name__, len(outcomes))
"""
INVOKE = """
import json, sys, threading
import lambda_function
class Context:
    def get_remaining_time_in_millis(self):
        return 5_000
for number in range(3):
    print(json.dumps(lambda_function.handler({"customer": "ann", "order": number}, Context())))
print(json.dumps(sum(thread.name == "clix-sync" for thread in threading.enumerate())))
"""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:asyncio")
ANY_PROJECT = {"CLIX_PROJECT_ID": "shop", "CLIX_API_KEY": "clix_sk_test"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files_of("recipes.md", tmp_path)
    return tmp_path


@contextmanager
def django(folder: Path, views: str, *arguments: str) -> Generator[tuple[Program, httpx.Client], None, None]:
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "urls.py").write_text(URLS.format(views=views))
    (folder / "serve.py").write_text(FORKING_WSGI_SERVER)
    (folder / "no_state.py").write_text(ASGI_WITHOUT_STATE)
    port = free_port()
    settings = {"DJANGO_SETTINGS_MODULE": "settings"}
    with serving(*arguments, str(port), port=port, folder=folder, environment=settings) as started:
        yield started


def ship(client: httpx.Client, order: str = "A-1") -> httpx.Response:
    who = {"customer": "ann"}
    return client.post(f"/orders/{order}/shipped", data=who, params=who)


def assert_sends_and_answers_errors(client: httpx.Client, emulator: ClixEmulator) -> None:
    assert len(ship(client).json()["message_ids"]) == 1
    emulator.outbox.assert_sent(to="ann", title="Order A-1 shipped")
    emulator.faults.cut("after")
    answer = ship(client, "A-2")
    assert (answer.status_code, answer.json()["code"]) == (502, "in_doubt")
    assert ship(client, "A-3").is_success


def assert_ends_in_good_order(program: Program) -> None:
    program.end()
    assert [trouble for trouble in TROUBLE if trouble in program.log] == [], program.log


@pytest.mark.usefixtures("clix_environment")
def test_litestar(folder: Path, clix_emulator: ClixEmulator) -> None:
    port = free_port()
    command = ("-m", "uvicorn", "litestar_shop:app", "--port", str(port))
    with serving(*command, port=port, folder=folder) as (program, client):
        assert_sends_and_answers_errors(client, clix_emulator)
        assert_ends_in_good_order(program)


@pytest.mark.slow
def test_tests_with_litestar(folder: Path) -> None:
    assert "2 passed" in run(*PYTEST, "-W", "error", "test_litestar_shop.py", folder=folder)[-1]


@pytest.mark.usefixtures("clix_environment")
def test_async_views_of_django(folder: Path, clix_emulator: ClixEmulator) -> None:
    command = ("-m", "uvicorn", "--lifespan", "on", "asgi:application", "--port")
    with django(folder, "views", *command) as (program, client):
        assert_sends_and_answers_errors(client, clix_emulator)
        assert_ends_in_good_order(program)


@pytest.mark.parametrize(
    "command",
    [
        ("-m", "django", "runserver", "--noreload"),
        ("-m", "uvicorn", "--lifespan", "off", "asgi:application", "--port"),
        ("-m", "uvicorn", "--lifespan", "off", "no_state:application", "--port"),
    ],
    ids=["runserver", "no lifespan", "no state"],
)
@pytest.mark.usefixtures("clix_environment")
def test_async_views_of_django_where_no_session_was_opened(
    folder: Path, clix_emulator: ClixEmulator, command: tuple[str, ...]
) -> None:
    with django(folder, "views", *command) as (_, client):
        assert_sends_and_answers_errors(client, clix_emulator)


@pytest.mark.usefixtures("clix_environment")
def test_sync_views_of_django_in_processes_forked_after_loading(
    folder: Path, clix_emulator: ClixEmulator
) -> None:
    with django(folder, "sync_views", "serve.py") as (_, client):
        assert_sends_and_answers_errors(client, clix_emulator)


@pytest.mark.slow
@pytest.mark.usefixtures("clix_environment")
def test_celery(folder: Path, clix_emulator: ClixEmulator) -> None:
    for name in ("data_in", "data_out", "control"):
        (folder / name).mkdir()
    clix_emulator.faults.cut("after")
    broker = {"BROKER_URL": "filesystem://"}
    worker = ("-m", "celery", "-A", "tasks", "worker", "--concurrency", "2", "--loglevel", "INFO")
    alone = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    with running(*worker, *alone, folder=folder, environment=broker) as program:
        assert comes_true(lambda: " ready." in program.log), program.log
        run("-c", DELAY, folder=folder, environment=broker)
        assert comes_true(lambda: program.log.count("succeeded in") == 3), program.log
        program.end()
    assert program.log.count("raised unexpected: InDoubtError(") == 1
    clix_emulator.outbox.assert_count(4)


def test_a_task_is_tried_again_when_nothing_was_sent(folder: Path) -> None:
    nobody = {"BROKER_URL": "memory://", "CLIX_BASE_URL": f"http://127.0.0.1:{free_port()}", **ANY_PROJECT}
    assert run("-c", APPLY, folder=folder, environment=nobody) == ["FAILURE NotSentError 11"]


@pytest.mark.usefixtures("clix_environment")
def test_aws_lambda(folder: Path, clix_emulator: ClixEmulator) -> None:
    clix_emulator.faults.cut("after")
    *answers, loops = map(json.loads, run("-c", INVOKE, folder=folder))
    assert [answer["fate"] for answer in answers] == ["in_doubt", "accepted", "accepted"]
    assert loops == 1
    clix_emulator.outbox.assert_count(3)
