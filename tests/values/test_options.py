"""Settings and options: arguments, then the environment, then the default; and a sentence for everything else."""

from __future__ import annotations

import copy
import pickle
import ssl
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from clix import NOT_GIVEN, Clix, Coalesce, ConfigurationError, Fate, Timeout
from clix._values.addresses import check_base_url, check_proxy, is_loopback
from clix._values.operations import MESSAGES_SEND, USERS_CREATE
from clix._values.options import (
    CallOptions,
    Settings,
    build_call_options,
    build_timeout,
)
from tests.ids import shown
from tests.recorder import BASE_URL, KEY, PROJECT, Recorder, session


def settings_of(**arguments: Any) -> Settings:
    """The settings of a session of the test project."""
    given: dict[str, Any] = {"project_id": PROJECT, "api_key": KEY, **arguments}
    return Clix(**given)._session.settings


def refused(**arguments: Any) -> str:
    """What a session says to bad settings; nothing was sent, and the key is not in it."""
    recorder = Recorder()
    with pytest.raises(ConfigurationError) as caught:
        session(recorder, **arguments)
    error = caught.value
    assert (recorder.requests, error.fate, error.safe_to_resend) == ([], Fate.NOT_SENT, True)
    assert KEY not in f"{error} {error!r}"
    return str(error)


# Where settings come from


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIX_PROJECT_ID", "p-env")
    monkeypatch.setenv("CLIX_API_KEY", "k-env")
    monkeypatch.setenv("CLIX_BASE_URL", "https://env.test")
    settings = Clix()._session.settings
    assert (settings.project_id, settings.current_key(), settings.base_url) == (
        "p-env",
        "k-env",
        "https://env.test",
    )


def test_arguments_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIX_PROJECT_ID", "p-env")
    monkeypatch.setenv("CLIX_API_KEY", "k-env")
    monkeypatch.setenv("CLIX_BASE_URL", "https://env.test")
    settings = settings_of(base_url=BASE_URL)
    assert (settings.project_id, settings.current_key(), settings.base_url) == (PROJECT, KEY, BASE_URL)


def test_production_is_the_default() -> None:
    assert settings_of().base_url == "https://api.clix.so"


def test_an_address_that_is_empty_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIX_BASE_URL", "")
    assert settings_of().base_url == "https://api.clix.so"


def test_an_empty_address_is_never_taken_for_production() -> None:
    assert "base_url" in refused(base_url="")


# Key and project


def test_a_missing_key_says_where_to_put_it() -> None:
    assert refused(api_key=None) == "No API key: pass api_key=..., or set CLIX_API_KEY."


def test_a_missing_project_says_where_to_put_it() -> None:
    assert refused(project_id=None) == "No project id: pass project_id=..., or set CLIX_PROJECT_ID."


