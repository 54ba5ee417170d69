"""Rows that a filter leaves out: they keep their numbers, and the run stays the same run."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clix import Fate
from tests.bulk.support import Post, fates, send_many


@settings(max_examples=8)
@given(excluded=st.sets(st.integers(1, 20)), batch_size=st.integers(1, 7))
async def test_a_filter_renumbers_no_row_and_its_end_sends_the_rest(
    tmp_path_factory: pytest.TempPathFactory, excluded: set[int], batch_size: int
) -> None:
    ledger = tmp_path_factory.mktemp("ledger") / "run.db"
    rows = [{"to": f"u{number}", "title": "Hi"} for number in range(1, 21)]
    some = [
        row | {"excluded": "asked us to stop"} if number in excluded else row
        for number, row in enumerate(rows, 1)
    ]
    post = Post()
    report = await send_many(post, some, ledger=ledger, batch_size=batch_size)
    assert fates(report) == +Counter({Fate.ACCEPTED: 20 - len(excluded), Fate.REJECTED: len(excluded)})
    assert report.row_reasons == ({"asked us to stop": len(excluded)} if excluded else {})
    report = await send_many(post, rows, ledger=ledger, batch_size=batch_size)
    assert fates(report) == Counter({Fate.ACCEPTED: 20})
    assert post.processed == Counter(f"u{number}" for number in range(1, 21))
