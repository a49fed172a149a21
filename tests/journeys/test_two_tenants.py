"""Tenant isolation: no account reads or changes another's rows, on any route, nor where the code omits the check."""

from __future__ import annotations

import ast
import dataclasses
import re
import uuid
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.process import runner, topology
from gateway.api import Api as Operation
from tests.support.api import Answer, Api
from tests.support.lifecycle import cancellation
from tests.support.people import Member, new_email, sign_up, token_in_mail
from tests.support.sessions import rolled_back
from tests.support.suite import SERVICES, Suite
from tests.support.waiting import eventually

CODE = Path(__file__).parents[2]
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PARAMETER = re.compile(r"<(?:uuid:)?\w+>")
# The chassis' own tables: relay, sweeper and cleaner work for all accounts, and no request reads them.
CHASSIS_TABLES = {"outbox", "inbox", "parked", "idempotency", "aggregate_sequences"}
# A timer empties it as soon as there is something in it.
EMPTIED = {"email_token_requests"}
# The database refuses every change of these, whoever asks.
ONLY_GROW = {"audit_log"}
# Who sees the rows of all tenants, by name; every other unit of work is bound to one account.
ALL_TENANTS = {
    # Whose it is, is not known before: an address at the login, the tokens of sessions, keys and mails.
    "accounts.activation.entrypoints.activate",
    "accounts.activation.entrypoints.get_activation",
    "accounts.api_keys.entrypoints.identify_api_key",
    "accounts.email_changes.entrypoints._account_of_token",
    "accounts.email_changes.entrypoints._look",
    "accounts.passwords.entrypoints.get_password_reset",
    "accounts.passwords.entrypoints.reset_password",
    "accounts.passwords.verification.authenticate",
    "accounts.reactivation.entrypoints.get_reactivation_request",
    "accounts.reactivation.entrypoints.withdraw_reactivation_request",
    "accounts.second_factor.entrypoints.answer_challenge",
    "accounts.sessions.entrypoints.identify",
    "contacts.activation.entrypoints.activate_contact",
    "contacts.activation.entrypoints.get_contact_activation",
    "contacts.email_requests.entrypoints.repeat_contact_activation",
    "contacts.portal.entrypoints.identify_contact",
    "contacts.portal_passwords.entrypoints.get_contact_password_reset",
    "contacts.portal_passwords.entrypoints.reset_contact_password",
    # Whose a portal is, is known by its address.
    "contacts.portal.login.tenant_of",
    # An address is one person's, whichever account asks for it: a few statements, or all of a sign-up, which writes
    # to the account of whoever has it.
    "accounts.address_ownership.holder",
    "accounts.address_ownership.holding_user",
    "accounts.address_ownership.reserve",
    "accounts.signup.entrypoints.create_account",
    # Timers do what is due for everybody.
    "accounts.cancellation.entrypoints.cancel_what_is_due",
    "accounts.email_tokens.entrypoints.send_requested_tokens",
    "accounts.retention.entrypoints.clean",
    "contacts.email_requests.entrypoints.send_requested_links",
    "contacts.jobs.entrypoints.work_on_jobs",
    "contacts.retention.entrypoints.clean",
    "accounts.trials.entrypoints.announce_trials",
    "billing.subscriptions.entrypoints.look_at_periods",
    "notifications.delivery.entrypoints.deliver",
    # Support works for everybody, and so does who reads the caught mails of a demo.
    "accounts.reactivation.entrypoints._account_of_request",
    "accounts.reactivation.entrypoints.list_reactivation_requests",
    "billing.subscriptions.entrypoints.list_payment_statuses",
    "notifications.mailbox.entrypoints.list_mailbox",
}


