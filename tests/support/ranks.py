"""Whether two groups of measurements differ: the rank test of Mann and Whitney, the difference of the medians."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence


def chance(one: Sequence[float], other: Sequence[float]) -> float:
    """How likely ranks as uneven as these are when the groups are alike (two-sided, by the normal distribution)."""
    ranks = _ranks([*one, *other])
    n, m = len(one), len(other)
    u = sum(ranks[:n]) - n * (n + 1) / 2
    ties = sum(count**3 - count for count in Counter(ranks).values())
    variance = n * m / 12 * ((n + m + 1) - ties / ((n + m) * (n + m - 1)))
    return 1.0 if variance == 0 else math.erfc(abs(u - n * m / 2) / math.sqrt(2 * variance))


def apart(one: Sequence[float], other: Sequence[float]) -> float:
    """The difference of the medians."""
    return abs(statistics.median(one) - statistics.median(other))


def _ranks(values: Sequence[float]) -> list[float]:
    """Each value's rank, counted from 1; equal values share theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for place in order[start : end + 1]:
            ranks[place] = (start + end) / 2 + 1
        start = end + 1
    return ranks
