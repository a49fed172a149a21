"""The OpenAPI 3.1 document, generated from the operations of the API."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from chassis.process import topology
from gateway import csrf, problems
from gateway.api import Api, Operation
from wire.asyncapi import yaml_of
from wire.billing import AccountPaymentStatus
from wire.identity import EmailToken
from wire.jsonschema import Schemas
from wire.permissions import OF_KEYS, PortalPermission

# Names of messages in the document, which clients are generated from: these messages have been renamed since. Bodies
# of an area have theirs with the area's operations.
PUBLISHED_NAMES: dict[type, str] = {
    AccountPaymentStatus: "AccountStanding",
    EmailToken: "Link",
}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
PARAMETER_SCHEMAS = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 1, "maximum": 2**62},
    "": {"type": "string", "maxLength": 200},
}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and never translated; `title` and `detail` speak the reader's language.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": ["string", "null"]},
        "instance": {"type": ["string", "null"]},
        "code": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON Pointer into the request's body."},
                    "code": {"type": "string"},
                    "detail": {"type": ["string", "null"]},
                },
            },
        },
        "links": {
            "type": "object",
            "description": "What may help next, by relation: paths of this API and of its pages.",
            "additionalProperties": {"type": "string"},
        },
    },
}
ETAG = {
    "required": True,
    "schema": {"type": "string", "pattern": '^"[0-9]+(-[0-9]+)*"$'},
    "description": "Another one when anything in the answer is another.",
}
IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Tags that the reader has: 304 when one of them is the present one.",
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that the change was made from, or `*`: 412 when there is a newer one, 428 without.",
}
COMMON = {
    400: "Malformed",
    408: "The request did not arrive in time",
    411: "A body without a length",
    413: "Too large",
    414: "Address too long",
    431: "Headers too large",
    500: "An error of ours",
    503: "Not available now",
    504: "Took too long",
}


def operations(service: type) -> list[tuple[str, Operation]]:
    """Every operation of a service class with its method's name, in order of path."""
    found = [
        (name, entrypoint.operation)
        for name, entrypoint in topology.entrypoints(service)
        if isinstance(entrypoint, Api)
    ]
    return sorted(found, key=lambda pair: (pair[1].path, pair[1].method))


@cache
def document(service: type) -> dict[str, Any]:
    """The document as plain data."""
    schemas = Schemas(names=_published_names(service))
    paths: dict[str, dict[str, Any]] = {}
    for name, operation in operations(service):
        path = PARAMETER.sub(r"{\2}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _described(name, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Frontdesk",
            "version": "1",
            "description": "Accounts, billing and contacts of a help desk. Errors are problem documents (RFC 9457).",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**schemas.found, "Problem": PROBLEM},
            "securitySchemes": {
                "session": {"type": "http", "scheme": "bearer", "description": "A person's session token."},
                "portal": {"type": "http", "scheme": "bearer", "description": "A contact's session token."},
                "support": {"type": "http", "scheme": "bearer", "description": "The token of support."},
                "api_key": {"type": "http", "scheme": "bearer", "description": "An account's API key."},
            },
        },
    }


def _published_names(service: type) -> dict[type, str]:
    names = dict(PUBLISHED_NAMES)
    for _, operation in operations(service):
        names.update(operation.published_names)
    return names


