"""Read a document's operations into what the wire knows of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from . import servers
from .auth import read_auth
from .document import Document, Schema
from .errors import UnreadableError
from .grammar import METHODS
from .schemas import SchemaReader
from .shape import ANYTHING
from .wire import Answer, Api, Body, Content, Header, Operation, Parameter

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|DEFAULT")
_PLACES = ("path", "query", "header", "cookie")
# OpenAPI says that descriptions of these are ignored; security and content say what they hold.
_HEADERS_DESCRIBED_ELSEWHERE = ("accept", "content-type", "authorization")


def read_api(document: Document) -> Api:
    """What `document`, which is sound, says about the wire. Raises UnreadableError."""
    schemas = SchemaReader(document)
    operations: dict[tuple[str, str], Operation] = {}
    for path, item in _extensible(document.root.get("paths", {})):
        for operation in _Reader(document, schemas).operations(path, item):
            key = (operation.method, _PLACEHOLDER.sub("{}", operation.path))
            if key in operations:
                raise UnreadableError(f"{operation} and {operations[key]} are the same on the wire")
            operations[key] = operation
    return Api(operations, servers.origins(document.root.get("servers", [])), _webhooks(document), schemas)


class _Reader:
    def __init__(self, document: Document, schemas: SchemaReader) -> None:
        self._document = document
        self._schemas = schemas

    def operations(self, path: str, item: Mapping[str, Any]) -> Iterator[Operation]:
        """Every operation of a path item."""
        item = {**self._document.resolved(item), **{k: v for k, v in item.items() if k != "$ref"}}
        for method in METHODS:
            if method in item:
                yield self._operation(method.upper(), path, item, item[method])

    def _operation(
        self, method: str, path: str, item: Mapping[str, Any], stated: Mapping[str, Any]
    ) -> Operation:
        own_servers = stated.get("servers", item.get("servers"))
        effective = self._document.root.get("servers", []) if own_servers is None else own_servers
        return Operation(
            method,
            servers.prefix(effective) + path,
            self._parameters(path, [*item.get("parameters", ()), *stated.get("parameters", ())]),
            self._body(stated),
            dict(self._answers(stated, f"{method} {path}")),
            read_auth(self._document, stated),
            None if own_servers is None else servers.origins(own_servers),
        )

    def _parameters(self, path: str, stated: Sequence[Any]) -> Mapping[tuple[str, str], Parameter]:
        """The parameters by place and key; the later, an operation's own, win over those of its path."""
        named = {name: str(position) for position, name in enumerate(_PLACEHOLDER.findall(path), 1)}
        # A placeholder that nothing describes is text all the same.
        found = {
            ("path", key): Parameter(
                "path", key, name, required=True, schema={"type": "string"}, encoding="plain"
            )
            for name, key in named.items()
        }
        for part in stated:
            parameter = self._parameter(self._document.resolved(part), named)
            if parameter is not None:
                found[parameter.place, parameter.key] = parameter
        return found

    def _parameter(self, stated: Mapping[str, Any], named: Mapping[str, str]) -> Parameter | None:
        place, name = stated["in"], stated["name"]
        if place not in _PLACES:
            raise UnreadableError(f"parameter {name} is in {place!r}")
        key = {"path": named.get(name), "header": name.lower()}.get(place, name)
        if key is None or (place == "header" and key in _HEADERS_DESCRIBED_ELSEWHERE):
            return None
        schema = _schema_of(stated)
        required = place == "path" or stated.get("required", False)
        return Parameter(place, key, name, required, schema, self._encoding(stated, schema))

    def _encoding(self, stated: Mapping[str, Any], schema: Schema) -> str:
        if "content" in stated:
            return " or ".join(map(_media_type, stated["content"]))
        default = "form" if stated["in"] in {"query", "cookie"} else "simple"
        style = stated.get("style", default)
        shape = self._schemas.shape(schema)
        if shape == ANYTHING or (shape.array is None and shape.object is None):
            return "plain" if style == default else style
        return f"{style}, exploded" if stated.get("explode", style == "form") else f"{style}, joined"

    def _body(self, stated: Mapping[str, Any]) -> Body | None:
        if "requestBody" not in stated:
            return None
        body = self._document.resolved(stated["requestBody"])
        return Body(body.get("required", False), _content(body))

    def _answers(self, stated: Mapping[str, Any], where: str) -> Iterator[tuple[str, Answer]]:
        for status, part in _extensible(stated.get("responses", {})):
            if not _STATUS.fullmatch(status.upper()):
                raise UnreadableError(f"{where} answers with a status {status!r}, which there is not")
            answer = self._document.resolved(part)
            key = status.lower() if status.lower() == "default" else status.upper()
            yield key, Answer(dict(self._headers(answer)), _content(answer))

    def _headers(self, answer: Mapping[str, Any]) -> Iterator[tuple[str, Header]]:
        for name, part in answer.get("headers", {}).items():
            header = self._document.resolved(part)
            if name.lower() != "content-type":
                yield name.lower(), Header(name, header.get("required", False), _schema_of(header))


def _content(stated: Mapping[str, Any]) -> Content:
    return {_media_type(name): media.get("schema", True) for name, media in stated.get("content", {}).items()}


def _media_type(name: str) -> str:
    return name.partition(";")[0].strip().lower()


def _schema_of(stated: Mapping[str, Any]) -> Schema:
    """The schema of a parameter or a header, which may hide it in a media type."""
    content = _content(stated)
    schema: Schema = next(iter(content.values()), stated.get("schema", True))
    return schema


def _webhooks(document: Document) -> frozenset[str]:
    webhooks = document.root.get("webhooks", {})
    return frozenset(
        f"{name} {method.upper()}"
        for name, item in _extensible(webhooks)
        for method in METHODS
        if method in document.resolved(item)
    )


def _extensible(stated: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in stated.items() if not key.startswith("x-"))
