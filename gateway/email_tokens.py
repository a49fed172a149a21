"""Tokens of emails on pages: taken out of the address into a cookie, and what their state means to the reader."""

from __future__ import annotations

from werkzeug.wrappers import Response

from gateway import auth
from gateway.layout.contexts import LinkState
from gateway.web import Visit, see_other
from wire.values import TokenState

COOKIE_SECONDS = 3600
STATES = {
    TokenState.ISSUED: LinkState.READY,
    TokenState.CONSUMED: LinkState.USED,
    TokenState.SUPERSEDED: LinkState.SUPERSEDED,
    TokenState.REVOKED: LinkState.SUPERSEDED,
    TokenState.EXPIRED: LinkState.EXPIRED,
}


def take_link(visit: Visit, cookie: str, location: str) -> Response:
    """Move the token out of the address at once: it would stand in the history and in what is copied from it."""
    response = see_other(location)
    auth.set_cookie(response, cookie, visit.request.parameters["token"][:200], max_age=COOKIE_SECONDS)
    return response
