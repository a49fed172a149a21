"""Next actions: every refusal has one or a reason why not, and their links lead somewhere."""

from __future__ import annotations

import re

import pytest

from gateway import next_actions, openapi, problems
from gateway.next_actions import NEXT
from gateway.problems import HttpProblem
from gateway.service import GatewayService
from gateway.texts import GENERAL
from wire.accounts.cancellation import AccountIsCancelled

FIELD = "another entry mends it, and `errors` says which"
REQUEST = "the program that asks has to be mended"
PERSON = "only somebody else may do it"
# Refusals after which there is nothing that whoever asked can do next, and why.
NO_NEXT_ACTION = {
    "access_denied": PERSON,
    "bad_request": REQUEST,
    "billing_unknown": "billing hears of a new account within a moment, by itself",
    "bulk_limit_exceeded": FIELD,
    "cancellation_details_required": FIELD,
    "contact_emails_reserved": PERSON,
    "contact_field_choices_invalid": FIELD,
    "contact_identifier_required": FIELD,
    "country_unknown": FIELD,
    "csrf_failed": "the form has to be loaded anew, by its own page",
    "email_invalid": FIELD,
    "email_unchanged": FIELD,
    "expiry_passed": FIELD,
    "filter_invalid": FIELD,
    "forbidden": PERSON,
    "headers_too_large": REQUEST,
    "idempotency_key_invalid": REQUEST,
    "idempotency_key_required": REQUEST,
    "idempotency_key_reused": REQUEST,
    "internal_error": "the fault is ours",
    "invalid_json": REQUEST,
    "length_required": REQUEST,
    "mailbox_closed": "there is none outside of the embedded mode",
    "malformed_request": REQUEST,
    "method_not_allowed": "the header `Allow` names what is",
    "method_unknown": "a service of an older version answers: operators finish their rollout",
    "not_acceptable": REQUEST,
    "not_found": "nobody knows what was looked for",
    "password_confirmation_mismatch": FIELD,
    "password_refused": FIELD,
    "password_unchanged": FIELD,
    "payload_too_large": REQUEST,
    "period_invalid": FIELD,
    "phone_invalid": FIELD,
    "plan_not_for_sale": FIELD,
    "portal_not_found": REQUEST,
    "reactivation_owner_only": PERSON,
    "role_not_allowed": PERSON,
    "scope_not_allowed": FIELD,
    "slug_in_use": FIELD,
    "totp_code_refused": FIELD,
    "unsupported_media_type": REQUEST,
    "uri_too_long": REQUEST,
    "user_limit_reached": "the trial's limit goes with the trial: support starts a plan",
    "validation_failed": FIELD,
}
PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\{\w+\}")


def paths() -> set[str]:
    """Where the API answers, and the one page that a refusal leads to."""
    return {PARAMETER.sub("*", operation.path) for _, operation in openapi.operations(GatewayService)} | {
        "/reactivate/*"
    }


def test_a_refusal_has_a_next_action_or_a_reason_why_there_is_none() -> None:
    declared = {*problems.REFUSALS, *GENERAL}
    assert declared == {*NEXT, *NO_NEXT_ACTION}
    assert not NEXT.keys() & NO_NEXT_ACTION.keys()


@pytest.mark.parametrize("code", NEXT)
def test_a_next_action_leads_to_something_that_is_there(code: str) -> None:
    for link in NEXT[code].values():
        assert link == next_actions.SAME or PARAMETER.sub("*", link) in paths()


def test_links_are_of_one_form() -> None:
    for links in NEXT.values():
        for relation, link in links.items():
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", relation)
            assert link == next_actions.SAME or link.startswith("/")


def test_a_link_is_filled_in_from_what_the_refusal_knows() -> None:
    told = problems.of(AccountIsCancelled(token="abc", account_type="trial", expires_at="later"))
    assert told is not None
    assert told.links == {"reactivate": "/reactivate/abc"}
    assert next_actions.of("account_cancelled", {}) == {}


def test_what_is_to_be_read_again_is_what_was_asked_for() -> None:
    stale = HttpProblem(412, "version_stale")
    assert next_actions.relative_to(stale.links, "/v1/users/{x}") == {"current": "/v1/users/{x}"}
