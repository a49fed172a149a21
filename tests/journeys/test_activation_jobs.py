"""Activation mails to a whole list: previewed, sent in the background, watched, cancelled, whatever dies meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.test_contact_activation import contact_of
from tests.support.people import Member, invited, sign_up
from tests.support.sizes import IS_LONG
from tests.support.suite import Suite
from tests.support.waiting import eventually

JOBS = "/v1/contact-activation-jobs"
CROWD = 2000 if IS_LONG else 150
JOB_SECONDS = 300 if IS_LONG else 60


@pytest.fixture
def suite(module_suite: Suite) -> Iterator[Suite]:
    """With everything running again, whatever a test did to it."""
    yield module_suite
    for process in module_suite.processes.all:
        process.resume()
    for name in ("contacts", "notifications"):
        if not module_suite.process(name).is_running:
            module_suite.restart(name)


def crowd(suite: Suite, owner: Member, count: int) -> None:
    """So many contacts, each with an address."""
    account_id = owner.account["id"]
    suite.rows(
        "contacts",
        """
        WITH made AS (
            INSERT INTO contacts (id, account_id, name, name_key, email, state, created_at, updated_at)
            SELECT gen_random_uuid(), %s, 'Cleo ' || n, 'cleo ' || n, 'cleo' || n || '.' || %s || '@example.com',
                   'unverified', now() - interval '1 hour' + n * interval '1 millisecond', now()
            FROM generate_series(1, %s) n RETURNING id, account_id, email, created_at
        )
        INSERT INTO contact_emails (id, account_id, contact_id, email, email_key, is_primary, created_at)
        SELECT gen_random_uuid(), account_id, id, email, email, true, created_at FROM made RETURNING id
        """,
        account_id,
        account_id[:8],
        count,
    )


def mails(suite: Suite, owner: Member) -> dict[str, int]:
    """How many activation mails have gone to each of the account's contacts."""
    rows = suite.rows(
        "notifications",
        "SELECT recipient, count(*) AS number FROM notifications WHERE account_id = %s"
        " AND mail LIKE 'contact_activation%%' AND state = 'sent' GROUP BY recipient",
        owner.account["id"],
    )
    return {row["recipient"]: row["number"] for row in rows}


def job_of(owner: Member, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = owner.api.get(f"/v1/jobs/{job['id']}").must_be(200).body
    return found


def completed(owner: Member, job: dict[str, Any]) -> dict[str, Any]:
    eventually(lambda: job_of(owner, job)["state"] == "completed", JOB_SECONDS, "the job is done")
    return job_of(owner, job)


def test_a_job_sends_to_whom_its_preview_said(suite: Suite) -> None:
    owner = sign_up(suite)
    for tags in (["vip"], ["vip"], ["other"]):
        contact_of(owner, tags=tags)
    contact_of(owner, email=None, phone="+33142685300", tags=["vip"])
    body = {"filter": "tag:'vip'"}
    preview = owner.api.post(f"{JOBS}?preview=true", body).must_be(200).body
    assert preview == {"total": 3, "will_be_sent": 2, "refused": {"contact_has_no_email": 1}}
    started = owner.api.post(JOBS, body).must_be(202)
    assert started.headers["Location"] == f"/v1/jobs/{started.body['id']}"
    done = completed(owner, started.body)
    assert (done["total"], done["done"], done["estimated_seconds_left"]) == (3, 3, 0)
    assert done["counts"] == {"sent": 2, "contact_has_no_email": 1}
    assert done["created_by"] == owner.user["id"]
    eventually(lambda: len(mails(suite, owner)) == 2, JOB_SECONDS, "two mails have gone out")
    assert owner.api.post(f"/v1/jobs/{done['id']}/cancellation").must_be(200).body["state"] == "completed"


def test_a_job_is_for_those_who_may_and_seen_by_nobody_else(suite: Suite) -> None:
    owner, stranger = sign_up(suite), sign_up(suite)
    agent = invited(suite, owner, "agent")
    agent.api.post(JOBS, {}).must_be(403)
    assert owner.api.post(JOBS, {"filter": "shoe:'42'"}).must_be(422).body["code"] == "filter_invalid"
    owner.api.post(f"{JOBS}?preview=maybe", {}).must_be(422)
    job = owner.api.post(JOBS, {}).must_be(202).body
    completed(owner, job)
    agent.api.get(f"/v1/jobs/{job['id']}").must_be(200)
    stranger.api.get(f"/v1/jobs/{job['id']}").must_be(404)
    stranger.api.post(f"/v1/jobs/{job['id']}/cancellation").must_be(404)


def test_everybody_gets_one_mail_whatever_is_killed_meanwhile(suite: Suite) -> None:
    owner = sign_up(suite)
    crowd(suite, owner, CROWD)
    job = owner.api.post(JOBS, {}).must_be(202).body
    refused = owner.api.post(JOBS, {})
    if refused.status != 202:
        assert refused.must_be(409).body["links"] == {"job": f"/v1/jobs/{job['id']}"}
    for name in ("contacts", "notifications", "contacts"):
        suite.kill(name)
        suite.restart(name)
    assert completed(owner, job)["counts"] == {"sent": CROWD}
    eventually(lambda: len(mails(suite, owner)) == CROWD, JOB_SECONDS, "every mail has gone out")
    assert set(mails(suite, owner).values()) == {1}


def test_after_a_job_is_cancelled_nobody_gets_a_mail_from_it(suite: Suite) -> None:
    owner = sign_up(suite)
    crowd(suite, owner, CROWD)
    suite.process("notifications").pause()
    job = owner.api.post(JOBS, {}).must_be(202).body
    eventually(lambda: job_of(owner, job)["done"] > 0, JOB_SECONDS, "the job has begun")
    cancelled = owner.api.post(f"/v1/jobs/{job['id']}/cancellation").must_be(200).body
    suite.process("notifications").resume()
    asked = suite.rows(
        "contacts", "SELECT count(*) AS number FROM email_tokens WHERE account_id = %s", owner.account["id"]
    )[0]["number"]
    settled = (
        "SELECT count(*) AS number FROM notifications WHERE account_id = %s AND mail = 'contact_activation'"
        " AND state IN ('sent', 'suppressed')"
    )
    eventually(
        lambda: suite.rows("notifications", settled, owner.account["id"])[0]["number"] == asked,
        JOB_SECONDS,
        "what was asked for is settled",
    )
    assert cancelled["state"] in ("cancelled", "completed")
    if cancelled["state"] == "cancelled":
        assert mails(suite, owner) == {}
        shown = owner.api.get("/v1/contacts?limit=100").must_be(200).body["data"]
        assert {one["activation"]["state"] for one in shown} == {"never_sent"}
