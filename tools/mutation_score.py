"""Change the code that decides fates, delays and rates in every small way, and count the changes that a test notices.

    python -m tools.mutation_score

Prints the changes that no test notices, and the score; fails below 85 %. What is changed, and which tests run,
stands in pyproject.toml under `tool.mutmut`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
WORK = REPOSITORY / "mutants"
LEAST = 85.0
"""Per cent."""


def score(stats: Mapping[str, int]) -> float:
    """The share of the changes that were noticed, in per cent; a change that never ends is noticed too."""
    tried = stats["total"] - stats["skipped"]
    if tried == 0:
        raise ValueError("nothing was changed: does tool.mutmut name modules that exist?")
    return 100.0 * (stats["killed"] + stats["timeout"]) / tried


def run() -> Mapping[str, int]:
    """Try every change, from the beginning: results of an earlier run do not know the tests of today."""
    shutil.rmtree(WORK, ignore_errors=True)
    _mutmut("run", quiet=not sys.stdout.isatty())
    _mutmut("export-cicd-stats", quiet=True)
    stats: Mapping[str, int] = json.loads((WORK / "mutmut-cicd-stats.json").read_text())
    return stats


def _mutmut(*arguments: str, quiet: bool) -> None:
    subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL if quiet else None,
        check=True,
    )


def main() -> int:
    """Run the command line; the result is the exit code."""
    try:
        stats = run()
    except subprocess.CalledProcessError as error:
        print(f"mutmut did not come to an end ({error}); do the tests pass without it?", file=sys.stderr)
        return 1
    _mutmut("results", quiet=False)
    reached = score(stats)
    print(f"{reached:.1f} % of {stats['total']} changes are noticed by a test; {LEAST:.0f} % are needed.")
    return 0 if reached >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
