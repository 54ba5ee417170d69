"""The committed client is what openapi.yaml generates, and `make check-generated` names what is not."""

import shutil
from pathlib import Path

import pytest
from openapi_python_client.config import ConfigFile
from ruamel.yaml import YAML

from tools import generate_client
from tools.generate_client import (
    PACKAGE,
    REPOSITORY,
    Change,
    Difference,
    GenerationError,
    differences,
    main,
    pinned_versions,
    require_versions,
)

INPUTS = ("openapi.yaml", "generator-config.yaml", "pyproject.toml")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package that was just generated from the repository's own document."""
    package = tmp_path_factory.mktemp("fresh") / PACKAGE
    generate_client.generate(REPOSITORY / "openapi.yaml", REPOSITORY / "generator-config.yaml", package)
    return package


@pytest.fixture
def repository(tmp_path: Path, fresh: Path) -> Path:
    """A small repository whose package is up to date."""
    for name in INPUTS:
        shutil.copy(REPOSITORY / name, tmp_path)
    shutil.copytree(fresh, tmp_path / PACKAGE)
    return tmp_path


def test_the_committed_package_is_what_the_document_generates(fresh: Path) -> None:
    assert differences(REPOSITORY / PACKAGE, fresh) == []


def test_every_generated_module_says_so_in_its_first_line(fresh: Path) -> None:
    silent = [path for path in fresh.rglob("*.py") if not path.read_text().startswith(generate_client.HEADER)]
    assert silent == []


def test_the_generated_package_is_marked_as_typed(fresh: Path) -> None:
    assert (fresh / "py.typed").is_file()


def test_the_generator_knows_every_key_of_its_configuration() -> None:
    keys = YAML(typ="safe").load(REPOSITORY / "generator-config.yaml")
    assert set(keys) <= set(ConfigFile.model_fields)


def test_a_hand_edit_is_named(tmp_path: Path, fresh: Path) -> None:
    edited = shutil.copytree(fresh, tmp_path / PACKAGE)
    target = edited / "models" / "target.py"
    target.write_text(target.read_text().replace("Exactly", "exactly"))
    assert differences(edited, fresh) == [Difference(Change.DIFFERS, Path("models/target.py"))]


def test_a_stray_file_is_named(tmp_path: Path, fresh: Path) -> None:
    littered = shutil.copytree(fresh, tmp_path / PACKAGE)
    (littered / "notes.txt").touch()
    assert differences(littered, fresh) == [Difference(Change.STRAY, Path("notes.txt"))]


def test_a_missing_file_is_named(tmp_path: Path, fresh: Path) -> None:
    holed = shutil.copytree(fresh, tmp_path / PACKAGE)
    (holed / "py.typed").unlink()
    assert differences(holed, fresh) == [Difference(Change.MISSING, Path("py.typed"))]


def test_a_missing_package_lacks_every_file(tmp_path: Path, fresh: Path) -> None:
    assert {change for change, _ in differences(tmp_path / PACKAGE, fresh)} == {Change.MISSING}


def test_byte_code_caches_are_not_compared(tmp_path: Path, fresh: Path) -> None:
    cached = shutil.copytree(fresh, tmp_path / PACKAGE)
    (cached / "models" / "__pycache__").mkdir(exist_ok=True)
    (cached / "models" / "__pycache__" / "target.pyc").touch()
    assert differences(cached, fresh) == []


def test_a_check_of_an_up_to_date_package_succeeds_in_silence(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], repository) == 0
    assert capsys.readouterr() == ("", "")


def test_a_check_after_a_change_of_the_document_names_the_file_and_changes_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = repository / "openapi.yaml"
    document.write_text(document.read_text().replace("One device.", "A single device."))
    before = _contents(repository)
    assert main(["--check"], repository) == 1
    assert f"differs  {PACKAGE}/models/target.py" in capsys.readouterr().err
    assert _contents(repository) == before


def test_writing_brings_a_changed_package_back(repository: Path, fresh: Path) -> None:
    (repository / PACKAGE / "stray.py").touch()
    (repository / PACKAGE / "client.py").unlink()
    assert main([], repository) == 0
    assert differences(repository / PACKAGE, fresh) == []


def test_a_document_that_the_generator_warns_about_leaves_the_package_alone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = repository / "openapi.yaml"
    document.write_text(document.read_text().replace("'#/components/schemas/RpcStatus'", "'#/nowhere'"))
    before = _contents(repository / PACKAGE)
    assert main([], repository) == 1
    assert "openapi-python-client failed" in capsys.readouterr().err
    assert _contents(repository / PACKAGE) == before


def test_another_version_of_a_tool_is_refused_by_name() -> None:
    with pytest.raises(GenerationError, match=r"ruff is 0\.1\.0, pinned is 0\.2\.0"):
        require_versions({"ruff": "0.2.0"}, {"ruff": "0.1.0"})


def test_a_tool_that_is_not_installed_is_refused_by_name() -> None:
    with pytest.raises(GenerationError, match="ruff is not installed"):
        require_versions({"ruff": "0.2.0"}, {})


def test_the_wrong_version_of_a_tool_fails_the_check(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pyproject = repository / "pyproject.toml"
    version = pinned_versions(pyproject)["ruff"]
    pyproject.write_text(pyproject.read_text().replace(f"ruff=={version}", "ruff==0.0.1"))
    assert main(["--check"], repository) == 1
    assert f"ruff is {version}, pinned is 0.0.1" in capsys.readouterr().err


def test_a_tool_without_an_exact_version_is_refused(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[dependency-groups]\ngenerate = ["ruff>=0.1"]\n')
    with pytest.raises(GenerationError, match="needs an exact version"):
        pinned_versions(pyproject)


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
