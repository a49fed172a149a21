"""Unit of work: one transaction, the events it announces, and the answer it gives.

    with self.work() as work:
        contact = addressbook.add(work.session, request)
        work.announce(Contacts.contact_created, ContactCreated(contact=contact), aggregate=contact.id)
        return work.answer(contact)

The block is the transaction. What is announced is stored in it and published after it, by the relay. The answer of a
write is stored in it too, under the caller's idempotency key.

By row level security it sees one tenant's rows: those of the account that the context names, or that is named to
`for_tenant` once a look-up has found it. `all_tenants` is for where the account cannot be known yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, Protocol, Self, TypeVar, overload

import structlog
from sqlalchemy import Connection, Engine, exc
from sqlalchemy.orm import Session

from chassis import context
from chassis.clock import configured_clock
from chassis.database import engines, outbox
from chassis.database.idempotency import NoCipher, ReplyCipher
from chassis.database.outbox import Announcement, Relay
from chassis.extensions import DependencyProvider
from chassis.process.crashpoints import reach
from wire.contract import Event, JsonValue

log = structlog.get_logger(__name__)

Payload = TypeVar("Payload")
Reply = TypeVar("Reply")
Opened = TypeVar("Opened", Session, Connection)


class Scope(Protocol):
    """Whose rows the transactions see that are begun within."""

    def __call__(self, *, opening: str = "") -> AbstractContextManager[None]: ...


class Participant(Protocol):
    """What has a part in the transaction besides the method: an event's inbox row, a call's idempotency key."""

    def opening(self) -> str:
        """SQL that runs in the round trip that begins the transaction: a lock to wait for, or nothing."""

    def begin(self, session: Session, cipher: ReplyCipher, /) -> None:
        """Take part, and store what is secret by means of `cipher`; may raise to say that the work is already done."""

    def answer(self, session: Session, reply: object) -> None:
        """The method's answer, to be stored with its effect."""

    def before_commit(self) -> None:
        """All is written; a crash point of those who have one here."""


participant: ContextVar[Participant | None] = ContextVar("frontdesk_participant", default=None)


class Work:
    """An open transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.announcements: list[Announcement] = []

    def announce(
        self,
        event: Event[Payload],
        payload: Payload,
        *,
        aggregate: uuid.UUID,
        account_id: uuid.UUID | None = None,
        previous: Mapping[str, JsonValue] | None = None,
    ) -> uuid.UUID:
        """Announce an event: it is stored when the block ends and published after the commit.

        `aggregate` is the id of the thing it happened to; events of one aggregate arrive in order. `previous` is what
        each changed field of it was before. Returns the event's id.
        """
        announcement = outbox.announcement(
            event,
            payload,
            aggregate=aggregate,
            account_id=account_id,
            previous=previous or {},
            time=configured_clock().now(),
        )
        self.announcements.append(announcement)
        return announcement.event_id

    def answer(self, reply: Reply) -> Reply:
        """Store the reply under the call's idempotency key, where it has one, and give it back."""
        joined = participant.get()
        if joined is not None:
            joined.answer(self.session, reply)
        return reply


class Begin:
    """Opens units of work on one service's database."""

    def __init__(self, engine: Engine, relay: Relay | None, cipher: ReplyCipher | None = None) -> None:
        self._engine = engine
        self._relay = relay
        self._cipher = cipher or NoCipher()

    def __call__(self) -> AbstractContextManager[Work]:
        """A transaction that sees the rows of the context's account. Rolled back when the block raises."""
        return self._opened(_own_scope)

    def for_tenant(self, account_id: uuid.UUID) -> AbstractContextManager[Work]:
        """A transaction that sees the rows of this account: for a caller whom a look-up has found, as in a log-in."""
        return self._opened(partial(_scope, account_id))

    def all_tenants(self) -> AbstractContextManager[Work]:
        """A transaction that sees everybody's rows: only where the account is unknown (a log-in by address, a token,
        a sweep). `tests/journeys/test_two_tenants.py` holds the list of who opens one, with the reasons."""
        return self._opened(partial(engines.account_scope, None, is_all_tenants=True))

    @contextmanager
    def _opened(self, scope: Scope) -> Iterator[Work]:
        joined = participant.get()
        opening = "" if joined is None else joined.opening()
        with self._begun(
            partial(scope, opening=opening),
            partial(Session, self._engine, expire_on_commit=False),
            Session.connection,
        ) as session:
            if joined is not None:
                joined.begin(session, self._cipher)
            work = Work(session)
            yield work
            outbox.store(session, work.announcements)
            reach("outbox.before_commit")
            if joined is not None:
                joined.before_commit()
            session.commit()
        reach("outbox.after_commit")
        for owed in work.announcements:
            log.info("event_announced", routing_key=owed.routing_key, event_id=str(owed.event_id))
        if work.announcements and self._relay is not None:
            self._relay.wake()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for prepared statements that only read the context's account: nothing can be announced, and
        nothing is kept."""
        with self._begun(_own_scope, self._engine.connect, Connection.begin) as connection:
            yield connection

    @staticmethod
    def _begun(
        scope: Callable[[], AbstractContextManager[None]],
        make: Callable[[], Opened],
        begin: Callable[[Opened], object],
    ) -> Opened:
        """A session or connection with its transaction begun. A connection that the database closed while it lay in
        the pool is replaced: nothing has been done on it yet."""
        opened = make()
        try:
            with scope():
                begin(opened)
        except exc.OperationalError as error:
            opened.close()
            if not engines.is_outage(error):
                raise
            opened = make()
            with scope():
                begin(opened)
        return opened


def _own_scope(*, opening: str = "") -> AbstractContextManager[None]:
    return _scope(context.current().account_id, opening=opening)


def _scope(account_id: uuid.UUID | None, *, opening: str = "") -> AbstractContextManager[None]:
    if account_id is not None and not isinstance(account_id, uuid.UUID):
        raise TypeError("an account id is a UUID")
    return engines.account_scope(account_id, opening=opening)


class UnitOfWork(DependencyProvider):
    """Gives a service `self.work()`, and runs the relay of its outbox.

    A service whose calls hold secrets gives a `cipher` for what is stored of them; it is called once, at start.
    """

    relay = Relay()

    def __init__(self, *, cipher: Callable[[], ReplyCipher] | None = None) -> None:
        self._make_cipher = cipher

    def setup(self) -> None:
        cipher = self._make_cipher() if self._make_cipher else None
        self._begin = Begin(self.relay.engine, self.relay, cipher)

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> Begin: ...
    def __get__(self, instance: object | None, owner: type) -> Self | Begin:
        """On the class the provider; a service's instance holds the `Begin` that nameko sets there."""
        return self

    def get_dependency(self, worker_ctx: Any) -> Begin:
        return self._begin
