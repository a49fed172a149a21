"""The broker and the databases of the suite on this machine: those that the environment names, else private ones."""

import os
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from chassis.database.embedded import EmbeddedPostgres
from deploy.local.rabbitmq import RabbitNode

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    from chassis.process.dev import make_secrets

SERVICES_WITH_DATABASE = ("accounts", "billing", "contacts", "notifications")
BUS = "FRONTDESK_AMQP_URI"
DATABASES = {name: f"FRONTDESK_{name.upper()}_DATABASE_URL" for name in SERVICES_WITH_DATABASE}
# On one machine mails are caught, to be read at /mailbox.
DEFAULTS = {"FRONTDESK_SMTP_URL": "caught:"}


def start_servers(folder: Path, until: ExitStack, say: Callable[[str], None]) -> dict[str, str]:
    """Starts what the environment does not name, until the stack closes; the variables that lead there."""
    named = {name: value for name, value in DEFAULTS.items() if name not in os.environ}
    kept = {name: value for name, value in make_secrets(folder).items() if name not in os.environ}
    return named | kept | start_databases(folder, until, say) | start_bus(folder, until, say)


def start_databases(folder: Path, until: ExitStack, say: Callable[[str], None]) -> dict[str, str]:
    missing = {name: variable for name, variable in DATABASES.items() if variable not in os.environ}
    if not missing:
        return {}
    say("Starting PostgreSQL")
    server = until.enter_context(EmbeddedPostgres(folder / "postgres"))
    return {variable: server.ensure_database(name) for name, variable in missing.items()}


def start_bus(folder: Path, until: ExitStack, say: Callable[[str], None]) -> dict[str, str]:
    if BUS in os.environ:
        return {}
    say("Starting RabbitMQ")
    node = until.enter_context(RabbitNode(folder / "rabbitmq"))
    until.callback(node.stop)
    return {BUS: node.uri}
