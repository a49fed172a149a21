"""Session cookies and device cookies: what a browser is given when somebody logs in, and gives back."""

from __future__ import annotations

import datetime

from werkzeug.wrappers import Response

from gateway import cookies
from gateway.web import Visit, see_other
from wire.accounts.sessions import OpenedSession

DEVICE_SECONDS = 400 * 24 * 3600
DEVICE_TOKEN_LENGTH_MAX = 200


def log_in(opened: OpenedSession, location: str = "/account", *, notice: str | None = None) -> Response:
    """Logged in: the session's cookie, what this device is known by from now on, and My Account."""
    response = see_other(location, notice=notice)
    put_session(response, opened)
    if opened.device_token:
        cookies.put(response, cookies.DEVICE, opened.device_token, max_age=DEVICE_SECONDS)
    return response


def put_session(response: Response, opened: OpenedSession) -> None:
    """The session's cookie: it goes with the browser's window, or stays as long as a remembered session lives."""
    max_age = None
    if opened.session.is_remembered:
        left = opened.session.expires_at - datetime.datetime.now(datetime.UTC)
        max_age = max(0, int(left.total_seconds()))
    cookies.put(response, cookies.SESSION, opened.token, max_age=max_age)


def device_token(visit: Visit) -> str | None:
    """What an earlier log-in left on this device; anything may stand in a cookie."""
    token = cookies.get(visit.request, cookies.DEVICE)
    return token if token and len(token) <= DEVICE_TOKEN_LENGTH_MAX and token.isprintable() else None
