"""A response that the OpenAPI document does not promise is caught."""

from __future__ import annotations

import json

import jsonschema
import pytest

from tests.support import document

JSON = {"Content-Type": "application/json"}
PROBLEM = {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found"}


def test_an_answer_of_another_shape_is_caught() -> None:
    with pytest.raises(jsonschema.ValidationError):
        document.check("GET", "/v1/me?fields=all", 200, JSON, b'{"user": 7}')


def test_a_status_that_is_not_documented_is_caught() -> None:
    with pytest.raises(AssertionError, match="the document knows no 418"):
        document.check("GET", "/v1/me", 418, JSON, b"{}")


def test_a_body_of_another_type_is_caught() -> None:
    with pytest.raises(AssertionError, match="is no text/html"):
        document.check("GET", "/v1/me", 200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>")


def test_a_body_where_there_is_to_be_none_is_caught() -> None:
    with pytest.raises(AssertionError, match="has a body"):
        document.check("DELETE", "/v1/sessions/current", 204, JSON, b"{}")


def test_what_the_document_does_not_describe_is_not_looked_at() -> None:
    document.check("GET", "/v1/nowhere", 404, JSON, json.dumps(PROBLEM).encode())
    document.check("GET", "/account", 200, {"Content-Type": "text/html"}, b"<p>")
