"""Settings of a session and options of a call: loose input becomes frozen values here, once."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from attrs import evolve, field, frozen

from .addresses import check_base_url, check_proxy
from .errors import ConfigurationError
from .not_given import NOT_GIVEN, NotGiven
from .operations import Operation
from .secret import Secret, hides_arguments

Guarantee: TypeAlias = Literal["as_documented", "at_most_once", "at_least_once"]
Priority: TypeAlias = Literal["high", "normal"]
ApiKey: TypeAlias = str | Callable[[], str]

DEFAULT_BASE_URL = "https://api.clix.so"
SECRET_KEY_PREFIX = "clix_sk_"  # noqa: S105 - a prefix
PROJECT_HEADER = "X-Clix-Project-ID"
KEY_HEADER = "X-Clix-API-Key"

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?")
_RESERVED_HEADERS = frozenset(
    {
        PROJECT_HEADER.lower(),
        KEY_HEADER.lower(),
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "accept-encoding",
        "connection",
        "expect",
        "upgrade",
        "te",
    }
)


@frozen(kw_only=True)
class Timeout:
    """Time limits of one attempt, in seconds. What is left out has its default; None is no limit but the deadline.

    `read` is the longest silence of the server; `total` bounds the whole attempt from the moment its first byte
    may leave. A plain number given as `timeout` is the `total`.
    """

    connect: float | NotGiven | None = NOT_GIVEN
    """Default 5."""
    write: float | NotGiven | None = NOT_GIVEN
    """Default 30."""
    read: float | NotGiven | None = NOT_GIVEN
    """Default 110 for operations that are not replay-safe (the server works up to 100 s), 30 for the others."""
    total: float | None = None
    """Default None: what is left of the call's deadline."""

    def __attrs_post_init__(self) -> None:
        for name in ("connect", "write", "read", "total"):
            seconds = getattr(self, name)
            if seconds is not NOT_GIVEN:
                check_seconds(seconds, f"timeout.{name}")


@frozen(kw_only=True)
class Coalesce:
    """Lets concurrent `messages.send` calls of one session share requests."""

    max_items: int = 500
    """Notifications in one request, at most 500."""
    max_wait: float = 0.0
    """Seconds to wait for company; 0 shares what is sent in the same turn of the event loop."""

    def __attrs_post_init__(self) -> None:
        if _check_count(self.max_items, "coalesce.max_items") > 500:
            raise ConfigurationError("coalesce.max_items must be at most 500.")
        if (check_seconds(self.max_wait, "coalesce.max_wait", zero=True) or 0.0) > 1:
            raise ConfigurationError("coalesce.max_wait must be between 0 and 1 second.")


@frozen(kw_only=True)
class CallOptions:
    """What a call may choose for itself; `Clix(...)` and `with_options(...)` set it."""

    guarantee: Guarantee = "as_documented"
    max_attempts: int = 3
    timeout: Timeout = field(factory=Timeout)
    deadline: float | None = None
    priority: Priority = "normal"
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def deadline_for(self, operation: Operation) -> float:
        """Seconds for the whole call."""
        return operation.default_deadline if self.deadline is None else self.deadline


@frozen(kw_only=True)
class Settings:
    """What a session is made of, resolved and checked."""

    project_id: str = field(repr=False)
    api_key: Secret | Callable[[], str] = field(repr=False)
    base_url: str
    max_connections: int = 100
    drain_timeout: float = 25.0
    proxy: str | None = field(default=None, repr=False)
    ssl_context: ssl.SSLContext | None = field(default=None, repr=False)
    trust_env: bool = False
    key_looks_public: bool = False
    """The key is known and does not begin as a secret one does: what a 401 hints at."""

    def current_key(self) -> str:
        """The key to put on the wire now; a callable is asked each time.

        Raises:
            ConfigurationError: the callable failed, or gave something that is no key.
        """
        if isinstance(self.api_key, Secret):
            return self.api_key.reveal()
        try:
            return check_key(self.api_key())
        except ConfigurationError:
            raise
        except Exception as error:  # noqa: BLE001 - the user's code; what it says may hold the key
            problem = type(error).__name__
        raise ConfigurationError(f"The api_key callable raised {problem}; it must return the key.")


def resolve_settings(
    *,
    project_id: str | None,
    api_key: ApiKey | None,
    base_url: str | None,
    max_connections: int,
    drain_timeout: float,
    proxy: str | None,
    ssl_context: ssl.SSLContext | None,
    trust_env: bool,
) -> Settings:
    """Arguments first, then the environment, then the default.

    Raises:
        ConfigurationError: something is missing or malformed; the message says which and what to do.
    """
    key: ApiKey | None = api_key if api_key is not None else os.environ.get("CLIX_API_KEY")
    if key is None:
        raise ConfigurationError("No API key: pass api_key=..., or set CLIX_API_KEY.")
    project = project_id if project_id is not None else os.environ.get("CLIX_PROJECT_ID")
    if project is None:
        raise ConfigurationError("No project id: pass project_id=..., or set CLIX_PROJECT_ID.")
    _check_count(max_connections, "max_connections")
    check_seconds(drain_timeout, "drain_timeout", zero=True)
    check_ssl_context(ssl_context)
    return Settings(
        project_id=check_project_id(project),
        api_key=key if callable(key) else Secret(check_key(key)),
        base_url=check_base_url(
            base_url if base_url is not None else os.environ.get("CLIX_BASE_URL") or DEFAULT_BASE_URL
        ),
        max_connections=max_connections,
        drain_timeout=drain_timeout,
        proxy=check_proxy(proxy),
        ssl_context=ssl_context,
        trust_env=trust_env,
        key_looks_public=isinstance(key, str) and not key.startswith(SECRET_KEY_PREFIX),
    )


