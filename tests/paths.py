"""The two ways by which an exchange reaches the server: connections of our own, and httpx."""

from __future__ import annotations

from typing import Literal

import pytest

Path = Literal["direct", "httpx"]


def both_paths() -> pytest.MarkDecorator:
    """Runs the tests of a module, or one test, over each way."""
    return pytest.mark.parametrize("path", ["direct", "httpx"], indirect=True)


@pytest.fixture
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The way that exchanges take in this test."""
    chosen: Path = getattr(request, "param", "direct")
    take(chosen, monkeypatch)
    return chosen


def take(chosen: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every session believe that httpx is mocked or observed, or that it is not."""
    monkeypatch.setattr("clix._engine.http.is_patched", lambda: chosen == "httpx")
