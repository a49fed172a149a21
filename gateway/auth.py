"""Who asks? The session behind a cookie or a bearer token, and the proof that a form is our own."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
import uuid
from collections import OrderedDict
from typing import Any, Self, overload
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from chassis.extensions import DependencyProvider, Shared
from chassis.http import Request
from chassis.rpc import Replies
from gateway.problems import HttpProblem
from gateway.settings import chosen
from wire.accounts import Accounts, Identify, Identity, SessionUnknown

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CACHED_MAX = 50_000
ENDED_MAX = 10_000
TOKEN_LENGTH_MAX = 200
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f]")

SESSION_COOKIE = "sid"
FORM_COOKIE = "form"
ACTIVATION_COOKIE = "activation"


def digest(token: str) -> str:
    """What stands for a token on the bus."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(request: Request) -> str | None:
    """The session token that came with a request: a bearer's first, then the cookie's."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    token = credentials.strip() if scheme.lower() == "bearer" else cookie(request, SESSION_COOKIE)
    return token if token and len(token) <= TOKEN_LENGTH_MAX else None


def user_agent(request: Request) -> str:
    """What a browser calls itself, as it can be stored and shown."""
    return CONTROL_CHARACTERS.sub("", request.headers.get("User-Agent", ""))[:300]


def check_origin(request: Request) -> None:
    """Refuse what another site's page makes a browser send. Raises `HttpProblem`.

    Programs send neither header; their bearer token is no browser's to give away.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
        raise HttpProblem(403, "csrf_failed")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc not in (
        request.host,
        urlsplit(chosen().public_url).netloc,
    ):
        raise HttpProblem(403, "csrf_failed")


def form_seed(request: Request) -> str:
    """What the form token of this browser is bound to: its session, or a cookie for those who have none yet."""
    return cookie(request, SESSION_COOKIE) or cookie(request, FORM_COOKIE) or secrets.token_urlsafe(16)


def form_token(seed: str) -> str:
    return hmac.new(chosen().key.encode(), f"form:{seed}".encode(), hashlib.sha256).hexdigest()


def check_form(request: Request) -> None:
    """Refuse a form that we did not give to this browser. Raises `HttpProblem`."""
    check_origin(request)
    given = request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), form_token(form_seed(request)).encode()):
        raise HttpProblem(403, "csrf_failed")


def _cookie_name(name: str) -> str:
    """Behind TLS the name asks the browser to take the cookie from this host alone."""
    return f"__Host-{name}" if chosen().is_secure else name


def cookie(request: Request, name: str) -> str | None:
    return request.cookies.get(_cookie_name(name)) or None


def set_cookie(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send along with a form."""
    response.set_cookie(
        _cookie_name(name),
        value,
        max_age=max_age,
        path="/",
        secure=chosen().is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(response: Response, name: str) -> None:
    response.delete_cookie(_cookie_name(name), path="/", secure=chosen().is_secure, httponly=True)


class Identities(Shared):
    """Who the sessions are, kept for half a minute.

    A session that ends is announced, and every gateway forgets it at once; when the link that would bring the
    announcement goes down, everything is forgotten.
    """

    replies = Replies()

    def prepare(self) -> None:
        self._known: OrderedDict[str, tuple[float, Identity]] = OrderedDict()
        self._by_session: dict[uuid.UUID, str] = {}
        self._ended: OrderedDict[uuid.UUID, None] = OrderedDict()
        self._accounts = Accounts(self.replies)
        self.replies.bus.consuming.on_down(self.forget_all)

    def of(self, request: Request) -> Identity:
        """Who asks. Raises `HttpProblem` when nobody known does."""
        token = token_of(request)
        if token is None:
            raise _unauthenticated()
        token_digest = digest(token)
        known = self._known.get(token_digest)
        if (
            known is not None
            and known[0] > time.monotonic()
            and known[1].expires_at.timestamp() > time.time()
        ):
            return known[1]
        try:
            identity = self._accounts.identify(Identify(token_digest=token_digest))
        except SessionUnknown:
            raise _unauthenticated() from None
        if identity.session_id in self._ended:
            # It ended while accounts' answer, which did not know it yet, was on its way.
            raise _unauthenticated()
        self._keep(token_digest, identity)
        return identity

    def forget(self, session_id: uuid.UUID) -> None:
        self._ended[session_id] = None
        while len(self._ended) > ENDED_MAX:
            self._ended.popitem(last=False)
        token_digest = self._by_session.pop(session_id, None)
        if token_digest is not None:
            self._known.pop(token_digest, None)

    def forget_of(self, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
        """Forget a session that somebody asked to end, if it is theirs: anybody may name any id."""
        _, known = self._known.get(self._by_session.get(session_id, ""), (0.0, None))
        if known is not None and known.user_id == user_id:
            self.forget(session_id)

    def forget_all(self) -> None:
        self._known.clear()
        self._by_session.clear()

    def _keep(self, token_digest: str, identity: Identity) -> None:
        self._known[token_digest] = (time.monotonic() + chosen().identity_cache_seconds, identity)
        self._known.move_to_end(token_digest)
        self._by_session[identity.session_id] = token_digest
        while len(self._known) > CACHED_MAX:
            _, (_, oldest) = self._known.popitem(last=False)
            self._by_session.pop(oldest.session_id, None)


def _unauthenticated() -> HttpProblem:
    return HttpProblem(401, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="frontdesk"'})


def is_allowed(identity: Identity, roles: frozenset[Any]) -> bool:
    return not roles or identity.role in roles


class SessionMemory(DependencyProvider):
    """Gives the gateway's methods what its entrypoints know of sessions."""

    identities = Identities()

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> SessionMemory: ...
    def __get__(self, instance: object | None, owner: type) -> Self | SessionMemory:
        return self

    def get_dependency(self, worker_ctx: Any) -> SessionMemory:
        return self

    def forget(self, session_id: uuid.UUID) -> None:
        self.identities.forget(session_id)

    def forget_of(self, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
        self.identities.forget_of(user_id, session_id)

    def is_connected(self) -> bool:
        """Whether the bus can be reached, both ways."""
        bus = self.identities.replies.bus
        return bool(bus.consuming.is_up and bus.publishing.is_up)
