"""What docs/emulator.md says is what the emulator does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from clix.emulator._faults.forms import read_header, read_rule
from clix.emulator._faults.magic import MAGIC_USERS, magic_devices
from clix.emulator._faults.reasons import FAILURE_REASONS
from clix.emulator._serve.cli import _parser
from clix.emulator._state.records import Target

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"
TEXT = PAGE.read_text("utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in re.split(r"^#+ ", TEXT, flags=re.MULTILINE)}


def rules() -> list[str]:
    """The JSON of rules, and conditions put into a rule."""
    cells = [line.partition(" | ")[0] for line in SECTIONS["Faults"].splitlines() if line.startswith("| `")]
    codes = [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]
    inline = re.findall(r"`(\{[^`]+\})`", SECTIONS["Faults"])
    return [code if code.startswith("{") else f'{{"status": 500, {code}}}' for code in [*codes, *inline]]


def test_the_page_tells_every_option() -> None:
    told = set(re.findall(r"`(--[\w-]+)", SECTIONS["Start it"]))
    known = {name for action in _parser()._actions for name in action.option_strings if name.startswith("--")}

    assert told == known - {"--help"}


@pytest.mark.parametrize("rule", rules())
def test_a_rule_on_the_page_is_understood(rule: str) -> None:
    fault, _ = read_rule(json.loads(rule))

    assert str(fault)


def test_the_header_on_the_page_is_understood() -> None:
    (value,) = re.findall(r"X-Clix-Emulator-Fault: ([^']+)'", TEXT)

    assert read_header(value).status == 503


def test_the_page_tells_every_reason() -> None:
    assert [name for name in FAILURE_REASONS if f"`{name}`" not in SECTIONS["Faults"]] == []


def test_the_page_tells_every_magic_user() -> None:
    told = re.findall(r"`(\w+)`", SECTIONS["Magic users"])

    assert [user for user in MAGIC_USERS if user not in told] == []
    assert [user for user in told if not magic_devices(Target("project_user_id", user))] == []


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"GET[^|{}]*? (/_emulator/\w+)", TEXT)) - {"/_emulator/stream"})
)
async def test_an_address_on_the_page_answers(path: str, api: httpx.AsyncClient) -> None:
    assert (await api.get(path)).status_code == 200


async def test_what_the_page_posts_is_accepted(api: httpx.AsyncClient) -> None:
    commands = re.findall(r"curl http://127\.0\.0\.1:8787(/_emulator/\w+) -d '(.*?)'\n", TEXT, re.DOTALL)

    answers = [(await api.post(path, content=body)).status_code for path, body in commands]

    assert answers == [201, 201, 201]


def test_every_image_of_the_page_exists() -> None:
    assert [
        name for name in re.findall(r"\]\((images/[^)]+)\)", TEXT) if not (PAGE.parent / name).is_file()
    ] == []
