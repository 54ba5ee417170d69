"""Fields that are lists are read as lists: members, in any case, and not what stands within them."""

from __future__ import annotations

import pytest

from clix._engine.headers import asks_to_close, is_compressed
from clix._values.meta import Headers


@pytest.mark.parametrize(
    ("value", "closes"),
    [(b"close", True), (b"Keep-Alive, CLOSE ", True), (b"x-close-later", False), (b"keep-alive", False)],
)
def test_a_connection_is_closed_by_the_token_alone(value: bytes, *, closes: bool) -> None:
    assert asks_to_close(Headers([(b"Connection", value)])) is closes


@pytest.mark.parametrize(
    ("values", "compressed"),
    [([b"identity", b"Identity"], False), ([b"identity", b"gzip"], True), ([b"br"], True), ([b""], False)],
)
def test_a_coding_other_than_identity_is_compression(values: list[bytes], *, compressed: bool) -> None:
    assert is_compressed(Headers([(b"Content-Encoding", value) for value in values])) is compressed


def test_without_the_fields_neither_holds() -> None:
    assert not asks_to_close(Headers())
    assert not is_compressed(Headers())
