"""A web service for the tests of the HTTP server, with routes that behave badly."""

from __future__ import annotations

import eventlet
from werkzeug.wrappers import Response

from chassis.http import Request, http


class WebService:
    name = "web"

    @http("GET", "/ok")
    def ok(self, request: Request) -> Response:
        return Response("ok", content_type="text/plain")

    @http("GET", "/client")
    def client(self, request: Request) -> Response:
        return Response(request.remote_addr, content_type="text/plain")

    @http("GET", "/boom")
    def boom(self, request: Request) -> Response:
        raise RuntimeError("password=hunter2 in DSN")

    @http("GET", "/nothing")
    def nothing(self, request: Request) -> Response:
        return None  # type: ignore[return-value]  # what no route may do

    @http("GET", "/slow")
    def slow(self, request: Request) -> Response:
        eventlet.sleep(2)
        return Response("slow", content_type="text/plain")

    @http("POST", "/echo")
    def echo(self, request: Request) -> Response:
        return Response(request.body(), content_type="application/octet-stream")

    @http("POST", "/deaf")
    def deaf(self, request: Request) -> Response:
        """Never looks at the body."""
        return Response("heard nothing", content_type="text/plain")
