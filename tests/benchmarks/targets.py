"""The performance targets, each with what was measured; a full run that misses one fails."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from tests.benchmarks import contacts, gateway, rpc, stall, start
from tests.benchmarks.rounds import Series, ratio

STOCK = "nameko, as documented"
AIO_PIKA = "aio-pika `JsonRPC`, confirms off"


@dataclasses.dataclass(frozen=True)
class Target:
    promise: str
    measured: str
    is_met: bool


def of_rpc(series: Sequence[Series]) -> list[Target]:
    by = {(one.name, one.load): one for one in series}

    def against(name: str, callers: int, wanted: float) -> Target:
        found = ratio(by[rpc.FRONTDESK.name, callers], by[name, callers])
        plural = "caller" if callers == 1 else "callers"
        promise = f"RPC: at least {wanted:g} × {name}, {callers} {plural}"
        return Target(promise, f"{found:.2f} ×", found >= wanted)

    return [against(STOCK, 1, 1.0), against(STOCK, 32, 2.0), against(AIO_PIKA, 32, 1.0)]


def of_gateway(series: Sequence[Series]) -> list[Target]:
    by = {one.name: one for one in series}
    found = ratio(by[gateway.FRONTDESK], by[gateway.BUS])
    return [Target(f"`GET /v1/me`: above {gateway.BUS}", f"{found:.0%}", found > 1.0)]


def of_stalls(found: Sequence[stall.Stalls]) -> list[Target]:
    ours = next(one for one in found if one.name == stall.OURS)
    worst = max(ours.accounts_ms, ours.gateway_ms)
    promise = f"Event loop: under {stall.LIMIT_MS} ms at {stall.LOG_INS_PER_SECOND} log-ins a second"
    return [Target(promise, f"{worst:.1f} ms", worst < stall.LIMIT_MS)]


def of_start(found: Sequence[start.Start]) -> list[Target]:
    slowest = max(one.seconds for one in found)
    promise = f"Start: within {start.LIMIT_SECONDS:g} s"
    return [Target(promise, f"{slowest:.1f} s", slowest <= start.LIMIT_SECONDS)]


def of_contacts(found: Sequence[contacts.Pages]) -> list[Target]:
    worst = max(found, key=lambda pages: pages.ratio)
    large = max(contacts.percentile(pages.large, 0.99) for pages in found)
    promise = f"Lists of contacts: p99 at a million at most {contacts.RATIO_LIMIT:g} × that at ten thousand"
    measured = f"{worst.ratio:.2f} × ({worst.name}); slowest p99 {large:.0f} ms"
    return [Target(promise, measured, worst.ratio <= contacts.RATIO_LIMIT)]


OF: dict[str, Callable[[Any], list[Target]]] = {
    "rpc": of_rpc,
    "gateway": of_gateway,
    "stall": of_stalls,
    "start": of_start,
    "contacts": of_contacts,
}
