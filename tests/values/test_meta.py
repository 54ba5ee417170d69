"""What an answer tells beside its body."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clix import Headers, RateLimit, ResponseMeta

HEADERS = Headers([(b"X-Request-ID", b"r-1"), (b"Via", b"a"), (b"via", b"b"), (b"X-Name", b"\xe9t\xe9")])


@pytest.mark.parametrize("name", ["x-request-id", "X-Request-ID", "X-REQUEST-ID"])
def test_a_header_is_found_in_any_case(name: str) -> None:
    assert HEADERS[name] == "r-1"
    assert name in HEADERS


def test_a_repeated_header_is_joined() -> None:
    assert HEADERS["via"] == "a, b"


def test_a_header_outside_ascii_is_read_as_latin_1() -> None:
    assert HEADERS["x-name"] == "été"


@pytest.mark.parametrize("name", ["x-other", "요청", "été"])
def test_a_missing_header_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        HEADERS[name]
    assert HEADERS.get(name) is None


def test_headers_are_a_mapping_of_lower_case_names() -> None:
    assert dict(HEADERS) == {"x-request-id": "r-1", "via": "a, b", "x-name": "été"}
    assert len(HEADERS) == 3


def test_headers_equal_a_mapping_of_the_same_fields() -> None:
    assert HEADERS == {"x-request-id": "r-1", "via": "a, b", "x-name": "été"}


def test_headers_show_what_they_hold() -> None:
    assert repr(Headers([(b"A", b"1")])) == "Headers({'a': '1'})"


@given(st.lists(st.tuples(st.binary(max_size=4), st.binary(max_size=4))))
def test_any_bytes_are_read_and_counted(raw: list[tuple[bytes, bytes]]) -> None:
    headers = Headers(raw)
    assert len(list(headers)) == len(headers) == len(dict(headers))


META = ResponseMeta(
    status=200,
    request_id="r-1",
    headers=HEADERS,
    rate_limit=RateLimit(limit=1000, remaining=999, reset=1_800_000_000.0),
    attempts=2,
    elapsed=1.5,
    may_have_repeated=True,
)


@pytest.mark.parametrize("value", [HEADERS, META], ids=["headers", "meta"])
def test_a_value_survives_pickling_and_copying(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == copy.copy(value) == value


def test_meta_does_not_spread_its_headers_over_a_log_line() -> None:
    assert "headers" not in repr(META)


def test_what_a_server_did_not_tell_of_its_limit_is_none() -> None:
    assert RateLimit() == RateLimit(limit=None, remaining=None, reset=None)
