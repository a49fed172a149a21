"""Which HTTP status does a refusal have, and in which words is it told?"""

from __future__ import annotations

import re

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis import errors, problems, validation
from chassis.errors import BusError, MalformedRequest
from chassis.http import Request
from gateway.pages import texts
from gateway.pages.languages import negotiate_locale
from wire.contract import FieldError, Refusal

RETRY_SECONDS = 5
ERRORS_SHOWN = 100
# How marshmallow ends a sentence about a length; the policy for passwords tells no number.
LIMIT = re.compile(r"length (\d+)\.$")
PASSWORD_LIMITS = {"minimum": "12", "maximum": "128"}

# The status of every refusal that a contract names; a test finds the one that is missing.
REFUSALS = {
    "activation_link_expired": 410,
    "activation_link_superseded": 410,
    "activation_link_used": 410,
    "activation_unknown": 404,
    "billing_unknown": 404,
    "contact_not_found": 404,
    "country_unknown": 422,
    "cursor_invalid": 400,
    "email_in_use": 409,
    "email_invalid": 422,
    "invalid_credentials": 401,
    "mailbox_closed": 404,
    "password_confirmation_mismatch": 422,
    "password_refused": 422,
    "phone_invalid": 422,
    "session_unknown": 401,
    "user_unknown": 404,
}
BUS = {
    errors.ServiceUnavailable.code: 503,
    errors.DeadlineExceeded.code: 504,
    errors.MalformedRequest.code: 422,
    errors.IdempotencyInProgress.code: 409,
    errors.IdempotencyKeyReused.code: 422,
}
CODES = {404: "not_found", 405: "method_not_allowed", 413: "payload_too_large"}


class HttpProblem(Exception):
    """A request that the gateway itself refuses."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors
        self.headers = headers or {}


def of(error: BaseException) -> HttpProblem | None:
    """The problem that an exception means; None for one that nobody expected."""
    if isinstance(error, HttpProblem):
        return error
    if isinstance(error, Refusal):
        return _of_refusal(error)
    if isinstance(error, MalformedRequest):
        return HttpProblem(422, "validation_failed", errors=error.errors)
    if isinstance(error, BusError) and error.code in BUS:
        status = BUS[error.code]
        headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else {}
        return HttpProblem(status, error.code, headers=headers)
    return None


def _of_refusal(refusal: Refusal) -> HttpProblem:
    status = REFUSALS[refusal.code]
    headers = {"WWW-Authenticate": 'Bearer realm="frontdesk"'} if status == 401 else {}
    return HttpProblem(status, refusal.code, errors=refusal.errors, headers=headers)


def pointed(refusal: Refusal, pointer: str) -> HttpProblem:
    """The problem of a refusal that is about one field of the body."""
    errors = (FieldError(pointer=pointer, code=refusal.code),)
    return HttpProblem(REFUSALS[refusal.code], refusal.code, errors=errors)


def answer(request: Request, problem: HttpProblem) -> Response:
    """The problem as a document, in the reader's language."""
    locale = locale_of(request)
    response = problems.response(
        problem.status,
        code=problem.code,
        title=texts.title(problem.code, locale),
        detail=texts.detail(problem.code, locale),
        request_id=request.request_id,
        errors=[
            {"pointer": error.pointer, "code": error.code, "detail": told(error, locale)}
            for error in problem.errors[:ERRORS_SHOWN]
        ],
    )
    response.headers["Content-Language"] = locale
    response.headers["Vary"] = "Accept-Language"
    response.headers.update(problem.headers)
    return response


def told(error: FieldError, locale: str) -> str:
    """What is wrong with a field, in the reader's words, with the limit that was missed."""
    limit = LIMIT.search(error.detail)
    limits = PASSWORD_LIMITS if limit is None else {"minimum": limit[1], "maximum": limit[1]}
    return texts.detail(error.code, locale, **limits)


def plain(status: int) -> HttpProblem:
    """The problem of a request that is wrong in itself."""
    return HttpProblem(status, problems.STATUS_CODES.get(status, "malformed_request"))


def locale_of(request: Request) -> str:
    return negotiate_locale(
        request.args.get("lang") or request.cookies.get("lang") or request.cookies.get("__Host-lang"),
        None,
        request.headers.get("Accept-Language"),
    )


def field_errors(invalid: ValidationError) -> tuple[FieldError, ...]:
    """What marshmallow found, with the codes of this API."""
    return validation.field_errors(invalid.messages)
