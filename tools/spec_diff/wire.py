"""What a document says about the wire: addresses, operations, and what goes in and comes out of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .document import Schema
from .schemas import SchemaReader


@dataclass(frozen=True, slots=True)
class Credential:
    """One thing that proves who is calling, such as a header. Names of headers know no case."""

    place: str
    key: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


# Alternatives, each of credentials that are needed together; an empty one lets anybody call.
Auth = frozenset[frozenset[Credential]]
NO_AUTH: Auth = frozenset({frozenset()})

# Media type, such as application/json, to the schema of a body.
Content = Mapping[str, Schema]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the path, the query, a header or a cookie.

    `key` tells parameters apart: in the path it is the position, since the name is no part of the wire. `encoding`
    says how the value is written, `plain` for one that is neither a list nor an object.
    """

    place: str
    key: str
    name: str
    required: bool
    schema: Schema
    encoding: str


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries."""

    required: bool
    content: Content


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer."""

    name: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Answer:
    """What one status comes with. Headers are keyed by their name in lower case."""

    headers: Mapping[str, Header]
    content: Content


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `servers` are its own, None if it has the document's."""

    method: str
    path: str
    parameters: Mapping[tuple[str, str], Parameter]
    body: Body | None
    answers: Mapping[str, Answer]
    auth: Auth
    servers: frozenset[str] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Api:
    """A whole document. Operations are keyed by their method and their path without the parameters' names."""

    operations: Mapping[tuple[str, str], Operation]
    servers: frozenset[str]
    webhooks: frozenset[str]
    schemas: SchemaReader
