"""The API against its own OpenAPI document, with requests that Schemathesis makes up.

A few for each operation here; 1,000 for each with `make test-long`. An operation counts as tested when its service
has answered: a success, or one of the refusals that the operation names. What stops earlier (nobody logged in, a body
of the wrong type) proves nothing about it.
"""

from __future__ import annotations

import collections
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from gateway import openapi
from gateway.api import Operation
from gateway.service import GatewayService
from tests.support.people import PASSWORD, Member, new_email, sign_up
from tests.support.scenarios import contact_activation
from tests.support.sizes import size
from tests.support.suite import Suite, Suites
from wire.permissions import PortalPermission

pytestmark = pytest.mark.slow
EXAMPLES = size(6, 1000)
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(DOCUMENT)
OPERATIONS = dict(openapi.operations(GatewayService))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
# What nobody gets a yes for who does not know a password, a token from a mail, a code, the number of a request
# or of a country. Where other tests do, `tests.support.document` looks at the answer.
BY_KNOWLEDGE = {
    "activate",
    "approve_reactivation_request",
    "begin_second_factor",
    "cancel_account",
    "cancel_email_change",
    "change_password",
    "change_portal_password",
    "confirm_email_change",
    "confirm_second_factor",
    "promote_contact_email",  # of a contact that is another one in each request
    "remove_contact_email",
    "disable_second_factor",
    "email_change",
    "log_in",
    "log_in_to_portal",
    "look_at_activation",
    "look_at_email_change",
    "look_at_email_undo",
    "look_at_password_reset",
    "reactivate",
    "reactivation_request",
    "reauthenticate",
    "refuse_reactivation_request",
    "renew_recovery_codes",
    "reset_password",
    "set_contact_password",  # a good one
    "sign_up",
    "start_plan",
    "undo_cancellation",
    "undo_email_change",
    "withdraw_reactivation_request",
}
# What thousands of made up requests must not run into: other tests show that the limits hold.
UNLIMITED = {
    f"FRONTDESK_{name}": "1000000000"
    for name in (
        "CODE_TRIES",
        "CODE_TRIES_PER_DAY",
        "LINK_REQUESTS_PER_DAY",
        "LINK_REQUESTS_PER_HOUR",
        "LOG_IN_FAILS_MAX",
        "LOG_IN_FREE_FAILS",
        "TRIAL_USERS_MAX",
    )
}


class Owners:
    """Who asks: for every operation somebody with an account of their own. One may end sessions, another make as many
    keys as an account can have; no other operation is to feel it."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._members: dict[str, Member] = {}
        self._visitors: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self.answered: collections.defaultdict[str, collections.Counter[str]] = collections.defaultdict(
            collections.Counter
        )

    def of(self, name: str) -> Member:
        if name not in self._members:
            self._members[name] = sign_up(self._suite)
        return self._members[name]

    def token(self, name: str) -> str:
        if OPERATIONS[name].is_for_support:
            return str(self._suite.support.token)
        if isinstance(OPERATIONS[name].needs, PortalPermission):
            return self._visitor(name)
        return self.of(name).token

    def _visitor(self, name: str) -> str:
        """The portal session of a contact of whoever asks."""
        if name not in self._visitors:
            self._members[name], _, _, self._visitors[name] = contact_activation.activated(self._suite)
        return self._visitors[name]

    def id_of(self, parameter: str, name: str) -> str | None:
        """Something that is there; one more where it will be taken away. None for what only a mail or support knows."""
        if parameter not in MAKE:
            return None
        if OPERATIONS[name].method == "DELETE":
            return MAKE[parameter](self.of(name))
        if name not in self._ids:
            self._ids[name] = MAKE[parameter](self.of(name))
        return self._ids[name]


def make_api_key(member: Member) -> str:
    body = {"name": "Nightly", "scopes": ["contacts:read"], "current_password": PASSWORD}
    return str(member.api.post("/v1/api-keys", body).must_be(201).body["api_key"]["id"])


def make_contact(member: Member) -> str:
    return str(member.api.post("/v1/contacts", {"name": "Bob", "email": new_email()}).must_be(201).body["id"])


def make_contact_field(member: Member) -> str:
    body = {"key": f"x{uuid.uuid4().hex[:20]}", "label": "X", "kind": "text"}
    return str(member.api.post("/v1/contact-fields", body).must_be(201).body["id"])


def make_job(member: Member) -> str:
    make_contact(member)
    return member.api.post("/v1/contact-activation-jobs", {}).must_be(202).headers["Location"].split("/")[-1]


def slug_of(member: Member) -> str:
    return str(member.account["slug"])


def make_session(member: Member) -> str:
    body = {"email": member.email, "password": PASSWORD}
    return str(member.api.post("/v1/sessions", body).must_be(201).body["session"]["id"])


def make_user(member: Member) -> str:
    body = {"name": "Bea Agent", "email": new_email(), "role": "agent"}
    return str(member.api.post("/v1/users", body).must_be(201).body["id"])


MAKE: dict[str, Callable[[Member], str]] = {
    "api_key_id": make_api_key,
    "contact_id": make_contact,
    "field_id": make_contact_field,
    "job_id": make_job,
    "session_id": make_session,
    "slug": slug_of,
    "user_id": make_user,
}


@pytest.fixture(scope="module")
def roomy_suite(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with suites.opened(tmp_path_factory.mktemp("roomy-suite"), environment=UNLIMITED) as suite:
        yield suite


@pytest.fixture(scope="module")
def owners(roomy_suite: Suite) -> Owners:
    return Owners(roomy_suite)


def name_of(case: schemathesis.Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def aim(case: schemathesis.Case, owners: Owners) -> None:
    """Point a request that is meant to be right at things that are there, and let it be made from any version."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    if case.method == "DELETE" and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # what was made to be taken away must not stay
    for parameter in case.path_parameters:
        found = owners.id_of(parameter, name_of(case))
        if found is not None:
            case.path_parameters[parameter] = found


def domain_codes(operation: Operation) -> set[str]:
    """What the service behind the operation may answer, besides yes."""
    return {refusal.code for refusal in operation.refuses}


def code_of(response: requests.Response | Any) -> str:
    try:
        found = response.json()
    except ValueError:
        return ""
    return str(found.get("code", "")) if isinstance(found, dict) else ""


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_document_is_kept(case: schemathesis.Case, owners: Owners, roomy_suite: Suite) -> None:
    name = name_of(case)
    headers = {"Authorization": f"Bearer {owners.token(name)}"}
    aim(case, owners)
    response = case.call(base_url=roomy_suite.base_url, headers=headers)
    is_yes = response.status_code < 400
    owners.answered[name]["yes" if is_yes else code_of(response) or str(response.status_code)] += 1
    is_cut_short = response.status_code == 414  # refused before anybody looked at the data
    checks = [check for check in CHECKS if not (is_cut_short and check is negative_data_rejection)]
    case.validate_response(response, checks=checks)


def test_every_operation_was_really_tested(owners: Owners) -> None:
    """The document's operations were asked, and each was answered by its service, not only on the way there."""
    untested = {
        name: dict(owners.answered[name])
        for name in owners.answered
        if not owners.answered[name].keys() & {"yes", *domain_codes(OPERATIONS[name])}
    }
    assert owners.answered
    assert untested == {}
    assert {name for name in owners.answered if not owners.answered[name]["yes"]} <= BY_KNOWLEDGE


def test_the_document_holds_every_operation() -> None:
    documented = {result.ok().definition.raw["operationId"] for result in schema.get_all_operations()}
    assert documented == set(OPERATIONS)
