"""The wheel holds every file of both packages, and works in an environment that has nothing else."""

import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("clix", "clix_api_client")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from the work tree."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True)
    (built,) = folder.glob("clix_sdk-*.whl")
    return built


def test_no_file_of_the_packages_is_missing_from_the_wheel(wheel: Path) -> None:
    assert _names(wheel) >= {path.relative_to(ROOT).as_posix() for path in _source_files()}


def test_the_wheel_holds_nothing_but_the_packages(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in _names(wheel) if ".dist-info/" not in name}
    assert tops == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_in_the_wheel_is_marked_as_typed(wheel: Path, package: str) -> None:
    assert f"{package}/py.typed" in _names(wheel)


def test_the_wheel_carries_the_license(wheel: Path) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in _names(wheel))


def test_the_metadata_offers_every_extra(wheel: Path) -> None:
    assert set(_metadata(wheel).get_all("Provides-Extra", [])) == {
        "all",
        "cli",
        "emulator",
        "fastapi",
        "parquet",
        "starlette",
    }


def test_the_metadata_says_that_this_is_no_official_product(wheel: Path) -> None:
    assert "Not an official Clix product" in _metadata(wheel)["Summary"]


@pytest.mark.slow
def test_the_wheel_sends_from_an_environment_without_extras(wheel: Path, tmp_path: Path) -> None:
    python = _environment_with(wheel, tmp_path / "venv")
    script = Path(__file__).parent / "data" / "send_to_a_stub.py"
    run = subprocess.run(
        [python, "-I", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (0, "accepted m-1\n"), run.stderr


def _environment_with(wheel: Path, folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    return python


def _source_files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))
