"""The software bill of materials: everything that the SDK and its extras bring, with hashes, as CycloneDX JSON."""

from __future__ import annotations

import json
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .build import run_quietly
from .errors import ReleaseError

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "clix-sdk")


def make_sbom(sources: Path, version: str, epoch: str) -> dict[str, Any]:
    """Resolve what the exported tree requires, and describe it.

    Args:
        sources: a tree that may be written to.
        version: of the release.
        epoch: seconds since 1970; stands in place of the present, so that the same release says the same.

    Raises:
        ReleaseError: it cannot be resolved, or names no component.
    """
    command = [sys.executable, "-m", "uv", "export", "--quiet", "--format", "cyclonedx1.5", "--all-extras"]
    return completed(json.loads(run_quietly([*command, "--no-default-groups"], sources)), version, epoch)


def completed(sbom: dict[str, Any], version: str, epoch: str) -> dict[str, Any]:
    """What uv wrote, with the release's own version and without the moment and the chance of writing.

    Raises:
        ReleaseError: nothing is required, so that something went wrong.
    """
    components = [part for part in sbom.get("components", ()) if "purl" in part]
    if not components:
        raise ReleaseError("the SBOM names no component")
    described = {**sbom["metadata"]["component"], "version": version, "purl": f"pkg:pypi/clix-sdk@{version}"}
    moment = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        **sbom,
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{version} {epoch}')}",
        "metadata": {**sbom["metadata"], "timestamp": moment, "component": described},
        "components": components,
    }
