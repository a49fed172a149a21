"""Contacts over HTTP: created, matched, changed in one save, blocked, deleted and restored."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.api import Answer
from tests.support.people import Member, invited, new_email, sign_up
from tests.support.sessions import at_once
from tests.support.suite import Suite
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow
FIELDS = {
    "phone": "01 42 68 53 00",
    "mobile": "+82 10-1234-5678",
    "language": "ko",
    "time_zone": "Asia/Seoul",
    "tags": ["vip", "VIP", "beta"],
}


@pytest.fixture(scope="module")
def owner(running_suite: Suite) -> Member:
    return sign_up(running_suite)


@pytest.fixture(scope="module")
def agent(running_suite: Suite, owner: Member) -> Member:
    return invited(running_suite, owner, "agent")


def create(member: Member, **fields: Any) -> dict[str, Any]:
    body = {"name": "Bob", **({} if "email" in fields else {"email": new_email()}), **fields}
    made: dict[str, Any] = member.api.post("/v1/contacts", body).must_be(201).body
    return made


def change(member: Member, contact: dict[str, Any], *, tag: str = "*", **changes: Any) -> Answer:
    return member.api.send("PATCH", f"/v1/contacts/{contact['id']}", body=changes, headers={"If-Match": tag})


def put(member: Member, match_by: str, **contact: Any) -> Answer:
    body = {"match_by": match_by, "contact": {"name": "Bob", **contact}}
    return member.api.post("/v1/contacts/create-or-update", body)


def test_a_contact_is_read_as_it_was_created(owner: Member) -> None:
    emails = [new_email(), new_email()]
    body = {"name": " Bob ", "emails": emails, "external_id": str(uuid.uuid4()), **FIELDS}
    made = owner.api.post("/v1/contacts", body).must_be(201)
    contact = made.body
    assert made.headers["Location"] == f"/v1/contacts/{contact['id']}"
    assert (contact["name"], contact["email"], contact["state"]) == ("Bob", emails[0], "unverified")
    assert [(one["email"], one["is_primary"], one["is_confirmed"]) for one in contact["emails"]] == [
        (emails[0], True, False),
        (emails[1], False, False),
    ]
    assert (contact["phone"], contact["mobile"]) == ("+33142685300", "+821012345678")
    assert (contact["tags"], contact["external_id"]) == (["vip", "beta"], body["external_id"])
    assert (contact["custom_fields"], contact["company_ids"]) == ({}, [])
    assert contact["activation"] == {"state": "never_sent", "last_sent_at": None}
    read = owner.api.get(made.headers["Location"]).must_be(200)
    assert (read.body, read.headers["ETag"]) == (contact, '"1"')


def test_a_name_alone_is_not_enough(owner: Member) -> None:
    answer = owner.api.post("/v1/contacts", {"name": "Bob"}).must_be(422)
    assert answer.code == "contact_identifier_required"
    pointers = [error["pointer"] for error in answer.body["errors"]]
    assert pointers == ["/email", "/phone", "/mobile", "/external_id"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u200b\u2060", "too_short"),
        ("\u3164", "too_short"),
        ("\u2800 \u00ad", "too_short"),
        ("Bob\u2028Smith", "invalid_value"),
        ("Bob\u061c", "invalid_value"),
        ("win at http://evil.example", "link_not_allowed"),
        ("www.evil.example", "link_not_allowed"),
        ("see evil.example/prize", "link_not_allowed"),
    ],
)
def test_a_name_can_be_seen_and_leads_nowhere(owner: Member, name: str, code: str) -> None:
    answer = owner.api.post("/v1/contacts", {"name": name, "email": new_email()}).must_be(422)
    assert [(one["pointer"], one["code"]) for one in answer.body["errors"]] == [("/name", code)]


@pytest.mark.parametrize(
    "name", ["김철수", "O’Brien-Smith Jr.", "Plum & Co.", "Ann @ Acme", "Émile 🐘", "م علي"]
)
def test_names_of_all_the_world_are_names(owner: Member, name: str) -> None:
    assert create(owner, name=name)["name"] == name


def test_numbers_that_cannot_be_are_each_pointed_at(owner: Member) -> None:
    answer = owner.api.post("/v1/contacts", {"name": "Bob", "phone": "123", "mobile": "call me"})
    assert answer.must_be(422).code == "phone_invalid"
    assert [one["pointer"] for one in answer.body["errors"]] == ["/phone", "/mobile"]


def test_a_conflict_names_the_contact_and_leads_to_it(owner: Member) -> None:
    first, second = new_email(), new_email()
    ann = create(owner, name="Ann", email=first, emails=[second], external_id=str(uuid.uuid4()))
    for body, code, pointer in (
        ({"email": second.upper()}, "email_in_use", "/email"),
        ({"emails": [new_email(), first]}, "email_in_use", "/emails/1"),
        ({"external_id": ann["external_id"].upper()}, "external_id_in_use", "/external_id"),
    ):
        for state in ("unverified", "deleted"):
            answer = owner.api.post("/v1/contacts", {"name": "Bob", **body}).must_be(409)
            assert (answer.code, answer.body["errors"][0]["pointer"]) == (code, pointer)
            assert (answer.body["contact_id"], answer.body["contact_state"]) == (ann["id"], state)
            assert owner.api.get(answer.body["links"]["contact"]).must_be(200).body["id"] == ann["id"]
            if state == "unverified":
                owner.api.delete(f"/v1/contacts/{ann['id']}").must_be(204)
        owner.api.post(f"/v1/contacts/{ann['id']}/restore").must_be(200)


def test_one_save_changes_all_that_it_names_from_the_version_that_was_read(owner: Member) -> None:
    contact, email = create(owner), new_email()
    changes = {"name": "Robert", "email": email, "phone": "+33142685300", "tags": ["vip"], "language": "fr"}
    changed = change(owner, contact, tag='"1"', **changes).must_be(200)
    assert {name: changed.body[name] for name in changes} == changes
    assert (changed.body["version"], changed.headers["ETag"]) == (2, '"2"')
    stale = change(owner, contact, tag='"1"', name="Bert").must_be(412)
    assert stale.code == "version_stale"
    body = {"name": "Bert"}
    assert owner.api.send("PATCH", f"/v1/contacts/{contact['id']}", body=body).must_be(428).code == (
        "precondition_required"
    )


def test_values_that_are_there_already_change_nothing_and_are_no_event(suite: Suite, owner: Member) -> None:
    contact = create(owner, **FIELDS, external_id=str(uuid.uuid4()))
    same = {
        name: contact[name] for name in ("name", "email", "phone", "tags", "external_id", "custom_fields")
    }
    before = owner.api.get(f"/v1/contacts/{contact['id']}").must_be(200)
    after = change(owner, contact, **same, state="active").must_be(200)
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
    assert announced(suite, contact) == ["contact.created"]


def announced(suite: Suite, contact: dict[str, Any]) -> list[str]:
    """The events of a contact, in their order."""
    query = "SELECT routing_key FROM outbox WHERE aggregate = %s ORDER BY sequence"
    return [row["routing_key"] for row in suite.rows("contacts", query, f"contact/{contact['id']}")]


def test_one_save_is_one_event_and_one_entry_with_the_old_values(suite: Suite, owner: Member) -> None:
    contact = create(owner)
    change(owner, contact, name="Robert", email=new_email(), tags=["vip"]).must_be(200)
    assert announced(suite, contact) == ["contact.created", "contact.updated"]
    path = f"/v1/audit-log?object={contact['id']}"

    def entries() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = owner.api.get(path).must_be(200).body["data"]
        return found if len(found) == 2 else []

    entry = eventually(entries, what="the audit log tells of the change")[0]
    assert (entry["action"], entry["actor"]["name"]) == ("contact_updated", owner.user["name"])
    assert entry["object"] == {"kind": "contact", "id": contact["id"]}
    assert entry["facts"]["previous"] == {"name": "Bob", "email": contact["email"], "tags": []}


def test_a_blocked_contact_is_changed_by_nothing_but_what_unblocks_it(suite: Suite, owner: Member) -> None:
    contact = create(owner)
    assert change(owner, contact, state="blocked").must_be(200).body["state"] == "blocked"
    refused = change(owner, contact, name="Robert").must_be(409)
    assert (refused.code, refused.body["contact_id"]) == ("contact_blocked", contact["id"])
    path = f"/v1/contacts/{contact['id']}/emails"
    assert owner.api.post(path, {"email": new_email()}).must_be(409).code == "contact_blocked"
    assert change(owner, contact, state="active", name="Robert").must_be(200).body["state"] == "unverified"
    assert announced(suite, contact) == ["contact.created", "contact.blocked", "contact.unblocked"]


def test_a_deleted_contact_is_restored_as_it_was(suite: Suite, owner: Member) -> None:
    contact = create(owner)
    path = f"/v1/contacts/{contact['id']}"
    owner.api.delete(path).must_be(204)
    owner.api.delete(path).must_be(204)
    assert owner.api.get(path).must_be(200).body["state"] == "deleted"
    refused = change(owner, contact, name="Robert").must_be(409)
    assert refused.code == "contact_deleted"
    restored = owner.api.post(refused.body["links"]["restore"]).must_be(200)
    assert restored.body["state"] == "unverified"
    assert restored.body["email"] == contact["email"]
    assert announced(suite, contact) == ["contact.created", "contact.deleted", "contact.restored"]


def test_what_is_deleted_for_good_was_deleted_before_or_is_forced(owner: Member, agent: Member) -> None:
    contact, other = create(owner), create(owner)
    path = f"/v1/contacts/{contact['id']}?permanent=true"
    assert owner.api.delete(path).must_be(409).code == "contact_not_deleted"
    owner.api.delete(f"/v1/contacts/{contact['id']}").must_be(204)
    assert agent.api.delete(path).must_be(403).code == "access_denied"
    owner.api.delete(path).must_be(204)
    owner.api.delete(path).must_be(404)
    owner.api.delete(f"/v1/contacts/{other['id']}?permanent=true&force=true").must_be(204)
    assert owner.api.post("/v1/contacts", {"name": "Bob", "email": contact["email"]}).status == 201


def test_an_agent_changes_everything_but_addresses(agent: Member) -> None:
    contact = create(agent)
    assert change(agent, contact, name="Robert", tags=["vip"]).must_be(200).body["name"] == "Robert"
    assert change(agent, contact, email=new_email()).must_be(403).code == "access_denied"
    change(agent, contact, state="blocked").must_be(200)
    agent.api.delete(f"/v1/contacts/{contact['id']}").must_be(204)
    agent.api.post(f"/v1/contacts/{contact['id']}/restore").must_be(200)


def test_create_or_update_creates_once_and_updates_then(owner: Member) -> None:
    first, second = new_email(), new_email()
    created = put(owner, "email", email=first, emails=[second], tags=["a"]).must_be(201)
    contact = created.body
    assert created.headers["Location"] == f"/v1/contacts/{contact['id']}"
    updated = put(owner, "email", email=second.upper(), name="Robert").must_be(200)
    assert updated.headers["Location"] == created.headers["Location"]
    assert (updated.body["name"], updated.body["email"], updated.body["tags"]) == ("Robert", first, ["a"])
    again = put(owner, "email", email=second, name="Robert").must_be(200)
    assert (again.body, again.headers["ETag"]) == (updated.body, updated.headers["ETag"])


def test_create_or_update_says_where_in_the_body_something_is_wrong(owner: Member) -> None:
    answer = put(owner, "external_id", email=new_email()).must_be(422)
    assert (answer.code, answer.body["errors"][0]["pointer"]) == (
        "contact_identifier_required",
        "/contact/external_id",
    )
    answer = put(owner, "email", email=new_email(), phone="12345").must_be(422)
    assert answer.body["errors"][0]["pointer"] == "/contact/phone"


def test_an_agent_creates_or_updates_without_changing_addresses(agent: Member) -> None:
    email, external_id = new_email(), str(uuid.uuid4())
    put(agent, "external_id", email=email, external_id=external_id).must_be(201)
    put(agent, "external_id", email=email, external_id=external_id, name="Robert").must_be(200)
    refused = put(agent, "external_id", email=new_email(), external_id=external_id).must_be(403)
    assert refused.code == "contact_emails_reserved"


def test_create_or_update_of_a_deleted_contact_says_so_and_how_to_restore_it(owner: Member) -> None:
    contact = create(owner)
    owner.api.delete(f"/v1/contacts/{contact['id']}").must_be(204)
    refused = put(owner, "email", email=contact["email"]).must_be(409)
    assert (refused.code, refused.body["contact_id"]) == ("contact_deleted", contact["id"])
    owner.api.post(refused.body["links"]["restore"]).must_be(200)
    put(owner, "email", email=contact["email"]).must_be(200)


def test_three_spellings_of_an_address_are_one_contact_and_the_last_details_win(owner: Member) -> None:
    domain = f"{uuid.uuid4().hex[:12]}.example.org"
    spellings = (f"Ann@{domain}", f"ann@{domain.upper()}", f"ANN@{domain.title()}")
    answers = [
        put(owner, "email", email=email, name=f"Ann {number}") for number, email in enumerate(spellings)
    ]
    assert [answer.status for answer in answers] == [201, 200, 200]
    assert len({answer.body["id"] for answer in answers}) == 1
    last = answers[-1].body
    assert (last["name"], last["email"], len(last["emails"])) == ("Ann 2", spellings[0], 1)


def test_fifty_creations_or_updates_at_once_are_one_contact(owner: Member) -> None:
    email = new_email()

    def attempt(number: int) -> tuple[int, str]:
        api = owner.api.with_token(owner.token)
        body = {"match_by": "email", "contact": {"name": f"Bob {number}", "email": email}}
        answer = api.post("/v1/contacts/create-or-update", body, timeout_seconds=60)
        return answer.status, answer.body["id"]

    outcomes = [one for one in at_once(50, attempt) if isinstance(one, tuple)]
    assert sorted(status for status, _ in outcomes) == [200] * 49 + [201]
    assert len({contact_id for _, contact_id in outcomes}) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/contacts/create-or-update", {"match_by": "email", "contact": {"name": "Bob"}}),
        ("PATCH", "/v1/contacts/{id}", {"name": "Robert"}),
        ("POST", "/v1/contacts/{id}/emails", {"email": "second@example.org"}),
        ("DELETE", "/v1/contacts/{id}", None),
        ("POST", "/v1/contacts/{id}/restore", None),
    ],
)
def test_a_repeat_under_the_same_key_is_answered_the_same(
    suite: Suite, method: str, path: str, body: dict[str, Any] | None
) -> None:
    member, key = sign_up(suite), f"key {uuid.uuid4()}"
    contact = create(member, email="bob@example.org")
    if body is not None and "contact" in body:
        body = {**body, "contact": {"name": "New", "email": "new@example.org"}}
    options: dict[str, Any] = {"headers": {"If-Match": "*"}, **({} if body is None else {"body": body})}
    first, again = (
        member.api.send(method, path.format(id=contact["id"]), key=key, **options) for _ in range(2)
    )
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.content) == (first.status, first.content)
    assert first.status < 300