@pytest.mark.parametrize("variable", ["CLIX_API_KEY", "CLIX_PROJECT_ID"])
def test_an_empty_variable_is_as_bad_as_an_empty_argument(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIX_API_KEY", KEY)
    monkeypatch.setenv("CLIX_PROJECT_ID", PROJECT)
    monkeypatch.setenv(variable, "")
    with pytest.raises(ConfigurationError, match="empty"):
        Clix()


BAD_KEYS = ["", f"{KEY}\n", f"\n{KEY}", f"{KEY} ", f"{KEY}\r\nX-Evil: 1", f"{KEY}\x00", f"{KEY}é", f"키{KEY}"]


@pytest.mark.parametrize("key", BAD_KEYS, ids=shown)
def test_a_key_that_cannot_be_a_header_is_refused_without_showing_it(key: str) -> None:
    assert "API key" in refused(api_key=key)


@pytest.mark.parametrize("key", [5, KEY.encode(), [KEY], True], ids=["int", "bytes", "list", "bool"])
def test_a_key_of_another_type_is_refused_without_showing_it(key: object) -> None:
    assert "The API key must be a string" in refused(api_key=key)


@pytest.mark.parametrize("project", ["", " ", "p\n", "p q", "프로젝트", "p\x7f", 5, b"p", None], ids=shown)
def test_a_project_id_that_cannot_be_a_header_is_refused(project: object) -> None:
    assert "project id" in refused(project_id=project)


def test_a_callable_is_asked_for_the_key_each_time() -> None:
    keys = iter(["k-1", "k-2"])
    settings = settings_of(api_key=lambda: next(keys))
    assert [settings.current_key(), settings.current_key()] == ["k-1", "k-2"]


@pytest.mark.parametrize("key", [*BAD_KEYS, None, 5, KEY.encode()], ids=shown)
def test_what_a_callable_returns_must_be_a_key(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="API key") as caught:
        settings_of(api_key=lambda: key).current_key()
    assert KEY not in str(caught.value)


def test_what_a_callable_raises_is_told_without_its_words() -> None:
    def broken() -> str:
        raise LookupError(f"cannot decrypt {KEY}")

    with pytest.raises(ConfigurationError, match="raised LookupError; it must return the key") as caught:
        settings_of(api_key=broken).current_key()
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


# Address


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.clix.so", "https://api.clix.so"),
        ("https://api.clix.so/", "https://api.clix.so"),
        ("HTTPS://API.Clix.SO", "https://api.clix.so"),
        ("https://gateway.test:8443/Clix//", "https://gateway.test:8443/Clix"),
        ("https://my_gateway", "https://my_gateway"),
        ("https://203.0.113.7", "https://203.0.113.7"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]:443"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://clix.localhost", "http://clix.localhost"),
        ("http://127.0.0.1:8787/", "http://127.0.0.1:8787"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_an_address_is_kept_without_its_final_slash(url: str, kept: str) -> None:
    assert check_base_url(url) == kept


@pytest.mark.parametrize("url", ["HTTPS://API.Clix.SO", "https://gateway.test:8443/Clix"])
async def test_requests_go_below_the_address(url: str) -> None:
    recorder = Recorder()
    async with session(recorder, base_url=url) as clix:
        await clix.users.delete("u")
    assert str(recorder.request.url) == f"{check_base_url(url)}/api/v1/users/u"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.clix.so",
        "http://203.0.113.7",
        "http://0.0.0.0",
        "http://localhost.evil.test",
        "http://127.0.0.1.evil.test",
        "http://evil.test\\.localhost",
        "http://evil.test%00.localhost",
        "http://[::ffff:203.0.113.7]",
    ],
)
def test_plain_http_is_for_loopback_only(url: str) -> None:
    assert refused(base_url=url).startswith(("base_url must be https://", "base_url must be an absolute"))


@pytest.mark.parametrize(
    "url",
    [
        "api.clix.so",
        "//api.clix.so",
        "ftp://api.clix.so",
        "https://",
        "https:///path",
        "https://a b.test",
        "https://api.clix.so\n",
        "https://api.clix.so:99999",
        "https://api.clix.so:port",
        "https://[::1",
        "https://.test",
        "https://a<b>.test",
        "https://클릭스.test",
        "https://user@api.clix.so",
        "https://user:password@api.clix.so",
        "https://@api.clix.so",
        "https://api.clix.so@evil.test",
        "https://api.clix.so?",
        "https://api.clix.so?a=b",
        "https://api.clix.so/#",
        "https://api.clix.so/#top",
        b"https://api.clix.so",
        5,
    ],
    ids=shown,
)
def test_an_address_that_is_none_is_refused(url: object) -> None:
    message = refused(base_url=url)
    assert "base_url" in message
    assert "password@" not in message


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.255.255.254", "::1"])
def test_a_loopback_host_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "localhost.test", "10.0.0.1", "128.0.0.1", "::2", "127.1", "notlocalhost"]
)
def test_another_host_is_no_loopback(host: str) -> None:
    assert not is_loopback(host)


# Proxy and TLS


@pytest.mark.parametrize("proxy", [None, "http://proxy.test:8080", "https://user:pass@proxy.test"])
def test_a_proxy_is_kept(proxy: str | None) -> None:
    assert check_proxy(proxy) == proxy


@pytest.mark.parametrize(
    "proxy", ["proxy.test:8080", "ftp://proxy.test", "", "http://", "http://a b", 5], ids=shown
)
def test_a_proxy_that_is_none_is_refused(proxy: Any) -> None:
    assert "proxy" in refused(proxy=proxy)


def test_the_password_of_a_bad_proxy_is_not_shown() -> None:
    assert "s3cret" not in refused(proxy="gopher://user:s3cret@proxy.test")


