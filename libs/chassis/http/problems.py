"""Problem documents (RFC 9457): HTTP errors with a stable code and nothing of the cause."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:frontdesk:problem:"

STATUS_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    411: "length_required",
    413: "payload_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
    431: "headers_too_large",
    500: "internal_error",
    503: "service_unavailable",
    504: "deadline_exceeded",
}
TITLES = {
    400: "The request is malformed",
    404: "There is nothing here",
    405: "This address does not take that method",
    408: "The request took too long to arrive",
    411: "The length of the body must be stated",
    413: "The request is too large",
    414: "The address is too long",
    500: "Something went wrong on our side",
    503: "The service is not available at the moment",
    504: "The answer took too long",
}


def document(
    status: int,
    *,
    code: str | None = None,
    title: str | None = None,
    detail: str | None = None,
    request_id: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    **extensions: Any,
) -> dict[str, Any]:
    """The problem as a JSON object."""
    code = code or STATUS_CODES.get(status, "bad_request" if status < 500 else "internal_error")
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + code,
        "title": title or TITLES.get(status, code.replace("_", " ").capitalize()),
        "status": status,
        "detail": detail,
        "instance": f"urn:frontdesk:request:{request_id}" if request_id else None,
        "code": code,
        "request_id": request_id or None,
        "errors": [dict(error) for error in errors],
    }
    return body | extensions


def response(status: int, **parts: Any) -> Response:
    """The problem as an answer."""
    body = json.dumps(document(status, **parts), ensure_ascii=False)
    return Response(body, status=status, content_type=MEDIA_TYPE)
