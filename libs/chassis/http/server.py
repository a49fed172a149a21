"""The HTTP server of a service and its entrypoint `@http(method, path)`."""

from __future__ import annotations

import re
import secrets
import time
import uuid
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar

import eventlet
import structlog
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response

from chassis import context, settings
from chassis.context import Context
from chassis.extensions import Entrypoint, Shared
from chassis.http import problems
from chassis.http.listener import Listener
from chassis.http.protocol import add_security_headers, client_timeouts
from chassis.process import metrics
from chassis.process.container import Container
from chassis.settings import ChassisSettings

log = structlog.get_logger(__name__)

DEADLINE_SECONDS = 5.0
BODY_BYTES = 1024 * 1024
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Request(WerkzeugRequest):
    """A request with its id, its route's parameters, and a nonce for the scripts of its page."""

    request_id: str
    traceparent: str | None
    route: str
    parameters: dict[str, Any]
    max_content_length = BODY_BYTES
    max_form_memory_size = BODY_BYTES

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        given = environ.get("HTTP_X_REQUEST_ID", "")
        self.request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        trace = environ.get("HTTP_TRACEPARENT", "")
        self.traceparent = trace if TRACEPARENT.fullmatch(trace) else None
        self.route = "unknown"
        self.parameters = {}

    @cached_property
    def nonce(self) -> str:
        """The Content-Security-Policy nonce for the scripts of this request's page."""
        return secrets.token_urlsafe(16)

    def body(self) -> bytes:
        """The whole body, within its limits of size and time. Raises werkzeug's 413 or `TimeoutError`."""
        if (self.content_length or 0) > (self.max_content_length or BODY_BYTES):
            raise RequestEntityTooLarge
        timeout = eventlet.Timeout(client_timeouts().body_seconds, TimeoutError("the body did not come"))
        try:
            return self.get_data(cache=True)
        finally:
            timeout.cancel()


class HttpServer(Shared):
    """Accepts connections and routes requests to entrypoints."""

    def prepare(self) -> None:
        self.routes: list[Rule] = []
        self.entrypoints: dict[str, Http] = {}
        self.answer_problem: Callable[[Request, int], Response] = _plain_problem
        self._listener: Listener | None = None

    def add(self, entrypoint: Http) -> None:
        endpoint = f"{entrypoint.method} {entrypoint.path}"
        self.routes.append(
            Rule(entrypoint.path, methods=[entrypoint.method], endpoint=endpoint, strict_slashes=True)
        )
        self.entrypoints[endpoint] = entrypoint

    def start(self) -> None:
        self._map = Map(self.routes, redirect_defaults=False, merge_slashes=False)
        chassis_settings = settings.read(ChassisSettings)
        # Only the client's address is believed, and only as far as our own proxies wrote it down.
        application = ProxyFix(self._application, x_for=chassis_settings.http_proxies, x_proto=0, x_host=0)
        self._listener = Listener(chassis_settings.http_address, application)
        log.info("http_listening", address=self._listener.address)

    def stop(self) -> None:
        """Stop accepting, let running requests end, close idle connections."""
        if self._listener is not None:
            self._listener.stop()

    def kill(self) -> None:
        self.stop()

    def _application(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.perf_counter()
        request = Request(environ)
        response = self._answer_whatever_happens(request)
        add_security_headers(response, request.request_id)
        if request.traceparent is not None:
            response.headers["traceparent"] = request.traceparent
        seconds = time.perf_counter() - started
        metrics.http_answered.labels(request.method, request.route, response.status_code).observe(seconds)
        log.info(
            "http_answered",
            method=request.method,
            route=request.route,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            correlation_id=request.request_id,
        )
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    def _answer_whatever_happens(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except Exception:  # what failed was the answer to a failure; there must be one all the same
            log.exception("answer_failed", correlation_id=request.request_id)
            return _plain_problem(request, 500)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, parameters = self._map.bind_to_environ(request.environ).match()
        except RequestRedirect:
            return self.answer_problem(request, 404)
        except HTTPException as error:
            answer = self.answer_problem(request, error.code or 400)
            if getattr(error, "valid_methods", None):
                answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
            return answer
        request.parameters = dict(parameters)
        request.route = endpoint.partition(" ")[2]
        return self.entrypoints[endpoint].handle(request)


def _plain_problem(request: Request, status: int) -> Response:
    return problems.response(status, request_id=request.request_id)


class Http(Entrypoint):
    """Calls the method with the `Request`; the method returns a werkzeug `Response`.

    Subclasses say how errors are answered; here every exception is a 500 that shows nothing but the request's id.
    """

    container: Container
    server = HttpServer()
    deadline_seconds: ClassVar[float] = DEADLINE_SECONDS

    def __init__(self, method: str, path: str, **options: Any) -> None:
        super().__init__(**options)
        self.method = method
        self.path = path

    def setup(self) -> None:
        self.server.add(self)
        self.server.answer_problem = self.answer_problem

    def stop(self) -> None:
        self.server.stop()

    def handle(self, request: Request) -> Response:
        """Answer a request; here by calling the method with it."""
        context.enter(self.context_of(request))
        return self.run(request, request)

    def context_of(self, request: Request) -> Context:
        """The context of the work that a request starts."""
        return Context(
            correlation_id=request.request_id,
            deadline=time.time() + self.deadline_seconds,
            idempotency_key=request.headers.get("Idempotency-Key") or None,
            traceparent=request.traceparent,
        )

    def run(self, request: Request, argument: Any) -> Response:
        """Call the method, in the present context and in the greenlet of its connection."""
        answers: list[Response] = []
        replayed: list[str] = []
        context.note_replays_in(replayed)

        def finish(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            try:
                answer = (
                    self.as_response(result) if exc_info is None else self.answer_error(request, exc_info[1])
                )
            except Exception as error:  # noqa: BLE001  # whoever asked must get an answer
                answer = self.answer_error(request, error)
            answers.append(answer)
            return result, None

        self.container.run_here(self, (argument,), finish)
        response = answers[0]
        if replayed:
            response.headers["Idempotent-Replayed"] = "true"
        return response

    def as_response(self, result: Any) -> Response:
        """The response to send for what the method returned."""
        if not isinstance(result, Response):
            raise TypeError(f"{self.method_name} returned {type(result).__name__}, not a response")
        return result

    def log_failure(self, error: BaseException) -> None:
        log.error("request_failed", route=self.path, exc_info=error)

    def answer_error(self, request: Request, error: BaseException) -> Response:
        """The answer to an exception."""
        if isinstance(error, HTTPException):
            return self.answer_problem(request, error.code or 500)
        if isinstance(error, TimeoutError):
            return self.answer_problem(request, 408)
        self.log_failure(error)
        return self.answer_problem(request, 500)

    def answer_problem(self, request: Request, status: int) -> Response:
        """The answer to a request that is wrong in itself."""
        return _plain_problem(request, status)


http = Http.decorator
