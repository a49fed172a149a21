"""The dependency that gives a service its settings as `self.settings`, read once before anything starts."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar, overload

from chassis import settings
from chassis.extensions import Provider

Settings = TypeVar("Settings")


class Configured(Provider, Generic[Settings]):
    """Gives a service `self.settings`; what is missing stops the process with its name."""

    def __init__(self, kind: type[Settings]) -> None:
        self._kind = kind

    def prepare(self) -> None:
        self._read = settings.read(self._kind)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Settings: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Settings:
        """On the class the provider; a service's instance holds the settings that nameko sets there."""
        return self

    def get_dependency(self, worker_ctx: Any) -> Settings:
        return self._read
