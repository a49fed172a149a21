"""The permissions of each service at the broker, derived from what its code does.

`python -m deploy.rabbitmq.rights` writes `definitions.json` from the services' entrypoints and clients: virtual host,
permissions, topic permissions. Users and their passwords are no part of it: `start.sh` takes them from the environment.
"""

from __future__ import annotations

import inspect
import json
import re
import warnings
from pathlib import Path
from typing import Any

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    from chassis.events.listeners import DEAD_EXCHANGE, Listen, ListenBroadcast
    from chassis.process import runner, topology
    from chassis.rpc import Client
    from chassis.rpc.server import RPC_EXCHANGE

SERVICES = ("accounts", "billing", "contacts", "notifications", "gateway")
VHOST = "frontdesk"
FILE = Path(__file__).parent / "definitions.json"
REPLY_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
EVERYTHING, NOTHING = ".*", "^$"


def heard(service: type) -> list[Any]:
    """The events that a service listens to."""
    entries = (entry for _, entry in topology.entrypoints(service))
    events = {
        repr(entry.event): entry.event for entry in entries if isinstance(entry, Listen | ListenBroadcast)
    }
    return [events[name] for name in sorted(events)]


def asked(service: type) -> list[str]:
    """The services that a service calls."""
    members = (member for _, member in inspect.getmembers(service))
    return sorted({member.contract.name for member in members if isinstance(member, Client)})


def one_of(*patterns: str) -> str:
    return f"^({'|'.join(patterns)})$"


def own_queues(name: str) -> list[str]:
    """Patterns of the queue names; an exclusive queue has another name after each reconnection."""
    return [rf"(rpc-{name}|dead--{name})", rf"rpc\.reply-{name}-.*", rf"evt-.*--{name}\..*"]


def permissions(name: str) -> dict[str, str]:
    """The permissions of one service. It declares the exchanges that its queues are bound to: hence `configure`."""
    shared = [re.escape(RPC_EXCHANGE.name), re.escape(DEAD_EXCHANGE.name)]
    listened = sorted({re.escape(event.exchange) for event in heard(runner.service_class(name))})
    own, announced = own_queues(name), rf"{name}\.events"
    return {
        "user": name,
        "vhost": VHOST,
        "configure": one_of(*own, *shared, announced, *listened),
        "write": one_of(*own, *shared, announced),
        "read": one_of(*own, *shared, *listened),
    }


def topic_permissions(name: str) -> list[dict[str, str]]:
    """The routing keys of one service. Without them it could bind a queue to the calls or events of any other."""
    service = runner.service_class(name)
    calls = [rf"{callee}\..*" for callee in asked(service)]
    found = [
        rights(
            name, RPC_EXCHANGE.name, write=one_of(*calls, REPLY_KEY), read=one_of(rf"{name}\.\*", REPLY_KEY)
        ),
        rights(name, f"{name}.events", write=EVERYTHING, read=NOTHING),
    ]
    keys: dict[str, list[str]] = {}
    for event in heard(service):
        keys.setdefault(event.exchange, []).append(re.escape(event.routing_key))
    found += [
        rights(name, exchange, write=NOTHING, read=one_of(*routing_keys))
        for exchange, routing_keys in sorted(keys.items())
    ]
    return found


def rights(user: str, exchange: str, *, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": VHOST, "exchange": exchange, "write": write, "read": read}


def definitions() -> dict[str, Any]:
    """As RabbitMQ imports them, for users that are there already."""
    return {
        "vhosts": [{"name": VHOST}],
        "permissions": [permissions(name) for name in SERVICES],
        "topic_permissions": [rights for name in SERVICES for rights in topic_permissions(name)],
    }


def text() -> str:
    return json.dumps(definitions(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
