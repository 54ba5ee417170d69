"""The two ways by which an exchange reaches the server: connections of our own, and httpx."""

from __future__ import annotations

from typing import Literal

import pytest

Path = Literal["direct", "httpx"]

both_paths = pytest.mark.usefixtures("path")
"""Runs a test, or all of a module, over each way."""
only_direct = pytest.mark.parametrize("path", ["direct"], indirect=True)
"""In a module that runs over both ways: what httpx cannot do, or needs no second run."""


@pytest.fixture(params=["direct", "httpx"])
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The way that exchanges take in this test."""
    chosen: Path = request.param
    # As if httpx were mocked or observed, or not.
    monkeypatch.setattr("clix._engine.http.is_patched", lambda: chosen == "httpx")
    monkeypatch.setattr("clix._engine.over_httpx.is_patched", lambda: chosen == "httpx")
    return chosen