def test_a_socks_proxy_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clix._values.addresses.find_spec", lambda _name: None)
    assert "pip install 'httpx[socks]'" in refused(proxy="socks5://proxy.test:1080")


def test_a_tls_context_is_kept() -> None:
    context = ssl.create_default_context()
    assert settings_of(ssl_context=context).ssl_context is context


def test_a_tls_context_that_allows_old_versions_is_refused() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    assert "minimum_version to ssl.TLSVersion.TLSv1_2" in refused(ssl_context=context)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("ssl_context", True),
        ("transport", httpx.HTTPTransport()),
        ("transport", httpx.AsyncHTTPTransport),
        ("transport", "https://clix.test"),
    ],
    ids=shown,
)
def test_something_else_than_an_engine_part_is_refused(option: str, value: object) -> None:
    assert option in refused(**{option: value})


# Numbers

NOT_SECONDS = [0, -1, float("nan"), float("inf"), "5", True, [5]]
NOT_COUNTS = [0, -1, 1.5, "3", True, float("inf")]


@pytest.mark.parametrize("value", NOT_SECONDS, ids=shown)
@pytest.mark.parametrize("option", ["timeout", "deadline"])
def test_seconds_are_positive_and_finite(option: str, value: object) -> None:
    assert refused(**{option: value}).startswith(f"{option} must be a ")


@pytest.mark.parametrize("value", NOT_SECONDS, ids=shown)
@pytest.mark.parametrize("field", ["connect", "write", "read", "total"])
def test_the_parts_of_a_timeout_are_positive_and_finite(field: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"^timeout\.{field} must be a "):
        Timeout(**{field: value})


@pytest.mark.parametrize("value", NOT_SECONDS[1:], ids=shown)
def test_the_time_to_drain_is_finite_and_not_negative(value: object) -> None:
    assert refused(drain_timeout=value).startswith("drain_timeout must be a ")


def test_a_session_may_close_without_draining() -> None:
    assert settings_of(drain_timeout=0).drain_timeout == 0


@pytest.mark.parametrize("value", NOT_COUNTS, ids=shown)
@pytest.mark.parametrize("option", ["max_attempts", "max_connections"])
def test_counts_are_whole_and_positive(option: str, value: object) -> None:
    assert refused(**{option: value}) == f"{option} must be a whole number of at least 1."


@pytest.mark.parametrize("value", [*NOT_COUNTS, 501], ids=shown)
def test_a_coalesced_request_has_1_to_500_items(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^coalesce\.max_items must be "):
        Coalesce(max_items=value)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0", True], ids=shown)
def test_a_coalesced_send_waits_at_most_a_second(value: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^coalesce\.max_wait must be "):
        Coalesce(max_wait=value)


def test_a_plain_number_is_the_limit_of_the_whole_attempt() -> None:
    assert build_timeout(2) == Timeout(total=2)


# Choices


@pytest.mark.parametrize("value", ["exactly_once", "", 5, ["at_most_once"]], ids=shown)
def test_an_unknown_guarantee_is_answered_with_the_known_ones(value: object) -> None:
    assert refused(guarantee=value) == (
        "guarantee must be one of 'as_documented', 'at_most_once', 'at_least_once'."
    )


@pytest.mark.parametrize("value", ["urgent", 1])
def test_an_unknown_priority_is_answered_with_the_known_ones(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="priority must be one of 'high', 'normal'"):
        build_call_options(CallOptions(), priority=value)


# Headers


@pytest.mark.parametrize(
    "name",
    [
        "X-Clix-API-Key",
        "x-clix-api-key",
        "X-CLIX-PROJECT-ID",
        "Host",
        "Content-Length",
        "content-type",
        "Transfer-Encoding",
        "Accept-Encoding",
        "Connection",
    ],
)
def test_headers_of_the_session_itself_are_refused(name: str) -> None:
    assert refused(headers={name: "x"}) == f"headers must not set {name}: the session sets it itself."


@pytest.mark.parametrize(
    "value", ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\x00", "é", "\ud800", " v@lue", "v@lue ", "\t"]
)
def test_a_header_value_that_http_does_not_allow_is_refused(value: str) -> None:
    message = refused(headers={"X-Trace": value})
    assert message.startswith("The value of the header X-Trace has a character that HTTP does not allow")
    assert not value.strip() or value.strip() not in message


@pytest.mark.parametrize("name", ["", "X Trace", "X-Trace:", "X-Tra\r\nce", "X-Tracé", "X\x00"], ids=shown)
def test_a_header_name_that_http_does_not_allow_is_refused(name: str) -> None:
    assert refused(headers={name: "x"}) == "headers has a name that is no HTTP field name."


@pytest.mark.parametrize(
    "headers", [{"X-Trace": 5}, {5: "x"}, {"X-Trace": None}, {"X-Trace": b"x"}], ids=shown
)
def test_headers_map_strings_to_strings(headers: Mapping[Any, Any]) -> None:
    assert refused(headers=headers) == "headers must map strings to strings."


@pytest.mark.parametrize("headers", ["X-Trace: 1", [("X-Trace", "1")], 5], ids=shown)
def test_headers_are_a_mapping(headers: object) -> None:
    assert refused(headers=headers).startswith("headers must be a mapping")


@pytest.mark.parametrize("value", ["", "a", "a b\tc", "~!#"])
async def test_a_header_value_that_http_allows_is_sent(value: str) -> None:
    recorder = Recorder()
    async with session(recorder, headers={"X-Trace": value}) as clix:
        await clix.health()
    assert recorder.request.headers["x-trace"] == value


# Options of a call


def test_options_left_out_stay_as_they_are() -> None:
    base = CallOptions(guarantee="at_most_once", max_attempts=5, deadline=9.0, priority="high")
    assert build_call_options(base) == base


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "timeout": st.sampled_from([NOT_GIVEN, None, 3.0, Timeout(read=None)]),
        "deadline": st.sampled_from([NOT_GIVEN, None, 7.0]),
        "guarantee": st.sampled_from([NOT_GIVEN, None, "at_most_once", "at_least_once"]),
        "max_attempts": st.sampled_from([NOT_GIVEN, None, 1]),
        "priority": st.sampled_from([NOT_GIVEN, None, "high"]),
        "headers": st.sampled_from([NOT_GIVEN, None, {"X-A": "1"}]),
    },
)


