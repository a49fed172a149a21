"""Problem documents (RFC 9457): the HTTP status of each refusal, and what its answer says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from chassis import errors
from chassis import field_errors as fields
from chassis.errors import BusError, MalformedRequest
from chassis.http import Request, problems
from gateway import next_actions, texts
from gateway.languages import negotiate_locale
from wire.contract import FieldError, JsonValue, Refusal
from wire.identity import QuotaExceeded

RETRY_SECONDS = 5
ERRORS_SHOWN = 100
# How marshmallow ends a sentence about a length; the policy for passwords names no number.
LIMIT = re.compile(r"length (\d+)\.$")
PASSWORD_LIMITS = {"minimum": "12", "maximum": "128"}

# The status of every refusal that a contract names; a test finds the one that is missing.
REFUSALS = {
    "account_cancelled": 403,
    "account_not_cancelled": 409,
    "account_unknown": 404,
    "activation_link_expired": 410,
    "activation_link_superseded": 410,
    "activation_link_used": 410,
    "activation_unknown": 404,
    "api_key_limit_reached": 409,
    "api_key_not_found": 404,
    "api_key_unknown": 401,
    "billing_unknown": 404,
    "bulk_limit_exceeded": 422,
    "cancellation_already_scheduled": 409,
    "cancellation_details_required": 422,
    "cancellation_not_deferrable": 409,
    "cancellation_not_scheduled": 404,
    "cancelled_account_has_no_plan": 409,
    "challenge_over": 401,
    "contact_already_verified": 409,
    "contact_blocked": 409,
    "contact_deleted": 409,
    "contact_email_limit_reached": 409,
    "contact_email_not_found": 404,
    "contact_emails_reserved": 403,
    "contact_field_choices_invalid": 422,
    "contact_field_key_in_use": 409,
    "contact_field_limit_reached": 409,
    "contact_field_not_found": 404,
    "contact_has_no_email": 409,
    "contact_identifier_required": 422,
    "contact_not_deleted": 409,
    "contact_not_found": 404,
    "contact_not_verified": 403,
    "cooling_down": 429,
    "country_unknown": 422,
    "cursor_invalid": 400,
    "custom_fields_invalid": 422,
    "email_change_cancelled": 410,
    "email_change_not_found": 404,
    "email_in_use": 409,
    "email_invalid": 422,
    "email_unchanged": 422,
    "expiry_passed": 422,
    "external_id_in_use": 409,
    "filter_invalid": 422,
    "invalid_credentials": 401,
    "job_already_running": 409,
    "job_not_found": 404,
    "last_owner": 409,
    "link_expired": 410,
    "link_superseded": 410,
    "link_unknown": 404,
    "link_used": 410,
    "mailbox_closed": 404,
    "password_confirmation_mismatch": 422,
    "password_incorrect": 403,
    "password_refused": 422,
    "password_unchanged": 422,
    "period_invalid": 422,
    "phone_invalid": 422,
    "plan_not_for_sale": 422,
    "portal_not_found": 404,
    "primary_email_required": 409,
    "quota_exceeded": 429,
    "reactivation_owner_only": 403,
    "reactivation_request_decided": 409,
    "reactivation_request_unknown": 404,
    "reauthentication_required": 403,
    "role_not_allowed": 403,
    "scope_not_allowed": 422,
    "second_factor_already_on": 409,
    "second_factor_off": 409,
    "session_not_found": 404,
    "session_unknown": 401,
    "slug_in_use": 409,
    "totp_code_refused": 422,
    "totp_incorrect": 401,
    "totp_required": 401,
    "user_already_verified": 409,
    "user_limit_reached": 409,
    "user_unknown": 404,
    "version_stale": 412,
}
QUOTA_TYPE = "https://iana.org/assignments/http-problem-types#quota-exceeded"
# Which of a refusal's facts everybody may see; the others stay inside.
SHOWN_FACTS: dict[str, tuple[str, ...]] = {
    "account_cancelled": ("account_type", "token", "expires_at"),
    "bulk_limit_exceeded": ("limit",),
    "contact_already_verified": ("contact_id",),
    "contact_blocked": ("contact_id",),
    "contact_deleted": ("contact_id",),
    "contact_email_limit_reached": ("limit",),
    "contact_field_limit_reached": ("limit",),
    "contact_has_no_email": ("contact_id",),
    "cooling_down": ("contact_id", "seconds_left"),
    "job_already_running": ("job_id",),
    "custom_fields_invalid": ("known",),
    "email_in_use": ("contact_id", "contact_state"),
    "external_id_in_use": ("contact_id", "contact_state"),
    "filter_invalid": ("position", "expected", "known"),
    "reactivation_request_decided": ("state",),
    "user_limit_reached": ("limit",),
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
    """A request that is refused: `links` name the next thing that helps, `facts` what a program may act on."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: dict[str, str] | None = None,
        links: dict[str, str] | None = None,
        facts: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors
        self.headers = headers or {}
        self.facts = facts or {}
        self.links = next_actions.of(code, self.facts) if links is None else links


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


