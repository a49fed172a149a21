"""Permissions: every operation of the API, for every role, for keys, for support and for contacts.

The table is written out here on purpose: it does not ask the code what the code does.
"""

from __future__ import annotations

import uuid

import pytest

from gateway.api import Api as Operation
from tests.gateway import permissions
from tests.gateway.permissions import ROLES, found, may, path_of, rows
from tests.support.api import Answer, Api
from tests.support.contacts import GIVEN_PASSWORD, add_contact, portal_path, set_password
from tests.support.contacts import log_in as contact_log_in
from tests.support.people import PASSWORD, Member, invited, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow

# The roles that may, by their first letters, and the scope by which a key may: `-` where no key ever does.
OPERATIONS = """
GET     /v1/account                                             oaba  account:read
PATCH   /v1/account                                             oa..  account:write
POST    /v1/account/cancellation                                o...  -
DELETE  /v1/account/cancellation                                o...  -
GET     /v1/api-keys                                            oa..  -
POST    /v1/api-keys                                            oa..  -
GET     /v1/api-keys/<uuid:api_key_id>                          oa..  -
DELETE  /v1/api-keys/<uuid:api_key_id>                          oa..  -
GET     /v1/audit-log                                           oa..  audit:read
GET     /v1/audit-log/export                                    oa..  audit:read
GET     /v1/billing                                             oab.  billing:read
GET     /v1/contacts                                            oaba  contacts:read
POST    /v1/contacts                                            oaba  contacts:write
GET     /v1/contacts/<uuid:contact_id>                          oaba  contacts:read
PATCH   /v1/contacts/<uuid:contact_id>                          oaba  contacts:write
DELETE  /v1/contacts/<uuid:contact_id>                          oaba  contacts:write
POST    /v1/contacts/<uuid:contact_id>/restore                  oaba  contacts:write
POST    /v1/contacts/<uuid:contact_id>/emails                   oa..  contacts:admin
DELETE  /v1/contacts/<uuid:contact_id>/emails/<uuid:email_id>   oa..  contacts:admin
PUT     /v1/contacts/<uuid:contact_id>/emails/<uuid:email_id>/primary  oa..  contacts:admin
GET     /v1/contacts/<uuid:contact_id>/activations              oaba  contacts:read
POST    /v1/contacts/<uuid:contact_id>/activation               oaba  contacts:write
POST    /v1/contacts/activations                                oaba  contacts:write
POST    /v1/contact-activation-jobs                             oa..  contacts:admin
GET     /v1/jobs/<uuid:job_id>                                  oaba  contacts:read
POST    /v1/jobs/<uuid:job_id>/cancellation                     oa..  contacts:admin
GET     /v1/settings/notifications                              oaba  contacts:read
PATCH   /v1/settings/notifications                              oa..  account:write
GET     /v1/settings/portal                                     oaba  contacts:read
PATCH   /v1/settings/portal                                     oa..  account:write
POST    /v1/contacts/create-or-update                           oaba  contacts:write
GET     /v1/contact-fields                                      oaba  contacts:read
POST    /v1/contact-fields                                      oa..  contacts:admin
PATCH   /v1/contact-fields/<uuid:field_id>                      oa..  contacts:admin
DELETE  /v1/contact-fields/<uuid:field_id>                      oa..  contacts:admin
PUT     /v1/contacts/<uuid:contact_id>/password                 oa..  contacts:admin
GET     /v1/me                                                  oaba  -
PATCH   /v1/me                                                  oaba  -
GET     /v1/me/email-change                                     oaba  -
DELETE  /v1/me/email-change                                     oaba  -
PUT     /v1/me/password                                         oaba  -
GET     /v1/me/totp                                             oaba  -
POST    /v1/me/totp                                             oaba  -
DELETE  /v1/me/totp                                             oaba  -
POST    /v1/me/totp/confirmation                                oaba  -
POST    /v1/me/totp/recovery-codes                              oaba  -
GET     /v1/sessions                                            oaba  -
DELETE  /v1/sessions                                            oaba  -
GET     /v1/sessions/<uuid:session_id>                          oaba  -
DELETE  /v1/sessions/<uuid:session_id>                          oaba  -
DELETE  /v1/sessions/current                                    oaba  -
POST    /v1/sessions/current/reauthentication                   oaba  -
GET     /v1/users                                               oa..  users:read
POST    /v1/users                                               oa..  users:write
GET     /v1/users/<uuid:user_id>                                oa..  users:read
PATCH   /v1/users/<uuid:user_id>                                oa..  users:write
DELETE  /v1/users/<uuid:user_id>                                oa..  users:write
POST    /v1/users/<uuid:user_id>/activation                     oa..  users:write
"""
# Nobody has to be logged in.
OPEN = """
POST    /v1/accounts
POST    /v1/activation-requests
GET     /v1/activations/<token>
POST    /v1/activations/<token>
GET     /v1/email-changes/<token>
POST    /v1/email-changes/<token>
GET     /v1/email-changes/<token>/undo
POST    /v1/email-changes/<token>/undo
POST    /v1/password-resets
GET     /v1/password-resets/<token>
POST    /v1/password-resets/<token>
GET     /v1/portals/<slug>
POST    /v1/portals/<slug>/activations
POST    /v1/portals/<slug>/password-resets
POST    /v1/portals/<slug>/sessions
POST    /v1/reactivations
GET     /v1/reactivation-requests/<int:number>
DELETE  /v1/reactivation-requests/<int:number>
POST    /v1/sessions
"""
# The operators' own token opens these, and nobody's session or key.
FOR_SUPPORT = """
POST    /v1/support/accounts/<uuid:account_id>/subscription
GET     /v1/support/reactivation-requests
POST    /v1/support/reactivation-requests/<int:number>/approval
POST    /v1/support/reactivation-requests/<int:number>/refusal
"""
# What contacts do at their portal: with a password that has to be changed first (`*`), or not before.
FOR_CONTACTS = """
DELETE  /v1/portals/<slug>/sessions/current                     *
GET     /v1/portals/<slug>/me                                   -
PATCH   /v1/portals/<slug>/me                                   -
PUT     /v1/portals/<slug>/me/password                          *
"""
KEY_SCOPES = (
    "account:read",
    "account:write",
    "users:read",
    "users:write",
    "audit:read",
    "billing:read",
    "invoices:read",
    "contacts:read",
    "contacts:write",
    "contacts:admin",
)


