"""A release cannot break what the last one promised without its version saying so."""

from __future__ import annotations

import importlib

import pytest

from clix import Clix, ClixSync
from tools.public_api.__main__ import (
    RECORD,
    REPOSITORY,
    UNRELEASED,
    PublicAPIError,
    check,
    newest_release,
    read_record,
    recorded,
)
from tools.public_api.compare import find_breaks
from tools.public_api.stubs import read_stubs

OLD = """\
class Clix():
    def __init__(*, key: str, proxy: str | None = None) -> None: ...
    class messages:
        async def send(self, to: str, *, title: str | None = None) -> str: ...
class NotSentError(ConnectionError, OSError):
    reason: str
def parse(body: bytes, *, strict: bool = True) -> str: ...
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("*, title: str | None = None", "**more: str", []),
        ("title: str | None = None", "body: str = '', title: str | None = None", []),
        (
            "to: str, *, title",
            "*, to: str, title",
            ["clix.Clix.messages.send(to): Parameter kind was changed"],
        ),
        ("class messages", "class _messages", ["clix.Clix.messages: Public object was removed"]),
        ("async def", "def", ["clix.Clix.messages.send: is no longer awaited"]),
        ("def parse", "async def parse", ["clix.parse: must be awaited now"]),
        (
            "key: str",
            "key: str, project: str",
            ["clix.Clix.__init__(project): Parameter was added as required"],
        ),
        ("= True", "= False", ["clix.parse(strict): Parameter default was changed: True -> False"]),
        ("(ConnectionError, ", "(", ["clix.NotSentError: is no longer a ConnectionError"]),
        ("(ConnectionError, ", "(ConnectionError, ValueError, ", []),
        (
            "reason: str",
            "def reason(self) -> str: ...",
            ["clix.NotSentError.reason: Public object points to"],
        ),
    ],
)
def test_a_break_is_named_by_its_public_path(old: str, new: str, told: list[str]) -> None:
    assert old in OLD
    found = find_breaks({"clix": OLD}, {"clix": OLD.replace(old, new)})
    assert len(found) == len(told)
    assert all(line.startswith(start) for line, start in zip(found, told, strict=True))


def test_a_module_that_is_gone_is_a_break() -> None:
    assert find_breaks({"clix.webhooks": OLD}, {}) == ["clix.webhooks: module was removed"]


@pytest.mark.parametrize(
    ("released", "coming", "allowed"),
    [
        ("0.3.1", "0.3.2", False),
        ("0.3.1", "0.4.0.dev0", True),
        ("1.2.0", "1.9.0", False),
        ("1.2.0", "2.0.0", True),
        (UNRELEASED, "0.2.0.dev0", True),
    ],
)
def test_only_some_versions_may_break(released: str, coming: str, *, allowed: bool) -> None:
    try:
        said = check({"clix": OLD}, {"clix": ""}, released, coming)
    except PublicAPIError as error:
        assert not allowed
        said = str(error)
    else:
        assert allowed
    assert "\n  clix.parse: Public object was removed" in said


def test_the_newest_release_is_the_first_numbered_section() -> None:
    assert newest_release("## [Unreleased]\n\n## [0.2.0] - 2026-01-02\n\n## [0.1.0]\n") == "0.2.0"
    assert newest_release("## [Unreleased]\n") == UNRELEASED


def test_a_record_is_read_as_it_was_written() -> None:
    stubs = {"clix": OLD, "clix.webhooks": "\n"}
    assert read_record(recorded("0.2.0", stubs)) == ("0.2.0", stubs)
    assert read_record(RECORD.read_text("utf-8"))[1]
    with pytest.raises(PublicAPIError, match=r"released\.txt is not what"):
        read_record("")


@pytest.mark.parametrize("cls", [Clix, ClixSync])
def test_the_stubs_show_what_users_reach(cls: type) -> None:
    stubs = read_stubs(REPOSITORY)["clix"].splitlines()
    exported = set(importlib.import_module("clix").__all__)
    written = {line.partition("(")[0].partition(" ")[2] for line in stubs}
    constants = {line.partition(":")[0] for line in stubs}
    assert exported <= written | constants | {"__version__"}

    start = next(number for number, line in enumerate(stubs) if line == f"class {cls.__name__}():")
    session = "\n".join(stubs[start:]).partition("\nclass ")[0]
    offered = [name for name in vars(cls(project_id="p", api_key="clix_sk_test")) if not name.startswith("_")]
    assert [name for name in offered if f"\n    class {name}:" not in session] == []
    assert "def __init__(*, project_id: str | None = None, api_key:" in session