@given(first=CHANGES, changes=st.lists(CHANGES, max_size=4))
def test_an_option_is_the_one_given_last_and_none_takes_it_back(
    first: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    clix = session(
        Recorder(),
        **{name: first[name] for name in first if name != "priority" and first[name] is not NOT_GIVEN},
    )
    started = clix._options
    expected = evolve(started)
    for change in changes:
        clix = clix.with_options(**change)
        for name, value in change.items():
            if value is None:
                expected = evolve(expected, **{name: getattr(started, name)})
            elif value is not NOT_GIVEN:
                only = build_call_options(CallOptions(headers=expected.headers), **{name: value})
                expected = evolve(expected, **{name: getattr(only, name)})
    assert clix._options == expected


@pytest.mark.parametrize("field", ["connect", "write", "read"])
async def test_a_part_of_a_timeout_that_is_none_is_no_limit(field: str) -> None:
    recorder = Recorder()
    async with session(recorder, timeout=Timeout(**{field: None})) as clix:
        await clix.health()
    limits = {"connect": 5, "write": 30, "read": 30, "pool": None}
    assert recorder.request.extensions["timeout"] == {**limits, field: None}


def test_not_given_is_one_value_also_when_copied_and_pickled() -> None:
    assert copy.deepcopy(NOT_GIVEN) is pickle.loads(pickle.dumps(NOT_GIVEN)) is NOT_GIVEN
    assert repr(Timeout()) == "Timeout(connect=NOT_GIVEN, write=NOT_GIVEN, read=NOT_GIVEN, total=None)"


def test_given_headers_replace_those_of_the_same_name_and_leave_the_others() -> None:
    base = build_call_options(CallOptions(), headers={"X-A": "1", "X-B": "1"})
    changed = build_call_options(base, headers={"x-a": "2", "X-C": "2"})
    assert dict(changed.headers) == {b"X-B": b"1", b"x-a": b"2", b"X-C": b"2"}


@pytest.mark.parametrize(
    ("options", "seconds"), [(CallOptions(), (120, 60)), (CallOptions(deadline=7.0), (7, 7))]
)
def test_a_deadline_is_the_operations_own_unless_given(
    options: CallOptions, seconds: tuple[float, float]
) -> None:
    assert (options.deadline_for(MESSAGES_SEND), options.deadline_for(USERS_CREATE)) == seconds
