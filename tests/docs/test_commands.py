"""Every command of the documentation exists, and takes the arguments that it is shown with."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import httpx
import pytest
from packaging.requirements import Requirement

from clix.cli._main import parse
from clix.emulator._serve.cli import _parser as emulator_parser
from clix.testing import ClixServer
from tests.docs.blocks import ROOT, Block, blocks
from tests.docs.shell import commands_of

EMULATOR = "127.0.0.1:8787"
SHELL = {"source", "sleep", "kill", "chromium", "pytest"}
"""What is no program of ours, and needs no more than its name."""
SETTINGS = {"CLIX_BASE_URL", "CLIX_PROJECT_ID", "CLIX_API_KEY"}


def check_make(words: Sequence[str], page: str) -> None:
    targets = re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(words) - set(targets) == {word for word in words if re.fullmatch(r"[A-Z]+=\S+", word)}


def check_pip(words: Sequence[str], page: str) -> None:
    """What we do not make ourselves is something that we develop with, so that it is known to work."""
    assert words[0] == "install"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / "dev.txt").read_text(), re.MULTILINE)
    own = re.compile(r"\.(?=\[|$)")  # the checkout, by its folder
    requirements = [own.sub(project["name"], word) for word in words[1:] if word != "-e"]
    for requirement in map(Requirement, requirements):
        if requirement.name == project["name"]:
            assert requirement.extras <= set(project["optional-dependencies"])
        else:
            assert requirement.name in locked


def check_clix(words: Sequence[str], page: str) -> None:
    if words[0] == "emulator":
        emulator_parser().parse_args(list(words[1:]))
    else:
        assert parse(list(words)).command == words[0]


def check_python(words: Sequence[str], page: str) -> None:
    match list(words):
        case ["-m", "clix", *arguments]:
            check_clix(arguments, page)
        case ["-m", module, *_]:
            assert importlib.util.find_spec(module) is not None
        case ["-c", code]:
            compile(code, page, "exec")
        case [script, *_]:
            assert_is_shown(script, page)
        case _:
            pytest.fail("python without a program")


def check_server(words: Sequence[str], page: str) -> None:
    """Uvicorn and Celery load a module of the reader's."""
    module = words[words.index("-A") + 1] if "-A" in words else words[-1].partition(":")[0]
    assert_is_shown(f"{module}.py", page)


def assert_is_shown(file: str, page: str) -> None:
    assert file in {block.file_name for block in blocks("python") if block.page == page}


def check_curl(words: Sequence[str], page: str) -> None:
    """Posts to the emulator are made by tests/emulator/test_documentation.py; a body is JSON."""
    urls = [word for word in words if word.startswith("http")]
    assert all(urlsplit(url).hostname == "127.0.0.1" for url in urls)
    if "-d" in words:
        json.loads(words[words.index("-d") + 1])


def check_export(words: Sequence[str], page: str) -> None:
    assert {word.partition("=")[0] for word in words} <= SETTINGS


def check_eval(words: Sequence[str], page: str) -> None:
    """What a command in the background prints."""
    (substitution,) = words
    program, *arguments, background = substitution.removeprefix("$(").removesuffix(")").split()
    assert background == "&"
    CHECKS[program](arguments, page)


CHECKS: Mapping[str, Callable[[Sequence[str], str], None]] = {
    ".venv/bin/python": check_python,
    "celery": check_server,
    "clix-py": check_clix,
    "curl": check_curl,
    "eval": check_eval,
    "export": check_export,
    "make": check_make,
    "pip": check_pip,
    "python": check_python,
    "uvicorn": check_server,
}


@pytest.mark.parametrize("block", blocks("console"), ids=str)
def test_the_commands_of_a_block_exist_and_take_their_arguments(block: Block) -> None:
    commands = commands_of(block)

    assert commands
    for program, *words in commands:
        assert program in {*CHECKS, *SHELL}, f"{program}: say in CHECKS how it is checked"
        if program not in SHELL:
            CHECKS[program](words, block.page)


def test_every_address_that_is_fetched_from_the_emulator_answers(clix_server: ClixServer) -> None:
    commands = [
        command for block in blocks("console") for command in commands_of(block) if command[0] == "curl"
    ]
    urls = [word for words in commands for word in words if EMULATOR in word and "-d" not in words]

    assert urls
    for url in urls:
        assert httpx.get(url.replace(f"http://{EMULATOR}", clix_server.url)).status_code == 200


@pytest.mark.parametrize(
    "line",
    [
        "make tset",
        "pip install 'clix-sdk[emulater]'",
        "pip install clixx",
        "pip install -e '.[emulater]'",
        "clix-py brodcast audience.csv",
        "clix-py send user_123 --titel Hi",
        "python -m clix emulator --sed 1",
        "python nowhere.py",
        "uvicorn nowhere:app",
        "curl http://127.0.0.1:8787/_emulator/faults -d '{'",
        "export CLIX_KEY=1",
        'eval "$(python -m clix emulater &)"',
        "clxi-py doctor",
    ],
)
def test_a_wrong_command_is_seen(line: str) -> None:
    block = Block("docs/page.md", 1, "console", line)
    with pytest.raises((AssertionError, SystemExit, ValueError)):
        test_the_commands_of_a_block_exist_and_take_their_arguments(block)
