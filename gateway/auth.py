"""Authentication: the session or API key behind a cookie or a bearer token, and a cache of them."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections import OrderedDict
from enum import StrEnum
from typing import Any, Self, overload

from chassis.extensions import DependencyProvider, Shared
from chassis.http import Request
from chassis.rpc import Replies
from gateway import cookies
from gateway.callers import Caller
from gateway.problems import HttpProblem
from gateway.settings import gateway_settings
from wire.accounts import Accounts
from wire.accounts.api_keys import ApiKeyUnknown, IdentifyApiKey
from wire.accounts.sessions import Identify
from wire.contacts import Contacts
from wire.contacts.portal import IdentifyContact
from wire.identity import CONTACT_TOKEN_PREFIX, SessionUnknown

CACHED_MAX = 50_000
FORGOTTEN_MAX = 10_000
TOKEN_LENGTH_MAX = 200
KEY_MARK = "fd_live_"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Audience(StrEnum):
    """Whom something is for: the users and keys of an account, or the contacts at its portal. What lets one of them in
    is nothing to the other."""

    USERS = "users"
    CONTACTS = "contacts"


def digest(token: str) -> str:
    """What stands for a token on the bus."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_of_contact(email_token: str) -> bool:
    """Whether a link's token is a contact's, and nothing that accounts would know."""
    return email_token.startswith(CONTACT_TOKEN_PREFIX)


def token_of(request: Request) -> str | None:
    """The session token or API key that came with a request: a bearer's first, then the cookie's, which is never a
    key. Nothing in the address counts: addresses are logged, copied and stored."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    cookie = cookies.session_name(request.path)
    token = credentials.strip() if is_bearer else cookies.get(request, cookie)
    if not token or len(token) > TOKEN_LENGTH_MAX or (token.startswith(KEY_MARK) and not is_bearer):
        return None
    return token


def user_agent(request: Request) -> str:
    """What a browser calls itself, as it can be stored and shown."""
    return CONTROL_CHARACTERS.sub("", request.headers.get("User-Agent", ""))[:300]


class Identities(Shared):
    """The callers behind sessions and API keys, cached for half a minute, whomever they are of.

    One that ends is announced, and every gateway forgets it at once; when the connection that would bring the
    announcement goes down, everything is forgotten.
    """

    replies = Replies()

    def prepare(self) -> None:
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._by_id: dict[uuid.UUID, str] = {}
        self._forgotten: OrderedDict[uuid.UUID, float] = OrderedDict()
        self._emptied_at = 0.0
        self._accounts = Accounts(self.replies)
        self._contacts = Contacts(self.replies)
        self.replies.bus.consuming.on_down(self.forget_all)

    def of(self, request: Request) -> Caller:
        """Who makes a request. Raises `HttpProblem` when nobody known does."""
        return self.of_token(token_of(request))

    def of_portal(self, request: Request) -> Caller:
        """Which contact makes a request to the portal that its address names. Raises `HttpProblem` when none of that
        portal does, whoever else it is."""
        token, slug = token_of(request), request.parameters["slug"]
        caller = self.of_token(token, Audience.CONTACTS)
        if caller.portal_slug != slug:
            self.forget(caller.id)  # the portal may have another address since
            caller = self.of_token(token, Audience.CONTACTS)
        if caller.portal_slug != slug:
            raise _unauthenticated()
        return caller

    def of_token(self, token: str | None, audience: Audience = Audience.USERS) -> Caller:
        """Whom of an audience a token speaks for. Raises `HttpProblem` when it is nobody's."""
        if not token or len(token) > TOKEN_LENGTH_MAX:
            raise _unauthenticated()
        token_digest = digest(token)
        known = self._known.get(token_digest)
        if known is not None and known[0] > time.monotonic() and not _has_expired(known[1]):
            return _of_audience(known[1], audience)
        started_at = time.monotonic()
        caller = self._ask(token, token_digest, audience)
        if self._is_forgotten(caller, since=started_at):
            # It ended while the service's answer, which did not know it yet, was on its way.
            return self._ask(token, token_digest, audience)
        self._put(token_digest, caller)
        return caller

    def _ask(self, token: str, token_digest: str, audience: Audience) -> Caller:
        """Only the service that has this audience is asked: it knows no other tokens."""
        try:
            if audience is Audience.CONTACTS:
                contact = self._contacts.identify_contact(IdentifyContact(token_digest=token_digest))
                return Caller.of_contact(contact)
            if token.startswith(KEY_MARK):
                key = self._accounts.identify_api_key(IdentifyApiKey(token_digest=token_digest))
                return Caller.of_key(key)
            return Caller.of_session(self._accounts.identify(Identify(token_digest=token_digest)))
        except (SessionUnknown, ApiKeyUnknown):
            raise _unauthenticated() from None

    def _is_forgotten(self, caller: Caller, *, since: float) -> bool:
        """Whether everything, or this session, key, user, contact or account, has been forgotten since then."""
        if self._emptied_at >= since:
            return True
        moments = [self._forgotten.get(one) for one in _names(caller)]
        return any(moment is not None and moment >= since for moment in moments)

    def forget(self, caller_id: uuid.UUID) -> None:
        """Forget a session or an API key that has ended."""
        self._note_forgotten(caller_id)
        token_digest = self._by_id.pop(caller_id, None)
        if token_digest is not None:
            self._known.pop(token_digest, None)

    def forget_all_of(self, whose: uuid.UUID) -> None:
        """Forget the sessions of a user or a contact, whose name, address or language is another one, or everybody of
        an account: it was cancelled, or came back."""
        self._note_forgotten(whose)
        for token_digest, (_, caller) in list(self._known.items()):
            if whose in _names(caller):
                self._known.pop(token_digest, None)
                self._by_id.pop(caller.id, None)

    def _note_forgotten(self, one: uuid.UUID) -> None:
        self._forgotten[one] = time.monotonic()
        self._forgotten.move_to_end(one)
        while len(self._forgotten) > FORGOTTEN_MAX:
            self._forgotten.popitem(last=False)

    def forget_all(self) -> None:
        self._emptied_at = time.monotonic()
        self._known.clear()
        self._by_id.clear()

    def _put(self, token_digest: str, caller: Caller) -> None:
        self._known[token_digest] = (time.monotonic() + gateway_settings().identity_cache_seconds, caller)
        self._known.move_to_end(token_digest)
        self._by_id[caller.id] = token_digest
        while len(self._known) > CACHED_MAX:
            _, (_, oldest) = self._known.popitem(last=False)
            self._by_id.pop(oldest.id, None)


