"""The steps, each told in one line; the first failure does not keep the others from being told."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.public_api.cli import REPOSITORY
from tools.public_api.cli import check as check_public_api
from tools.public_api.errors import PublicAPIError
from tools.public_api.versions import next_version

from .archives import check_metadata, check_source_archive, check_wheel
from .build import Built, build_twice, commit_time, try_wheel
from .claims import check_tree, check_version, release_notes
from .errors import ReleaseError
from .sbom import make_sbom


class Report:
    """Runs steps and tells each."""

    def __init__(self) -> None:
        self.failed = 0

    def step(self, name: str, run: Callable[[], str]) -> None:
        """Run one step; its result says what is well."""
        try:
            print(f"ok    {name}: {run()}")
        except (ReleaseError, PublicAPIError) as error:
            self.failed += 1
            print(f"FAIL  {name}: {error}")


def main(arguments: Sequence[str] | None = None, repository: Path = REPOSITORY) -> int:
    """Run the command line; the result is the exit code: 0 when the release can be made, else 1."""
    parser = argparse.ArgumentParser(
        prog="release_check", description="Do all of a release that can be done here."
    )
    parser.add_argument("--tag", help="the tag that the release will have, for example v1.2.3")
    options = parser.parse_args(arguments)
    report = Report()
    report.step("version", lambda: check_version(repository, options.tag or None))
    report.step("public API", lambda: check_public_api(repository))
    report.step("notes", lambda: f"{len(release_notes(repository).splitlines())} lines")
    report.step("tree", lambda: check_tree(repository))
    with tempfile.TemporaryDirectory() as scratch:
        _check_files(report, repository, Path(scratch))
    print(
        f"\n{report.failed} of the steps failed; nothing to publish."
        if report.failed
        else "\nReady to publish."
    )
    return 1 if report.failed else 0


def _check_files(report: Report, repository: Path, scratch: Path) -> None:
    version, epoch = str(next_version(repository)), commit_time(repository)
    made: list[tuple[Path, Built]] = []

    def build() -> str:
        made.append(build_twice(repository, scratch, epoch))
        return "two builds are the same, byte for byte"

    report.step("build", build)
    if made:
        sources, built = made[0]
        report.step("wheel", lambda: check_wheel(built.wheel, sources))
        report.step("source archive", lambda: check_source_archive(built.source_archive))
        report.step("metadata", lambda: check_metadata(built.wheel, version))
        report.step("installed", lambda: try_wheel(built.wheel, scratch, version))
        report.step("SBOM", lambda: _write_sbom(sources, scratch, version, epoch))
        if not report.failed:
            _keep(built, scratch, repository)


def _write_sbom(sources: Path, scratch: Path, version: str, epoch: str) -> str:
    sbom = make_sbom(sources, version, epoch)
    (scratch / "sbom.cdx.json").write_text(json.dumps(sbom, indent=2) + "\n", encoding="utf-8")
    return f"{len(sbom['components'])} components, CycloneDX {sbom['specVersion']}"


def _keep(built: Built, scratch: Path, repository: Path) -> None:
    """Leave in dist/ what is published, and nothing of earlier runs."""
    dist = repository / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    (dist / "release-notes.md").write_text(release_notes(repository), encoding="utf-8")
    print()
    for file in (*built, scratch / "sbom.cdx.json"):
        kept = shutil.copy(file, dist)
        print(f"sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}  {Path(kept).relative_to(repository)}")
