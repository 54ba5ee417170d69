"""A link to the repository in the footer of every page, if pyproject.toml says where it is (`hooks` in mkdocs.yml)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

ROOT = Path(__file__).resolve().parents[2]


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Add the link. Not `repo_url`: the theme would then ask the host for the number of stars on every page."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["clix"]
    if address := settings["public-address"]:
        config.extra["social"] = [{"icon": "fontawesome/brands/git-alt", "link": address, "name": "Source"}]
    return config
