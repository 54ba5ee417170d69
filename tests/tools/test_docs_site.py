"""The reference has every public name, and every call an example."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from griffe import DocstringSectionAttributes, load_extensions, temporary_visited_package

from clix import Clix, Target
from clix.resources.campaigns import Campaigns
from clix.resources.devices import DeviceRegistry
from clix.resources.events import EventTracking
from clix.resources.live_activities import LiveActivities
from clix.resources.messages import Messages
from clix.resources.users import Users
from clix.testing import ClixEmulator, FaultControl, Outbox
from clix.webhooks import WebhookReceiver
from tools.docs_site.attribute_lists import AttributeLists
from tools.docs_site.docstring_examples import examples, fenced

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PACKAGES = (
    "clix",
    "clix.bulk",
    "clix.emulator",
    "clix.testing",
    "clix.webhooks",
    "clix.integrations.fastapi",
)
CALLED = (
    *(Clix, Users, Messages, Campaigns, LiveActivities, EventTracking, DeviceRegistry),
    *(ClixEmulator, FaultControl, Outbox, Target, WebhookReceiver),
)
"""The classes whose methods people call."""


def documented() -> list[str]:
    pages = (page.read_text("utf-8") for page in REFERENCE.glob("*.md"))
    return [name for page in pages for name in re.findall(r"^::: ([\w.]+)$", page, re.MULTILINE)]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_in_the_reference(package: str) -> None:
    known = {name.rpartition(".")[2] for name in documented()}
    assert set(import_module(package).__all__) - known == {"__version__"} & set(
        import_module(package).__all__
    )


def test_no_name_is_there_twice() -> None:
    assert [name for name, times in Counter(documented()).items() if times > 1] == []


@pytest.mark.parametrize("of", CALLED, ids=lambda of: of.__name__)
def test_every_call_has_an_example(of: type) -> None:
    calls = [name for name, call in vars(of).items() if inspect.isroutine(call) and not name.startswith("_")]
    assert [name for name in calls if not examples(inspect.getdoc(getattr(of, name)) or "")] == []


def test_an_example_of_a_docstring_becomes_a_block_of_python() -> None:
    docstring = "Say it.\n\nExample:\n    async with a:\n        b()\n\n    c()\n\nRaises:\n    E: never."
    assert examples(docstring) == ["async with a:\n    b()\n\nc()"]
    assert "**Example**\n\n```python\nasync with a:\n    b()\n\nc()\n```\n\nRaises:" in fenced(docstring)


def test_attributes_become_a_list_in_the_description_of_their_class() -> None:
    source = """
class Box:
    \"\"\"A box.\"\"\"
    size: int = 3
    \"\"\"In items.\"\"\"
    _hidden: int = 0
    name: str
    other = name

    def open(self) -> None: ...
"""
    extensions = load_extensions(AttributeLists())
    with temporary_visited_package("shop", {"__init__.py": source}, extensions=extensions) as package:
        box = package["Box"]
        (section,) = [each for each in box.docstring.parsed if isinstance(each, DocstringSectionAttributes)]
        assert [(each.name, each.description) for each in section.value] == [
            ("size", "In items. Default `3`."),
            ("name", ""),
        ]
        assert list(box.members) == ["open"]
