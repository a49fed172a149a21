"""Protection against cross-site request forgery: the origin of a request, and the token of a form."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from chassis.http import Request
from gateway import cookies
from gateway.problems import HttpProblem
from gateway.settings import gateway_settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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
        urlsplit(gateway_settings().public_url).netloc,
    ):
        raise HttpProblem(403, "csrf_failed")


def form_seed(request: Request) -> str:
    """What the form token of this browser is bound to: its session, or a cookie for those who have none yet."""
    return (
        cookies.get(request, cookies.session_name(request.path))
        or cookies.get(request, cookies.FORM)
        or secrets.token_urlsafe(16)
    )


def form_token(seed: str) -> str:
    return hmac.new(gateway_settings().key.encode(), f"form:{seed}".encode(), hashlib.sha256).hexdigest()


def check_form(request: Request) -> None:
    """Refuse a form that we did not give to this browser. Raises `HttpProblem`."""
    check_origin(request)
    given = request.form.get("csrf_token", "")
    if not hmac.compare_digest(given.encode(), form_token(form_seed(request)).encode()):
        raise HttpProblem(403, "csrf_failed")
