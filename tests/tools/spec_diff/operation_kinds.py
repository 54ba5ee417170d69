"""Every kind of change that an operation, or what is around it, can see, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.tools.spec_diff.documents import Change, add, at, drop, put, rename, together
from tools.spec_diff.impact import Impact

BREAKING, ADDITIVE, OURS_ONLY = Impact
TEXT = {"type": "string"}
JSON = "application/json"
SUCCESS = "responses > 200"
KEY = "components > securitySchemes > ApiKeyAuth"
THIRD = {"type": "apiKey", "in": "header", "name": "X-Third"}
OPTIONAL_BODY = {"content": {JSON: {"schema": TEXT}}}
REQUIRED_BODY = {"required": True, **OPTIONAL_BODY}
ANY_ERROR = {"description": "", "content": {JSON: {"schema": {"type": "object"}}}}
LIMIT_AS_TEXT = {"x-ratelimit-limit": {"schema": TEXT}}


class Kind(NamedTuple):
    """A change, and the impact of the worst that is told of it; None if nothing is."""

    what: str
    change: Change
    impact: Impact | None


def unless(path: str, change: Change) -> Change:
    """The change, where the path leads nowhere yet."""

    def apply(part: Any) -> None:
        if is_there(path, part):
            raise LookupError(path)
        change(part)

    return apply


def is_there(path: str, part: Any) -> bool:
    """Whether a path leads to something."""
    try:
        at(path, part)
    except LookupError:
        return False
    return True


def becomes(path: str, *, value: bool) -> Change:
    """Turn a yes into a no, or a no into a yes."""

    def apply(part: Any) -> None:
        if at(path, part) == value:
            raise LookupError(path)
        put(path, value)(part)

    return apply


def one_more(place: str, *, required: bool) -> Change:
    """Describe one more parameter."""
    stated = {"name": "X-New", "in": place, "required": required, "schema": TEXT}
    return lambda operation: operation.setdefault("parameters", []).append(stated)


def moved(where: Callable[[str, str], tuple[str, str]]) -> Change:
    """Put the operation under another path or method."""

    def apply(document: Any) -> None:
        ((path, item),) = document["paths"].items()
        ((method, operation),) = item.items()
        other_path, other_method = where(path, method)
        if (other_path, other_method) == (path, method):
            raise LookupError(path)
        document["paths"] = {other_path: {other_method: operation}}

    return apply


def rename_placeholders(document: Any) -> None:
    """Call the parameters of the path something else."""
    ((path, item),) = document["paths"].items()
    (operation,) = item.values()
    for stated in operation["parameters"]:
        path = path.replace(f"{{{stated['name']}}}", "{other}")
        stated["name"] = "other"
    document["paths"] = {path: item}


def state_parameters_for_the_path(document: Any) -> None:
    """Say it once for all operations of the path."""
    (item,) = document["paths"].values()
    (operation,) = item.values()
    item["parameters"] = operation.pop("parameters")


OF_THE_OPERATION = [
    # Parameters.
    Kind("an optional query parameter", one_more("query", required=False), ADDITIVE),
    Kind("a required query parameter", one_more("query", required=True), BREAKING),
    Kind("an optional header", one_more("header", required=False), ADDITIVE),
    Kind("a required header", one_more("header", required=True), BREAKING),
    Kind("a required cookie", one_more("cookie", required=True), BREAKING),
    Kind("a path parameter in another style", put("parameters > 0 > style", "label"), BREAKING),
    Kind("a path parameter with words", put("parameters > 0 > description", "Other."), None),
    Kind("a path parameter of no description", drop("parameters"), None),
    # Requests.
    Kind("no body any more", drop("requestBody"), BREAKING),
    Kind("an optional body", unless("requestBody", put("requestBody", OPTIONAL_BODY)), ADDITIVE),
    Kind(
        "a required body",
        unless("requestBody", put("requestBody", REQUIRED_BODY)),
        BREAKING,
    ),
    Kind("a body that is required now", becomes("requestBody > required", value=True), BREAKING),
    Kind("a body that is optional now", becomes("requestBody > required", value=False), ADDITIVE),
    Kind(
        "another media type sent", rename(f"requestBody > content > {JSON}", "multipart/form-data"), BREAKING
    ),
    Kind("one more media type sent", put("requestBody > content > text/csv", {"schema": TEXT}), ADDITIVE),
    Kind("no schema of what is sent", drop(f"requestBody > content > {JSON} > schema"), ADDITIVE),
    Kind(
        "a media type with a charset",
        rename(f"requestBody > content > {JSON}", f"{JSON}; charset=utf-8"),
        None,
    ),
    Kind("a body with words", put("requestBody > description", "Other."), None),
    # Successes.
    Kind("another success", rename(SUCCESS, "201"), BREAKING),
    Kind("no success", drop(SUCCESS), BREAKING),
    Kind("one more success, without a body", put("responses > 204", {"description": ""}), BREAKING),
    Kind("a success without a body", drop(f"{SUCCESS} > content"), BREAKING),
    Kind("another media type received", rename(f"{SUCCESS} > content > {JSON}", "application/xml"), BREAKING),
    Kind("one more media type received", put(f"{SUCCESS} > content > text/csv", {"schema": TEXT}), ADDITIVE),
    Kind("one more header received", put(f"{SUCCESS} > headers", {"X-New": {"schema": TEXT}}), ADDITIVE),
    Kind("a header of another type than ours", put(f"{SUCCESS} > headers", LIMIT_AS_TEXT), BREAKING),
    Kind("a success with words", put(f"{SUCCESS} > description", "Other."), None),
    # Errors.
    Kind("an error less", drop("responses > 400"), OURS_ONLY),
    Kind("another status of an error", rename("responses > 400", "422"), ADDITIVE),
    Kind("an error more", put("responses > 409", {"description": ""}), ADDITIVE),
    Kind("an error without a body", drop("responses > 400 > content"), OURS_ONLY),
    Kind("another media type of an error", rename("responses > 400 > content > text/plain", JSON), BREAKING),
    Kind(
        "one more media type of an error",
        put(f"responses > 400 > content > {JSON}", {"schema": TEXT}),
        ADDITIVE,
    ),
    Kind(
        "a body of an error that had none",
        put("responses > 404 > content", {JSON: {"schema": TEXT}}),
        ADDITIVE,
    ),
    Kind("an error less, which had no body", drop("responses > 404"), OURS_ONLY),
    Kind("no default", drop("responses > default"), OURS_ONLY),
    Kind("a default without a body", drop("responses > default > content"), OURS_ONLY),
    Kind(
        "another media type by default",
        rename(f"responses > default > content > {JSON}", "text/plain"),
        BREAKING,
    ),
    Kind("one more media type by default", put("responses > default > content > text/plain", {}), ADDITIVE),
    Kind(
        "a default",
        unless("responses > default", put("responses > default", ANY_ERROR)),
        ADDITIVE,
    ),
    # Credentials and servers.
    Kind("no credentials", put("security", []), OURS_ONLY),
    Kind("optional credentials", put("security", [{}]), OURS_ONLY),
    Kind("one credential less", put("security", [{"ApiKeyAuth": []}]), OURS_ONLY),
    Kind("either credential", put("security", [{"ApiKeyAuth": []}, {"ProjectIdAuth": []}]), OURS_ONLY),
    Kind("the same credentials", put("security", [{"ApiKeyAuth": [], "ProjectIdAuth": []}]), None),
    Kind("a server of its own", put("servers", [{"url": "https://other.clix.so"}]), BREAKING),
    Kind("the same server", put("servers", [{"url": "https://api.clix.so/"}]), None),
    # Words.
    Kind("another name", put("operationId", "Other"), None),
    Kind(
        "other words",
        lambda operation: operation.update(summary="Other", description="Other.", tags=["Other"]),
        None,
    ),
    Kind("deprecation", put("deprecated", value=True), None),
    Kind("an extension", put("x-codeSamples", [{"lang": "curl"}]), None),
]

OF_THE_DOCUMENT = [
    Kind("no operation", put("paths", {}), BREAKING),
    Kind("one more operation", put("paths > /api/v1/segments", {"get": {"responses": {}}}), ADDITIVE),
    Kind("another verb", moved(lambda path, method: (path, "put")), BREAKING),
    Kind("another version", moved(lambda path, method: (path.replace("v1", "v2"), method)), BREAKING),
    Kind("a slash at the end", moved(lambda path, method: (f"{path}/", method)), BREAKING),
    Kind("another custom verb", moved(lambda path, method: (path.replace(":", ":re"), method)), BREAKING),
    Kind("another case", moved(lambda path, method: (path.replace("/api", "/API"), method)), BREAKING),
    Kind("other names in the path", rename_placeholders, None),
    Kind("parameters for the whole path", state_parameters_for_the_path, None),
    Kind("a key in another header", put(f"{KEY} > name", "X-API-Key"), BREAKING),
    Kind("a key in the query", put(f"{KEY} > in", "query"), BREAKING),
    Kind("a token for a key", put(KEY, {"type": "http", "scheme": "bearer"}), BREAKING),
    Kind("a header's name in lower case", put(f"{KEY} > name", "x-clix-api-key"), None),
    Kind("one credential less for all", put("security", [{"ProjectIdAuth": []}]), OURS_ONLY),
    Kind("no credentials for all", drop("security"), OURS_ONLY),
    Kind(
        "one credential more for all",
        together(put("components > securitySchemes > Third", THIRD), put("security > 0 > Third", [])),
        BREAKING,
    ),
    Kind(
        "other names of credentials",
        together(rename(KEY, "Key"), put("security", [{"Key": [], "ProjectIdAuth": []}])),
        None,
    ),
    Kind("another server", put("servers > 0 > url", "https://api.clix.example"), BREAKING),
    Kind("a server without encryption", put("servers > 0 > url", "http://api.clix.so"), BREAKING),
    Kind("a path before every path", put("servers > 0 > url", "https://api.clix.so/v2"), BREAKING),
    Kind("one more server", add("servers", {"url": "https://eu.clix.so"}), ADDITIVE),
    Kind("no server", drop("servers"), OURS_ONLY),
    Kind("another title", put("info", {"title": "Other", "version": "9"}), None),
    Kind("other tags", put("tags", [{"name": "Other"}]), None),
    Kind("documentation elsewhere", put("externalDocs", {"url": "https://docs.clix.so"}), None),
]
