"""Operations of the JSON API: `@api(method, path, …)` says who may, what comes in and what goes out.

What is declared here is checked here and written to the OpenAPI document from here.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from chassis import context
from chassis.context import Context
from chassis.http import Http, Request
from gateway import auth, callers, csrf, problems, rate_limits, support_login
from gateway.auth import Identities
from gateway.callers import Caller
from gateway.problems import HttpProblem
from gateway.web import answer_unrouted
from wire import schema
from wire.contract import Nothing, Refusal
from wire.permissions import Permission, PortalPermission

Body = TypeVar("Body")

KEY = re.compile(r"[\x20-\x7e]{1,255}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Call(Generic[Body]):
    """A checked request: `body` is what was declared; `caller` is None only where nobody has to be logged in."""

    request: Request
    body: Body
    caller: Caller | None
    parameters: dict[str, Any]

    @property
    def who(self) -> Caller:
        """The caller of an operation that needs one."""
        if self.caller is None:
            raise HttpProblem(401, "unauthenticated")
        return self.caller


@dataclasses.dataclass(frozen=True, kw_only=True)
class Operation:
    """What an operation promises; the OpenAPI document is written from it.

    `body` and `query` are messages; the fields of `query` are the parameters, a list is a repeated one.
    `needs` is the permission that the caller must have; without one anybody may ask, or support alone where it
    `is_for_support`. `or_answer` is another answer that may come, `accepted` that of a 202, for what may take its
    time; what `may_create` answers 201 where it did. What `is_versioned` is answered with an ETag, and changed with
    `If-Match` (see `preconditions`). `pointers` say which field of the body a refusal is about, `published_names` what
    a message was called in the document before it was renamed.
    """

    method: str
    path: str
    summary: str
    tag: str
    body: type | None = None
    query: type | None = None
    answer: type | None = None
    or_answer: type | None = None
    media_type: str = ""  # of an answer that is no JSON
    status: int = 200
    needs: Permission | PortalPermission | None = None
    refuses: tuple[type[Refusal], ...] = ()
    pointers: Mapping[type[Refusal], str] = dataclasses.field(default_factory=dict)
    published_names: Mapping[type, str] = dataclasses.field(default_factory=dict)
    is_keyed: bool = False
    is_versioned: bool = False
    is_for_support: bool = False
    accepted: type | None = None
    may_create: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Created:
    """An answer with the address of what was made."""

    message: object
    location: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Accepted(Created):
    """An answer that something is on its way, with the address that shows how far it is."""


class Api(Http):
    """An operation of the JSON API; the method takes a `Call` and returns a message."""

    identities = Identities()

    def __init__(self, method: str, path: str, **options: Any) -> None:
        super().__init__(method, path)
        self.operation = Operation(method=method, path=path, **options)
        if self.operation.query is not None:
            schema.check_query(self.operation.query)

    def handle(self, request: Request) -> Response:
        response = self._answer(request)
        rate_limits.add_headers(request, response)
        return response

    def _answer(self, request: Request) -> Response:
        try:
            context.enter(self.context_of(request))
            call = self._check(request)
        except Exception as error:  # noqa: BLE001  # every error has an answer
            return self.answer_error(request, error)
        return self.run(request, call)

    def context_of(self, request: Request) -> Context:
        key = request.headers.get("Idempotency-Key")
        if key is not None and not KEY.fullmatch(key):
            raise HttpProblem(400, "idempotency_key_invalid")
        return super().context_of(request)

    def _check(self, request: Request) -> Call[Any]:
        csrf.check_origin(request)
        if request.method not in csrf.SAFE_METHODS:
            callers.enter_place(request, auth.user_agent(request))
        caller = None
        if self.operation.is_for_support:
            support_login.check(request)
        if self.operation.needs is not None:
            caller = self._caller(request)
            callers.check(caller, self.operation.needs)
            callers.enter(caller)
        if self.operation.is_keyed and "Idempotency-Key" not in request.headers:
            raise HttpProblem(400, "idempotency_key_required")
        return Call(request=request, body=self._body(request), caller=caller, parameters=request.parameters)

    def _caller(self, request: Request) -> Caller:
        """Who makes the request; what an account's users and keys may ask for in a minute is limited."""
        if isinstance(self.operation.needs, PortalPermission):
            return self.identities.of_portal(request)
        caller = self.identities.of(request)
        rate_limits.check(request, caller.account_id)
        return caller

    def _body(self, request: Request) -> Any:
        try:
            return self._load(request)
        except ValidationError as invalid:
            errors = problems.field_errors(invalid)
            raise HttpProblem(422, "validation_failed", errors=errors) from None

    def _load(self, request: Request) -> Any:
        if self.operation.query is not None:
            return schema.load_query(self.operation.query, _parameters(request))
        if self.operation.body is None:
            return None
        return schema.load(self.operation.body, _json_of(request), is_strict=True)

    def as_response(self, result: Any) -> Response:
        """A message as JSON with the operation's status."""
        if isinstance(result, Response):
            return result
        location = result.location if isinstance(result, Created) else None
        message = result.message if isinstance(result, Created) else result
        if message is None or isinstance(message, Nothing):
            return Response(status=204)
        status = 202 if isinstance(result, Accepted) else self.operation.status
        response = Response(as_json(message), status=status, content_type="application/json")
        if location is not None:
            response.headers["Location"] = location
        return response

    def answer_error(self, request: Request, error: BaseException) -> Response:
        if isinstance(error, Refusal) and type(error) in self.operation.pointers:
            problem = problems.at_field(error, self.operation.pointers[type(error)])
        else:
            problem = problems.of_any(error, self.log_failure)
        return problems.answer(request, problem)

    def answer_problem(self, request: Request, status: int) -> Response:
        return answer_unrouted(request, status)


def as_json(message: object) -> str:
    """A message as it stands in an answer."""
    return json.dumps(schema.dump(message), ensure_ascii=False, separators=(",", ":"))


def _json_of(request: Request) -> Any:
    """The body's JSON. Raises an `HttpProblem` for any other media type, and for what is not JSON."""
    if request.mimetype != "application/json":
        raise HttpProblem(415, "unsupported_media_type")
    try:
        return json.loads(request.body(), object_pairs_hook=_unique, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise HttpProblem(400, "invalid_json") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says a name twice means two things at once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> None:
    """`NaN` and its like, which Python reads and JSON does not know."""
    raise ValueError(name)


def _parameters(request: Request) -> list[tuple[str, str]]:
    """The query's (name, value) pairs, without the reader's language, which every address may carry."""
    return [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]


api = Api.decorator
