"""Whole numbers are split without losing any."""

from hypothesis import given
from hypothesis import strategies as st

from services.campaigns.deciders.shares import allot

WEIGHTS = st.lists(st.integers(0, 10_000), min_size=1, max_size=40)


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_sum_to_the_total_and_none_is_a_whole_unit_off(total: int, weights: list[int]) -> None:
    parts = allot(total, weights)
    whole = sum(weights) or len(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights if any(weights) else [1] * len(weights), strict=True):
        assert abs(part * whole - total * weight) < whole


@given(st.integers(0, 10**9), WEIGHTS)
def test_who_weighs_nothing_gets_nothing_and_who_weighs_more_never_less(
    total: int, weights: list[int]
) -> None:
    parts = allot(total, weights)
    if any(weights):
        assert all(part == 0 for part, weight in zip(parts, weights, strict=True) if weight == 0)
    for one, other in zip(range(len(weights)), range(1, len(weights)), strict=False):
        if weights[one] > weights[other]:
            assert parts[one] >= parts[other]


def test_what_the_floors_leave_goes_to_the_largest_remainders() -> None:
    assert allot(100, [1, 1, 1]) == (34, 33, 33)
    assert allot(10, [5, 3, 1]) == (6, 3, 1)
    assert allot(7, [0, 0]) == (4, 3)
    assert allot(7, []) == ()
