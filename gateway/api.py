"""How does an operation of the JSON API work? `@api(method, path, …)`: who may, what comes in, what goes out.

What is declared here is checked here and written to the OpenAPI document from here.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any, Generic, TypeVar

from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from chassis import context
from chassis.context import Context
from chassis.http import Http, Request
from gateway import auth, problems
from gateway.auth import Identities
from gateway.problems import HttpProblem
from gateway.web import answer_unrouted
from wire import schema
from wire.accounts import Identity
from wire.contract import Nothing, Refusal
from wire.values import Role

Body = TypeVar("Body")

PUBLIC: frozenset[Role] | None = None
ANY_USER: frozenset[Role] = frozenset()
BILLING_ROLES = frozenset({Role.OWNER, Role.ADMIN, Role.BILLING})
NUMBER = re.compile(r"-?[0-9]{1,18}")
KEY = re.compile(r"[\x20-\x7e]{1,255}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Call(Generic[Body]):
    """A checked request: `body` is what was declared; `identity` is None only where nobody has to be logged in."""

    request: Request
    body: Body
    identity: Identity | None
    parameters: dict[str, Any]

    @property
    def ip_address(self) -> str:
        return self.request.remote_addr or ""

    @property
    def user_agent(self) -> str:
        return auth.user_agent(self.request)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Operation:
    """What an operation promises; the OpenAPI document is written from it."""

    method: str
    path: str
    summary: str
    tag: str
    body: type | None = None
    query: type | None = None
    answer: type | None = None
    status: int = 200
    roles: frozenset[Role] | None = PUBLIC
    refuses: tuple[type[Refusal], ...] = ()
    is_keyed: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class Created:
    """An answer with the address of what was made."""

    message: object
    location: str


class Api(Http):
    """An operation of the JSON API; the method takes a `Call` and returns a message."""

    identities = Identities()

    def __init__(self, method: str, path: str, **options: Any) -> None:
        super().__init__(method, path)
        self.operation = Operation(method=method, path=path, **options)

    def handle(self, request: Request) -> Response:
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
        auth.check_origin(request)
        identity = None
        if self.operation.roles is not None:
            identity = self.identities.of(request)
            if not auth.is_allowed(identity, self.operation.roles):
                raise HttpProblem(403, "access_denied")
            context.enter(
                dataclasses.replace(
                    context.current(),
                    account_id=identity.account_id,
                    user_id=identity.user_id,
                    locale=identity.locale,
                )
            )
        return Call(
            request=request, body=self._body(request), identity=identity, parameters=request.parameters
        )

    def _body(self, request: Request) -> Any:
        if self.operation.query is not None:
            return _loaded(self.operation.query, _query(self.operation.query, request))
        if self.operation.body is None:
            return None
        if request.mimetype != "application/json":
            raise HttpProblem(415, "unsupported_media_type")
        try:
            given = json.loads(request.body(), object_pairs_hook=_unique, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise HttpProblem(400, "invalid_json") from None
        return _loaded(self.operation.body, given)

    def as_response(self, result: Any) -> Response:
        """A message as JSON with the operation's status."""
        if isinstance(result, Response):
            return result
        location = result.location if isinstance(result, Created) else None
        message = result.message if isinstance(result, Created) else result
        if message is None or isinstance(message, Nothing):
            return Response(status=204)
        text = json.dumps(schema.dump(message), ensure_ascii=False, separators=(",", ":"))
        response = Response(text, status=self.operation.status, content_type="application/json")
        if location is not None:
            response.headers["Location"] = location
        return response

    def answer_error(self, request: Request, error: BaseException) -> Response:
        problem = problems.of(error)
        if problem is None and isinstance(error, HTTPException):
            problem = problems.plain(error.code or 500)
        if problem is None and isinstance(error, TimeoutError):
            problem = problems.plain(408)
        if problem is None:
            self.log_failure(error)
            problem = problems.plain(500)
        return problems.answer(request, problem)

    def answer_problem(self, request: Request, status: int) -> Response:
        return answer_unrouted(request, status)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; one that says a name twice means two things at once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(name: str) -> None:
    """`NaN` and its like, which Python reads and JSON does not know."""
    raise ValueError(name)


def _query(shape: type, request: Request) -> dict[str, Any]:
    """The query's parameters, as the types that were declared; marshmallow tells what they are not."""
    numbers = {
        field.name
        for field in dataclasses.fields(shape)
        if "int" in str(field.type).lower() or "Limit" in str(field.type)
    }
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        if name == "lang":
            continue
        value = values[-1]
        given[name] = int(value) if name in numbers and NUMBER.fullmatch(value) else value
    return given


def _loaded(cls: type, given: Any) -> Any:
    try:
        return schema.load(cls, given, is_strict=True)
    except ValidationError as invalid:
        raise HttpProblem(422, "validation_failed", errors=problems.field_errors(invalid)) from None


api = Api.decorator
