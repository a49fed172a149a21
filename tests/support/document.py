"""A check of every API response that a test gets against the OpenAPI document, whatever the test is about."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema
from jsonschema.protocols import Validator

from gateway import openapi
from gateway.service import GatewayService

API = "/v1/"
METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(openapi.document(GatewayService)))
    return document


@functools.cache
def paths() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """What each path looks like; those without variables first, as the gateway's router has it."""
    found = sorted(described()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), item) for path, item in found]


@functools.cache
def validator(path: str, method: str, status: str, content_type: str) -> Validator | None:
    """For the body; None where the document says that there is none."""
    item = next(item for pattern, item in paths() if pattern.pattern == path)
    answers = item[method]["responses"]
    assert status in answers, f"{method.upper()} {path}: the document knows no {status}"
    content = answers[status].get("content", {})
    if not content:
        return None
    assert content_type in content, f"{method.upper()} {path}: {status} is no {content_type}"
    schema = {**content[content_type]["schema"], "components": described()["components"]}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def check(method: str, path: str, status: int, headers: Mapping[str, str], content: bytes) -> None:
    """Fail when an answer of the API is none that the document promises. What it does not describe is not looked at."""
    path = path.partition("?")[0]
    if not path.startswith(API) or method.lower() not in METHODS:
        return
    # Only the first: a path without variables hides those with them, for the methods that it lacks too.
    pattern, item = next(((p, item) for p, item in paths() if p.fullmatch(path)), (None, {}))
    if pattern is None or method.lower() not in item:
        return
    content_type = headers.get("Content-Type", "").partition(";")[0]
    body = validator(pattern.pattern, method.lower(), str(status), content_type)
    if body is None:
        assert content == b"", f"{method} {path}: {status} has a body: {content[:200]!r}"
    elif "json" in content_type:
        body.validate(json.loads(content))
