"""From the settings to the service, each step only when those before it allow it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from urllib.parse import urlsplit

from .._session import base_url
from .check import Check, Level
from .network import check_network
from .service import check_service
from .settings import check_settings


def diagnose(arguments: argparse.Namespace) -> Iterator[Check]:
    """The checks, as they are made. After a failed step the later ones are left out."""
    for step in (_settings, _network, check_service):
        failed = False
        for check in step(arguments):
            failed |= check.level is Level.FAIL
            yield check
        if failed:
            return


def _settings(arguments: argparse.Namespace) -> Iterator[Check]:
    return check_settings(arguments)


def _network(arguments: argparse.Namespace) -> Iterator[Check]:
    address = urlsplit(base_url(arguments))
    secure = address.scheme == "https"
    return check_network(address.hostname or "", address.port or (443 if secure else 80), secure=secure)
