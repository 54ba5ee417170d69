"""What became of an attempt: every exception class of the engine, every status, every kind of TLS failure."""

from __future__ import annotations

import inspect
import socket
import ssl
from collections.abc import Iterator
from types import ModuleType

import httpcore
import httpcore._exceptions
import httpx
import httpx._exceptions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix._call.verdict import (
    EXCEPTIONS,
    FATES,
    Verdict,
    call_fate,
    exception_verdict,
    is_permanent,
    status_verdict,
)
from clix._values.fate import Fate
from tests.ids import shown

ENGINE_MODULES = (httpx, httpx._exceptions, httpcore, httpcore._exceptions)

NEVER_LEFT = {
    "ConnectError",
    "ConnectTimeout",
    "ConnectionNotAvailable",
    "InvalidURL",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}

PERMANENT_REASONS = ["CERTIFICATE_VERIFY_FAILED", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"]
PASSING_REASONS = [
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC",
    "SSLV3_ALERT_BAD_RECORD_MAC",
    "TLSV1_ALERT_INTERNAL_ERROR",
]
PASSING_CLASSES = [
    ssl.SSLEOFError,
    ssl.SSLSyscallError,
    ssl.SSLWantReadError,
    ssl.SSLWantWriteError,
    ssl.SSLZeroReturnError,
]

fates = st.lists(st.sampled_from([Fate.NOT_SENT, Fate.REJECTED, Fate.IN_DOUBT, Fate.ACCEPTED]))
unaccepted = st.lists(st.sampled_from([Fate.NOT_SENT, Fate.REJECTED, Fate.IN_DOUBT]))


def exception_classes(module: ModuleType) -> Iterator[type[BaseException]]:
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, BaseException) and not issubclass(value, Warning):
            yield value


def engine_exceptions() -> list[type[BaseException]]:
    classes = {cls for module in ENGINE_MODULES for cls in exception_classes(module)}
    return sorted(classes, key=lambda cls: (cls.__module__, cls.__name__))


def made(cls: type[BaseException]) -> BaseException:
    """An exception of the class, whatever its constructor asks for."""
    return cls.__new__(cls, "as it comes")


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}]")
    error.reason = reason
    return error


def wrapped(cause: BaseException) -> httpx.ConnectError:
    """As the engine gives it to us: two layers above what the socket raised."""
    inner = httpcore.ConnectError("the layer below")
    inner.__cause__ = cause
    outer = httpx.ConnectError("the handshake failed")
    outer.__cause__ = inner
    return outer


# Exceptions


