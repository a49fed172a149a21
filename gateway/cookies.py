"""Cookies of the pages: their names, paths and attributes."""

from __future__ import annotations

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway.settings import gateway_settings

SESSION = "sid"
DEVICE = "device"
FORM = "form"
ACTIVATION = "activation"
RESET = "password_reset"
WAY_BACK = "way_back"
PORTAL = "/portal"
PORTAL_SESSION = "portal_sid"
PORTAL_ACTIVATION = "portal_activation"
PORTAL_RESET = "portal_reset"
# What the other pages have no use for is sent to none of them.
PATHS = {WAY_BACK: "/reactivate", PORTAL_SESSION: PORTAL, PORTAL_ACTIVATION: PORTAL, PORTAL_RESET: PORTAL}


def is_of_portal(path: str) -> bool:
    """Whether a page is one of a portal, where contacts are logged in and users are not."""
    return path == PORTAL or path.startswith(f"{PORTAL}/")


def session_name(path: str) -> str:
    """The cookie of the session that a page goes by."""
    return PORTAL_SESSION if is_of_portal(path) else SESSION


def get(request: Request, name: str) -> str | None:
    return request.cookies.get(_full_name(name)) or None


def put(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send along with a form."""
    response.set_cookie(
        _full_name(name),
        value,
        max_age=max_age,
        path=PATHS.get(name, "/"),
        secure=gateway_settings().is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop(response: Response, name: str) -> None:
    response.delete_cookie(
        _full_name(name), path=PATHS.get(name, "/"), secure=gateway_settings().is_secure, httponly=True
    )


def _full_name(name: str) -> str:
    """Behind TLS the name asks the browser to take the cookie from this host alone, where it is for every path, and by
    TLS alone."""
    if not gateway_settings().is_secure:
        return name
    return f"__Secure-{name}" if name in PATHS else f"__Host-{name}"
