"""The embedded mode: the whole suite in one process, with nothing else installed.

The bus is in the process, PostgreSQL comes from a wheel, mail is caught. Everything lies under `FRONTDESK_HOME`.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import click

from chassis.database import migrations
from chassis.database.embedded import EmbeddedPostgres
from chassis.process import logs, runner

SERVICES = ("accounts", "billing", "contacts", "notifications")
SECRETS = (
    "FRONTDESK_ACCOUNTS_TOKEN_KEY",
    "FRONTDESK_ACCOUNTS_PEPPER",
    "FRONTDESK_CONTACTS_TOKEN_KEY",
    "FRONTDESK_CONTACTS_PEPPER",
    "FRONTDESK_GATEWAY_KEY",
    "FRONTDESK_SUPPORT_TOKEN",
)


def home() -> Path:
    return Path(os.environ.get("FRONTDESK_HOME", ".frontdesk")).absolute()


def make_secrets(folder: Path) -> dict[str, str]:
    """The secrets of this installation: made at the first start, readable by its owner alone."""
    path = folder / "secrets.json"
    stored: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in SECRETS if name not in stored]
    if missing:
        stored |= {name: secrets.token_urlsafe(48) for name in missing}
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(stored, indent=2))
    return stored


def environment(postgres: EmbeddedPostgres, folder: Path) -> dict[str, str]:
    """The settings of the embedded mode; what the environment says already, stays."""
    urls = {
        f"FRONTDESK_{service.upper()}_DATABASE_URL": postgres.ensure_database(f"frontdesk_{service}")
        for service in SERVICES
    }
    return {
        "FRONTDESK_AMQP_URI": "memory://",
        "FRONTDESK_SMTP_URL": "caught:",
        "FRONTDESK_LOG_LEVEL": "WARNING",
        "FRONTDESK_LOG_FORMAT": "console",
        # Everybody comes from this machine, and tries out more in an hour than an office signs up.
        "FRONTDESK_LINK_REQUESTS_PER_NETWORK": "1000",
        "FRONTDESK_REQUESTS_PER_MINUTE": "10000",
        **urls,
        **make_secrets(folder),
    }


def start() -> int:
    """Run the embedded suite until it is told to stop; returns the exit code."""
    folder = home()
    click.echo(f"Frontdesk, embedded: data under {_shown(folder)}")
    click.echo("  PostgreSQL … ", nl=False)
    with EmbeddedPostgres(folder / "postgres") as postgres:
        click.echo("ready")
        for name, value in environment(postgres, folder).items():
            os.environ.setdefault(name, value)
        logs.configure(level=os.environ["FRONTDESK_LOG_LEVEL"], style=os.environ["FRONTDESK_LOG_FORMAT"])
        address = os.environ.get("FRONTDESK_HTTP_ADDRESS", "127.0.0.1:8000")
        os.environ.setdefault("FRONTDESK_PUBLIC_URL", f"http://{address}")
        click.echo("  databases … ", nl=False)
        for service in SERVICES:
            migrations.migrate(service)
        click.echo("ready")
        return runner.run([*SERVICES, "gateway"], when_started=lambda: _welcome(address, folder))


def _welcome(address: str, folder: Path) -> None:
    click.echo(
        f"""  services … ready

  Sign up      http://{address}/sign-up
  Mails        http://{address}/mailbox
  API          http://{address}/docs
  Support      http://{address}/support (its token is in {_shown(folder)}/secrets.json)

Press Ctrl-C to stop."""
    )


def _shown(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
