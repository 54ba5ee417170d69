"""Base addresses: which there are, and the part of them that every path begins with."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

_USUAL_PORT = ":443"


def prefix(servers: Sequence[Mapping[str, Any]]) -> str:
    """What the first server's address puts before every path: `/v1` for https://host/v1."""
    return urlsplit(_address(servers[0])).path.rstrip("/") if servers else ""


def origins(servers: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The addresses without that prefix. One that is relative says nothing and is left out."""
    common = prefix(servers)
    addresses = (_address(server).rstrip("/").removesuffix(common) for server in servers)
    return frozenset(_normal(address) for address in addresses if "://" in address)


def _address(server: Mapping[str, Any]) -> str:
    address: str = server["url"]
    for name, variable in server.get("variables", {}).items():
        address = address.replace(f"{{{name}}}", variable["default"])
    return address


def _normal(address: str) -> str:
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower().removesuffix(_USUAL_PORT)}{slash}{path}"
