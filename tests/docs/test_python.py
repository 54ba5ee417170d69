"""Every block of Python of the documentation runs, against the emulator."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from clix.testing import ClixEmulator
from tests.docs import names
from tests.docs.blocks import ROOT, Block, blocks, pages_with
from tests.docs.running import Page
from tests.docs.shell import output_of

RUN_ELSEWHERE = {
    ("README.md", "shop.py"): "tests/integrations/test_readme.py",  # started by uvicorn
    ("docs/recipes.md", None): "tests/integrations/test_recipes.py",  # each in its framework
}
"""The page and the file (None: all) that another test runs, and that test."""
QUICK_START = "docs/quick-start.md"
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto", "-W", "ignore")
EACH_PAGE_ALONE = """
import sys
from pathlib import Path

FILES = list(Path(__file__).parent.glob("*/*.py"))

def pytest_pycollect_makemodule(module_path):
    for file in FILES:  # another page's file of the same name
        sys.modules.pop(file.stem, None)
    sys.path.insert(0, str(module_path.parent))
"""


def is_run_elsewhere(block: Block) -> bool:
    return not {(block.page, None), (block.page, block.file_name)}.isdisjoint(RUN_ELSEWHERE)


def python_of(page: str) -> list[Block]:
    return [block for block in blocks("python") if block.page == page and not is_run_elsewhere(block)]


def files_of(page: str) -> dict[str, str]:
    """The files that a page shows; blocks of the same name continue a file."""
    files: defaultdict[str, str] = defaultdict(str)
    for block in python_of(page):
        name = block.file_name or (f"test_line_{block.line}.py" if block.tests else None)
        if name is not None:
            files[name] += block.text
    return files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the reader."""
    rows = [f"{row.to},{row.title}\n" for row in names.audience]
    (tmp_path / "audience.csv").write_text("".join(["to,title\n", *rows]))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["program.py", "audience.csv"])
    monkeypatch.setenv("CLIX_WEBHOOK_SECRET", "Bearer local")
    return tmp_path


@pytest.fixture
def log() -> Iterator[None]:
    """What a page says of logging is for its own program."""
    loggers = [logging.getLogger(name) for name in (None, "clix")]
    before = [(logger.handlers[:], logger.level) for logger in loggers]
    yield
    for logger, (handlers, level) in zip(loggers, before, strict=True):
        logger.handlers[:] = handlers
        logger.setLevel(level)


def read(page: str, emulator: ClixEmulator) -> None:
    """Run what the page shows, tests aside."""
    given = {name: value for name, value in vars(names).items() if name in names.__all__}
    with asyncio.Runner() as runner:
        with closing(Page({**given, "clix": emulator.session()}, runner)) as reader:
            for block in python_of(page):
                if not block.tests:
                    reader.run(block)


@pytest.mark.usefixtures("clix_environment", "folder", "log")
@pytest.mark.parametrize("page", pages_with("python"))
def test_the_python_of_a_page_runs(page: str, clix_emulator: ClixEmulator) -> None:
    read(page, clix_emulator)


@pytest.mark.usefixtures("clix_environment", "folder")
def test_the_programs_of_the_quick_start_print_what_it_shows(
    clix_emulator: ClixEmulator, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = [line for block in blocks("console") if block.page == QUICK_START for line in output_of(block)]

    read(QUICK_START, clix_emulator)

    assert shown == ["phone-1 delivered"]
    assert set(shown) <= set(capsys.readouterr().out.splitlines())


def test_the_tests_that_pages_show_pass(tmp_path: Path) -> None:
    tests = [test for page in pages_with("python") for block in python_of(page) for test in block.tests]
    for page in pages_with("python"):
        folder = tmp_path / page.replace("/", "-")
        folder.mkdir()
        for name, source in files_of(page).items():
            (folder / name).write_text(source, "utf-8")
    (tmp_path / "conftest.py").write_text(EACH_PAGE_ALONE)

    run = subprocess.run([sys.executable, *PYTEST], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert f"{len(tests)} passed" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize(("page", "file", "test"), [(*block, test) for block, test in RUN_ELSEWHERE.items()])
def test_what_runs_elsewhere_is_there_and_does(page: str, file: str | None, test: str) -> None:
    assert [block for block in blocks("python") if block.page == page and file in (None, block.file_name)]
    assert Path(page).name in (ROOT / test).read_text("utf-8")
