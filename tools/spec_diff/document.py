"""An OpenAPI document: its version, and what its references lead to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .errors import UnreadableError

# A schema as the document spells it. Schemas are told apart by identity: the same text twice is two of them.
Schema = Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed document of OpenAPI 3.0 or 3.1."""

    root: Mapping[str, Any]
    is_3_0: bool

    def follow(self, reference: str) -> Any:
        """The value that `reference` leads to within this document. Raises UnreadableError."""
        document, _, pointer = unquote(reference).partition("#")
        if document or "#" not in reference:
            raise UnreadableError(f"$ref {reference!r} leads to another document, which is not followed")
        if pointer and pointer[0] != "/":
            raise UnreadableError(f"$ref {reference!r} is an anchor, which is not followed")
        value: Any = self.root
        for token in pointer.split("/")[1:]:
            value = _step(value, token.replace("~1", "/").replace("~0", "~"), reference)
        return value

    def resolved(self, part: Any) -> Any:
        """`part`, or what it refers to if it is a reference object."""
        while "$ref" in part:
            part = self.follow(part["$ref"])
        return part


def open_document(root: Any) -> Document:
    """Take a parsed value for an OpenAPI document. Raises UnreadableError for any other."""
    if not isinstance(root, dict):
        raise UnreadableError("is not an OpenAPI document: it is no object")
    if "swagger" in root:
        raise UnreadableError(f"is of Swagger {root['swagger']}; OpenAPI 3.0 or 3.1 is needed")
    version = re.fullmatch(r"(3\.[01])(\..*)?", str(root.get("openapi", "")))
    if version is None:
        stated = f"of OpenAPI {root['openapi']}" if "openapi" in root else "no OpenAPI document"
        raise UnreadableError(f"is {stated}; OpenAPI 3.0 or 3.1 is needed")
    return Document(root, is_3_0=version[1] == "3.0")


def _step(value: Any, token: str, reference: str) -> Any:
    if isinstance(value, dict) and token in value:
        return value[token]
    if isinstance(value, list) and token.isdecimal() and int(token) < len(value):
        return value[int(token)]
    raise UnreadableError(f"$ref {reference!r} leads nowhere")
