"""Files, health, and the OpenAPI document: what has no page and no operation."""

from __future__ import annotations

import json

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway import openapi
from gateway.pages import static_files
from gateway.problems import HttpProblem


def static(request: Request) -> Response:
    found = static_files.find(request.path)
    if found is None:
        raise HttpProblem(404, "not_found")
    headers = {"ETag": found.etag, "Cache-Control": found.cache_control}
    if found.etag in request.headers.get("If-None-Match", ""):
        return Response(status=304, headers=headers)
    return Response(found.body, content_type=found.content_type, headers=headers)


def openapi_document() -> Response:
    return Response(json.dumps(openapi.document(), ensure_ascii=False), content_type="application/json")


def health(*, is_ready: bool) -> Response:
    body = json.dumps({"status": "ready" if is_ready else "waiting"})
    return Response(body, status=200 if is_ready else 503, content_type="application/json")
