from collections.abc import Callable, Mapping
from typing import Any

from eventlet.greenthread import GreenThread
from nameko.extensions import DependencyProvider, Entrypoint, ExcInfo, Extension

class WorkerContext:
    container: ServiceContainer
    service: Any
    entrypoint: Entrypoint
    service_name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    data: dict[str, Any]
    def __init__(
        self,
        container: ServiceContainer,
        service: Any,
        entrypoint: Entrypoint,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
    ) -> None: ...

class ServiceContainer:
    config: Mapping[str, Any]
    service_cls: type[Any]
    service_name: str
    max_workers: int
    entrypoints: set[Entrypoint]
    dependencies: set[DependencyProvider]
    subextensions: set[Extension]
    shared_extensions: dict[Any, Extension]
    def __init__(self, service_cls: type[Any], config: Mapping[str, Any]) -> None: ...
    @property
    def extensions(self) -> set[Extension]: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kill(self, exc_info: ExcInfo | None = None) -> None: ...
    def wait(self) -> None: ...
    def spawn_worker(
        self,
        entrypoint: Entrypoint,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        context_data: Mapping[str, Any] | None = None,
        handle_result: Callable[[WorkerContext, Any, ExcInfo | None], tuple[Any, ExcInfo | None]]
        | None = None,
    ) -> WorkerContext: ...
    def spawn_managed_thread(
        self, fn: Callable[[], object], identifier: str | None = None
    ) -> GreenThread: ...
    def _run_worker(self, worker_ctx: WorkerContext, handle_result: Callable[..., Any] | None) -> None: ...
    def _inject_dependencies(self, worker_ctx: WorkerContext) -> None: ...
    def _worker_setup(self, worker_ctx: WorkerContext) -> None: ...
