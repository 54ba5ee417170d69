"""The judges of the rate limiters: order, a steady bucket, and one that is filled each second."""

from benchmarks.limiters import (
    RATE,
    out_of_order,
    refused_by_a_bucket_filled_each_second,
    refused_by_a_steady_bucket,
)


def test_whoever_comes_after_one_that_asked_later_is_out_of_order() -> None:
    assert out_of_order([0, 1, 2, 3]) == 0
    assert out_of_order([2, 0, 1, 3]) == 2


def test_a_steady_bucket_takes_its_size_at_once_and_then_its_rate() -> None:
    assert refused_by_a_steady_bucket([0.0] * RATE) == 0
    assert refused_by_a_steady_bucket([0.0] * (RATE + 3)) == 3
    assert refused_by_a_steady_bucket([0.0] * RATE + [0.0105] * 12) == 2


def test_a_bucket_filled_each_second_counts_from_the_first_token_of_a_full_one() -> None:
    assert refused_by_a_bucket_filled_each_second([5.0] * (RATE + 2)) == 2
    assert refused_by_a_bucket_filled_each_second([5.0] * RATE + [5.999]) == 1
    assert refused_by_a_bucket_filled_each_second([5.0] * RATE + [6.0]) == 0