def furnished(suite: Suite) -> Member:
    """Somebody with a row in every table that an account can fill."""
    member = sign_up(suite)
    field = {"key": "seats", "label": "Seats", "kind": "number"}
    member.api.post("/v1/contact-fields", field).must_be(201)
    let_in(suite, member)
    member.api.post("/v1/contact-activation-jobs", {"filter": "tag:'nobody'"}).must_be(202)
    eventually(lambda: not member.api.get("/v1/billing").must_be(200).body["stale"], what="the trial is open")
    plan = {"plan": "team", "months": 1}
    suite.support.post(f"/v1/support/accounts/{member.account['id']}/subscription", plan).must_be(201)
    wait_for(member, "active")
    member = come_back(suite, member)
    member.api.post("/v1/api-keys", {"name": "Import", "scopes": ["contacts:read"]}).must_be(201)
    member = with_another_address(suite, member)
    begun = member.api.post("/v1/me/totp", {"current_password": member.password}).must_be(201).body
    code = pyotp.TOTP(begun["secret"]).now()
    member.api.post("/v1/me/totp/confirmation", {"code": code}).must_be(200)
    return member


def let_in(suite: Suite, member: Member) -> None:
    """A contact of theirs who has followed the link in the mail that went out by itself, and is in the portal."""
    body = {"user_activation_email": True}
    member.api.send("PATCH", "/v1/settings/notifications", body=body, headers={"If-Match": "*"}).must_be(200)
    email = new_email()
    contact = {"name": "Bob", "email": email, "tags": ["vip"], "custom_fields": {"seats": 3}}
    member.api.post("/v1/contacts", contact).must_be(201)
    passwords = {"password": member.password, "password_repeat": member.password}
    suite.api.post(f"/v1/activations/{token_in_mail(suite, email, '/activate')}", passwords).must_be(201)


def wait_for(member: Member, status: str) -> None:
    eventually(
        lambda: member.api.get("/v1/account").body.get("status") == status, what=f"the account is {status}"
    )


def come_back(suite: Suite, member: Member) -> Member:
    """Cancelled, and let in again by support."""
    member.api.post("/v1/account/cancellation", cancellation()).must_be(200)
    who = {"email": member.email, "password": member.password}
    asked = suite.api.post("/v1/reactivations", who).must_be(202).body["request"]
    suite.support.post(f"/v1/support/reactivation-requests/{asked['number']}/approval", {"note": ""}).must_be(
        200
    )
    opened: Answer = eventually(
        lambda: found if (found := suite.api.post("/v1/sessions", who)).status == 201 else None,
        what="the account is active again",
    )
    return dataclasses.replace(
        member, token=opened.body["token"], api=suite.api.with_token(opened.body["token"])
    )


def with_another_address(suite: Suite, member: Member) -> Member:
    """The address changed, by the link in the new mailbox."""
    email = new_email()
    change = {"email": email, "current_password": member.password}
    member.api.send("PATCH", "/v1/me", body=change, headers={"If-Match": "*"}).must_be(200)
    mail = suite.sink.wait_for(email)[-1].text()
    found = re.search(r"/email-change/([A-Za-z0-9_-]+)", mail)
    assert found, mail
    suite.api.post(f"/v1/email-changes/{found[1]}", {}).must_be(200)
    return dataclasses.replace(member, email=email)


@pytest.fixture(scope="module")
def pair(running_suite: Suite) -> tuple[Member, Member]:
    """An owner, and a stranger who wants to see and touch what is the owner's."""
    return furnished(running_suite), furnished(running_suite)


def ids_of(suite: Suite, member: Member) -> set[str]:
    """Every id that stands in any row of this account, in any service."""
    found: set[str] = set()
    for service in SERVICES:
        for table in tables(suite, service):
            if "account_id" in table["columns"] or table["name"] == "accounts":
                column = "id" if table["name"] == "accounts" else "account_id"
                query = f"SELECT to_jsonb(t)::text AS row FROM {table['name']} t WHERE {column} = %s"
                for row in suite.rows(service, query, member.account["id"]):
                    found |= set(UUID.findall(row["row"]))
    return found


