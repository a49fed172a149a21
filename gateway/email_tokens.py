"""Tokens of links in emails: moved from the address into a cookie, and what their state means to the reader."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from gateway import auth, cookies
from gateway.layout.contexts import LinkState, Page
from gateway.web import Visit, see_other
from wire.identity import Activation, EmailToken
from wire.values import TokenState

COOKIE_SECONDS = 3600
STATES = {
    TokenState.ISSUED: LinkState.READY,
    TokenState.CONSUMED: LinkState.USED,
    TokenState.SUPERSEDED: LinkState.SUPERSEDED,
    TokenState.REVOKED: LinkState.SUPERSEDED,
    TokenState.EXPIRED: LinkState.EXPIRED,
}


def move_to_cookie(visit: Visit, cookie: str, location: str) -> Response:
    """Take the token out of the address at once: it would stand in the history and in what is copied from it."""
    response = see_other(location)
    cookies.put(response, cookie, visit.request.parameters["token"][:200], max_age=COOKIE_SECONDS)
    return response


def digest(visit: Visit, cookie: str) -> str:
    """What stands for the token of a cookie on the bus."""
    return auth.digest(cookies.get(visit.request, cookie) or "")


def draw(
    visit: Visit, page: type[Page], found: EmailToken | Activation, *, status: int = 200, **values: Any
) -> Response:
    """The form that a link leads to, or why there is none. Looking changes nothing: mail scanners look too."""
    state = STATES[found.state]
    if state is not LinkState.READY:
        return visit.draw(page, status=410, state=state)
    return visit.draw(
        page,
        status=status,
        state=state,
        email_masked=found.email_masked,
        expires_at=found.expires_at,
        **values,
    )


def draw_unknown(visit: Visit, page: type[Page]) -> Response:
    """The page of a link that nobody knows."""
    return visit.draw(page, status=404, state=LinkState.UNKNOWN)