@pytest.mark.parametrize("cls", engine_exceptions(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_every_exception_class_of_the_engine_is_classified_by_its_own_name(cls: type[BaseException]) -> None:
    assert cls.__name__ in EXCEPTIONS


def test_no_class_is_classified_that_the_engine_does_not_have() -> None:
    only_httpx2 = {"SSEError"}
    assert set(EXCEPTIONS) - only_httpx2 == {cls.__name__ for cls in engine_exceptions()} - only_httpx2


@pytest.mark.parametrize("cls", engine_exceptions(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_without_a_trace_only_what_fails_before_sending_proves_that_nothing_was_sent(
    cls: type[BaseException],
) -> None:
    expected = Verdict.NOT_SENT if cls.__name__ in NEVER_LEFT else Verdict.IN_DOUBT
    assert exception_verdict(made(cls), left=None) is expected


@pytest.mark.parametrize("cls", engine_exceptions(), ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
@pytest.mark.parametrize(("left", "verdict"), [(True, Verdict.IN_DOUBT), (False, Verdict.NOT_SENT)])
def test_the_trace_outweighs_the_class(cls: type[BaseException], *, left: bool, verdict: Verdict) -> None:
    assert exception_verdict(made(cls), left=left) is verdict


def test_a_subclass_of_another_library_reads_like_the_engines_class_that_it_extends() -> None:
    class SlowConnectError(httpx.ConnectTimeout):
        pass

    assert exception_verdict(SlowConnectError("slow"), left=None) is Verdict.NOT_SENT


def test_a_class_of_an_inner_module_of_the_engine_reads_like_its_public_ones() -> None:
    inner = type("ConnectError", (Exception,), {"__module__": "httpcore._backends.anyio"})
    assert exception_verdict(inner(), left=None) is Verdict.NOT_SENT


def test_a_namesake_of_another_library_proves_nothing() -> None:
    class ConnectError(Exception):
        pass

    assert exception_verdict(ConnectError(), left=None) is Verdict.IN_DOUBT


@pytest.mark.parametrize("error", [OSError(), ValueError(), RuntimeError(), KeyboardInterrupt()], ids=shown)
def test_an_exception_that_is_not_the_engines_proves_nothing(error: BaseException) -> None:
    assert exception_verdict(error, left=None) is Verdict.IN_DOUBT


@pytest.mark.parametrize("left", [True, False, None])
@pytest.mark.parametrize("status", [200, 201, 299])
def test_a_success_whose_body_failed_is_accepted_but_unreadable(*, status: int, left: bool | None) -> None:
    error = httpx.ReadError("cut")
    assert exception_verdict(error, left=left, status=status) is Verdict.UNREADABLE


@pytest.mark.parametrize("status", [100, 302, 404, 429, 500, 503, 999])
def test_any_other_status_whose_body_failed_reads_like_the_status(status: int) -> None:
    assert exception_verdict(httpx.ReadError("cut"), left=True, status=status) is status_verdict(status)


# Statuses


def expected_verdict(status: int) -> Verdict:
    if status == 429:
        return Verdict.THROTTLED
    return {2: Verdict.ACCEPTED, 4: Verdict.REJECTED}.get(status // 100, Verdict.IN_DOUBT)


def test_every_status_has_its_verdict() -> None:
    statuses = range(100, 1000)
    assert [status_verdict(status) for status in statuses] == [expected_verdict(s) for s in statuses]


def test_every_verdict_has_a_fate() -> None:
    assert {
        Verdict.NOT_SENT: Fate.NOT_SENT,
        Verdict.REJECTED: Fate.REJECTED,
        Verdict.THROTTLED: Fate.REJECTED,
        Verdict.IN_DOUBT: Fate.IN_DOUBT,
        Verdict.ACCEPTED: Fate.ACCEPTED,
        Verdict.UNREADABLE: Fate.ACCEPTED,
    } == FATES
    assert set(FATES) == set(Verdict)


# Permanent failures


@pytest.mark.parametrize("reason", PERMANENT_REASONS)
def test_a_bad_certificate_or_tls_version_is_permanent(reason: str) -> None:
    assert is_permanent(wrapped(tls_error(reason)))


def test_a_certificate_that_does_not_verify_is_permanent() -> None:
    assert is_permanent(wrapped(ssl.SSLCertVerificationError("self-signed")))


@pytest.mark.parametrize("cls", PASSING_CLASSES)
def test_a_connection_lost_in_the_handshake_is_not_permanent(cls: type[ssl.SSLError]) -> None:
    assert not is_permanent(wrapped(cls(1, "lost")))


@pytest.mark.parametrize("reason", PASSING_REASONS)
def test_a_handshake_that_was_garbled_or_overloaded_is_not_permanent(reason: str) -> None:
    assert not is_permanent(wrapped(tls_error(reason)))


@pytest.mark.parametrize("error", [httpx.UnsupportedProtocol("ftp"), httpx.InvalidURL("nowhere")], ids=shown)
def test_an_address_that_is_none_is_permanent(error: Exception) -> None:
    assert is_permanent(error)


@pytest.mark.parametrize(
    "cause", [ConnectionRefusedError(), socket.gaierror(), TimeoutError(), ConnectionResetError()], ids=shown
)
def test_what_the_network_may_mend_is_not_permanent(cause: Exception) -> None:
    assert not is_permanent(wrapped(cause))


def test_a_tls_error_counts_as_well_when_it_is_only_the_context() -> None:
    error = httpx.ConnectError("no")
    error.__context__ = ssl.SSLCertVerificationError("self-signed")
    assert is_permanent(error)


def test_causes_in_a_circle_come_to_an_end() -> None:
    one, other = OSError(), OSError()
    one.__cause__, other.__cause__ = other, one
    assert not is_permanent(one)


# Calls


def test_a_call_without_attempts_was_not_sent() -> None:
    assert call_fate([]) is Fate.NOT_SENT


@given(fates)
def test_a_call_whose_last_attempt_was_accepted_is_accepted(earlier: list[Fate]) -> None:
    assert call_fate([*earlier, Fate.ACCEPTED]) is Fate.ACCEPTED


@given(unaccepted, unaccepted)
def test_one_attempt_in_doubt_leaves_the_call_in_doubt(before: list[Fate], after: list[Fate]) -> None:
    assert call_fate([*before, Fate.IN_DOUBT, *after]) is Fate.IN_DOUBT


@given(
    st.lists(st.sampled_from([Fate.NOT_SENT, Fate.REJECTED])),
    st.sampled_from([Fate.NOT_SENT, Fate.REJECTED]),
)
def test_without_doubt_a_call_ends_as_its_last_attempt_did(earlier: list[Fate], last: Fate) -> None:
    assert call_fate([*earlier, last]) is last


@given(unaccepted.filter(bool))
def test_an_unaccepted_call_is_never_accepted(attempts: list[Fate]) -> None:
    assert call_fate(iter(attempts)) is not Fate.ACCEPTED
