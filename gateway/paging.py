"""Paging of lists: the addresses of the following and of the first page, for programs and on pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from gateway.api import Call, as_json


def answer(
    call: Call[Any], page: object, next_cursor: str | None, *, previous_cursor: str | None = None
) -> Response:
    """A page of a list as JSON, with the addresses of those around it in `Link`."""
    response = Response(as_json(page), content_type="application/json")
    return with_link(call, response, next_cursor, previous_cursor=previous_cursor)


def with_link(
    call: Call[Any], response: Response, next_cursor: str | None, *, previous_cursor: str | None = None
) -> Response:
    """The answer, with the addresses of the following page and of the one before in `Link`, where there are any."""
    query = [
        (name, value)
        for name, value in call.request.args.items(multi=True)
        if name not in ("after", "before")
    ]
    around = (("next", "after", next_cursor), ("prev", "before", previous_cursor))
    found = [
        f'<{call.request.path}?{urlencode([*query, (name, cursor)])}>; rel="{relation}"'
        for relation, name, cursor in around
        if cursor is not None
    ]
    if found:
        response.headers["Link"] = ", ".join(found)
    return response


def links(base: str, *, after: str | None, next_cursor: str | None, **query: str) -> dict[str, Any]:
    """What a page with a list links to: the following page and the first one, each empty where there is none."""
    return {
        "next_path": path(base, **query, after=next_cursor) if next_cursor else "",
        "first_path": path(base, **query) if after else "",
    }


def path(base: str, **query: str) -> str:
    return f"{base}?{urlencode(query)}" if query else base
