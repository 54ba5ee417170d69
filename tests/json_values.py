"""Strategies for JSON and for what stands in requests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

texts = st.text(max_size=20)
"""Any text that UTF-8 can carry."""

numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
scalars: st.SearchStrategy[Any] = st.none() | st.booleans() | numbers | texts
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(texts, json_values, max_size=3)

ids = st.text(min_size=1, max_size=12).filter(lambda text: not text.isspace() and text not in (".", ".."))
"""Ids that can be used."""
