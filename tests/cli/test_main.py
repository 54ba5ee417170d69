"""What holds for every command: arguments, errors, streams, start time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import shtab

from clix import ClixError
from clix.cli import main
from clix.cli._errors import redact
from clix.cli._parser import FILE_COMPLETION
from clix.emulator import RunningEmulator
from tests.cli.conftest import KEY, Ran, Run

COMMANDS = ["broadcast", "runs", "send", "users", "trigger", "track", "doctor", "emulator", "completion"]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "clix", *map(str, words)]


def in_a_process(*words: object, **environment: str) -> Ran:
    ran = subprocess.run(
        command(*words), env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def test_help_lists_every_command_and_every_exit_code(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    assert [name for name in COMMANDS if f"\n    {name} " not in ran.out] == []
    assert all(f"\n  {code} " in ran.out for code in (0, 1, 2, 3, 4, 130))


@pytest.mark.parametrize(
    "words",
    [
        *([name] for name in COMMANDS if name != "users"),
        ["users", "create"],
        ["users", "update"],
        ["users", "delete"],
    ],
    ids=" ".join,
)
def test_every_command_has_help(run: Run, words: list[str]) -> None:
    ran = run(*words, "--help")
    assert (ran.code, ran.out.startswith("usage: ")) == (0, True)


@pytest.mark.parametrize("words", [[], ["unknown"], ["users"], ["send"], ["send", "u1", "--titel", "x"]])
def test_wrong_arguments_end_with_2_and_without_data(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert (ran.code, ran.out, "--help" in ran.err) == (2, "", True)


def test_options_are_not_guessed_from_their_beginnings(run: Run) -> None:
    assert run("send", "u1", "--tit", "x").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ["send", "u1", "--title", "x", "--api-key", KEY],
        ["send", "u1", "--title", "x", f"--api-key={KEY}"],
        ["send", "u1", "--title", "x", "--apikey", KEY],
        ["send", "u1", "--title", "x", "--api-key-file", KEY],
        ["send", "u1", "--title", "x", "--key", KEY],
    ],
)
def test_a_key_among_the_arguments_is_refused_and_not_repeated(
    emulator: RunningEmulator, run: Run, words: list[str]
) -> None:
    ran = run(*words)
    assert (ran.code, ran.out, KEY in ran.err) == (2, "", False)
    assert not emulator.state.messages


def test_the_key_may_come_from_a_file(
    emulator: RunningEmulator, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CLIX_API_KEY")
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert run("users", "create", "u1", "--api-key-file", tmp_path / "key").code == 0


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "No such file"), (b"\n", "is empty"), (b"\xff\xfe", "is no plain text")]
)
def test_a_key_file_that_holds_none_is_told(
    run: Run, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    ran = run("users", "create", "u1", "--project-id", "p", "--api-key-file", tmp_path / "key")
    assert (ran.code, problem in ran.err) == (2, True)


def test_missing_settings_say_what_to_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        run("users", "create", "u1").err
        == "clix-py: No project id: set CLIX_PROJECT_ID, or use --project-id.\n"
    )
    monkeypatch.setenv("CLIX_PROJECT_ID", "p")
    assert (
        run("users", "create", "u1").err == "clix-py: No API key: set CLIX_API_KEY, or use --api-key-file.\n"
    )


def test_options_come_before_the_environment(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIX_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.delenv("CLIX_PROJECT_ID")
    assert run("users", "create", "u1", "--base-url", emulator.url, "--project-id", "p").code == 0


def test_an_unexpected_error_is_one_line_without_the_key(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(f"something\nwith \x1b[31m{KEY}")

    monkeypatch.setattr("clix.cli._commands.users.call", fail)
    ran = run("users", "create", "u1")
    assert ran.code == 1
    assert (
        ran.err
        == "clix-py: RuntimeError: something with \\x1b[31m[key hidden] (CLIX_LOG=debug shows where)\n"
    )


def test_a_traceback_is_there_for_who_asks_and_holds_no_key(
    emulator: RunningEmulator, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ClixError(f"with {KEY}")

    monkeypatch.setenv("CLIX_LOG", "debug")
    monkeypatch.setattr("clix.cli._commands.users.call", fail)
    ran = run("users", "create", "u1")
    assert "Traceback (most recent call last)" in ran.err
    assert KEY not in ran.err


def test_a_key_without_the_usual_beginning_is_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIX_API_KEY", "another-kind-of-key")
    assert redact("it was another-kind-of-key.") == "it was [key hidden]."
    assert redact("take a secret key (clix_sk_...)") == "take a secret key (clix_sk_...)"


@pytest.mark.parametrize("shell", shtab.SUPPORTED_SHELLS)
def test_a_completion_script_knows_the_commands(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert all(name in ran.out for name in COMMANDS)
    assert "--api-key " not in ran.out


def test_an_unknown_shell_is_answered_with_the_known_ones(run: Run) -> None:
    ran = run("completion", "cmd.exe")
    assert (ran.code, "'cmd.exe' is none of the shells that shtab knows: bash, " in ran.err) == (2, True)


def test_names_of_files_are_completed_as_shtab_does_it() -> None:
    assert shtab.FILE.items() <= FILE_COMPLETION.items(), "an older shtab knows fewer shells"


@pytest.mark.parametrize(
    ("words", "missing", "extra"),
    [(["completion", "bash"], "shtab", "cli"), (["emulator"], "starlette", "emulator")],
)
def test_a_missing_package_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], missing: str, extra: str
) -> None:
    for name in [name for name in sys.modules if name.startswith(("clix.emulator._", missing))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    ran = run(*words)
    assert (ran.code, f"pip install 'clix-sdk[{extra}]'" in ran.err) == (2, True)


def test_a_reader_that_leaves_early_is_no_error(emulator: RunningEmulator) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        command("completion", "bash"),
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(write)
    assert (ran.returncode, ran.stderr) == (1, "")


def test_a_terminal_without_unicode_gets_codes_instead_of_a_crash(emulator: RunningEmulator) -> None:
    ran = in_a_process("users", "create", "u1", "name=Zoë", "--json", PYTHONIOENCODING="ascii")
    assert (ran.code, ran.out.isascii()) == (0, True)
    assert '"name": "Zo\\u00eb"' in ran.out


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signal by which one program asks another to end"
)
def test_ctrl_c_during_a_call_tells_its_fate(emulator: RunningEmulator) -> None:
    with subprocess.Popen(
        command("send", "slow_20s", "--title", "Hi"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not emulator.state.messages and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "it may have been processed" in err
    assert "Traceback" not in err


def test_help_costs_little_more_than_python_itself() -> None:
    def cpu_seconds(*words: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, check=True, timeout=60)
        after = os.times()
        return after.children_user - before.children_user + after.children_system - before.children_system

    cpu_seconds("-m", "clix", "--help")
    bare = min(cpu_seconds("-c", "pass") for _ in range(3))
    # On a busy machine the same work takes more seconds of the CPU; one quiet moment is enough to show the cost.
    assert any(cpu_seconds("-m", "clix", "--help") - bare < 0.12 for _ in range(10))


def test_help_imports_neither_the_http_engine_nor_rich() -> None:
    code = "import sys; from clix.cli import main; main(['--help']); print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(ran.stdout.rsplit("\n", 2)[-2].split())
    assert loaded.isdisjoint({"httpx", "rich", "asyncio", "attrs", "orjson", "shtab", "clix._client"})


def test_the_exit_code_of_the_program_is_that_of_main(monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_a_process("send").code == main(["send"]) == 2
