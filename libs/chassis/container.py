"""What surrounds a running method? nameko's container, which no dependency's mistake can kill."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import structlog
from nameko.containers import ServiceContainer

log = structlog.get_logger(__name__)

ENTER = "frontdesk.enter"


class Container(ServiceContainer):
    """nameko's container with two differences.

    An entrypoint may pass `context_data={ENTER: callable}`: it runs first thing in the worker's greenlet, where
    context variables have to be set. And a dependency that raises in setup fails that one call, one that raises
    later is logged; in nameko either ends the process, and the message comes back to end the next one.
    """

    def _run_worker(self, worker_ctx: Any, handle_result: Callable[..., Any] | None) -> None:
        result = exc_info = None
        enter = worker_ctx.data.pop(ENTER, None)
        try:
            if enter is not None:
                enter()
            self._inject_dependencies(worker_ctx)
            self._worker_setup(worker_ctx)
            method = getattr(worker_ctx.service, worker_ctx.entrypoint.method_name)
            result = method(*worker_ctx.args, **worker_ctx.kwargs)
        except Exception:  # noqa: BLE001  # the entrypoint answers or parks whatever was raised
            exc_info = sys.exc_info()
        if handle_result is not None:
            result, exc_info = self._guarded(handle_result, worker_ctx, result, exc_info) or (
                result,
                exc_info,
            )
        for provider in self.dependencies:
            self._guarded(provider.worker_result, worker_ctx, result, exc_info)
        del exc_info
        for provider in self.dependencies:
            self._guarded(provider.worker_teardown, worker_ctx)

    @staticmethod
    def _guarded(function: Callable[..., Any], *args: Any) -> Any:
        try:
            return function(*args)
        except Exception:  # see the class
            log.exception("worker_hook_failed", hook=repr(function))
            return None
