"""Static files, health checks and the API's documentation."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

from gateway import openapi
from gateway.auth import SessionCache
from gateway.layout import static_files
from gateway.problems import HttpProblem
from gateway.system import contexts
from gateway.web import Visit, web


class SystemPages:
    sessions = SessionCache()

    @web("GET", "/static/<path:path>")
    def static(self, visit: Visit) -> Response:
        found = static_files.find(visit.request.path)
        if found is None:
            raise HttpProblem(404, "not_found")
        headers = {"ETag": found.etag, "Cache-Control": found.cache_control}
        if found.etag in visit.request.headers.get("If-None-Match", ""):
            return Response(status=304, headers=headers)
        return Response(found.body, content_type=found.content_type, headers=headers)

    @web("GET", "/openapi.json")
    def openapi(self, visit: Visit) -> Response:  # the same for everybody
        service: type = type(self)
        document = json.dumps(openapi.document(service), ensure_ascii=False)
        return Response(document, content_type="application/json")

    @web("GET", "/docs")
    def show_docs(self, visit: Visit) -> Response:
        return visit.draw(contexts.Docs)

    @web("GET", "/health/live")
    def live(self, visit: Visit) -> Response:  # the same for everybody
        return _health(is_ready=True)

    @web("GET", "/health/ready")
    def ready(self, visit: Visit) -> Response:  # the same for everybody
        return _health(is_ready=self.sessions.is_connected())


def _health(*, is_ready: bool) -> Response:
    body = json.dumps({"status": "ready" if is_ready else "waiting"})
    return Response(body, status=200 if is_ready else 503, content_type="application/json")
