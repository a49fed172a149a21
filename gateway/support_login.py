"""Login of support by the token from the configuration: a program's bearer token, or a person's cookie."""

from __future__ import annotations

import hashlib
import hmac
import time

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway import cookies
from gateway.problems import HttpProblem
from gateway.settings import gateway_settings

COOKIE = "support"
COOKIE_SECONDS = 8 * 3600


def check(request: Request) -> None:
    """Let support pass. Raises `HttpProblem`: 401 for everybody else, 404 where there is no support at all."""
    check_exists()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not is_token(given.strip()):
        raise HttpProblem(
            401, "unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="support"'}, links={}
        )


def check_exists() -> None:
    """Without a token in the configuration nothing here exists."""
    if not gateway_settings().support_token:
        raise HttpProblem(404, "not_found")


def is_token(given: str) -> bool:
    token = gateway_settings().support_token
    return bool(token) and hmac.compare_digest(_digest(given), _digest(token))


def is_logged_in(request: Request) -> bool:
    """Whether a person gave the token in this browser within the last hours."""
    check_exists()
    until, _, proof = (cookies.get(request, COOKIE) or "").partition(".")
    if not until.isdecimal() or len(until) > 12 or int(until) <= time.time():
        return False
    return hmac.compare_digest(proof.encode(), _proof(until).encode())


def log_in(response: Response) -> None:
    until = str(int(time.time()) + COOKIE_SECONDS)
    cookies.put(response, COOKIE, f"{until}.{_proof(until)}", max_age=COOKIE_SECONDS)


def _proof(until: str) -> str:
    """What the cookie proves: another token in the configuration makes it worthless."""
    signed = b":".join((b"support", until.encode(), _digest(gateway_settings().support_token)))
    return hmac.new(gateway_settings().key.encode(), signed, hashlib.sha256).hexdigest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
