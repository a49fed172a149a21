"""What do the pages with forms have in common? Errors by field, links that are taken out of the address, a welcome."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from werkzeug.wrappers import Response

from gateway import auth, problems
from gateway.layout.contexts import Form
from gateway.problems import HttpProblem
from gateway.web import Visit, see_other
from wire.accounts.sessions import OpenedSession
from wire.contract import FieldError

DEVICE_TOKEN_LENGTH_MAX = 200


def by_field(found: tuple[FieldError, ...], visit: Visit, form: Mapping[str, str]) -> dict[str, str]:
    """The first error of each field, in the reader's words; an empty field is simply missing."""
    errors: dict[str, str] = {}
    for error in found:
        name = error.pointer.rsplit("/", 1)[-1]
        is_empty = name in form and not form[name].strip()
        shown = FieldError(pointer=error.pointer, code="missing_field") if is_empty else error
        errors.setdefault(name, problems.told(shown, visit.locale))
    return errors


def refill(visit: Visit, page: type[Form], errors: Mapping[str, str], **values: object) -> Response:
    """The form again, with what was entered and what was wrong with it."""
    if not errors:
        raise HttpProblem(422, "validation_failed")
    return visit.draw(page, status=422, errors=errors, values=visit.form, **values)


def welcome(opened: OpenedSession, location: str = "/account", *, notice: str | None = None) -> Response:
    """Logged in: the session's cookie, what this device is known by from now on, and My Account."""
    response = see_other(location, notice=notice)
    keep_session(response, opened)
    if opened.device_token:
        auth.set_cookie(response, auth.DEVICE_COOKIE, opened.device_token, max_age=auth.DEVICE_COOKIE_SECONDS)
    return response


def keep_session(response: Response, opened: OpenedSession) -> None:
    """The session's cookie: it goes with the browser's window, or stays as long as a remembered session lives."""
    max_age = None
    if opened.session.is_remembered:
        left = opened.session.expires_at - datetime.datetime.now(datetime.UTC)
        max_age = max(0, int(left.total_seconds()))
    auth.set_cookie(response, auth.SESSION_COOKIE, opened.token, max_age=max_age)


def device_token(visit: Visit) -> str | None:
    """What an earlier log-in left on this device; anything may stand in a cookie."""
    token = auth.cookie(visit.request, auth.DEVICE_COOKIE)
    return token if token and len(token) <= DEVICE_TOKEN_LENGTH_MAX and token.isprintable() else None
