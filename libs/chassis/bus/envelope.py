"""The envelope of an event, modelled on CloudEvents 1.0: written and read."""

from __future__ import annotations

import dataclasses
import datetime
import json
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from marshmallow import ValidationError
from marshmallow.validate import Length, Range

from wire import schema
from wire.contract import Event, JsonValue, message

Payload = TypeVar("Payload")

SPECVERSION = "1.0"


@message
class _Data:
    object: dict[str, Any]
    changed: tuple[str, ...] = ()
    previous: dict[str, Any] | None = None


@message
class _Envelope:
    id: uuid.UUID
    source: Annotated[str, Length(min=1, max=100)]
    type: Annotated[str, Length(min=1, max=200)]
    specversion: str
    time: datetime.datetime
    dataschema: Annotated[str, Length(min=1, max=300)]
    subject: Annotated[str, Length(min=1, max=200)]
    sequence: Annotated[int, Range(min=1, max=2**63 - 1)]
    account_id: uuid.UUID | None = None
    correlation_id: Annotated[str, Length(min=1, max=200)]
    causation_id: uuid.UUID | None = None
    traceparent: Annotated[str, Length(max=55)] | None = None
    data: _Data


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Received(Generic[Payload]):
    """An event as its handler sees it.

    `sequence` counts the events of one `aggregate` from 1; `changed` names the fields of `data` that changed and
    `previous` gives their former values.
    """

    id: uuid.UUID
    type: str
    time: datetime.datetime
    account_id: uuid.UUID | None
    aggregate: str
    sequence: int
    correlation_id: str
    causation_id: uuid.UUID | None
    traceparent: str | None
    changed: tuple[str, ...]
    previous: Mapping[str, JsonValue]
    data: Payload


def write(
    event: Event[Payload],
    payload: Payload,
    *,
    event_id: uuid.UUID,
    time: datetime.datetime,
    account_id: uuid.UUID | None,
    aggregate: str,
    correlation_id: str,
    causation_id: uuid.UUID | None,
    traceparent: str | None,
    previous: Mapping[str, JsonValue],
) -> str:
    """The envelope as JSON without its sequence, which is known only inside the committing statement."""
    if type(payload) is not event.payload:
        raise TypeError(f"{event!r} carries {event.payload.__name__}, not {type(payload).__name__}")
    return json.dumps(
        {
            "id": str(event_id),
            "source": event.owner,
            "type": event.type,
            "specversion": SPECVERSION,
            "time": time.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z"),
            "dataschema": event.dataschema,
            "subject": aggregate,
            "account_id": None if account_id is None else str(account_id),
            "correlation_id": correlation_id,
            "causation_id": None if causation_id is None else str(causation_id),
            "traceparent": traceparent,
            "data": {
                "object": schema.dump(payload),
                "changed": list(previous),
                "previous": dict(previous),
            },
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def number(body: str, sequence: int) -> bytes:
    """The finished message: the stored envelope with its sequence."""
    return f'{{"sequence":{sequence},{body[1:]}'.encode()


def read(event: Event[Payload], body: bytes) -> Received[Payload]:
    """The event in a message's body. Raises `ValueError` that says what is wrong with it."""
    try:
        raw = json.loads(body)
        envelope = schema.load(_Envelope, raw)
        if envelope.type != event.type or envelope.dataschema != event.dataschema:
            raise ValueError(f"holds {envelope.dataschema!r}, not {event.dataschema!r}")
        payload = schema.load(event.payload, envelope.data.object)
    except ValidationError as error:
        raise ValueError(f"does not fit {event.dataschema}: {error.messages}") from None
    except (RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"is not JSON: {error}") from None
    return Received(
        id=envelope.id,
        type=envelope.type,
        time=envelope.time,
        account_id=envelope.account_id,
        aggregate=envelope.subject,
        sequence=envelope.sequence,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        traceparent=envelope.traceparent,
        changed=envelope.data.changed,
        previous=envelope.data.previous or {},
        data=payload,
    )
