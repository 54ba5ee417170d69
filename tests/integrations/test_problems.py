"""Every error of Clix has its answer, which says what became of the request and nothing that is secret."""

from __future__ import annotations

from typing import Any

import pytest

import clix as package
from clix import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ClixError,
    ConfigurationError,
    DeadlineExceededError,
    DeliveryFailedError,
    Fate,
    InDoubtError,
    InvalidRequestError,
    NotFoundError,
    NotSentError,
    PermissionDeniedError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    SessionStateError,
    UnreadableResponseError,
)
from clix.integrations.problems import problem_of


def status(kind: type[APIStatusError], code: int, **context: Any) -> APIStatusError:
    return kind("canary", status_code=code, body="canary", server_message="canary", **context)


ANSWERS = [
    (InvalidRequestError("title must be a text."), 422, "refused"),
    (status(BadRequestError, 400), 422, "refused"),
    (status(NotFoundError, 404), 422, "refused"),
    (status(RateLimitError, 429), 429, "too_many_requests"),
    (NotSentError("canary"), 503, "unavailable"),
    (DeadlineExceededError("canary"), 503, "unavailable"),
    (SessionStateError("canary"), 503, "unavailable"),
    (status(ServiceUnavailableError, 503, replay_safe=True), 503, "unavailable"),
    (InDoubtError("canary"), 502, "in_doubt"),
    (InDoubtError("canary", replay_safe=True), 503, "unavailable"),
    (status(ServerError, 500, fate=Fate.IN_DOUBT), 502, "in_doubt"),
    (UnreadableResponseError("canary"), 502, "accepted_unread"),
    (DeliveryFailedError("canary"), 502, "not_delivered"),
]


@pytest.mark.parametrize(("error", "code", "name"), ANSWERS, ids=lambda value: type(value).__name__)
def test_an_error_has_its_answer(error: ClixError, code: int, name: str) -> None:
    problem = problem_of(error)
    assert problem is not None
    assert (problem.status, problem.code) == (code, name)
    assert problem.content()["fate"] == error.fate.value
    assert problem.content()["safe_to_resend"] is error.safe_to_resend
    assert "canary" not in str(problem.content())


@pytest.mark.parametrize(
    "error",
    [ConfigurationError("x"), status(AuthenticationError, 401), status(PermissionDeniedError, 403)],
    ids=lambda error: type(error).__name__,
)
def test_a_mistake_of_the_service_itself_stays_its_own(error: ClixError) -> None:
    assert problem_of(error) is None


def test_no_error_class_is_forgotten() -> None:
    errors = [getattr(package, name) for name in package.__all__ if name.endswith("Error")]
    seen = {type(error) for error, _, _ in ANSWERS} | {ConfigurationError, AuthenticationError}
    ungiven = {kind.__name__ for kind in errors if not any(issubclass(kind, one) for one in seen)}
    # Roots, what is like a 400 here, what no web request ends in, and a refused key.
    assert ungiven == {
        "APIStatusError",
        "BulkError",
        "ClixError",
        "ConflictError",
        "LedgerError",
        "MalformedWebhookError",
        "WebhookStorageError",
        "PayloadTooLargeError",
        "PermissionDeniedError",
    }


def test_who_asks_too_much_is_told_when_to_come_again() -> None:
    error = RateLimitError("x", status_code=429, retry_after=1.2)
    problem = problem_of(error)
    assert problem is not None
    assert (problem.retry_after, problem.headers()) == (2, {"Retry-After": "2"})


def test_who_was_refused_is_not_told_to_come_again() -> None:
    problem = problem_of(InvalidRequestError("title must be a text."))
    assert problem is not None
    assert problem.headers() == {}
