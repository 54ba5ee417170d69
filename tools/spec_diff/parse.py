"""Turn bytes into JSON values, from JSON or from YAML read by the rules of its version 1.2."""

import re
from collections.abc import Hashable
from typing import Any

import orjson
import yaml

from .errors import UnreadableError

TOO_MANY_VALUES = 200_000  # after YAML's aliases are written out; openapi.yaml has some 1,300
TOO_DEEP = 500  # objects and lists within each other
YAML_SUFFIXES = (".yaml", ".yml")


def parse(data: bytes, name: str) -> Any:
    """The value that `data` spells; YAML if `name` ends like it or if no JSON object or array begins.

    Raises UnreadableError.
    """
    looks_like_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
    is_json = looks_like_json and not name.lower().endswith(YAML_SUFFIXES)
    value = _parse_json(data) if is_json else _parse_yaml(data)
    _Size().require_modest(value)
    return value


def _parse_json(data: bytes) -> Any:
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableError(f"is not valid JSON: {error}") from error


def _parse_yaml(data: bytes) -> Any:
    try:
        _require_loadable(data)
        return yaml.load(data, Loader=_Yaml)  # noqa: S506 -- it is a safe loader
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error):  # libyaml's own limit, of newer versions
            raise UnreadableError("is nested too deeply") from error
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise UnreadableError(f"is not valid YAML: {where}: {problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise UnreadableError(f"is not valid YAML: {' '.join(str(error).split())}") from error


def _require_loadable(data: bytes) -> None:
    """Refuse what would keep the loader busy, or is so deep that it, recursing in C, would end the process."""
    depth = 0
    for count, event in enumerate(yaml.parse(data, Loader=yaml.CSafeLoader)):
        if count > 2 * TOO_MANY_VALUES:  # a key and a value, or the beginning and the end of a list
            raise _too_many_values()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > TOO_DEEP:
            raise UnreadableError("is nested too deeply")


def _too_many_values() -> UnreadableError:
    return UnreadableError(f"spells more than {TOO_MANY_VALUES:,} values")


class _Yaml(yaml.CSafeLoader):
    """YAML 1.2 as OpenAPI wants it: `no`, `on`, `2025-01-10` and `1:30` are text. Status codes, as keys, too."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > TOO_MANY_VALUES:
            raise _too_many_values()

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        self.flatten_mapping(node)
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep=deep)


_CORE_SCHEMA = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
)
for _name, _pattern, _first in _CORE_SCHEMA:
    _Yaml.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))


class _Size:
    """How many values a value holds. YAML's aliases can spell one that holds itself, or one beyond measure."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def require_modest(self, value: Any) -> None:
        if self._size(value) > TOO_MANY_VALUES:
            raise _too_many_values()

    def _size(self, value: Any) -> int:
        if not isinstance(value, (dict, list)):
            return 1
        known = self._sizes.get(id(value))
        if known is not None:
            return known
        if id(value) in self._open:
            raise UnreadableError("holds a YAML alias that contains itself")
        self._open.add(id(value))
        children = value.values() if isinstance(value, dict) else value
        size = 1 + sum(self._size(child) for child in children)
        self._open.discard(id(value))
        self._sizes[id(value)] = size
        return size
