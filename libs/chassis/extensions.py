"""Base classes of nameko extensions: entrypoints, dependency providers and shared extensions."""

from __future__ import annotations

from typing import Any, Self

from nameko.extensions import DependencyProvider, Entrypoint, Extension, SharedExtension

__all__ = ["DependencyProvider", "Entrypoint", "Extension", "Provider", "Shared"]


class Shared(SharedExtension):
    """What all entrypoints and dependencies of a service have in common: one instance, prepared when it is bound.

    nameko sets extensions up concurrently, so that one may be used before it is set up; `prepare` runs before any
    of that, after the extensions it declares are prepared themselves.
    """

    def bind(self, container: Any) -> Self:
        is_new = container.shared_extensions.get(self.sharing_key) is None
        bound: Self = super().bind(container)
        if is_new:
            bound.prepare()
        return bound

    def prepare(self) -> None:
        """Called once, with `self.container` known."""


class Provider(DependencyProvider):
    """A dependency that reads its settings when it is bound: what is missing stops the process before it starts."""

    def bind(self, container: Any, attr_name: str) -> Self:  # type: ignore[override]  # nameko's own signature
        bound = super().bind(container, attr_name)
        bound.prepare()
        return bound

    def prepare(self) -> None:
        """Called once, with `self.container` known."""