def _described(name: str, operation: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *_headers(operation),
        ],
        "responses": _responses(operation, schemas),
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schemas.refer(operation.body)}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.is_for_support:
        described["description"] = "For support. Does not exist where no support token is configured."
        described["security"] = [{"support": []}]
    if operation.needs is not None:
        described["description"] = f"Needs the permission `{operation.needs.value}`."
        ways = ["session", "api_key"] if operation.needs in OF_KEYS else ["session"]
        if isinstance(operation.needs, PortalPermission):
            ways = ["portal"]
        described["security"] = [{way: []} for way in ways]
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": PARAMETER_SCHEMAS[kind or ""]}
        for kind, name in PARAMETER.findall(operation.path)
    ]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    own = Schemas()
    own.refer(operation.query)
    shape = own.found[operation.query.__name__]
    required = shape.get("required", [])
    return [
        {
            "name": name.removesuffix("_"),
            "in": "query",
            "required": name in required,
            "schema": _without_null(schema),
        }
        for name, schema in shape["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query has no null: what is absent is absent."""
    kind = schema.get("type")
    return {**schema, "type": kind[0]} if isinstance(kind, list) else schema


def _headers(operation: Operation) -> list[dict[str, Any]]:
    return [*_preconditions(operation), *_keys(operation)]


def _preconditions(operation: Operation) -> list[dict[str, Any]]:
    if not operation.is_versioned:
        return []
    return [IF_NONE_MATCH if operation.method == "GET" else IF_MATCH]


def _keys(operation: Operation) -> list[dict[str, Any]]:
    if operation.method in csrf.SAFE_METHODS:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    description = "Repeat a request with the same key: it is done once and answered the same."
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": operation.is_keyed,
            "schema": schema,
            "description": description,
        }
    ]


def _answer(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """The schema of what is answered, which may be one of two."""
    answers = [schemas.refer(answer) for answer in (operation.answer, operation.or_answer) if answer]
    return answers[0] if len(answers) == 1 else {"oneOf": answers}


def _responses(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {str(operation.status): {"description": "Done"}}
    if operation.answer is not None:
        responses[str(operation.status)]["content"] = {
            "application/json": {"schema": _answer(operation, schemas)}
        }
    if operation.media_type:
        content = {operation.media_type: {"schema": {"type": "string"}}}
        responses[str(operation.status)]["content"] = content
    if operation.is_versioned:
        responses[str(operation.status)]["headers"] = {"ETag": ETAG}
        if operation.method == "GET":
            responses["304"] = {"description": "The reader has it", "headers": {"ETag": ETAG}}
    if operation.may_create:
        responses["201"] = {**responses[str(operation.status)], "description": "Created"}
    if operation.accepted is not None:
        content = {"application/json": {"schema": schemas.refer(operation.accepted)}}
        responses["202"] = {"description": "On its way", "content": content}
    statuses: dict[int, list[str]] = {status: [text] for status, text in COMMON.items()}
    if operation.is_for_support:
        statuses[401] = ["`unauthenticated`"]
        statuses[404] = ["`not_found`"]
    if operation.needs is not None:
        statuses[401] = ["`unauthenticated`"]
        statuses[403] = ["`access_denied`"]
        if operation.needs is PortalPermission.DATA:
            statuses[403] = ["`password_change_required`"]
        statuses[429] = ["`quota_exceeded`"]
    if operation.method not in csrf.SAFE_METHODS:
        statuses.setdefault(403, []).append("`csrf_failed`")
        statuses[409] = ["`idempotency_in_progress`"]
        statuses[422] = ["`idempotency_key_reused`"]
    if operation.body is not None:
        statuses[415] = ["Not JSON"]
    if operation.body is not None or operation.query is not None:
        statuses.setdefault(422, []).append("`validation_failed`")
    if operation.is_versioned and operation.method != "GET":
        statuses[412] = ["`version_stale`"]
        statuses[428] = ["`precondition_required`"]
    if PARAMETER.search(operation.path):
        statuses.setdefault(404, []).append("`not_found`")
    if "<slug>" in operation.path and 422 not in statuses:
        statuses[422] = ["`validation_failed`"]
    for refusal in operation.refuses:
        reasons = statuses.setdefault(problems.REFUSALS[refusal.code], [])
        if f"`{refusal.code}`" not in reasons:
            reasons.append(f"`{refusal.code}`")
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, reasons in sorted(statuses.items()):
        responses[str(status)] = {"description": ", ".join(reasons), "content": problem}
    return responses


def text(service: type) -> str:
    """The document as YAML."""
    return "# Written by `make docs` from the gateway's operations; do not edit.\n" + yaml_of(
        document(service)
    )