def tables(suite: Suite, service: str) -> list[dict[str, Any]]:
    query = """
        SELECT c.relname AS name, c.relrowsecurity AS is_secured, c.relforcerowsecurity AS is_forced,
               pg_get_userbyid(c.relowner) AS owner,
               array(SELECT attname::text FROM pg_attribute
                     WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
               array(SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = c.oid) AS policies
        FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
    """
    return suite.rows(service, query)


def routes_with_an_id() -> list[tuple[str, str]]:
    gateway = runner.service_class("gateway")
    found = [entry.operation for _, entry in topology.entrypoints(gateway) if isinstance(entry, Operation)]
    own = [operation for operation in found if "/support/" not in operation.path]
    return sorted((operation.method, operation.path) for operation in own if "<uuid" in operation.path)


def ask(api: Api, method: str, path: str) -> Answer:
    """A request that would be carried out, were the id the caller's."""
    wanted = {"/emails": {"email": "eve@example.org"}, "/password": {"password": "velvet anchor pigeon lamp"}}
    body = {} if method in ("GET", "DELETE") else {"body": wanted.get(path[path.rindex("/") :], {})}
    return api.send(method, path, headers={"If-Match": "*"}, **body)


def without_its_id(answer: Answer, path: str) -> tuple[int, str]:
    """Status and body, without what is this request's own."""
    return answer.status, answer.text.replace(answer.headers["X-Request-Id"], "").replace(path, "")


@pytest.mark.parametrize(("method", "path"), routes_with_an_id(), ids=str)
def test_another_accounts_ids_are_as_unknown_as_made_up_ones(
    suite: Suite, pair: tuple[Member, Member], method: str, path: str
) -> None:
    owner, stranger = pair
    unknown = PARAMETER.sub(str(uuid.uuid4()), path)
    expected = without_its_id(ask(stranger.api, method, unknown), unknown)
    assert expected[0] in (204, 404)
    foreign = ids_of(suite, owner)
    assert owner.user["id"] in foreign
    assert len(foreign) > 5
    for one in sorted(foreign):
        where = PARAMETER.sub(one, path)
        assert without_its_id(ask(stranger.api, method, where), where) == expected, where
    owner.api.get("/v1/me").must_be(200)
    assert len(owner.api.get("/v1/contacts").must_be(200).body["data"]) == 1


def test_nothing_one_account_is_told_holds_an_id_of_the_other(
    suite: Suite, pair: tuple[Member, Member]
) -> None:
    owner, stranger = pair
    foreign = ids_of(suite, owner)
    for path in ("/v1/me", "/v1/account", "/v1/sessions", "/v1/billing", "/v1/contacts?limit=100"):
        told = set(UUID.findall(stranger.api.get(path).text))
        assert told & foreign == set(), path


def test_the_account_comes_from_the_session_and_from_nothing_else(
    suite: Suite, pair: tuple[Member, Member]
) -> None:
    owner, stranger = pair
    claims = {
        "X-Account-Id": owner.account["id"],
        "Account-Id": owner.account["id"],
        "nameko.account_id": owner.account["id"],
        "X-Forwarded-User": owner.user["id"],
    }
    assert stranger.api.get("/v1/me", headers=claims).body["account"]["id"] == stranger.account["id"]
    refused = stranger.api.post("/v1/contacts", {"name": "Eve", "account_id": owner.account["id"]})
    assert refused.status == 422
    assert len(owner.api.get("/v1/contacts").body["data"]) == 1


# The second wall: what the database shows when the code forgets to ask for one account's rows.


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_with_an_account_is_secured(suite: Suite, service: str) -> None:
    found = tables(suite, service)
    assert {table["name"] for table in found} >= CHASSIS_TABLES
    for table in found:
        is_an_accounts = "account_id" in table["columns"] or table["name"] == "accounts"
        if table["name"] in CHASSIS_TABLES or not is_an_accounts:
            continue
        assert table["is_secured"], table
        assert table["is_forced"], f"{table['name']}: its owner, which the service is, would see every row"
        assert len(table["policies"]) == 1, table


