"""The rank test sees a difference, and none where there is none."""

from __future__ import annotations

import random

import pytest

from tests.support import ranks


def sample(seed: int, *, shift: float = 0.0) -> list[float]:
    numbers = random.Random(seed)
    return [numbers.gauss(30.0, 5.0) + shift for _ in range(500)]


def test_alike_groups_are_not_told_apart() -> None:
    unlikely = [seed for seed in range(50) if ranks.chance(sample(seed), sample(seed + 1000)) < 0.01]
    assert len(unlikely) <= 3


def test_a_fifth_of_the_spread_is_seen() -> None:
    assert ranks.chance(sample(1), sample(2, shift=1.5)) < 0.01
    assert ranks.apart(sample(1), sample(1, shift=1.5)) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10], 0.00902),
        ([7, 7], [7, 7], 1.0),
    ],
)
def test_small_groups_come_out_as_the_books_have_them(
    one: list[float], other: list[float], expected: float
) -> None:
    assert ranks.chance(one, other) == pytest.approx(expected, abs=0.03)