def ask(api: Api, method: str, path: str) -> Answer:
    """A request that says too little to be carried out."""
    body = {} if method in ("GET", "DELETE") else {"body": {}}
    return api.send(method, path_of(path), key=str(uuid.uuid4()), **body)


def is_denied(answer: Answer) -> bool:
    return (answer.status, answer.code) == (403, "access_denied")


@pytest.fixture(scope="module")
def people(running_suite: Suite) -> dict[str, Member]:
    return permissions.one_of_each_role(running_suite)


@pytest.fixture(scope="module")
def keys(running_suite: Suite, people: dict[str, Member]) -> dict[str, Api]:
    """By `+scope` a key with that scope alone, by `-scope` one with all the others, by `all` one with all."""
    wanted = {
        "all": list(KEY_SCOPES),
        **{f"+{scope}": [scope] for scope in KEY_SCOPES},
        **{f"-{scope}": [other for other in KEY_SCOPES if other != scope] for scope in KEY_SCOPES},
    }
    made: dict[str, Api] = {}
    for name, scopes in wanted.items():
        body = {"name": name, "scopes": scopes, "current_password": PASSWORD}
        token = people["owner"].api.post("/v1/api-keys", body).must_be(201).body["token"]
        made[name] = running_suite.api.with_token(token)
    return made


@pytest.fixture(scope="module")
def returning(running_suite: Suite) -> Api:
    """The owner of a cancelled account, who may come back and read old invoices."""
    member = sign_up(running_suite)
    body = {"current_password": PASSWORD, "reason": "unused", "details": "We have closed."}
    member.api.post("/v1/account/cancellation", body).must_be(200)
    credentials = {"email": member.email, "password": PASSWORD}
    token = running_suite.api.post("/v1/sessions", credentials).must_be(403).body["token"]
    return running_suite.api.with_token(token)


def test_the_table_has_every_operation_and_nothing_else() -> None:
    """A new operation is entered here, by hand: who may?"""
    operations = [entry.operation for entry in found(Operation)]
    asked = {(one.method, one.path) for one in operations if one.needs is not None}
    support = {(one.method, one.path) for one in operations if one.is_for_support}
    assert asked == {row[:2] for row in rows(OPERATIONS) + rows(FOR_CONTACTS)}
    assert support == {row[:2] for row in rows(FOR_SUPPORT)}
    assert {(one.method, one.path) for one in operations} - asked - support == set(rows(OPEN))


