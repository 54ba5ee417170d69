"""Check that every part of a document that matters on the wire is what OpenAPI says it is.

The rest of the program may then take types, references and keys for granted. Parts that the wire does not know,
such as descriptions and examples, may hold anything.
"""

import json
from collections.abc import Iterator, Mapping, Sized
from typing import Any

from .document import Document
from .errors import UnreadableError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")

_SCHEMAS = ("items", "not", "if", "then", "else", "contains", "propertyNames")
_LISTS_OF_SCHEMAS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS_OF_SCHEMAS = ("properties", "patternProperties", "dependentSchemas")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")

# kind of a part -> its keys, each with the kind of its value: `[x]` a list of x, `{x}` a map of x, `x|y` either,
# `x!` a key that must be there.
_GRAMMAR: Mapping[str, Mapping[str, str]] = {
    "document": {
        "paths": "{path}",
        "webhooks": "{path}",
        "components": "components",
        "servers": "[server]",
        "security": "[requirement]",
    },
    "components": {
        "schemas": "{schema}",
        "responses": "{answer}",
        "parameters": "{parameter}",
        "requestBodies": "{body}",
        "headers": "{header}",
        "securitySchemes": "{scheme}",
        "pathItems": "{path}",
    },
    "path": {
        "parameters": "[parameter]",
        "servers": "[server]",
        **dict.fromkeys(METHODS, "operation"),
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "body",
        "responses": "{answer}",
        "security": "[requirement]",
        "servers": "[server]",
    },
    "parameter": {
        "name": "text!",
        "in": "text!",
        "required": "boolean",
        "style": "text",
        "explode": "boolean",
        "schema": "schema",
        "content": "{media}",
    },
    "header": {"required": "boolean", "schema": "schema", "content": "{media}"},
    "body": {"required": "boolean", "content": "{media}"},
    "answer": {"headers": "{header}", "content": "{media}"},
    "media": {"schema": "schema"},
    "server": {"url": "text!", "variables": "{variable}"},
    "variable": {"default": "text!"},
    "scheme": {"type": "text!", "name": "text", "in": "text", "scheme": "text"},
    "requirement": {},
    "schema": {
        "type": "type|[type]",
        "format": "text",
        "contentEncoding": "text",
        "pattern": "text",
        "nullable": "boolean",
        "readOnly": "boolean",
        "writeOnly": "boolean",
        "enum": "[anything]",
        "required": "[text]",
        "uniqueItems": "boolean",
        "minimum": "number",
        "maximum": "number",
        "multipleOf": "number",
        "exclusiveMinimum": "number|boolean",
        "exclusiveMaximum": "number|boolean",
        **dict.fromkeys(_COUNTS, "number"),
        **dict.fromkeys(_SCHEMAS, "schema"),
        **dict.fromkeys(_LISTS_OF_SCHEMAS, "[schema]"),
        **dict.fromkeys(_MAPS_OF_SCHEMAS, "{schema}"),
        "additionalProperties": "schema",
        "unevaluatedProperties": "schema",
    },
}
LONGEST_QUOTE = 40
TOO_MANY_PARTS = 1000  # of one union or combination, whose cost grows with their square

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "anything": (object,),
    "text": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "schema": (dict, bool),
}
_NOT_ALONE = {"path", "schema"}  # a reference in these has siblings that count
_REFERABLE = {"path", "parameter", "header", "body", "answer", "scheme", "schema"}


def require_sound(document: Document) -> None:
    """Raise UnreadableError for the first part that is of the wrong type, or a reference that leads nowhere."""
    _Checker(document).check(document.root, "document", "#")


class _Checker:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._seen: set[tuple[int, str]] = set()
        self._grounded: set[int] = set()

    def check(self, part: Any, kind: str, where: str) -> None:
        fitting = next((choice for choice in kind.split("|") if _has_shape(part, choice)), None)
        if fitting is None:
            raise UnreadableError(f"{where} should be {_in_words(kind)}, and is {_in_short(part)}")
        kind = fitting
        if kind[0] == "[":
            _require_few(part, kind, where)
            for index, item in enumerate(part):
                self.check(item, kind[1:-1], f"{where}/{index}")
        elif kind[0] == "{":
            for key, item in _entries(part, kind[1:-1]):
                self.check(item, kind[1:-1], f"{where}/{key}")
        elif isinstance(part, dict):
            self._check_object(part, kind, where)

    def _check_object(self, part: dict[str, Any], kind: str, where: str) -> None:
        if (id(part), kind) in self._seen:
            return
        self._seen.add((id(part), kind))
        if "$ref" in part and kind in _REFERABLE:
            self._check_reference(part["$ref"], kind, where)
            self._require_ground(part, where, set())
            if kind not in _NOT_ALONE or (kind == "schema" and self._document.is_3_0):
                return
        for key, rule in _GRAMMAR.get(kind, {}).items():
            if key in part:
                self.check(part[key], rule.removesuffix("!"), f"{where}/{key}")
            elif rule.endswith("!"):
                raise UnreadableError(f"{where} has no {key}")
        if kind == "schema":
            self._require_ground(part, where, set())

    def _check_reference(self, reference: Any, kind: str, where: str) -> None:
        self.check(reference, "text", f"{where}/$ref")
        self.check(self._follow(reference, where), kind, reference)

    def _follow(self, reference: str, where: str) -> Any:
        try:
            return self._document.follow(reference)
        except UnreadableError as error:
            raise UnreadableError(f"{where}: {error}") from error

    def _require_ground(self, part: Any, where: str, above: set[int]) -> None:
        """Recursion through a property or an item is a tree; through nothing but references it says nothing."""
        if not isinstance(part, dict) or id(part) in self._grounded:
            return
        if id(part) in above:
            raise UnreadableError(f"{where} leads through references to nothing but itself")
        for next_part in self._aliased(part, where):
            self._require_ground(next_part, where, above | {id(part)})
        self._grounded.add(id(part))

    def _aliased(self, part: dict[str, Any], where: str) -> Iterator[Any]:
        """The parts that stand for `part` itself, rather than for something within it."""
        if isinstance(part.get("$ref"), str):
            yield self._follow(part["$ref"], where)
        for keyword in ("allOf", "anyOf", "oneOf"):
            branches = part.get(keyword)
            yield from branches if isinstance(branches, list) else ()


def _require_few(parts: Sized, kind: str, where: str) -> None:
    if kind == "[schema]" and len(parts) > TOO_MANY_PARTS:
        raise UnreadableError(f"{where} has {len(parts):,} parts, more than {TOO_MANY_PARTS:,}")


def _entries(part: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    extensible = kind in {"path", "answer"}  # elsewhere, a name such as x-request-id is a name
    return ((key, item) for key, item in part.items() if not (extensible and key.startswith("x-")))


def _has_shape(part: Any, kind: str) -> bool:
    """Whether `part` itself, leaving aside what it contains, can be of this kind."""
    if kind == "type":
        return part in JSON_TYPES
    if kind == "number" and isinstance(part, bool):
        return False
    return isinstance(part, _CLASSES.get(kind) or (list if kind[0] == "[" else dict))


def _in_words(kind: str) -> str:
    if "|" in kind:
        return " or ".join(_in_words(choice) for choice in kind.split("|"))
    named = {"text": "text", "type": "a JSON type", "boolean": "true or false", "number": "a number"}
    return named.get(kind) or ("a list" if kind[0] == "[" else "an object")


def _in_short(part: Any) -> str:
    if isinstance(part, (dict, list)):
        return "an object" if isinstance(part, dict) else "a list"
    text = json.dumps(part, default=str)
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}..."
