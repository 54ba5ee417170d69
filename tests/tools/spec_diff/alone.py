"""One operation of the provider's document by itself, with every schema written out: each place is there once."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tests.tools.spec_diff.documents import OUR_API, PROVIDER_DOCUMENT, changed
from tests.tools.spec_diff.rewriting import inline_all
from tools.spec_diff.accepted import Acceptance, Outcome, read_acceptances, set_aside
from tools.spec_diff.cli import ACCEPTED, api_of
from tools.spec_diff.compare_operations import compare
from tools.spec_diff.compare_schemas import Place
from tools.spec_diff.grammar import METHODS
from tools.spec_diff.impact import Direction
from tools.spec_diff.wire import Api, Operation

ACCEPTANCES = read_acceptances(ACCEPTED)
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Node(NamedTuple):
    """A schema of an operation: the keys that lead to it, which way its values go, and where a report says it is."""

    keys: tuple[Any, ...]
    direction: Direction
    place: Place

    def parent(self, document: Any) -> Any:
        """What holds the schema under the last of the keys."""
        for key in self.keys[:-1]:
            document = document[key]
        return document

    def schema(self, document: Any) -> Any:
        """The schema itself."""
        return self.parent(document)[self.keys[-1]]

    def below(self, *keys: Any, place: Place) -> Node:
        """A schema within this one."""
        return Node((*self.keys, *keys), self.direction, place)


@dataclass(frozen=True)
class Alone:
    """An operation with nothing around it, what `openapi.yaml` says of it, and what is accepted."""

    path: str
    method: str
    document: Any
    ours: Api
    known: list[Acceptance]

    @property
    def our_operation(self) -> Operation:
        """Our side of the operation."""
        (operation,) = self.ours.operations.values()
        return operation

    def stated(self, document: Any) -> Any:
        """The operation in a copy of the document."""
        return document["paths"][self.path][self.method]

    def copied(self) -> Any:
        """The document, to be changed."""
        return copy.deepcopy(self.document)

    def outcome(self, document: Any) -> Outcome:
        """What the command says of a changed copy."""
        return set_aside(compare(self.ours, api_of(document)), self.known)


def operations_alone() -> list[Alone]:
    """Every operation of the provider's document."""
    document = changed(PROVIDER_DOCUMENT, inline_all)
    return [
        _alone(document, path, method)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def _alone(document: Any, path: str, method: str) -> Alone:
    paths = {path: {method: document["paths"][path][method]}}
    components = {"securitySchemes": document["components"]["securitySchemes"], "schemas": {}}
    key = (method.upper(), PLACEHOLDER.sub("{}", path))
    ours = replace(OUR_API, operations={key: OUR_API.operations[key]})
    known = [entry for entry in ACCEPTANCES if entry.line.startswith(f"{OUR_API.operations[key]} ")]
    return Alone(path, method, {**document, "paths": paths, "components": components}, ours, known)


def nodes(alone: Alone) -> Iterator[Node]:
    """Every schema of an operation, the outer ones first."""
    operation, name = alone.stated(alone.document), str(alone.our_operation)
    keys = ("paths", alone.path, alone.method)
    for index, parameter in enumerate(operation.get("parameters", ())):
        position = str(PLACEHOLDER.findall(alone.path).index(parameter["name"]) + 1)
        ours = alone.our_operation.parameters["path", position]
        place = Place(f"{name} path {ours.name}")
        yield Node((*keys, "parameters", index, "schema"), Direction.REQUEST, place)
    if "requestBody" in operation:
        message = (operation["requestBody"], Direction.REQUEST, f"{name} request")
        yield from _in_message((*keys, "requestBody"), *message)
    for status, answer in operation["responses"].items():
        message = (answer, Direction.ANSWER, f"{name} answer {status}")
        yield from _in_message((*keys, "responses", status), *message)


def _in_message(keys: tuple[Any, ...], message: Any, direction: Direction, label: str) -> Iterator[Node]:
    for media_type, media in message.get("content", {}).items():
        place = Place(label if media_type == "application/json" else f"{label} {media_type}")
        node = Node((*keys, "content", media_type, "schema"), direction, place)
        yield from _within(node, media["schema"])


def _within(node: Node, schema: Any) -> Iterator[Node]:
    yield node
    for index, branch in enumerate(schema.get("oneOf", ())):
        for name, field in branch["properties"].items():
            inner = node.below("oneOf", index, "properties", name, place=node.place.key(name))
            yield from _within(inner, field)
    for name, field in schema.get("properties", {}).items():
        yield from _within(node.below("properties", name, place=node.place.key(name)), field)
    if "items" in schema:
        yield from _within(node.below("items", place=node.place.item()), schema["items"])
