"""Make .venv ready for a command, from a lock file; do nothing if it is ready already.

    python tools/environment.py demo    what the demo needs: the SDK and its emulator
    python tools/environment.py dev     what tests, checks and releases need as well
    python tools/environment.py bench   in .venv-bench, the SDKs and libraries that we are measured beside

Needs Python 3.11 with venv and pip, and nothing else: it runs before anything is installed.
"""

from __future__ import annotations  # an older Python gets as far as the sentence that refuses it

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

REPOSITORY = Path(__file__).resolve().parent.parent
# For each purpose the lock to install, then others that will do: dev.txt holds all that demo.txt holds.
LOCKS = {"demo": ("demo", "dev"), "dev": ("dev",), "bench": ("bench",)}
# Purposes with a folder of their own. The peers' versions are nobody else's business; and tools that httpx would load
# when they are there (click, rich) must not be beside what is measured.
FOLDERS = {"bench": ".venv-bench"}


def create_venv(folder: Path) -> None:
    """Make an empty virtual environment that has pip."""
    venv.create(folder, with_pip=True)


class Environment:
    """A virtual environment in `repository`/`folder` that is filled from `repository`/requirements/*.txt."""

    def __init__(
        self, repository: Path, create: Callable[[Path], None] = create_venv, folder: str = ".venv"
    ) -> None:
        self._repository = repository
        self._create = create
        self._folder = repository / folder
        self._python = self._folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        self._unfinished = self._folder / ".unfinished"

    @property
    def name(self) -> str:
        """Of its folder."""
        return self._folder.name

    @contextmanager
    def locked(self) -> Generator[None, None, None]:
        """Wait until no other command works on the environment, and keep the others waiting."""
        if (
            sys.platform == "win32"
        ):  # has no fcntl, and opens no folder; a second command is not kept waiting there
            yield
            return
        repository = os.open(self._repository, os.O_RDONLY)
        try:
            fcntl.flock(repository, fcntl.LOCK_EX)
            yield
        finally:
            os.close(repository)

    def is_ready(self, lock: str) -> bool:
        """Whether `lock` is installed completely, by this Python, and nothing has changed since."""
        stamp = self._stamp(lock)
        return self._is_whole() and stamp.exists() and stamp.read_text() == self._fingerprint(lock)

    def prepare(self, lock: str) -> None:
        """Install `lock` and the project itself; an environment that cannot be trusted is made anew."""
        if not self._is_usable():
            shutil.rmtree(self._folder, ignore_errors=True)
            self._create(self._folder)
        self._unfinished.touch()
        try:
            self._install(lock)
        except subprocess.CalledProcessError as error:
            if error.returncode > 0:  # pip failed by itself, and has undone what it had begun
                self._unfinished.unlink()
            raise
        self._unfinished.unlink()

    def _install(self, lock: str) -> None:
        # The lock names every package, so there is nothing to resolve. pip 23.2 would try all the same, and fails
        # where a package is wanted with an extra and its locked version is not the newest.
        self._pip_install("--no-deps", "--require-hashes", "--requirement", f"requirements/{lock}.txt")
        self._pip_install("--no-deps", "--no-build-isolation", "--editable", ".")
        self._stamp(lock).write_text(self._fingerprint(lock))

    def _is_usable(self) -> bool:
        return self._is_whole() and self._same_python_with_pip()

    def _is_whole(self) -> bool:
        return os.access(self._python, os.X_OK) and not self._unfinished.exists()

    def _same_python_with_pip(self) -> bool:
        question = "import pip, platform; print(platform.python_version())"
        answer = subprocess.run([self._python, "-c", question], capture_output=True, text=True, check=False)
        return answer.stdout.strip() == platform.python_version()

    def _pip_install(self, *arguments: str) -> None:
        command = [str(self._python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, *arguments], cwd=self._repository, check=True)

    def _stamp(self, lock: str) -> Path:
        return self._folder / f".ready-{lock}"

    def _fingerprint(self, lock: str) -> str:
        """What the installed state depends on; the path counts, because an editable install names it."""
        depends_on = hashlib.sha256(f"{self._repository}\n{platform.python_version()}\n".encode())
        for name in (f"requirements/{lock}.txt", "pyproject.toml"):
            depends_on.update((self._repository / name).read_bytes())
        return depends_on.hexdigest()


def folder_for(purpose: str) -> str:
    """Where the environment for `purpose` stands in the repository."""
    return FOLDERS.get(purpose, ".venv")


def ensure(purpose: str, environment: Environment) -> None:
    """Prepare `environment` unless it serves `purpose` already."""
    locks = LOCKS[purpose]
    with environment.locked():
        if not any(environment.is_ready(lock) for lock in locks):
            print(f"Installing requirements/{locks[0]}.txt into {environment.name}", file=sys.stderr)
            environment.prepare(locks[0])


def main() -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Make .venv ready for a command.")
    parser.add_argument("purpose", choices=LOCKS)
    purpose = parser.parse_args().purpose
    environment = Environment(REPOSITORY, folder=folder_for(purpose))
    try:
        ensure(purpose, environment)
    except subprocess.CalledProcessError as error:
        print(f"{environment.name} is not ready: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (this program is started by whatever Python there is)
        sys.exit(f"Python 3.11 or newer is needed and this is {platform.python_version()}; set PYTHON")
    sys.exit(main())
