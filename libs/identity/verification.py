"""Verification of passwords: at a log-in, and of who is logged in already.

A try is counted in one transaction, compared between two, and what follows from it is written in another.
"""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from chassis import context
from chassis.database.work import Work
from identity import addresses, devices, enumeration, throttles
from identity.credential_stuffing import refused
from identity.hasher import Hasher
from identity.settings import IdentitySettings
from identity.tables import PersonColumns
from identity.throttles import Counter, Throttles
from wire.identity import InvalidCredentials

Who = TypeVar("Who", bound=PersonColumns)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Try:
    """A try that was counted: the so many-th in a row; 0 is one that is not looked at."""

    counter: Counter
    number: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verification(Generic[Who]):
    """How a service makes sure of its people. `of_account` opens a unit of work for a person's account; `renew` stores
    the same password by today's rules (person's id, old hash, new hash); `note_wrong` writes a wrong one down."""

    settings: IdentitySettings
    now: Callable[[], datetime.datetime]
    of_account: Callable[[uuid.UUID], AbstractContextManager[Work]]
    renew: Callable[[Session, uuid.UUID, str, str], None]
    note_wrong: Callable[[Who, int], None]

    @property
    def hasher(self) -> Hasher:
        return Hasher(self.settings)

    @property
    def throttles(self) -> Throttles:
        return Throttles(key=self.settings.token_key, limits=self.settings)

    def log_in(
        self,
        email: str,
        password: str,
        *,
        begin: Callable[[], AbstractContextManager[Work]],
        find: Callable[[Session, str | None], Who | None],
        device_token: str | None = None,
        realm: str = "",
    ) -> Who:
        """The person who has this address and this password. `begin` opens the unit of work in which `find` looks for
        an address in its comparison form; None is what is no address, which nobody has. Where one address may belong
        to several people, `realm` says among whom: what is tried in one counts in no other.

        Raises `InvalidCredentials`, as late for an address that nobody has as for a wrong password, and
        `QuotaExceeded` when the network tries too often, or too many addresses.
        """
        with begin() as work:
            self.check_network(work.session, email)
            person = find(work.session, addresses.known_email_key(email))
            tried = self.admit(work.session, self._log_in_counter(email, person, device_token, realm))
        if not self._is_right(person, password, tried) or person is None:
            enumeration.after_the_answer(partial(self._note_wrong, person, tried))
            raise InvalidCredentials
        self._accept(person, password, tried)
        return person

    def is_proven(self, person: Who, password: str, tried: Try) -> bool:
        """Whether it is still the same person, who is logged in: by the current password. Wrong ones are counted by
        the session, as `tried` was."""
        if not self._is_right(person, password, tried):
            self._note_wrong(person, tried)
            return False
        self._accept(person, password, tried)
        return True

    def check_network(self, session: Session, email: str) -> None:
        """Count a log-in from the network of who asks. Raises `QuotaExceeded`."""
        ip_address = context.current().ip_address or ""
        self.throttles.check_network(session, ip_address, addresses.comparable(email), now=self.now())

    def admit(self, session: Session, counter: Counter) -> Try:
        """Count a try, before the password is compared."""
        number = self.throttles.admit(session, counter, now=self.now())
        if not number:
            refused.labels(counter.rule.value).inc()
        return Try(counter=counter, number=number)

    def counter_of(self, email: str, *, realm: str = "") -> Counter:
        """The counter of an address, whether anybody has it or not."""
        address = addresses.comparable(email)
        return self.throttles.of_address(f"{realm}:{address}" if realm else address)

    def _log_in_counter(
        self, email: str, person: Who | None, device_token: str | None, realm: str
    ) -> Counter:
        """What a log-in is counted by: a device that its person is known from, or else the address. Addresses that
        nobody has are counted alike."""
        if (
            device_token
            and person is not None
            and devices.knows(device_token, person.id, self.settings.token_key)
        ):
            return self.throttles.of_device(person.id, device_token, stored_hash=person.password_hash)
        return self.counter_of(email, realm=realm)

    def _is_right(self, person: Who | None, password: str, tried: Try) -> bool:
        stored_hash = None if person is None else person.password_hash
        return tried.number > 0 and self.hasher.is_password(password, stored_hash)

    def _note_wrong(self, person: Who | None, tried: Try) -> None:
        if person is not None:
            self.note_wrong(person, tried.number)

    def _accept(self, person: Who, password: str, tried: Try) -> None:
        """The password is right: what failed before is forgotten, and it is stored by today's rules."""
        stored_hash = person.password_hash or ""
        is_outdated = self.hasher.is_outdated(stored_hash)
        renewed_hash = self.hasher.hashed(password) if is_outdated else stored_hash
        with self.of_account(person.account_id) as work:
            throttles.clear(work.session, tried.counter)
            if is_outdated:
                self.renew(work.session, person.id, stored_hash, renewed_hash)
        person.password_hash = renewed_hash
