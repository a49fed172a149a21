"""Structured logging: JSON lines on standard error, with the correlation id and without secrets."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from chassis import context

SECRET_WORDS = ("password", "token", "secret", "authorization", "cookie", "card")
SAFE_SUFFIXES = ("_id", "_count", "_state")


def _add_context(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {**context.for_logs(), **event}


def _hide_secrets(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS) and not key.endswith(SAFE_SUFFIXES):
            event[key] = "[hidden]"
    return event


def configure(*, level: str = "INFO", style: str = "json") -> None:
    """Send every log line of the process, ours and the libraries', through one formatter."""
    shared: list[Any] = [
        _add_context,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _hide_secrets,
    ]
    if style == "json":
        last: list[Any] = [
            # Without the frames' variables, which hold passwords and addresses.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(default=str),
        ]
    else:
        last = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # nameko logs each expected refusal as a warning with a traceback, kombu and amqp each reconnection.
    for name in ("nameko", "kombu", "amqp", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
