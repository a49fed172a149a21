"""The AsyncAPI 3 document of all events, written from the contracts."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from typing import Any

import wire
from wire.contract import Contract, Event
from wire.jsonschema import Schemas

ENVELOPE = {
    "id": {"type": "string", "format": "uuid", "description": "The same for every delivery of this event."},
    "source": {"type": "string", "description": "The service that announces it."},
    "type": {"type": "string"},
    "specversion": {"type": "string", "const": "1.0"},
    "time": {"type": "string", "format": "date-time"},
    "dataschema": {"type": "string"},
    "subject": {"type": "string", "description": "The aggregate: what it happened to, as `kind/id`."},
    "sequence": {"type": "integer", "minimum": 1, "description": "Counts the events of one subject from 1."},
    "account_id": {"type": ["string", "null"], "format": "uuid"},
    "correlation_id": {"type": "string"},
    "causation_id": {
        "type": ["string", "null"],
        "format": "uuid",
        "description": "The event that led to it.",
    },
    "traceparent": {"type": ["string", "null"], "description": "W3C trace context of what caused it."},
}
CHANGES = {
    "changed": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Fields of `object` that changed.",
    },
    "previous": {"type": "object", "description": "Their former values."},
}


def contracts() -> list[type[Contract]]:
    """Every contract of the suite, in order of name."""
    found = []
    for module in pkgutil.iter_modules(wire.__path__):
        for value in vars(importlib.import_module(f"wire.{module.name}")).values():
            is_class = inspect.isclass(value) and issubclass(value, Contract) and value is not Contract
            if is_class and value.__module__ == f"wire.{module.name}":
                found.append(value)
    return sorted(found, key=lambda contract: contract.name)


def tree() -> dict[str, Any]:
    """The document as plain data."""
    schemas = Schemas()
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for contract in contracts():
        for event in contract.events().values():
            messages[event.type] = _message(event, schemas)
            channels[event.type] = {
                "address": event.routing_key,
                "description": f"Routing key `{event.routing_key}` on the topic exchange `{event.exchange}`.",
                "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"}},
                "bindings": {
                    "amqp": {
                        "is": "routingKey",
                        "exchange": {"name": event.exchange, "type": "topic", "durable": True},
                        "bindingVersion": "0.3.0",
                    }
                },
            }
            operations[f"announce.{event.type}"] = {
                "action": "send",
                "channel": {"$ref": f"#/channels/{event.type}"},
            }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Frontdesk events",
            "version": "1",
            "description": (
                "Events are delivered at least once: handle each `id` once. Events of one type and one `subject` "
                "arrive in the order of their `sequence`, which counts all events of the subject: compare it "
                "where two types matter to each other. Nothing is promised across subjects. Ignore fields that "
                "you do not know."
            ),
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas.found},
    }


def _message(event: Event[Any], schemas: Schemas) -> dict[str, Any]:
    data = {
        "type": "object",
        "properties": {"object": schemas.refer(event.payload), **CHANGES},
        "required": ["object", "changed", "previous"],
    }
    properties = {
        **ENVELOPE,
        "type": {"type": "string", "const": event.type},
        "dataschema": {"type": "string", "const": event.dataschema},
        "data": data,
    }
    return {
        "name": event.type,
        "title": event.name.replace("_", " "),
        "contentType": "application/json",
        "payload": {
            "type": "object",
            "properties": properties,
            "required": [*(name for name in ENVELOPE if name != "traceparent"), "data"],
        },
    }


def document() -> str:
    """The document as YAML."""
    return "# Written by `make docs` from libs/wire; do not edit.\n" + yaml_of(tree())


def yaml_of(value: Any, indent: int = 0) -> str:
    """Plain data as YAML: keys and strings quoted as JSON, which YAML reads as it is."""
    space = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{space}{_key(key)}:{_nested(item, indent)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(f"{space}-{_item(item, indent)}" for item in value)
    return f"{space}{_scalar(value)}\n"


def _nested(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return "\n" + yaml_of(value, indent + 1)
    return f" {_scalar(value)}\n"


def _item(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return " " + yaml_of(value, indent + 1).lstrip(" ")
    return f" {_scalar(value)}\n"


def _key(key: object) -> str:
    text = str(key)
    return text if text.replace("_", "").replace("-", "").isalpha() else json.dumps(text)


def _scalar(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
