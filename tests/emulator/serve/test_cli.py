"""The emulator as a program."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from clix.emulator._serve.cli import main
from tests.emulator.support import push

ROOT = Path(__file__).parents[3]
COMMAND = (
    sys.executable,
    "-c",
    "import sys; from clix.emulator._serve.cli import main; sys.exit(main(sys.argv[1:]))",
)


@contextmanager
def program(*arguments: str) -> Generator[tuple[subprocess.Popen[str], dict[str, str]], None, None]:
    """A running emulator, and the environment that it prints."""
    process = subprocess.Popen(
        (*COMMAND, "--port", "0", *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    environment: dict[str, str] = {}
    try:
        for word in shlex.split(process.stdout.readline())[1:]:
            name, _, value = word.partition("=")
            environment[name] = value
        yield process, environment
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=60)


def call(environment: dict[str, str], path: str, body: object = None) -> object:
    headers = {
        "X-Clix-Project-ID": environment["CLIX_PROJECT_ID"],
        "X-Clix-API-Key": environment["CLIX_API_KEY"],
    }
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(environment["CLIX_BASE_URL"] + path, data, headers), timeout=60) as answer:
        return json.load(answer)


def test_it_prints_where_it_is_and_answers_there() -> None:
    with program() as (_, environment):
        assert environment["CLIX_BASE_URL"].startswith("http://127.0.0.1:")
        assert call(environment, "/api/v1/health") == {"msg": "ok"}


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signal by which one program asks another to end"
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order_while_a_page_listens(number: signal.Signals) -> None:
    with program() as (process, environment):
        stream = urlopen(environment["CLIX_BASE_URL"] + "/_emulator/stream", timeout=60)
        stream.readline()
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)  # the stream alone would keep it for ever
        assert (process.returncode, errors) == (0, "")
        stream.close()


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    arguments = ("--state", str(tmp_path / "state.db"))
    with program(*arguments) as (_, environment):
        call(environment, "/api/v1/users", {"project_user_id": "ann"})
    with program(*arguments) as (_, environment):
        users = call(environment, "/_emulator/users")
    assert isinstance(users, dict)
    assert [user["project_user_id"] for user in users["users"]] == ["ann"]


def test_it_can_begin_with_an_audience(tmp_path: Path) -> None:
    audience = tmp_path / "audience.csv"
    audience.write_text("project_user_id,title\nann,x\nbob,y\n")
    with program("--load", str(audience)) as (_, environment):
        stats = call(environment, "/_emulator/stats")
    assert isinstance(stats, dict)
    assert (stats["users"], stats["devices"]) == (2, 2)


def test_listening_beyond_this_machine_is_warned_of() -> None:
    with program("--host", "0.0.0.0") as (process, environment):
        assert environment["CLIX_BASE_URL"].startswith("http://127.0.0.1:")
        process.terminate()
        _, errors = process.communicate(timeout=60)
    assert "warning" in errors
    assert "0.0.0.0" in errors


def test_a_taken_port_is_said_and_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["--port", str(taken.getsockname()[1])]) == 1
    assert "cannot listen on 127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--rate-limit", "0"], ["--history", "0"]])
def test_a_value_that_makes_no_sense_is_said_and_ends_it(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "must be at least 1" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--port", "99999"], ["--rate-limit", "many"], ["--nonsense"]])
def test_an_argument_that_is_none_ends_it(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


@pytest.mark.parametrize("content", [None, "{"])
def test_a_file_that_cannot_be_loaded_is_said_and_ends_it(
    tmp_path: Path, content: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "world.json"
    if content is not None:
        path.write_text(content)
    assert main(["--port", "0", "--load", str(path)]) == 1
    assert "world.json" in capsys.readouterr().err


def test_a_state_file_that_is_none_is_said_and_ends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "state.db"
    path.write_text("x" * 10_000)
    assert main(["--port", "0", "--state", str(path)]) == 1
    assert "state.db" in capsys.readouterr().err


def test_a_send_to_anybody_arrives_on_an_iphone_and_an_android_phone() -> None:
    with program() as (_, environment):
        call(environment, "/api/v1/messages:send", {"push_notifications": [push("user_123")]})
        messages = call(environment, "/_emulator/messages")
    assert isinstance(messages, dict)
    assert [(message["platform"], message["status"]) for message in messages["messages"]] == [
        ("ANDROID", "sent"),
        ("IOS", "sent"),
    ]


def test_strictly_only_a_registered_device_is_reached() -> None:
    with program("--strict") as (_, environment):
        answer = call(environment, "/api/v1/messages:send", {"push_notifications": [push("user_123")]})
    assert answer == {"delivery_results": []}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_shell_can_evaluate_what_it_prints_and_go_on() -> None:
    started = f"{shlex.join(COMMAND)} --port 0 --project-id 'a shop'"
    show = f"{shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    shell = subprocess.Popen(
        ["bash", "-c", f'eval "$({started} &)" && {show}'],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert shell.stdout is not None
        with shell.stdout:
            environment = json.loads(shell.stdout.readline())
        assert shell.wait(timeout=10) == 0
        assert environment["CLIX_PROJECT_ID"] == "a shop"
        assert call(environment, "/api/v1/health") == {"msg": "ok"}
    finally:
        os.killpg(shell.pid, signal.SIGTERM)