def _names(caller: Caller) -> list[uuid.UUID]:
    """What it may be forgotten by."""
    return [one for one in (caller.id, caller.user_id, caller.contact_id, caller.account_id) if one]


def _of_audience(caller: Caller, audience: Audience) -> Caller:
    if caller.is_contact is not (audience is Audience.CONTACTS):
        raise _unauthenticated()
    return caller


def _has_expired(caller: Caller) -> bool:
    return caller.expires_at is not None and caller.expires_at.timestamp() <= time.time()


def _unauthenticated() -> HttpProblem:
    return HttpProblem(401, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="frontdesk"'})


class SessionCache(DependencyProvider):
    """Gives the gateway's methods the callers that its entrypoints have cached."""

    identities = Identities()

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> SessionCache: ...
    def __get__(self, instance: object | None, owner: type) -> Self | SessionCache:
        return self

    def get_dependency(self, worker_ctx: Any) -> SessionCache:
        return self

    def returning(self, token: str | None) -> Caller | None:
        """Who comes back by this token; None for every other token, one that logs somebody in among them."""
        try:
            caller = self.identities.of_token(token)
        except HttpProblem:
            return None
        return caller if caller.is_returning else None

    def forget(self, caller_id: uuid.UUID) -> None:
        self.identities.forget(caller_id)

    def forget_user(self, user_id: uuid.UUID) -> None:
        self.identities.forget_all_of(user_id)

    def forget_contact(self, contact_id: uuid.UUID) -> None:
        self.identities.forget_all_of(contact_id)

    def forget_account(self, account_id: uuid.UUID) -> None:
        self.identities.forget_all_of(account_id)

    def is_connected(self) -> bool:
        """Whether the bus can be reached, both ways."""
        bus = self.identities.replies.bus
        return bool(bus.consuming.is_up and bus.publishing.is_up)
