"""What must and must not be in the wheel and in the source archive."""

from __future__ import annotations

import tarfile
import zipfile
from pathlib import Path

from packaging.metadata import InvalidMetadata, Metadata

from .errors import ReleaseError

PACKAGES = ("clix", "clix_api_client")
_BESIDE_THE_PACKAGES = {"openapi.yaml", "generator-config.yaml", "CHANGELOG.md"}
_ALWAYS_IN_A_SOURCE_ARCHIVE = {"PKG-INFO", "LICENSE", "README.md", "pyproject.toml", ".gitignore"}


def check_wheel(wheel: Path, sources: Path) -> str:
    """Every file of both packages, their type markers, the licence, and nothing else.

    Args:
        wheel: the file.
        sources: the tree that it was built from.

    Raises:
        ReleaseError: naming the first file that is missing or too much.
    """
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {
        path.relative_to(sources).as_posix() for package in PACKAGES for path in _files(sources / package)
    }
    _require({f"{package}/py.typed" for package in PACKAGES} | wanted, names, wheel)
    beside = {name for name in names - wanted if ".dist-info/" not in name}
    if beside:
        raise ReleaseError(f"{wheel.name} holds {min(beside)}, which is not of the packages")
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in names):
        raise ReleaseError(f"{wheel.name} lacks the licence")
    return f"{len(wanted)} files of {' and '.join(PACKAGES)}, typed, with the licence"


def check_source_archive(archive: Path) -> str:
    """The packages and what they are generated from; no tests, no tools.

    Raises:
        ReleaseError: naming the first file that is missing or too much.
    """
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    tops = {name.partition("/")[0] for name in names}
    wanted = {*PACKAGES, *_BESIDE_THE_PACKAGES, *_ALWAYS_IN_A_SOURCE_ARCHIVE}
    _require(wanted, tops, archive)
    if tops - wanted:
        raise ReleaseError(f"{archive.name} holds {min(tops - wanted)}, which does not belong there")
    return f"{len(names)} files, the packages and what they are made from"


def check_metadata(wheel: Path, version: str) -> str:
    """What PyPI checks when it takes the file, and what it would show.

    Raises:
        ReleaseError: a field is malformed, or the description is missing.
    """
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        raw = archive.read(name)
    try:
        metadata = Metadata.from_email(raw, validate=True)
    except* InvalidMetadata as errors:
        raise ReleaseError(f"{wheel.name}: {errors.exceptions[0]}") from None
    if str(metadata.version) != version:
        raise ReleaseError(f"{wheel.name} is of version {metadata.version}, not {version}")
    if metadata.description_content_type != "text/markdown" or not (metadata.description or "").strip():
        raise ReleaseError(f"{wheel.name} carries no Markdown description")
    return f"valid, {metadata.name} {metadata.version}, licence {metadata.license_expression}"


def _require(wanted: set[str], present: set[str], archive: Path) -> None:
    if wanted - present:
        raise ReleaseError(f"{archive.name} lacks {min(wanted - present)}")


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
