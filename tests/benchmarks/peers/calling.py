"""What the RPC peers share: the message, the command line, and how a round's calls are counted."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import sys
import time
from dataclasses import dataclass, field

DEFAULT_AMQP_URI = "amqp://guest:guest@127.0.0.1:5672//"

# About 200 bytes of JSON, the size of a small contact; every peer echoes exactly this object.
MESSAGE: dict[str, object] = {
    "contact_id": "8c5f6a52-6d2e-4b7e-9d5d-2f8a1c0e7b11",
    "email": "mina.park@example.com",
    "name": "Mina Park",
    "company": "Example Trading",
    "tags": ["vip", "newsletter"],
    "is_active": True,
    "version": 7,
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line of a peer says."""

    role: str
    amqp_uri: str
    variant: str
    callers: int
    seconds: float
    warmup_seconds: float
    a_second: float


def options(description: str) -> Options:
    """Read `server` or `client` and the size of the round; the broker comes from the environment."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("role", choices=["server", "client"])
    parser.add_argument("--variant", choices=["documented", "tuned"], default="tuned")
    parser.add_argument("--callers", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--warmup-seconds", type=float, default=1.0)
    parser.add_argument("--a-second", type=float, default=0.0, help="pace all callers together; 0: no pace")
    said = parser.parse_args()
    return Options(
        role=said.role,
        amqp_uri=os.environ.get("FRONTDESK_AMQP_URI", DEFAULT_AMQP_URI),
        variant=said.variant,
        callers=said.callers,
        seconds=said.seconds,
        warmup_seconds=said.warmup_seconds,
        a_second=said.a_second,
    )


@dataclass(kw_only=True)
class Round:
    """One process's round: when it counts, and how long each counted call took."""

    seconds: float
    warmup_seconds: float
    starts_at: float = 0.0
    ends_at: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def begin(self) -> None:
        """Start the clock: calls before `starts_at` warm up, calls ending after `ends_at` are not counted."""
        gc.collect()
        gc.freeze()
        self.starts_at = time.perf_counter() + self.warmup_seconds
        self.ends_at = self.starts_at + self.seconds

    def count(self, begun_at: float) -> bool:
        """Count the call that began then and ended now; False when the round is over."""
        now = time.perf_counter()
        if now >= self.ends_at:
            return False
        if now >= self.starts_at:
            self.latencies.append(now - begun_at)
        return True

    def line(self, **more: float) -> str:
        """The one JSON line that a client prints."""
        ordered = sorted(self.latencies)
        return json.dumps(
            {
                "calls": len(ordered),
                "seconds": self.seconds,
                "rate": len(ordered) / self.seconds,
                "p50_ms": percentile(ordered, 0.50) * 1000,
                "p99_ms": percentile(ordered, 0.99) * 1000,
                "cpu_seconds": time.process_time(),
                **more,
            }
        )


def percentile(ordered: list[float], share: float) -> float:
    """The value below which this share of the ordered values lies."""
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def check(answer: object) -> None:
    """Stop at once when a peer answers anything but the message: a fast wrong answer is not a result."""
    if answer != MESSAGE:
        raise SystemExit(f"wrong answer: {answer!r}")


def ready() -> None:
    """Tell the parent that the server consumes."""
    print("ready", flush=True)


def wait_for_parent() -> None:
    """Serve until the parent closes our standard input."""
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.buffer.read()
