"""A short text that is equal for rules that say the same, for keywords that are compared only as a whole."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from .document import Document

_ANNOTATIONS = (
    "title",
    "description",
    "example",
    "examples",
    "default",
    "deprecated",
    "externalDocs",
    "$comment",
)
_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependentRequired")


class Digester:
    """Digests of a document's values: references are followed, annotations and the order of keys left out."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[int, str] = {}

    def digest(self, value: Any) -> str:
        """The digest of a keyword's value, a schema or any other."""
        if isinstance(value, list):
            return _hash(["[", *(self.digest(item) for item in value)])
        if not isinstance(value, dict):
            return json.dumps(value, default=str)
        if id(value) not in self._known:
            self._known[id(value)] = "itself"  # what a recursive schema finds
            self._known[id(value)] = self._digest_object(value)
        return self._known[id(value)]

    def _digest_object(self, value: dict[str, Any]) -> str:
        said = {
            key: item for key, item in value.items() if key not in _ANNOTATIONS and not key.startswith("x-")
        }
        reference = said.pop("$ref", None)
        target = self.digest(self._document.follow(reference)) if isinstance(reference, str) else ""
        if target and not said:
            return target
        return _hash([target, *sorted(self._entries(said))])

    def _entries(self, said: dict[str, Any]) -> Iterator[str]:
        for key, item in said.items():
            if key in _MAPS and isinstance(item, dict):  # its keys are names, even if one is `description`
                yield from (f"{key}/{name}={self.digest(part)}" for name, part in item.items())
            else:
                yield f"{key}={self.digest(item)}"


def _hash(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