def build_call_options(
    base: CallOptions,
    *,
    defaults: CallOptions | None = None,
    timeout: Timeout | float | NotGiven | None = NOT_GIVEN,
    deadline: float | NotGiven | None = NOT_GIVEN,
    guarantee: Guarantee | NotGiven | None = NOT_GIVEN,
    max_attempts: int | NotGiven | None = NOT_GIVEN,
    priority: Priority | NotGiven | None = NOT_GIVEN,
    headers: Mapping[str, str] | NotGiven | None = NOT_GIVEN,
) -> CallOptions:
    """The base with what was given in its place; headers are added to those of the base.

    None takes an option back to that of `defaults`, the session's own.

    Raises:
        ConfigurationError: an option is malformed, or a header is one that the session sets itself.
    """
    given = {
        "timeout": timeout,
        "deadline": deadline,
        "guarantee": guarantee,
        "max_attempts": max_attempts,
        "priority": priority,
        "headers": headers,
    }
    origin = CallOptions() if defaults is None else defaults
    changes: dict[str, Any] = {
        name: getattr(origin, name) if value is None else _checked_option(name, value, base)
        for name, value in given.items()
        if value is not NOT_GIVEN
    }
    return evolve(base, **changes)


def _checked_option(name: str, value: Any, base: CallOptions) -> object:
    match name:
        case "timeout":
            return build_timeout(value)
        case "deadline":
            return check_seconds(value, name)
        case "guarantee":
            return _one_of(value, Guarantee, name)
        case "priority":
            return _one_of(value, Priority, name)
        case "max_attempts":
            return _check_count(value, name)
        case _:
            return _merge_headers(base.headers, value)


def build_timeout(timeout: Timeout | float) -> Timeout:
    """A plain number of seconds bounds the whole attempt."""
    if isinstance(timeout, Timeout):
        return timeout
    return Timeout(total=check_seconds(timeout, "timeout"))


def check_seconds(value: float | None, name: str, *, zero: bool = False) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigurationError(f"{name} must be a number of seconds, not {type(value).__name__}.")
    if not (value >= 0 if zero else value > 0) or value == float("inf"):
        raise ConfigurationError(f"{name} must be a positive, finite number of seconds, not {value}.")
    return value


@hides_arguments
def check_key(key: object) -> str:
    """A key that can be a header value; the message never shows it."""
    if not isinstance(key, str):
        raise ConfigurationError(f"The API key must be a string, not {type(key).__name__}.")
    if not key:
        raise ConfigurationError("The API key is empty: pass api_key=..., or set CLIX_API_KEY.")
    if not _PRINTABLE.fullmatch(key):
        raise ConfigurationError(
            "The API key contains a space, a line break or another character that no key has; "
            "look for a stray newline at its end (it is not shown here)."
        )
    return key


def check_project_id(project_id: object) -> str:
    if not isinstance(project_id, str) or not _PRINTABLE.fullmatch(project_id):
        raise ConfigurationError(
            "The project id must be a non-empty string of printable ASCII characters without spaces."
        )
    return project_id


def check_ssl_context(context: ssl.SSLContext | None) -> None:
    if context is None:
        return
    if not isinstance(context, ssl.SSLContext):
        raise ConfigurationError("ssl_context must be an ssl.SSLContext.")
    if context.minimum_version != ssl.TLSVersion.MAXIMUM_SUPPORTED and (
        context.minimum_version < ssl.TLSVersion.TLSv1_2
    ):
        raise ConfigurationError(
            "ssl_context allows TLS below 1.2: set its minimum_version to ssl.TLSVersion.TLSv1_2."
        )


def _one_of(value: Any, choices: Any, name: str) -> Any:
    if value not in get_args(choices):
        raise ConfigurationError(f"{name} must be one of {', '.join(map(repr, get_args(choices)))}.")
    return value


def _check_count(value: object, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name} must be a whole number of at least 1.")
    return value


def _merge_headers(
    base: tuple[tuple[bytes, bytes], ...], headers: Mapping[str, str]
) -> tuple[tuple[bytes, bytes], ...]:
    if not isinstance(headers, Mapping):
        raise ConfigurationError(f"headers must be a mapping, not {type(headers).__name__}.")
    pairs = [_check_header(name, value) for name, value in headers.items()]
    added = {name.lower(): (name, value) for name, value in pairs}
    kept = tuple(item for item in base if item[0].lower() not in added)
    return kept + tuple(added.values())


def _check_header(name: object, value: object) -> tuple[bytes, bytes]:
    if not isinstance(name, str) or not isinstance(value, str):
        raise ConfigurationError("headers must map strings to strings.")
    if not _HEADER_NAME.fullmatch(name):
        raise ConfigurationError("headers has a name that is no HTTP field name.")
    if name.lower() in _RESERVED_HEADERS:
        raise ConfigurationError(f"headers must not set {name}: the session sets it itself.")
    if not _HEADER_VALUE.fullmatch(value):
        raise ConfigurationError(
            f"The value of the header {name} has a character that HTTP does not allow there "
            "(a line break, something that is not ASCII, or a space at an end)."
        )
    return name.encode(), value.encode()
