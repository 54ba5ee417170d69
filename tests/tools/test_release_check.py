"""A release is made only when everything that can be checked here is as it should be."""

from __future__ import annotations

import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.public_api.cli import REPOSITORY
from tools.public_api.cli import main as public_api
from tools.public_api.record import RECORD, Record, write_record
from tools.release_check.archives import check_metadata, check_source_archive, check_wheel
from tools.release_check.build import export
from tools.release_check.claims import check_tree, check_version, release_notes
from tools.release_check.cli import main
from tools.release_check.errors import ReleaseError
from tools.release_check.sbom import completed

CHANGELOG = """\
# Changelog

## [Unreleased]

## [0.2.0] - 2026-03-04

### Added

- Something.

## [0.1.0] - 2026-01-02

- The first.
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a release claims of itself, all of one mind."""
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "clix").mkdir()
    (tmp_path / "clix/_version.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / RECORD).parent.mkdir(parents=True)
    write_record(tmp_path / RECORD, Record("0.2.0", {"clix": "__all__ = []\n"}))
    return tmp_path


def test_version_changelog_record_and_tag_of_one_mind_are_well(tree: Path) -> None:
    assert (
        check_version(tree, "v0.2.0") == "0.2.0, as CHANGELOG.md and the recorded public API say and the tag"
    )


def test_a_version_that_the_changelog_does_not_tell_of_is_refused(tree: Path) -> None:
    (tree / "clix/_version.py").write_text('__version__ = "0.3.0"\n')
    with pytest.raises(
        ReleaseError, match=r"_version.py says 0.3.0, the first release of CHANGELOG.md is 0.2.0"
    ):
        check_version(tree, None)


def test_a_release_whose_api_was_not_recorded_is_refused(tree: Path) -> None:
    write_record(tree / RECORD, Record("0.1.0", {"clix": "__all__ = []\n"}))
    with pytest.raises(ReleaseError, match=r"is of 0\.1\.0; run `make record-api`"):
        check_version(tree, None)


def test_a_tag_of_another_version_is_refused(tree: Path) -> None:
    with pytest.raises(ReleaseError, match=r"the tag is v0\.2\.1, the version 0\.2\.0"):
        check_version(tree, "v0.2.1")


def test_the_notes_are_what_the_changelog_tells_of_the_version(tree: Path) -> None:
    assert release_notes(tree) == "### Added\n\n- Something.\n"


@pytest.mark.parametrize(
    ("heading", "complaint"),
    [
        ("## [0.2.0]", "needs a date"),
        ("## [0.2.0] - soon", "needs a date"),
        ("## [0.2.1] - 2026-03-04", "nothing of"),
    ],
)
def test_notes_without_a_date_or_of_another_version_are_refused(
    tree: Path, heading: str, complaint: str
) -> None:
    (tree / "CHANGELOG.md").write_text(CHANGELOG.replace("## [0.2.0] - 2026-03-04", heading))
    with pytest.raises(ReleaseError, match=complaint):
        release_notes(tree)


def test_a_version_that_nothing_is_told_of_is_refused(tree: Path) -> None:
    (tree / "CHANGELOG.md").write_text(CHANGELOG.replace("### Added\n\n- Something.\n", ""))
    with pytest.raises(ReleaseError, match=r"tells nothing of 0\.2\.0"):
        release_notes(tree)


def _commit(folder: Path) -> None:
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "A release"]):
        who = [
            "-c",
            "user.name=Somebody",
            "-c",
            "user.email=somebody@example.org",
            "-c",
            "commit.gpgsign=false",
        ]
        subprocess.run(["git", *who, *command], cwd=folder, check=True)


def test_a_file_that_is_not_committed_is_named(tree: Path) -> None:
    _commit(tree)
    assert check_tree(tree).startswith("clean at ")
    (tree / "new.py").touch()
    with pytest.raises(ReleaseError, match=r"^not committed: new\.py$"):
        check_tree(tree)


WHEEL = (
    "clix/__init__.py",
    "clix/py.typed",
    "clix_api_client/py.typed",
    "clix_sdk-0.2.0.dist-info/METADATA",
    "clix_sdk-0.2.0.dist-info/licenses/LICENSE",
)
METADATA = """\
Metadata-Version: 2.4
Name: clix-sdk
Version: 0.2.0
License-Expression: MIT
Description-Content-Type: text/markdown

# Clix
"""