@pytest.mark.parametrize(("method", "path", "allowed", "scope"), rows(OPERATIONS))
def test_an_operation_is_denied_to_exactly_those_roles_that_the_table_leaves_out(
    suite: Suite, people: dict[str, Member], method: str, path: str, allowed: str, scope: str
) -> None:
    denied = []
    for role, member in people.items():
        opened = (
            suite.api.post("/v1/sessions", {"email": member.email, "password": PASSWORD})
            if ends(path)
            else None
        )
        api = member.api if opened is None else suite.api.with_token(opened.must_be(201).body["token"])
        answer = ask(api, method, path)
        assert answer.status != 401
        if is_denied(answer):
            denied.append(role)
    assert denied == [role for role in ROLES if not may(allowed, role)]
    nobody = ask(suite.api, method, path)
    assert (nobody.status, nobody.code) == (401, "unauthenticated")


def ends(path: str) -> bool:
    """Whether even a request that says nothing ends the session that asks."""
    return path == "/v1/sessions/current"


@pytest.mark.parametrize(("method", "path", "allowed", "scope"), rows(OPERATIONS))
def test_a_key_without_the_scope_is_denied_whatever_else_it_has(
    keys: dict[str, Api], method: str, path: str, allowed: str, scope: str
) -> None:
    assert allowed
    if scope == "-":
        assert is_denied(ask(keys["all"], method, path))
        return
    assert is_denied(ask(keys[f"-{scope}"], method, path))
    answer = ask(keys[f"+{scope}"], method, path)
    assert answer.status not in (401, 500)
    assert not is_denied(answer)


@pytest.mark.parametrize(("method", "path", "allowed", "scope"), rows(OPERATIONS))
def test_who_only_comes_back_is_denied_everything_else(
    returning: Api, method: str, path: str, allowed: str, scope: str
) -> None:
    assert (allowed, scope) != ("", "")
    assert is_denied(ask(returning, method, path))


@pytest.mark.parametrize(("method", "path"), rows(FOR_SUPPORT))
def test_what_is_for_support_is_for_nobody_else(
    people: dict[str, Member], keys: dict[str, Api], method: str, path: str
) -> None:
    for api in (people["owner"].api, keys["all"], keys["all"].with_token(None)):
        assert ask(api, method, path).status in (401, 404)


@pytest.mark.parametrize(("method", "path", "when"), rows(FOR_CONTACTS))
def test_what_is_for_contacts_is_for_nobody_else_and_at_first_only_the_change_of_a_given_password(
    suite: Suite, people: dict[str, Member], keys: dict[str, Api], method: str, path: str, when: str
) -> None:
    portal = portal_path(suite, people["owner"])
    path = path.replace("/v1/portals/<slug>", portal)
    contact = add_contact(people["owner"])
    set_password(people["owner"], contact).must_be(204)
    opened = contact_log_in(suite, portal, contact["email"], GIVEN_PASSWORD).must_be(201).body
    answer = ask(suite.api.with_token(opened["token"]), method, path)
    assert (answer.code == "password_change_required") is (when == "-")
    assert answer.status != 401
    for api in (people["owner"].api, keys["all"], suite.api):
        assert ask(api, method, path).code == "unauthenticated"


@pytest.mark.parametrize(("method", "path"), rows(OPEN))
def test_who_is_not_logged_in_is_not_sent_away(suite: Suite, method: str, path: str) -> None:
    answer = ask(suite.api, method, path)
    assert (answer.status, answer.code) != (401, "unauthenticated")
    assert not is_denied(answer)


def test_another_role_means_other_rights_from_the_next_log_in_on(
    suite: Suite, people: dict[str, Member]
) -> None:
    owner = people["owner"]
    member = invited(suite, owner, "agent")
    assert is_denied(member.api.get("/v1/users"))
    path = f"/v1/users/{member.user['id']}"
    owner.api.send("PATCH", path, body={"role": "admin"}, headers={"If-Match": "*"}).must_be(200)
    eventually(lambda: member.api.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the old session is over")
    opened = suite.api.post("/v1/sessions", {"email": member.email, "password": PASSWORD}).must_be(201).body
    suite.api.with_token(opened["token"]).get("/v1/users").must_be(200)
