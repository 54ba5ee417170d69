"""A release cannot break what the last one promised without its version saying so."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path

import pytest

from tools.public_api.cli import REPOSITORY, main
from tools.public_api.record import RECORD, read_record

FACADE = {
    "clix/__init__.py": """
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from ._client import Clix as Clix
            from ._types import Answer as Answer
            from ._types import NotSentError as NotSentError
            from ._types import Push as Push

        __all__ = ["Answer", "Clix", "NotSentError", "Push"]
    """,
    "clix/_client.py": """
        from .resources.messages import LARGEST, Messages

        class Clix:
            "A session."

            messages: Messages

            def __init__(self, *, key: str, proxy: str | None = None) -> None: ...
            def options(self, deadline: float = 60.0, *, priority: str = "normal", size: int = LARGEST) -> None: ...
    """,
    "clix/_types.py": """
        from attrs import field, frozen

        class NotSentError(ConnectionError, ValueError): ...

        @frozen(kw_only=True)
        class Push:
            to: str = field(kw_only=False)
            title: str | None = None
            tags: list[str] = field(factory=list)

        @frozen
        class _Base:
            meta: str

        @frozen
        class Answer(_Base):
            text: str = ""

            @property
            def is_long(self) -> bool: ...
    """,
    "clix/resources/messages.py": """
        LARGEST = 500

        class Messages:
            def __init__(self, caller: object) -> None: ...
            async def send(self, to: str, *, title: str | None = None) -> str: ...
            async def _run(self) -> None: ...
    """,
    "clix/webhooks/__init__.py": """
        from ._event import Event, parse

        __all__ = ["Event", "parse"]
    """,
    "clix/webhooks/_event.py": """
        class Event:
            name: str

        def parse(body: bytes) -> Event: ...
    """,
    "clix/cli/__init__.py": "def main() -> int: ...",
    "clix/resources/__init__.py": "",
    "clix/_version.py": '__version__ = "0.3.1"',
    "clix_api_client/__init__.py": "",
    "clix_api_client/models.py": """
        from attrs import define as _attrs_define

        @_attrs_define
        class Device:
            id: str
            model: str = ""
    """,
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [0.3.1] - 2026-01-05\n",
    str(RECORD): "The public API as of release nothing. Written by `make record-api`; do not edit.\n",
}


class Tree:
    """A small copy of the project, with a release 0.3.1 that was recorded."""

    def __init__(self, root: Path, said: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._said = said
        for name, text in FACADE.items():
            self.write(name, textwrap.dedent(text).strip() + "\n")
        assert main(["--record"], root) == 0, said.readouterr().err
        said.readouterr()

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def check(self, *arguments: str) -> tuple[int, str]:
        """The exit code, and everything that was said."""
        code = main(arguments, self.root)
        captured = self._said.readouterr()
        return code, captured.out + captured.err


@pytest.fixture
def tree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tree:
    return Tree(tmp_path, capsys)


BREAKS = {
    "a removed parameter": (
        ("clix/resources/messages.py", "to: str, *, title: str | None = None", "to: str"),
        "clix/resources/messages.py:5: clix.Clix.messages.send(title): is taken no more",
    ),
    "a changed default": (
        ("clix/_client.py", "deadline: float = 60.0", "deadline: float = 30.0"),
        "clix/_client.py:9: clix.Clix.options(deadline): parameter default was changed: 60.0 -> 30.0",
    ),
    "a default that is a constant of another value": (
        ("clix/resources/messages.py", "LARGEST = 500", "LARGEST = 100"),
        "clix/_client.py:9: clix.Clix.options(size): parameter default was changed: 500 -> 100",
    ),
    "a newly required parameter": (
        ("clix/_client.py", "proxy: str | None = None", "proxy: str | None"),
        "clix/_client.py:8: clix.Clix.__init__(proxy): is required now",
    ),
    "a new required parameter": (
        ("clix/_client.py", "key: str,", "key: str, project: str,"),
        "clix/_client.py:8: clix.Clix.__init__(project): is new and required",
    ),
    "a parameter that became keyword-only": (
        ("clix/_client.py", "deadline: float = 60.0, *, priority", "*, deadline: float = 60.0, priority"),
        "clix/_client.py:9: clix.Clix.options(deadline): parameter kind was changed",
    ),
    "a removed name": (
        ("clix/__init__.py", '["Answer", "Clix"', '["Clix"'),
        "clix/__init__.py:1: clix.Answer: is gone",
    ),
    "a removed method": (
        ("clix/resources/messages.py", "async def send", "async def _send"),
        "clix/resources/messages.py:3: clix.Clix.messages.send: is gone",
    ),
    "a method that is not awaited any more": (
        ("clix/resources/messages.py", "async def send", "def send"),
        "clix/resources/messages.py:5: clix.Clix.messages.send: is not awaited any more",
    ),
    "a function that must be awaited": (
        ("clix/webhooks/_event.py", "def parse", "async def parse"),
        "clix/webhooks/_event.py:4: clix.webhooks.parse: must be awaited now",
    ),
    "a session's attribute that is removed": (
        ("clix/_client.py", "messages: Messages", "_messages: Messages"),
        "clix/_client.py:3: clix.Clix.messages: is gone",
    ),
    "a field of an attrs class that became required": (
        ("clix/_types.py", "title: str | None = None", "title: str | None"),
        "clix/_types.py:5: clix.Push.__init__(title): is required now",
    ),
    "a field that lost its factory": (
        ("clix/_types.py", "field(factory=list)", "field()"),
        "clix/_types.py:5: clix.Push.__init__(tags): is required now",
    ),
    "a field that is keyword-only now": (
        ("clix/_types.py", "to: str = field(kw_only=False)", "to: str"),
        "clix/_types.py:5: clix.Push.__init__(to): parameter kind was changed: positional or keyword -> keyword-only",
    ),
    "an inherited field that is gone": (
        ("clix/_types.py", "meta: str", "other: str"),
        "clix/_types.py:15: clix.Answer.__init__(meta): is taken no more",
    ),
    "an error that is another kind of error": (
        ("clix/_types.py", "(ConnectionError, ValueError)", "(OSError, ValueError)"),
        "clix/_types.py:3: clix.NotSentError: is no ConnectionError any more",
    ),
    "a property that became a method": (
        ("clix/_types.py", "    @property\n", ""),
        "clix/_types.py:19: clix.Answer.is_long: public object points to a different kind of object: attribute -> function",  # noqa: E501
    ),
    "a field of the generated client": (
        ("clix_api_client/models.py", 'model: str = ""', ""),
        "clix_api_client/models.py:3: clix_api_client.models.Device.__init__(model): is taken no more",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_fails_and_is_named_with_its_place(tree: Tree, name: str) -> None:
    change, line = BREAKS[name]
    tree.change(*change)
    code, said = tree.check()
    assert code == 1
    assert f"  {line}" in said.splitlines()[1:-1] or any(
        text.startswith(f"  {line}") for text in said.splitlines()
    )


def test_a_class_that_moved_to_another_module_is_a_break_and_its_new_place_is_told(tree: Tree) -> None:
    tree.change("clix/webhooks/__init__.py", '["Event", "parse"]', '["parse"]')
    tree.write("clix/events.py", "class Event:\n    name: str\n")
    code, said = tree.check()
    assert code == 1
    assert "clix/webhooks/__init__.py:1: clix.webhooks.Event: is gone (there is clix.events.Event)" in said


def test_a_module_that_is_gone_is_a_break(tree: Tree) -> None:
    shutil.rmtree(tree.root / "clix/webhooks")
    code, said = tree.check()
    assert code == 1
    assert "clix.webhooks: is gone" in said


def test_what_to_do_is_said_at_the_end(tree: Tree) -> None:
    tree.change("clix/webhooks/_event.py", "body: bytes", "text: bytes")
    _, said = tree.check()
    assert (
        said.splitlines()[0]
        == "The public API breaks what 0.3.1 promised, and version 0.3.1 does not say so:"
    )
    assert said.splitlines()[-1].endswith(
        "set the version in clix/_version.py to 0.4.0 or higher and tell it in CHANGELOG.md."
    )


HARMLESS = {
    "a new optional parameter": ("clix/resources/messages.py", "title: str", "body: str = '', title: str"),
    "a new method": ("clix/_client.py", "    def options", "    def more(self) -> int: ...\n    def options"),
    "another docstring": ("clix/_client.py", '"A session."', '"Another sentence."'),
    "a new optional field": ("clix/_types.py", "tags: ", "body: str | None = None\n    tags: "),
    "a further kind of error": ("clix/_types.py", "(ConnectionError, ", "(ConnectionError, OSError, "),
    "a private method that is gone": (
        "clix/resources/messages.py",
        "    async def _run(self) -> None: ...\n",
        "",
    ),
    "a constructor that only we call": ("clix/resources/messages.py", "caller: object", "session: object"),
    "a function of the command": ("clix/cli/__init__.py", "main", "run"),
    "a required parameter that became optional": ("clix/_client.py", "key: str", "key: str = ''"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_breaks_nobody_is_let_through(tree: Tree, name: str) -> None:
    tree.change(*HARMLESS[name])
    assert tree.check() == (0, "Public API against 0.3.1: nothing breaks.\n")


def test_a_class_may_move_between_private_modules(tree: Tree) -> None:
    (tree.root / "clix/_types.py").rename(tree.root / "clix/_values.py")
    tree.change("clix/__init__.py", "._types", "._values")
    assert tree.check() == (0, "Public API against 0.3.1: nothing breaks.\n")


@pytest.mark.parametrize("version", ["0.4.0", "0.4.0rc1", "1.0.0"])
def test_a_break_is_let_through_and_told_when_the_version_says_so(tree: Tree, version: str) -> None:
    tree.change("clix/webhooks/_event.py", "def parse", "def read")
    tree.change("clix/webhooks/__init__.py", "parse", "read")
    tree.write("clix/_version.py", f'__version__ = "{version}"\n')
    code, said = tree.check()
    assert code == 0
    assert said.splitlines() == [
        f"Public API against 0.3.1: 1 breaks, which version {version} announces.",
        "  clix.webhooks.parse: is gone",
    ]


@pytest.mark.parametrize("version", ["0.3.2", "0.3.9"])
def test_a_patch_does_not_announce_a_break(tree: Tree, version: str) -> None:
    tree.change("clix/webhooks/_event.py", "body: bytes", "text: bytes")
    tree.write("clix/_version.py", f'__version__ = "{version}"\n')
    assert tree.check()[0] == 1


def test_a_class_that_offers_itself_is_written_once(tree: Tree) -> None:
    tree.change("clix/resources/messages.py", "class Messages:", "class Messages:\n    urgent: Messages")
    assert tree.check() == (0, "Public API against 0.3.1: nothing breaks.\n")


def test_an_export_that_leads_nowhere_is_refused(tree: Tree) -> None:
    tree.change("clix/__init__.py", '"Push"]', '"Push", "Pull"]')
    assert tree.check() == (1, "clix.__all__ names Pull, which griffe does not find there\n")


def test_a_missing_record_is_refused(tree: Tree) -> None:
    (tree.root / RECORD).unlink()
    code, said = tree.check()
    assert code == 1
    assert said.startswith("released.txt is missing: it tells what the last release promised")


@pytest.mark.parametrize(
    "text", ["", "{}", "The public API as of release 0.3.1. Written by `make record-api`; do not edit.\n"]
)
def test_a_record_of_nothing_is_refused(tree: Tree, text: str) -> None:
    tree.write(str(RECORD), text)
    assert tree.check()[0] == 1


def test_a_release_that_was_not_recorded_is_refused(tree: Tree) -> None:
    tree.change("CHANGELOG.md", "## [0.3.1]", "## [0.3.2] - 2026-02-03\n\n## [0.3.1]")
    code, said = tree.check()
    assert code == 1
    assert said.startswith("CHANGELOG.md tells of release 0.3.2, tools/public_api/released.txt of 0.3.1.")


def test_before_the_first_release_it_says_loudly_that_nothing_was_compared(tree: Tree) -> None:
    tree.write(str(RECORD), FACADE[str(RECORD)])
    tree.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n")
    code, said = tree.check()
    assert code == 0
    assert said.startswith("PUBLIC API: NOT COMPARED.")


def test_a_release_that_breaks_too_much_is_not_recorded(tree: Tree) -> None:
    before = read_record(tree.root / RECORD)
    tree.change("clix/webhooks/_event.py", "body: bytes", "text: bytes")
    tree.write("clix/_version.py", '__version__ = "0.3.2"\n')
    tree.change("CHANGELOG.md", "## [0.3.1]", "## [0.3.2] - 2026-02-03\n\n## [0.3.1]")
    code, said = tree.check("--record")
    assert (code, read_record(tree.root / RECORD)) == (1, before)
    assert "clix.webhooks.parse(body): is taken no more" in said


def test_a_release_that_the_changelog_does_not_tell_of_is_not_recorded(tree: Tree) -> None:
    tree.write("clix/_version.py", '__version__ = "0.4.0"\n')
    assert tree.check("--record") == (
        1,
        "CHANGELOG.md's first release is not 0.4.0; move *Unreleased* under it first.\n",
    )


def test_the_projects_own_record_is_one() -> None:
    read_record(REPOSITORY / RECORD)
