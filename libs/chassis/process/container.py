"""nameko's service container, in which a failing dependency fails one call and not the process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import structlog
from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import DependencyProvider

log = structlog.get_logger(__name__)

ENTER = "frontdesk.enter"


class Container(ServiceContainer):
    """nameko's container with two differences.

    An entrypoint may pass `context_data={ENTER: callable}`: it runs first thing in the worker's greenlet, where
    context variables have to be set. And a dependency that raises in setup fails that one call, one that raises
    later is logged; in nameko either ends the process, and the message comes back to end the next one.
    """

    def __init__(self, service_cls: type, config: dict[str, Any]) -> None:
        super().__init__(service_cls, config)
        self._hooks: dict[str, list[Any]] = {}

    def _run_worker(self, worker_ctx: Any, handle_result: Callable[..., Any] | None) -> None:
        result = exc_info = None
        enter = worker_ctx.data.pop(ENTER, None)
        try:
            if enter is not None:
                enter()
            self._inject_dependencies(worker_ctx)
            for provider in self._overriding("worker_setup"):
                provider.worker_setup(worker_ctx)
            method = getattr(worker_ctx.service, worker_ctx.entrypoint.method_name)
            result = method(*worker_ctx.args, **worker_ctx.kwargs)
        except Exception:  # noqa: BLE001  # the entrypoint answers or parks whatever was raised
            exc_info = sys.exc_info()
        if handle_result is not None:
            result, exc_info = self._guarded(handle_result, worker_ctx, result, exc_info) or (
                result,
                exc_info,
            )
        for provider in self._overriding("worker_result"):
            self._guarded(provider.worker_result, worker_ctx, result, exc_info)
        del exc_info
        for provider in self._overriding("worker_teardown"):
            self._guarded(provider.worker_teardown, worker_ctx)

    def run_here(self, entrypoint: Any, args: tuple[Any, ...], handle_result: Callable[..., Any]) -> None:
        """Run the method in the present greenlet, for an entrypoint that has one of its own for each call.

        Such a call is not among the container's workers: its entrypoint waits for it when it stops.
        """
        self._run_worker(WorkerContext(self, self.service_cls(), entrypoint, args, {}), handle_result)

    def _overriding(self, hook: str) -> list[Any]:
        """The dependencies that do something in this hook; few do, and there are two hooks a call."""
        if hook not in self._hooks:
            nothing = getattr(DependencyProvider, hook)
            self._hooks[hook] = [
                provider for provider in self.dependencies if getattr(type(provider), hook) is not nothing
            ]
        return self._hooks[hook]

    @staticmethod
    def _guarded(function: Callable[..., Any], *args: Any) -> Any:
        try:
            return function(*args)
        except Exception:  # see the class
            log.exception("worker_hook_failed", hook=repr(function))
            return None
