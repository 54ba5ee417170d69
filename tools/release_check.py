"""Do all of a release that needs no key, and leave in dist/ what is published. `make release-check` calls it.

    python -m tools.release_check --tag v1.2.3

build, twine, check-wheel-contents and cyclonedx-py do their part. This adds what they do not say: version, notes, tag
and record agree, everything is committed, two builds are the same bytes, and the wheel loads where nothing else is.
"""

from __future__ import annotations

import argparse
import filecmp
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
_TRY = """
import clix, clix_api_client
for name in clix.__all__:
    getattr(clix, name)
assert clix.__version__ == "{version}", clix.__version__
print("The wheel installs and loads", len(clix.__all__), "names.")
"""


def version_of(repository: Path) -> str:
    """The version of the tree."""
    assigned = (repository / "clix/_version.py").read_text("utf-8").partition('__version__ = "')[2]
    return assigned.partition('"')[0]


def release_notes(repository: Path, version: str) -> str:
    """What CHANGELOG.md says below the heading of the version; empty without a dated heading."""
    heading = rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d\n(.*?)(?=^## \[|\Z)"
    found = re.search(heading, (repository / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return f"{found[1].strip()}\n" if found and found[1].strip() else ""


def complaints(repository: Path, tag: str | None) -> Iterator[str]:
    """What keeps the tree from being released."""
    version = version_of(repository)
    if tag and tag != f"v{version}":
        yield f"The tag is {tag}, the version in clix/_version.py is {version}."
    if not release_notes(repository, version):
        yield f"CHANGELOG.md has no section '## [{version}] - YYYY-MM-DD' with text in it."
    if f"as of release {version}." not in (repository / "tools/public_api/released.txt").read_text("utf-8"):
        yield f"The recorded public API is not that of {version}. Run `make record-api`."
    pyproject = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    if not pyproject["tool"].get("clix", {}).get("public-address"):
        yield "The project has no public address. Set `public-address` under [tool.clix] in pyproject.toml."
    if changed := git(repository, "status", "--porcelain").decode():
        yield f"Not committed:\n{changed.rstrip()}"


def git(repository: Path, *arguments: str) -> bytes:
    """What git prints."""
    return subprocess.run(["git", *arguments], cwd=repository, check=True, capture_output=True).stdout


def run(folder: Path, *command: object, **environment: str) -> None:
    """Run a module of this environment, its output shown."""
    words = [sys.executable, "-m", *map(str, command)]
    subprocess.run(words, cwd=folder, check=True, env={**os.environ, **environment})


def build(repository: Path, sources: Path, dist: Path) -> list[Path]:
    """The source archive and the wheel of what is committed, with the commit's time in them."""
    with tarfile.open(fileobj=io.BytesIO(git(repository, "archive", "HEAD"))) as committed:
        committed.extractall(sources, filter="data")
    epoch = git(repository, "log", "-1", "--format=%ct").decode().strip()
    run(sources, "build", "--no-isolation", "--outdir", dist, SOURCE_DATE_EPOCH=epoch)
    return sorted(dist.iterdir())


def check_files(sources: Path, files: list[Path], version: str, scratch: Path) -> Path:
    """Ask the tools, then install the wheel and load every public name; the result is the wheel."""
    wheel = next(file for file in files if file.suffix == ".whl")
    run(sources, "twine", "check", "--strict", *files)
    run(sources, "check_wheel_contents", wheel)
    run(scratch, "uv", "venv", "--quiet", "empty")
    run(scratch, "uv", "pip", "install", "--quiet", "--python", "empty", wheel)
    python = scratch / "empty" / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-I", "-c", _TRY.format(version=version)], cwd=scratch, check=True)
    return wheel


def write_sbom(sources: Path, wheel: Path, version: str, scratch: Path) -> Path:
    """Describe as CycloneDX what the wheel installs with all of its extras."""
    pyproject, file = sources / "pyproject.toml", scratch / "sbom.cdx.json"
    text = pyproject.read_text("utf-8")
    extras = ",".join(tomllib.loads(text)["project"]["optional-dependencies"])
    run(scratch, "uv", "pip", "install", "--quiet", "--python", "empty", f"{wheel}[{extras}]")
    # cyclonedx-py reads a version that is written there, and no dynamic one.
    pyproject.write_text(text.replace('dynamic = ["version"]', f'version = "{version}"'), "utf-8")
    options = ("--pyproject", pyproject, "--output-reproducible", "--output-file", file)
    run(sources, "cyclonedx_py", "environment", *options, scratch / "empty")
    return file


def release(repository: Path, scratch: Path) -> None:
    """Build, check, and leave the files in dist/, with nothing of earlier runs."""
    version, sources = version_of(repository), scratch / "first"
    files = build(repository, sources, scratch / "dist")
    for file, again in zip(files, build(repository, scratch / "second", scratch / "again"), strict=True):
        if not filecmp.cmp(file, again, shallow=False):
            sys.exit(f"Two builds of {file.name} differ.")
    sbom = write_sbom(sources, check_files(sources, files, version, scratch), version, scratch)
    dist = repository / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    (dist / "release-notes.md").write_text(release_notes(repository, version), "utf-8")
    for file in (*files, sbom):
        shutil.copy(file, dist)


def main() -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(
        prog="release_check", description="Do all of a release that needs no key."
    )
    parser.add_argument("--tag", help="the tag that the release will have, for example v1.2.3")
    tag = parser.parse_args().tag
    if found := list(complaints(REPOSITORY, tag)):
        print("This tree cannot be released:", *found, sep="\n- ", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        try:
            release(REPOSITORY, Path(scratch))
        except subprocess.CalledProcessError as error:
            print(f"Failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
            return 1
    print("dist/ holds what can be published.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
