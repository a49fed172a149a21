"""Paging of lists: the addresses of the following and of the first page, for programs and on pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from gateway.api import Call, as_json


def answer(call: Call[Any], page: object, next_cursor: str | None) -> Response:
    """A page of a list as JSON, with the address of the following one in `Link`."""
    return with_link(call, Response(as_json(page), content_type="application/json"), next_cursor)


def with_link(call: Call[Any], response: Response, next_cursor: str | None) -> Response:
    """The answer, with the address of the following one in `Link` where there is one."""
    if next_cursor is not None:
        query = [(name, value) for name, value in call.request.args.items(multi=True) if name != "after"]
        address = f"{call.request.path}?{urlencode([*query, ('after', next_cursor)])}"
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def links(base: str, *, after: str | None, next_cursor: str | None, **query: str) -> dict[str, Any]:
    """What a page with a list links to: the following page and the first one, each empty where there is none."""
    return {
        "next_path": path(base, **query, after=next_cursor) if next_cursor else "",
        "first_path": path(base, **query) if after else "",
    }


def path(base: str, **query: str) -> str:
    return f"{base}?{urlencode(query)}" if query else base
