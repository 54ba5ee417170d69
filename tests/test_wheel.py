"""The wheel holds every file of both packages, and works in an environment that has nothing else."""

import re
import shutil
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
ADDRESS = "https://github.com/owner/clix-python"
RELATIVE = re.compile(r"\]\((?![a-z]+:|#)")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from the work tree."""
    return _built(ROOT, tmp_path_factory.mktemp("dist"))


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


def test_no_link_of_the_long_description_is_relative(tmp_path: Path) -> None:
    metadata = _metadata(_built(_tree(tmp_path, ADDRESS), tmp_path))

    description = _description(metadata)
    assert RELATIVE.findall(description) == []
    assert "![The emulator's inbox" in description
    assert f"({ADDRESS}/raw/main/docs/images/inbox-light.png)" in description
    assert f"({ADDRESS}/blob/main/CONTRIBUTING.md)" in description
    assert metadata.get_all("Project-URL") == [
        f"Homepage, {ADDRESS}",
        "Documentation, https://owner.github.io/clix-python/",
        f"Source, {ADDRESS}",
        f"Changelog, {ADDRESS}/blob/main/CHANGELOG.md",
        f"Issues, {ADDRESS}/issues",
    ]


def test_a_release_links_to_the_files_of_its_tag(tmp_path: Path) -> None:
    tree = _tree(tmp_path, ADDRESS)
    (tree / "clix/_version.py").write_text('__version__ = "0.2.0"\n')

    description = _description(_metadata(_built(tree, tmp_path)))

    assert f"({ADDRESS}/blob/v0.2.0/docs/emulator.md)" in description


def test_a_wheel_from_the_source_archive_has_the_same_metadata(tmp_path: Path) -> None:
    tree = _tree(tmp_path, ADDRESS)
    shutil.unpack_archive(_built(tree, tmp_path, "sdist"), tmp_path / "unpacked", filter="data")
    (unpacked,) = (tmp_path / "unpacked").iterdir()

    direct, indirect = (_metadata(_built(source, tmp_path / source.name)) for source in (tree, unpacked))

    assert direct.items() == indirect.items()
    assert _description(direct) == _description(indirect)


def test_without_an_address_the_readme_stays_as_it_is(tmp_path: Path) -> None:
    metadata = _metadata(_built(_tree(tmp_path, ""), tmp_path))

    assert _description(metadata) == (ROOT / "README.md").read_text("utf-8")
    assert metadata.get_all("Project-URL") is None


@pytest.mark.slow
def test_the_wheel_sends_from_an_environment_without_extras(wheel: Path, tmp_path: Path) -> None:
    python = _environment_with(wheel, folder=tmp_path / "venv")
    script = Path(__file__).parent / "data" / "send_to_a_stub.py"
    run = subprocess.run(
        [python, "-I", script], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stdout) == (0, "accepted m-1\n"), run.stderr


def _description(metadata: Message) -> str:
    payload = metadata.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode("utf-8")


def _tree(folder: Path, address: str) -> Path:
    """What a build reads, with this public address; of the packages no more than their first file."""
    tree = folder / "tree"
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "clix/_version.py"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    (tree / "clix_api_client").mkdir()
    (tree / "clix_api_client/__init__.py").touch()
    settings = (tree / "pyproject.toml").read_text("utf-8")
    found = re.search(r'^public-address = ".*"$', settings, re.MULTILINE)
    assert found
    (tree / "pyproject.toml").write_text(settings.replace(found[0], f'public-address = "{address}"'))
    return tree


def _built(tree: Path, folder: Path, target: str = "wheel") -> Path:
    """The project's archive, built from the tree into the folder."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(build, cwd=tree, check=True, capture_output=True)
    (built,) = folder.glob("clix_sdk-*.whl" if target == "wheel" else "clix_sdk-*.tar.gz")
    return built


@pytest.mark.slow
def test_the_readme_s_first_test_passes_where_only_what_it_names_is_installed(
    wheel: Path, tmp_path: Path
) -> None:
    """The install command, the settings and the test are pasted from the README, into an empty folder."""
    section = (
        (ROOT / "README.md").read_text("utf-8").partition("## Testing your app")[2].partition("\n## ")[0]
    )
    command = re.search(r"^pip install -e '\.\[(\w+)\]' (.*)$", section, re.MULTILINE)
    assert command
    for name, text in re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")

    python = _environment_with(f"{wheel}[{command[1]}]", *command[2].split(), folder=tmp_path / "venv")

    run = subprocess.run(
        [python, "-I", "-m", "pytest"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    assert "warning" not in run.stdout


def _environment_with(*requirements: object, folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *map(str, requirements)], check=True)
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