def of_any(error: BaseException, log_failure: Callable[[BaseException], None]) -> HttpProblem:
    """The problem that any exception means; one that nobody expected is logged."""
    problem = of(error)
    if problem is None and isinstance(error, HTTPException):
        problem = plain(error.code or 500)
    if problem is None and isinstance(error, TimeoutError):
        problem = plain(408)
    if problem is None:
        log_failure(error)
        problem = plain(500)
    return problem


def _of_refusal(refusal: Refusal) -> HttpProblem:
    if isinstance(refusal, QuotaExceeded):
        return _of_quota(refusal)
    status = REFUSALS[refusal.code]
    headers = {"WWW-Authenticate": 'Bearer realm="frontdesk"'} if status == 401 else {}
    if status == 429:
        headers["Retry-After"] = str(refusal.facts["seconds_left"])
    return HttpProblem(
        status,
        refusal.code,
        errors=refusal.errors,
        headers=headers,
        links=next_actions.of(refusal.code, refusal.facts),
        facts={
            name: refusal.facts[name] for name in SHOWN_FACTS.get(refusal.code, ()) if name in refusal.facts
        },
    )


def _of_quota(refusal: QuotaExceeded) -> HttpProblem:
    """A limit that was reached, as the IETF's draft on rate limits has it: the header fields, and which policy."""
    facts = refusal.facts
    policy, seconds = facts["policy"], facts["seconds_left"]
    return HttpProblem(
        REFUSALS[refusal.code],
        refusal.code,
        headers={
            "Retry-After": str(seconds),
            "RateLimit-Policy": f'"{policy}";q={facts["quota"]};w={facts["window_seconds"]}',
            "RateLimit": f'"{policy}";r=0;t={seconds}',
        },
        facts={"type": QUOTA_TYPE, "violated-policies": [policy]},
    )


def at_field(refusal: Refusal, pointer: str) -> HttpProblem:
    """The problem of a refusal that is about one field of the body."""
    errors = (FieldError(pointer=pointer, code=refusal.code),)
    return HttpProblem(REFUSALS[refusal.code], refusal.code, errors=errors)


def answer(request: Request, problem: HttpProblem) -> Response:
    """The problem as a document, in the reader's language."""
    locale = locale_of(request)
    links = next_actions.answering(problem.code, problem.links, request.path)
    response = problems.response(
        problem.status,
        code=problem.code,
        title=texts.title(problem.code, locale),
        detail=texts.detail(problem.code, locale, **problem.facts),
        request_id=request.request_id,
        errors=[
            {"pointer": error.pointer, "code": error.code, "detail": field_detail(error, locale)}
            for error in problem.errors[:ERRORS_SHOWN]
        ],
        **({"links": links} if links else {}),
        **problem.facts,
    )
    response.headers["Content-Language"] = locale
    response.headers["Vary"] = "Accept-Language"
    response.headers.update(problem.headers)
    return response


def field_detail(error: FieldError, locale: str) -> str:
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
    return fields.field_errors(invalid.messages)
