"""Visits to a portal: its paths, what all of its pages show, and the cookie of who logs in."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from gateway import cookies
from gateway.auth import SessionCache
from gateway.portal.contexts import PortalPage
from gateway.web import Visit, see_other
from wire.contacts import Contacts
from wire.contacts.portal import GetPortal, OpenedPortalSession, Portal

HOME = f"{cookies.PORTAL}/<slug>"


def slug(visit: Visit) -> str:
    found: str = visit.request.parameters["slug"]
    return found


def path(visit: Visit, below: str = "") -> str:
    """A page of the portal that is visited."""
    return f"{cookies.PORTAL}/{slug(visit)}{below}"


def portal(visit: Visit, contacts: Contacts) -> Portal:
    """Raises `PortalNotFound`."""
    return contacts.get_portal(GetPortal(slug=slug(visit)))


def draw(
    visit: Visit, contacts: Contacts, page: type[PortalPage], *, status: int = 200, **values: Any
) -> Response:
    """A page of the portal. Raises `PortalNotFound`."""
    found, caller = portal(visit, contacts), visit.caller
    return visit.draw(
        page,
        status=status,
        slug=found.slug,
        portal_name=found.name,
        must_change_password=caller is not None and caller.must_change_password,
        **values,
    )


def log_in(opened: OpenedPortalSession) -> Response:
    """Logged in: the session's cookie, which goes with the browser's window, and the portal's first page."""
    response = see_other(f"{cookies.PORTAL}/{opened.portal.slug}")
    cookies.put(response, cookies.PORTAL_SESSION, opened.token)
    return response


def forget(visit: Visit, sessions: SessionCache) -> None:
    """What is known of who visits is of yesterday."""
    if visit.caller is not None:
        sessions.forget(visit.caller.id)
