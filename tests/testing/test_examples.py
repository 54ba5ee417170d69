"""What the documentation shows is run as it stands there, and so is the example."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "testing-your-app.md"
BLOCK = re.compile(r"^```(python|ini)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# (\w+\.\w+)\n")


def files_of_page() -> dict[str, str]:
    """The blocks of the page: each begins with the name of its file, and continues that file."""
    files: defaultdict[str, str] = defaultdict(str)
    for language, source in BLOCK.findall(PAGE.read_text("utf-8")):
        name = FILE_NAME.match(source)
        assert name is not None, f"a {language} block does not say which file it is:\n{source}"
        files[name[1]] += source
    return files


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_every_block_of_the_page_runs(tmp_path: Path) -> None:
    files = files_of_page()
    for name, source in files.items():
        (tmp_path / name).write_text(source, "utf-8")

    run = run_pytest(tmp_path)

    tests = sum(source.count("def test_") for source in files.values())
    assert f"{tests} passed" in run.stdout, run.stdout + run.stderr


def test_the_example_application_passes_its_own_tests() -> None:
    run = run_pytest(ROOT / "examples" / "testing")

    assert "8 passed" in run.stdout, run.stdout + run.stderr


def test_the_page_names_every_fixture() -> None:
    plugin = (ROOT / "clix" / "testing" / "plugin.py").read_text("utf-8")
    fixtures = re.findall(r"@pytest\.fixture\ndef (\w+)", plugin)

    assert len(fixtures) == 8
    assert [name for name in fixtures if f"| `{name}` |" not in PAGE.read_text("utf-8")] == []
