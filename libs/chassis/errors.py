"""Errors of calls between services that are no refusals: outages, deadlines, malformed requests."""

from __future__ import annotations

from typing import ClassVar

from wire.contract import FieldError


class BusError(Exception):
    """A call that brought no answer of its own. `code` is stable; the text is for the log, not for users."""

    code: ClassVar[str] = "internal_error"


class ServiceUnavailable(BusError):
    """The service is unknown to the broker, or the broker cannot be reached. A write may or may not have happened
    when the connection broke while waiting; repeat it with the same idempotency key."""

    code = "service_unavailable"


class DeadlineExceeded(BusError):
    """No answer before the caller's deadline. The call is not executed later; it may be executing now."""

    code = "deadline_exceeded"


class MalformedRequest(BusError):
    """The request does not fit the contract; `errors` name the fields."""

    code = "malformed_request"

    def __init__(self, detail: str = "", *, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail or self.code)
        self.errors = errors


class MethodUnknown(BusError):
    """The service has no such method."""

    code = "method_unknown"


class RemoteFailure(BusError):
    """The service crashed on this call; its log has the traceback under the same correlation id."""

    code = "internal_error"


class IdempotencyInProgress(BusError):
    """A call with this idempotency key is running right now."""

    code = "idempotency_in_progress"


class IdempotencyKeyReused(BusError):
    """This idempotency key came before, with another request."""

    code = "idempotency_key_reused"


BY_CODE: dict[str, type[BusError]] = {
    cls.code: cls
    for cls in (
        ServiceUnavailable,
        DeadlineExceeded,
        MalformedRequest,
        MethodUnknown,
        RemoteFailure,
        IdempotencyInProgress,
        IdempotencyKeyReused,
    )
}
