"""Comparable rounds: interleaved, with the order rotated, reported as a median with its spread.

Each round runs every contestant once, so that a slow minute of the machine hits all of them; the one who
begins changes with each round, so that nobody always follows the same neighbour.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Contestant = TypeVar("Contestant")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long a benchmark takes."""

    rounds: int
    seconds: float
    warmup_seconds: float
    is_quick: bool = False


FULL = Plan(rounds=5, seconds=3.0, warmup_seconds=1.0)
QUICK = Plan(rounds=2, seconds=1.0, warmup_seconds=0.5, is_quick=True)


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What one client saw in one round."""

    rate: float
    p50_ms: float
    p99_ms: float


@dataclass(kw_only=True)
class Series:
    """All rounds of one contestant under one load."""

    name: str
    load: int
    samples: list[Sample] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(sample.rate for sample in self.samples)

    @property
    def lowest(self) -> float:
        return min(sample.rate for sample in self.samples)

    @property
    def highest(self) -> float:
        return max(sample.rate for sample in self.samples)

    @property
    def p50_ms(self) -> float:
        return statistics.median(sample.p50_ms for sample in self.samples)

    @property
    def p99_ms(self) -> float:
        return statistics.median(sample.p99_ms for sample in self.samples)


def interleaved(contestants: Sequence[Contestant], rounds: int) -> Iterator[tuple[int, Contestant]]:
    """Every contestant once per round, each round beginning with the next one."""
    for number in range(rounds):
        begin = number % len(contestants)
        for contestant in (*contestants[begin:], *contestants[:begin]):
            yield number, contestant


def ratio(ours: Series, theirs: Series) -> float:
    """How many times as fast we are, by the medians."""
    return ours.rate / theirs.rate