@pytest.mark.parametrize("service", SERVICES)
def test_the_services_role_is_bound_by_row_level_security(suite: Suite, service: str) -> None:
    with rolled_back(suite.database_urls[service]) as session:
        role = session.execute(
            text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).one()
    assert (role.rolsuper, role.rolbypassrls) == (False, False), role
    assert {table["owner"] for table in tables(suite, service)} == {role.rolname}


def secured(suite: Suite, service: str) -> list[str]:
    """The tables that are secured and in which an account has rows."""
    return [
        table["name"]
        for table in tables(suite, service)
        if table["is_forced"] and table["name"] not in EMPTIED
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_query_without_a_filter_sees_ones_own_rows(
    suite: Suite, pair: tuple[Member, Member], service: str
) -> None:
    owner, stranger = pair
    for table in secured(suite, service):
        column = "id" if table == "accounts" else "account_id"
        query = text(f"SELECT {column} FROM {table}")
        own = suite.rows(service, f"SELECT count(*) FROM {table} WHERE {column} = %s", owner.account["id"])
        assert own[0]["count"] > 0, f"{table}: nothing to be seen"
        with rolled_back(
            suite.database_urls[service], account_id=uuid.UUID(stranger.account["id"])
        ) as session:
            assert set(session.scalars(query)) == {uuid.UUID(stranger.account["id"])}, table


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("scope", [None, "", "nonsense", "ALL", "all ", "%"])
@pytest.mark.usefixtures("pair")
def test_a_query_of_nobody_sees_nothing(suite: Suite, service: str, scope: str | None) -> None:
    nobody = uuid.uuid4()
    with rolled_back(suite.database_urls[service], account_id=nobody) as session:
        if scope is None:
            session.execute(text("RESET frontdesk.scope"))
        else:
            session.execute(text("SELECT set_config('frontdesk.scope', :scope, true)"), {"scope": scope})
        for table in secured(suite, service):
            assert session.execute(text(f"SELECT * FROM {table}")).all() == [], table


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_writes_into_another_account(suite: Suite, pair: tuple[Member, Member], service: str) -> None:
    owner, stranger = pair
    mine, others = uuid.UUID(stranger.account["id"]), uuid.UUID(owner.account["id"])
    for table in secured(suite, service):
        column = "id" if table == "accounts" else "account_id"
        values = {"mine": mine, "others": others}
        if table in ONLY_GROW:
            continue
        with rolled_back(suite.database_urls[service], account_id=mine) as session:
            stolen = session.execute(text(f"DELETE FROM {table} WHERE {column} = :others"), values)
            assert stolen.rowcount == 0  # type: ignore[attr-defined]
            update = text(f"UPDATE {table} SET {column} = :others WHERE {column} = :mine")
            with pytest.raises(ProgrammingError, match="row-level security"):
                session.execute(update, values)


def code_of(*folders: str) -> list[tuple[Path, Path]]:
    """Every module of these folders, after its folder."""
    return [(CODE / folder, path) for folder in folders for path in sorted((CODE / folder).rglob("*.py"))]


def test_only_those_who_are_named_see_all_tenants() -> None:
    """Walks the code of the services and of identity for `self.work.all_tenants()` and `all_tenants(session)`, called
    or handed on; how a transaction is told apart from others, `frontdesk.scope`, is nobody's business outside the
    chassis."""
    found = set()
    for folder, path in code_of("services", "libs/identity"):
        source = path.read_text()
        assert "frontdesk.scope" not in source or path.parent.name == "migrations", path
        module = ".".join(path.relative_to(folder).with_suffix("").parts)
        tree = ast.parse(source)
        inside = {
            id(node): function.name
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
        }
        found |= {
            f"{module}.{inside.get(id(node), '')}"
            for node in ast.walk(tree)
            if (isinstance(node, ast.Attribute) and node.attr == "all_tenants")
            or (isinstance(node, ast.Name) and node.id == "all_tenants")
            or (isinstance(node, ast.keyword) and node.arg == "is_all_tenants")
        }
    assert found == ALL_TENANTS
