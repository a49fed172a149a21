"""Conditional requests (RFC 9110): ETags made of versions, `If-None-Match` and `If-Match`.

A thing's version counts its changes, so its tag is strong: two answers with one tag are the same. What is made of
several things has a tag of several versions.
"""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from chassis.http import Request
from gateway.api import Call, as_json
from gateway.problems import HttpProblem
from wire.versions import VersionStale

TAGS = re.compile(r'(W/)?"([^"]*)"')
VERSIONS = re.compile(r"[1-9][0-9]{0,8}(?:-[1-9][0-9]{0,8})*")

Expected = tuple[int | None, ...]


def tag(*versions: int) -> str:
    """The ETag of what has these versions."""
    return f'"{"-".join(map(str, versions))}"'


def answer(call: Call[Any], message: object, *versions: int) -> Response:
    """A message as JSON with its tag; 304 for a reader who has it already."""
    own, request = tag(*versions), call.request
    if request.method in ("GET", "HEAD") and _is_known(request.headers.get("If-None-Match", ""), own):
        return Response(status=304, headers={"ETag": own})
    return Response(as_json(message), content_type="application/json", headers={"ETag": own})


def expected(request: Request, *, count: int = 1) -> Expected:
    """The versions that a change was made from, `count` of them; None each for `If-Match: *`, any.

    The service compares, where it changes. Raises `HttpProblem` 428 where the program does not say, and
    `VersionStale` when it names no tag of ours.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise HttpProblem(428, "precondition_required")
    if header.strip() == "*":
        return (None,) * count
    known = [
        tuple(map(int, given.split("-")))
        for weak, given in TAGS.findall(header)
        if not weak and VERSIONS.fullmatch(given) and given.count("-") == count - 1
    ]
    if not known:
        raise VersionStale
    # Versions only grow: of several tags that we gave, only the newest can be the present one.
    return max(known)


def _is_known(header: str, own: str) -> bool:
    """Whether a reader's tags name this one, be it as a weak one."""
    return header.strip() == "*" or own.strip('"') in [given for _, given in TAGS.findall(header)]
