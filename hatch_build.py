"""Fills what the package index shows from the one public address, `[tool.clix] public-address` in pyproject.toml.

The README's links are relative, for GitHub and for the documentation. A package index has no files next to the README,
so the long description gets absolute ones. Without an address the README stays as it is and the package has no URLs:
enough to develop with. `make release-check` refuses a release without one.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_ADDRESS = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+)")
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>(?![a-z]+:|#)[^)\s]+)\)")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


class PublicAddressHook(MetadataHookInterface):
    """Sets `project.readme` and `project.urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling, which has read the version before."""
        root = Path(self.root)
        address: str = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["clix"][
            "public-address"
        ]
        version: str = metadata["version"]
        ref = "main" if ".dev" in version else f"v{version}"
        readme = (root / "README.md").read_text("utf-8")
        if address:
            readme = with_absolute_links(readme, address, ref)
        metadata["readme"] = {"content-type": "text/markdown", "text": readme}
        metadata["urls"] = project_urls(address, ref) if address else {}


def project_urls(address: str, ref: str) -> dict[str, str]:
    """What a package index lists next to the description; the workflow Documentation publishes on GitHub Pages."""
    parts = _ADDRESS.fullmatch(address)
    if parts is None:
        raise ValueError(f"public-address must look like https://github.com/owner/name, and is {address!r}")
    return {
        "Homepage": address,
        "Documentation": f"https://{parts[1].lower()}.github.io/{parts[2]}/",
        "Source": address,
        "Changelog": f"{address}/blob/{ref}/CHANGELOG.md",
        "Issues": f"{address}/issues",
    }


def with_absolute_links(text: str, address: str, ref: str) -> str:
    """The README with its relative links and images at the public address; blocks of code stay as they are."""

    def absolute(link: re.Match[str]) -> str:
        kind = "raw" if link["image"] else "blob"
        return f"{link['image']}[{link['text']}]({address}/{kind}/{ref}/{link['target']})"

    pieces = _FENCE.split(text)  # the odd ones are the blocks
    pieces[::2] = [_LINK.sub(absolute, piece) for piece in pieces[::2]]
    return "".join(pieces)
