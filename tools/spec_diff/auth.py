"""Which credentials an operation wants, and what a change of them means."""

from collections.abc import Iterator, Mapping
from typing import Any

from .document import Document
from .errors import UnreadableError
from .impact import Finding, Impact
from .wire import NO_AUTH, Auth, Credential


def read_auth(document: Document, operation: Mapping[str, Any]) -> Auth:
    """The credentials of an operation, by its own security requirements or else the document's."""
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    requirements = operation.get("security", document.root.get("security", []))
    alternatives = frozenset(
        frozenset(_credential(document, schemes, name) for name in requirement)
        for requirement in requirements
    )
    return alternatives or NO_AUTH


def _credential(document: Document, schemes: Mapping[str, Any], name: str) -> Credential:
    if name not in schemes:
        raise UnreadableError(f"security scheme {name!r} is not described")
    scheme = document.resolved(schemes[name])
    match scheme["type"]:
        case "apiKey" if {"name", "in"} <= scheme.keys():
            key = scheme["name"].lower() if scheme["in"] == "header" else scheme["name"]
            return Credential(scheme["in"], key, scheme["name"])
        case "http":
            label = f"Authorization: {scheme.get('scheme', 'any').capitalize()}"
            return Credential("header", label.lower(), label)
        case "oauth2" | "openIdConnect":
            return Credential("header", "authorization: bearer", "Authorization: Bearer")
        case "mutualTLS":
            return Credential("TLS", "certificate", "certificate")
        case _:
            raise UnreadableError(f"security scheme {name!r} is none that OpenAPI knows")


def compare_auth(ours: Auth, theirs: Auth) -> Iterator[Finding]:
    """What becomes of a caller who sends the credentials that ours names."""
    if ours == theirs:
        return
    change = f"{_in_words(theirs)}, was {_in_words(ours)}"
    if not all(any(wanted <= sent for wanted in theirs) for sent in ours):
        yield Finding(Impact.BREAKING, change)
    elif all(any(wanted <= sent for sent in ours) for wanted in theirs):
        yield Finding(Impact.OURS_ONLY, change)
    else:
        yield Finding(Impact.ADDITIVE, change)


def _in_words(auth: Auth) -> str:
    return " or ".join(sorted(" and ".join(sorted(map(str, all_of))) or "none" for all_of in auth))
