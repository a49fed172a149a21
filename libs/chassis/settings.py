"""Settings: frozen dataclasses read from environment variables, and those that every process has.

A service's settings are a frozen dataclass whose fields are read from the environment once, at start:
`reset_minutes: int = setting("FRONTDESK_RESET_MINUTES", default=30)`. What is missing or malformed stops the
process with its name.
"""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, TypeVar

from environs import Env, EnvError

Settings = TypeVar("Settings")


class SettingsError(SystemExit):
    """The environment does not hold what the process needs; names every variable that is wrong."""


def setting(variable: str, *, default: Any = dataclasses.MISSING) -> Any:
    """A field read from `variable`; without a default the process does not start when it is missing."""
    return dataclasses.field(default=default, metadata={"variable": variable})


def read(cls: type[Settings]) -> Settings:
    """The settings of one class, from the environment. Raises `SettingsError`."""
    env, values, wrong = Env(), {}, []
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # any settings dataclass
        parse: Any = {int: env.int, float: env.float, bool: env.bool, str: env.str}.get(
            hints[field.name], env.str
        )
        options = {} if field.default is dataclasses.MISSING else {"default": field.default}
        try:
            values[field.name] = parse(field.metadata["variable"], **options)
        except EnvError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingsError("settings: " + "; ".join(wrong))
    return cls(**values)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ChassisSettings:
    """What the chassis itself needs to know."""

    amqp_uri: str = setting("FRONTDESK_AMQP_URI")
    http_address: str = setting("FRONTDESK_HTTP_ADDRESS", default="127.0.0.1:8000")
    ops_address: str = setting("FRONTDESK_OPS_ADDRESS", default="")
    http_proxies: int = setting("FRONTDESK_HTTP_PROXIES", default=0)
    log_level: str = setting("FRONTDESK_LOG_LEVEL", default="INFO")
    log_format: str = setting("FRONTDESK_LOG_FORMAT", default="json")
    stop_seconds: float = setting("FRONTDESK_STOP_SECONDS", default=20.0)
    workers: int = setting("FRONTDESK_WORKERS", default=32)
    event_prefetch: int = setting("FRONTDESK_EVENT_PREFETCH", default=32)
    heartbeat_seconds: int = setting("FRONTDESK_HEARTBEAT_SECONDS", default=10)
    retry_delays: str = setting("FRONTDESK_RETRY_DELAYS", default="1,5,30,120,600")
    database_pool: int = setting("FRONTDESK_DATABASE_POOL", default=16)

    @property
    def retry_delays_seconds(self) -> tuple[float, ...]:
        return tuple(float(delay) for delay in self.retry_delays.split(","))


def database_url(service: str) -> str:
    """The URL that `FRONTDESK_<SERVICE>_DATABASE_URL` gives, for SQLAlchemy with psycopg 3."""
    variable = f"FRONTDESK_{service.upper()}_DATABASE_URL"
    try:
        url: str = Env().str(variable)
    except EnvError as error:
        raise SettingsError(f"settings: {error}") from None
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
