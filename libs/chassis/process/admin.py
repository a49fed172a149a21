"""Operator commands for messages: list, replay and drop parked ones; watch outbox and events."""

from __future__ import annotations

import json
import uuid
from typing import Any

import click
from kombu import Exchange, Queue
from sqlalchemy import text

from chassis import settings
from chassis.bus.amqp import connection_to
from chassis.database import backlog, engines
from chassis.settings import ChassisSettings

LIST = text("""
    SELECT id, handler, event_id, reason, parked_at, octet_length(body) AS size FROM parked
    WHERE state = 'parked' ORDER BY parked_at, id LIMIT :limit
""")
SHOW = text("SELECT * FROM parked WHERE id = :id")
SETTLE = text("""
    UPDATE parked SET state = :state, settled_at = now()
    WHERE state = 'parked' AND (:state <> 'replaying' OR handler LIKE 'evt-%')
      AND (CAST(:id AS uuid) IS NULL OR id = :id)
      AND (CAST(:handler AS text) IS NULL OR handler = :handler)
    RETURNING id
""")
service_argument = click.argument("service")


def _query(service: str, statement: Any, **values: Any) -> list[Any]:
    with engines.engine_for(service).begin() as connection:
        return list(connection.execute(statement, values))


@click.group()
def parked() -> None:
    """Messages that were set aside: list, show, replay, drop."""


@parked.command("list")
@service_argument
@click.option("--limit", default=100, show_default=True)
def list_(service: str, limit: int) -> None:
    """The parked messages of SERVICE, oldest first."""
    for row in _query(service, LIST, limit=limit):
        click.echo(f"{row.id}  {row.parked_at:%Y-%m-%d %H:%M:%S}  {row.handler}  {row.size} B  {row.reason}")


@parked.command()
@service_argument
@click.argument("message_id", type=click.UUID)
def show(service: str, message_id: uuid.UUID) -> None:
    """One parked message of SERVICE, whole."""
    rows = _query(service, SHOW, id=message_id)
    if not rows:
        raise click.ClickException("no such message")
    shown = rows[0]._asdict() | {"body": bytes(rows[0].body).decode("utf-8", "backslashreplace")}
    click.echo(json.dumps(shown, default=str, indent=2, ensure_ascii=False))


def _settle(
    service: str, state: str, message_id: uuid.UUID | None, handler: str | None, is_all: bool
) -> None:
    if message_id is None and handler is None and not is_all:
        raise click.UsageError("name a message, a --handler, or say --all")
    settled = _query(service, SETTLE, state=state, id=message_id, handler=handler)
    if message_id is not None and not settled:
        raise click.ClickException("no parked message of that id; one that is no event can only be dropped")
    click.echo(f"{len(settled)} {'to be replayed' if state == 'replaying' else state}")


@parked.command()
@service_argument
@click.argument("message_id", type=click.UUID, required=False)
@click.option("--handler", help="Every message of this handler.")
@click.option("--all", "is_all", is_flag=True, help="Every message of the service.")
def replay(service: str, message_id: uuid.UUID | None, handler: str | None, is_all: bool) -> None:
    """Give parked messages of SERVICE another try; the running service takes them up within a second."""
    _settle(service, "replaying", message_id, handler, is_all)


@parked.command()
@service_argument
@click.argument("message_id", type=click.UUID, required=False)
@click.option("--handler", help="Every message of this handler.")
@click.option("--all", "is_all", is_flag=True, help="Every message of the service.")
def drop(service: str, message_id: uuid.UUID | None, handler: str | None, is_all: bool) -> None:
    """Give parked messages of SERVICE up; their rows stay for the record."""
    _settle(service, "dropped", message_id, handler, is_all)


@click.group()
def outbox() -> None:
    """Events that are committed and not yet sent."""


@outbox.command()
@service_argument
def status(service: str) -> None:
    """How much of SERVICE's outbox is unsent, what waits in its inbox, and what is parked."""
    found = backlog.count(engines.engine_for(service))
    click.echo(
        f"unsent {found.unsent}, of these without a queue {found.deferred}, oldest {found.oldest_seconds:.0f} s"
    )
    click.echo(f"waiting for another attempt {found.waiting}")
    click.echo(f"parked {found.parked}")


@click.group()
def events() -> None:
    """What passes on the bus."""


@events.command()
@click.argument("services", nargs=-1, required=True)
@click.option("--count", default=0, help="Stop after so many events.")
def tail(services: tuple[str, ...], count: int) -> None:
    """Print the events that SERVICES announce, as they pass, one JSON document a line."""
    uri = settings.read(ChassisSettings).amqp_uri
    seen = 0

    def show_event(body: Any, _: Any) -> None:
        nonlocal seen
        click.echo(body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))
        seen += 1

    with connection_to(uri) as connection:
        watched = [
            Queue(
                exchange=Exchange(f"{service}.events", type="topic", durable=True),
                routing_key="#",
                exclusive=True,
                auto_delete=True,
                durable=False,
            )
            for service in services
        ]
        with connection.Consumer(watched, callbacks=[show_event], accept=["json"], no_ack=True):
            click.echo(f"listening to {', '.join(services)}", err=True)
            while not count or seen < count:
                connection.drain_events()
