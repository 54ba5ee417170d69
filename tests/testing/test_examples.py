"""The example of the testing kit passes, and the page tells every fixture; tests/docs runs what the page shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "testing-your-app.md"


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_the_example_application_passes_its_own_tests() -> None:
    run = run_pytest(ROOT / "examples" / "testing")

    assert "8 passed" in run.stdout, run.stdout + run.stderr


def test_the_page_names_every_fixture() -> None:
    plugin = (ROOT / "clix" / "testing" / "plugin.py").read_text("utf-8")
    fixtures = re.findall(r"@pytest\.fixture\ndef (\w+)", plugin)

    assert len(fixtures) == 8
    assert [name for name in fixtures if f"| `{name}` |" not in PAGE.read_text("utf-8")] == []
