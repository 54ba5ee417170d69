"""CONTRIBUTING walks from a field that the provider added to a release; this walks the same way, on a copy."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tools.test_release_check import commit, git

ROOT = Path(__file__).parents[2]
PROVIDERS = Path(__file__).parent / "spec_diff" / "provider_like.json"
TREE = (
    *(
        "clix",
        "clix_api_client",
        "tools",
        "requirements",
        "openapi.yaml",
        "generator-config.yaml",
        "noxfile.py",
    ),
    *("pyproject.toml", "Makefile", "CHANGELOG.md", "README.md", "LICENSE", ".gitignore"),
)
USE = """
import asyncio, json, sys
import httpx
from clix import Clix

class Server(httpx.AsyncBaseTransport):
    async def handle_async_request(self, request):
        sent.append(json.loads(await request.aread()))
        result = {"message_id": "m", "status": "DELIVERY_RESULT_STATUS_SUCCEED", "carrier": "SKT"}
        return httpx.Response(200, json={"delivery_results": [result]}, request=request)

sent = []

async def main():
    async with Clix(project_id="p", api_key="clix_sk_test", transport=Server()) as clix:
        result = await HERE
    print(json.dumps([sent[0]["push_notifications"][0], result.deliveries[0].extra]))

asyncio.run(main())
"""


def _lines() -> dict[int, str]:
    """The numbered lines of the walk."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.split("## The provider added a field")[1].split("\n## ")[0]
    return {int(number): text for number, text in re.findall(r"^(\d+)\. (.*)$", section, re.MULTILINE)}


def _code(line: str, start: str) -> str:
    """What stands in backquotes and begins with `start`."""
    found: list[str] = [code for code in re.findall(r"`([^`]+)`", line) if code.startswith(start)]
    return found[0]


class Walk:
    """A copy of the tree, in which the page's commands are carried out with the packages of this environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in TREE:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, folder / name)
        git(folder, "init", "--quiet")

    def changed(self) -> set[str]:
        """The top of each path that is not committed."""
        return {line[3:].split("/")[0] for line in git(self.folder, "status", "--porcelain").splitlines()}

    def make(self, line: int) -> tuple[int, str]:
        """Carry out the page's `make`: the exit code of the last command that make would run, and what was said."""
        command = _code(_lines()[line], "make").split()
        preview = [*command, "--just-print", "--no-print-directory"]
        told = subprocess.run(preview, cwd=self.folder, check=True, capture_output=True, text=True).stdout
        code, said = 0, ""
        for recipe in told.splitlines():
            if "tools/environment.py" not in recipe and code == 0:
                code, output = self.run(*_words(recipe))
                said += output
        return code, said

    def run(self, *command: str) -> tuple[int, str]:
        run = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False
        )
        return run.returncode, run.stdout + run.stderr

    def use(self) -> Any:
        """What is sent and what is read when the page's own call is made."""
        code, said = self.run(
            sys.executable, "-c", USE.replace("HERE", _code(_lines()[2], "clix.messages.send"))
        )
        assert code == 0, said
        return json.loads(said)


def _words(recipe: str) -> list[str]:
    words = recipe.replace('"', "").split()
    assert words[0] == ".venv/bin/python"
    return [sys.executable, *words[1:]]


@pytest.fixture
def walk(tmp_path: Path) -> Walk:
    document = copy.deepcopy(json.loads(PROVIDERS.read_text(encoding="utf-8")))
    schemas = document["components"]["schemas"]
    _with_property(schemas, "image_url")["ttl"] = {"type": "integer"}
    _with_property(schemas, "additional_params")["carrier"] = {"type": "string"}
    started = Walk(tmp_path)
    (tmp_path / "provider.json").write_text(json.dumps(document), encoding="utf-8")
    pyproject = (tmp_path / "pyproject.toml").read_text("utf-8").replace('public-address = ""', "")
    table = "" if "[tool.clix]" in pyproject else "\n[tool.clix]\n"
    pyproject = (pyproject + table).replace(
        "[tool.clix]", '[tool.clix]\npublic-address = "https://example.org"'
    )
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    commit(tmp_path)
    return started


def _with_property(value: Any, name: str) -> Any:
    """The properties, wherever they are, of the one object that has this one."""
    found = [item["properties"] for item in _objects(value) if name in item.get("properties", ())]
    assert len(found) == 1
    return found[0]


def _objects(value: Any) -> list[Any]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    below = [item for child in children for item in _objects(child)]
    return [value, *below] if isinstance(value, dict) else below


def test_the_walk_has_ten_lines_whose_commands_exist() -> None:
    lines = _lines()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = [code.split()[1:] for line in lines.values() for code in re.findall(r"`make ([^`]+)`", line)]
    assert list(lines) == list(range(1, 11))
    assert {word for words in commands for word in words if "=" not in word} <= targets


@pytest.mark.slow
@pytest.mark.xfail(reason="the walk from 0.2.0.dev0 to a first release is to be followed again", strict=False)
def test_the_walk_leads_from_the_providers_document_to_a_release(walk: Walk) -> None:
    tells = _code(_lines()[1], "POST")
    code, said = walk.make(1)
    assert (code, tells in said) == (1, True)

    used = [{"target": {"project_user_id": "user_123"}, "title": "Hi", "ttl": 60}, {"carrier": "SKT"}]
    assert walk.use() == used, "before anything was generated"

    code, said = walk.make(3)
    assert code == 0, said
    assert walk.changed() == {"openapi.yaml", "clix_api_client", "report.md"}
    (walk.folder / "report.md").unlink()

    code, said = walk.make(4)
    assert (code, tells in said) == (0, False)
    assert walk.make(5)[0] == 0
    assert walk.use() == used, "and with the new client"
    model = "from clix_api_client.models import PushNotification as P; print(P(ttl=60).to_dict())"
    assert walk.run(sys.executable, "-c", model) == (0, "{'ttl': 60}\n")

    commit(walk.folder)
    tag = _code(_lines()[9], "make").rpartition("=")[2]
    (walk.folder / "clix/_version.py").write_text(f'__version__ = "{tag[1:]}"\n')
    log = (walk.folder / "CHANGELOG.md").read_text(encoding="utf-8")
    news = f"## [Unreleased]\n\n## [{tag[1:]}] - 2026-01-02\n\n### Added\n\n- `ttl` of push notifications."
    released = log.replace("## [Unreleased]", news, 1)
    (walk.folder / "CHANGELOG.md").write_text(released, encoding="utf-8")
    assert walk.make(8)[0] == 0
    commit(walk.folder)
    code, said = walk.make(9)
    assert code == 0, said
    assert {file.suffix for file in (walk.folder / "dist").iterdir()} == {".whl", ".gz", ".md", ".json"}
