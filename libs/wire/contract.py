"""The building blocks of a contract: `message`, `Rpc`, `Event`, `Refusal`, `Contract`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, dataclass_transform, overload

from wire.schema import check_declared

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

Request = TypeVar("Request")
Reply = TypeVar("Reply")
Payload = TypeVar("Payload")
Cls = TypeVar("Cls")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def message(cls: type[Cls]) -> type[Cls]:
    """A message class: a frozen, keyword-only dataclass whose JSON form is derived from its types."""
    return dataclasses.dataclass(frozen=True, kw_only=True, slots=True)(cls)


@message
class FieldError:
    """One thing wrong with one field: where (JSON Pointer), what (stable code), and for people."""

    pointer: str
    code: str
    detail: str = ""


class Refusal(Exception):
    """An expected "no": part of the contract, never a crash.

    `code` is stable and never translated; `facts` are what a client may act on (a limit, the running job);
    `errors` name the fields that were wrong.
    """

    code: ClassVar[str]

    def __init__(self, detail: str = "", *, errors: tuple[FieldError, ...] = (), **facts: JsonValue) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.errors = errors
        self.facts: Mapping[str, JsonValue] = facts


class _Member:
    """A member of a contract class, which gets its owner and its name from the class body."""

    owner: str = ""
    name: str = ""

    def __set_name__(self, owner: type[Contract], name: str) -> None:
        self.owner, self.name = owner.name, name

    def __repr__(self) -> str:
        return f"{self.owner}.{self.name}"


class Transport(Protocol):
    """Carries a call to its service and the reply back."""

    def call(self, rpc: Rpc[Request, Reply], request: Request) -> Reply: ...


class Rpc(_Member, Generic[Request, Reply]):
    """A remote procedure call that one service answers.

    `timeout_seconds` is the longest a caller waits when its own deadline leaves more. `is_write` says that the
    call changes something: a caller that repeats it must send the same idempotency key. `is_secret` says that its
    answer holds what the owning service's database must not tell.
    """

    def __init__(
        self,
        request: type[Request],
        reply: type[Reply],
        *,
        refuses: tuple[type[Refusal], ...] = (),
        timeout_seconds: float = 5.0,
        is_write: bool = False,
        is_secret: bool = False,
    ) -> None:
        check_declared(request)
        check_declared(reply)
        self.request = request
        self.reply = reply
        self.refuses = refuses
        self.timeout_seconds = timeout_seconds
        self.is_write = is_write
        self.is_secret = is_secret

    @overload
    def __get__(self, instance: None, owner: type[Contract]) -> Self: ...
    @overload
    def __get__(self, instance: Contract, owner: type[Contract]) -> Callable[[Request], Reply]: ...
    def __get__(self, instance: Contract | None, owner: type[Contract]) -> Self | Callable[[Request], Reply]:
        """On the contract class the declaration; on a bound contract the call itself."""
        return self if instance is None else partial(instance.transport.call, self)


class Event(_Member, Generic[Payload]):
    """Something that happened in the owning service, announced to whoever listens.

    The name `contact_activated` in `Contacts` gives the type `contacts.contact.activated` and the routing key
    `contact.activated` on the exchange `contacts.events`. `version` counts meanings, not fields: a consumer parks
    an event whose version it does not know. `is_owed` says that somebody in the suite must hear it: while no
    queue is bound for it, it waits in the outbox and an alarm is raised, instead of vanishing.
    """

    def __init__(self, payload: type[Payload], *, version: int = 1, is_owed: bool = False) -> None:
        check_declared(payload)
        self.payload = payload
        self.version = version
        self.is_owed = is_owed

    @property
    def routing_key(self) -> str:
        return self.name.replace("_", ".", 1)

    @property
    def type(self) -> str:
        return f"{self.owner}.{self.routing_key}"

    @property
    def exchange(self) -> str:
        return f"{self.owner}.events"

    @property
    def dataschema(self) -> str:
        return f"urn:frontdesk:{self.type}:{self.version}"


class Contract:
    """The RPCs and events of one service: subclass it, name the service, list its members.

    An instance is the contract bound to a transport: `accounts.get_me(GetMe())` then calls, with types checked.
    """

    name: ClassVar[str] = ""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    @classmethod
    def rpcs(cls) -> dict[str, Rpc[Any, Any]]:
        """The RPCs by name, in the order of declaration."""
        return {name: member for name, member in vars(cls).items() if isinstance(member, Rpc)}

    @classmethod
    def events(cls) -> dict[str, Event[Any]]:
        """The events by name, in the order of declaration."""
        return {name: member for name, member in vars(cls).items() if isinstance(member, Event)}


@message
class Nothing:
    """The reply without content."""
