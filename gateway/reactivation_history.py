"""The history of a reactivation request, as the pages of its owner and of support show it."""

from __future__ import annotations

from gateway.layout.contexts import Step
from wire.accounts.reactivation import RequestStep


def steps(history: tuple[RequestStep, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(state=step.state.value, at=step.at, by=step.by.value, note=step.note) for step in history
    )
