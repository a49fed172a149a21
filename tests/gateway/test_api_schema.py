"""Does the API keep to its own document, whatever it is sent? Schemathesis makes up requests, right and wrong ones.

A few for each operation here; 1,000 for each with `make test-long`. An operation counts as tested when its service
has answered: a success, or one of the refusals that the operation names. What stops earlier (nobody logged in, a body
of the wrong type) proves nothing about it.
"""

from __future__ import annotations

import collections
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
from tests.support.api import Api
from tests.support.people import PASSWORD, Member, new_email, sign_up
from tests.support.sizes import size
from tests.support.suite import Suite, Suites

pytestmark = pytest.mark.slow
EXAMPLES = size(6, 1000)
DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(DOCUMENT)
OPERATIONS = dict(openapi.operations())
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
    "confirm_email_change",
    "confirm_second_factor",
    "disable_second_factor",
    "email_change",
    "log_in",
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


class Owner:
    """Who asks: for every operation with a session of its own, since some of them end it."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite
        self._member: Member = sign_up(suite)
        self._tokens: dict[str, str] = {}
        self.answered: collections.defaultdict[str, collections.Counter[str]] = collections.defaultdict(
            collections.Counter
        )
        self._ids: dict[str, str] = {}

    def token(self, name: str) -> str:
        if OPERATIONS[name].is_for_support:
            return str(self._suite.support.token)
        if name not in self._tokens:
            self._tokens[name] = self._log_in()["token"]
        return self._tokens[name]

    def id_of(self, parameter: str, name: str) -> str | None:
        """Something that is there; one more where it will be taken away. None for what only a mail or support knows."""
        if parameter not in MAKE:
            return None
        api = self._suite.api.with_token(self.token(name))
        if OPERATIONS[name].method == "DELETE":
            return MAKE[parameter](self, api)
        if parameter not in self._ids:
            self._ids[parameter] = MAKE[parameter](self, api)
        return self._ids[parameter]

    def _log_in(self) -> Any:
        body = {"email": self._member.email, "password": PASSWORD}
        return self._suite.api.post("/v1/sessions", body).must_be(201).body

    def session(self, _: Api) -> str:
        return str(self._log_in()["session"]["id"])

    def api_key(self, api: Api) -> str:
        body = {"name": "Nightly", "scopes": ["contacts:read"], "current_password": PASSWORD}
        return str(api.post("/v1/api-keys", body).must_be(201).body["api_key"]["id"])

    def contact(self, api: Api) -> str:
        return str(api.post("/v1/contacts", {"name": "Bob"}).must_be(201).body["id"])

    def user(self, api: Api) -> str:
        body = {"name": "Bea Agent", "email": new_email(), "role": "agent"}
        return str(api.post("/v1/users", body).must_be(201).body["id"])


MAKE: dict[str, Callable[[Owner, Api], str]] = {
    "api_key_id": Owner.api_key,
    "contact_id": Owner.contact,
    "session_id": Owner.session,
    "user_id": Owner.user,
}


@pytest.fixture(scope="module")
def roomy_suite(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with suites.opened(tmp_path_factory.mktemp("roomy-suite"), environment=UNLIMITED) as suite:
        yield suite


@pytest.fixture(scope="module")
def owner(roomy_suite: Suite) -> Owner:
    return Owner(roomy_suite)


def name_of(case: schemathesis.Case) -> str:
    return str(case.operation.definition.raw["operationId"])


def aim(case: schemathesis.Case, owner: Owner) -> None:
    """Point a request that is meant to be right at things that are there, and let it be made from any version."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    for parameter in case.path_parameters:
        found = owner.id_of(parameter, name_of(case))
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
def test_the_document_is_kept(case: schemathesis.Case, owner: Owner, roomy_suite: Suite) -> None:
    name = name_of(case)
    aim(case, owner)
    headers = {"Authorization": f"Bearer {owner.token(name)}"}
    response = case.call(base_url=roomy_suite.base_url, headers=headers)
    is_yes = response.status_code < 400
    owner.answered[name]["yes" if is_yes else code_of(response) or str(response.status_code)] += 1
    is_cut_short = response.status_code == 414  # refused before anybody looked at the data
    checks = [check for check in CHECKS if not (is_cut_short and check is negative_data_rejection)]
    case.validate_response(response, checks=checks)


def test_every_operation_was_really_tested(owner: Owner) -> None:
    """The document's operations were asked, and each was answered by its service, not only on the way there."""
    untested = {
        name: dict(owner.answered[name])
        for name in owner.answered
        if not owner.answered[name].keys() & {"yes", *domain_codes(OPERATIONS[name])}
    }
    assert owner.answered
    assert untested == {}
    assert {name for name in owner.answered if not owner.answered[name]["yes"]} <= BY_KNOWLEDGE


def test_the_document_holds_every_operation() -> None:
    documented = {result.ok().definition.raw["operationId"] for result in schema.get_all_operations()}
    assert documented == set(OPERATIONS)
