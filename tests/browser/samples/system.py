"""Samples of the page of the API's documentation, and of the document that it shows."""

from __future__ import annotations

from gateway.layout.contexts import Page
from gateway.system.contexts import Docs
from tests.browser.sample_people import common

OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Frontdesk", "version": "1", "description": "A sample of the document."},
    "paths": {
        "/v1/me": {
            "get": {
                "operationId": "getMe",
                "summary": "Who am I?",
                "tags": ["accounts"],
                "responses": {"200": {"description": "The user and the account."}},
            }
        },
        "/v1/sessions": {
            "post": {
                "summary": "Log in",
                "tags": ["accounts"],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["email", "password"],
                                "properties": {"email": {"type": "string"}, "password": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {"201": {"description": "A session."}},
            }
        },
    },
}


def pages(locale: str) -> dict[str, Page]:
    return {"docs": Docs(**common(locale, "/docs"))}