def _wheel(folder: Path, *names: str, metadata: str = METADATA) -> Path:
    file = folder / "clix_sdk-0.2.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, metadata if name.endswith("METADATA") else "")
    return file


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for name in WHEEL[:3]:
        (tmp_path / "sources" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sources" / name).touch()
    return tmp_path / "sources"


def test_a_whole_wheel_is_well(tmp_path: Path, sources: Path) -> None:
    assert check_wheel(_wheel(tmp_path, *WHEEL), sources).startswith("3 files of clix and clix_api_client")


@pytest.mark.parametrize("missing", ["clix/__init__.py", "clix/py.typed", "clix_api_client/py.typed"])
def test_a_file_that_is_missing_from_the_wheel_is_named(tmp_path: Path, sources: Path, missing: str) -> None:
    with pytest.raises(ReleaseError, match=f"lacks {missing}"):
        check_wheel(_wheel(tmp_path, *(name for name in WHEEL if name != missing)), sources)


def test_a_wheel_without_the_licence_is_refused(tmp_path: Path, sources: Path) -> None:
    with pytest.raises(ReleaseError, match="lacks the licence"):
        check_wheel(_wheel(tmp_path, *WHEEL[:-1]), sources)


def test_a_wheel_with_tests_is_refused(tmp_path: Path, sources: Path) -> None:
    with pytest.raises(ReleaseError, match=r"holds tests/test_types\.py"):
        check_wheel(_wheel(tmp_path, *WHEEL, "tests/test_types.py"), sources)


def test_valid_metadata_are_told(tmp_path: Path) -> None:
    assert check_metadata(_wheel(tmp_path, *WHEEL), "0.2.0") == "valid, clix-sdk 0.2.0, licence MIT"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("License-Expression: MIT", "License-Expression: Nonsense", "license-expression"),
        ("Version: 0.2.0", "Version: 0.1.0", "is of version 0.1.0, not 0.2.0"),
        ("text/markdown", "text/plain", "no Markdown description"),
        ("# Clix", "", "no Markdown description"),
    ],
)
def test_metadata_that_pypi_would_not_take_or_show_are_refused(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    wheel = _wheel(tmp_path, *WHEEL, metadata=METADATA.replace(old, new))
    with pytest.raises(ReleaseError, match=complaint):
        check_metadata(wheel, "0.2.0")


IN_THE_SOURCE_ARCHIVE = (
    *("clix", "clix_api_client", "openapi.yaml", "generator-config.yaml", "CHANGELOG.md"),
    *("PKG-INFO", "LICENSE", "README.md", "pyproject.toml", ".gitignore"),
)


def _source_archive(folder: Path, *names: str) -> Path:
    file = folder / "clix_sdk-0.2.0.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(f"clix_sdk-0.2.0/{name}"), io.BytesIO())
    return file


def test_a_whole_source_archive_is_well(tmp_path: Path) -> None:
    assert check_source_archive(_source_archive(tmp_path, *IN_THE_SOURCE_ARCHIVE)).startswith("10 files")


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (IN_THE_SOURCE_ARCHIVE[1:], "lacks clix$"),
        ((*IN_THE_SOURCE_ARCHIVE, "tools/environment.py"), "holds tools, which does not belong there"),
    ],
)
def test_a_source_archive_that_lacks_or_has_too_much_is_refused(
    tmp_path: Path, names: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(ReleaseError, match=complaint):
        check_source_archive(_source_archive(tmp_path, *names))


SBOM = {
    "serialNumber": "urn:uuid:by-chance",
    "specVersion": "1.5",
    "metadata": {"timestamp": "now", "component": {"name": "clix-sdk"}},
    "components": [{"name": "httpx", "purl": "pkg:pypi/httpx@0.28.1"}, {"name": "clix-sdk"}],
}


def test_the_sbom_of_a_release_is_always_the_same_and_names_its_version() -> None:
    first, second = (completed(dict(SBOM), "0.2.0", "1767225600") for _ in range(2))
    assert first == second
    assert first["metadata"]["timestamp"] == "2026-01-01T00:00:00Z"
    assert first["metadata"]["component"]["purl"] == "pkg:pypi/clix-sdk@0.2.0"
    assert [component["name"] for component in first["components"]] == ["httpx"]


def test_an_sbom_without_a_component_is_refused() -> None:
    with pytest.raises(ReleaseError, match="names no component"):
        completed({**SBOM, "components": []}, "0.2.0", "1767225600")


def test_every_failure_is_told_and_nothing_is_left_to_publish(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _commit(tree)
    (tree / "CHANGELOG.md").write_text("# Changelog\n")
    assert main([], tree) == 1
    said = capsys.readouterr().out
    for step in ("version", "public API", "notes", "tree", "build"):
        assert f"FAIL  {step}: " in said
    assert said.endswith("5 of the steps failed; nothing to publish.\n")
    assert not (tree / "dist").exists()


@pytest.mark.slow
def test_a_release_of_this_project_can_be_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = export(REPOSITORY, tmp_path / "copy")
    log = (copy / "CHANGELOG.md").read_text("utf-8")
    news = "## [Unreleased]\n\n## [99.0.0] - 2026-01-02\n\n### Changed\n\n- Everything."
    (copy / "CHANGELOG.md").write_text(log.replace("## [Unreleased]", news, 1))
    (copy / "clix/_version.py").write_text('__version__ = "99.0.0"\n')
    assert public_api(["--record"], copy) == 0
    _commit(copy)
    code = main(["--tag", "v99.0.0"], copy)
    said = capsys.readouterr().out
    assert code == 0, said
    assert said.endswith("Ready to publish.\n")
    assert sorted(file.name for file in (copy / "dist").iterdir()) == [
        "clix_sdk-99.0.0-py3-none-any.whl",
        "clix_sdk-99.0.0.tar.gz",
        "release-notes.md",
        "sbom.cdx.json",
    ]
