"""Revocation of sessions and keys: within a second they are refused at every gateway, whatever ended them.

Every session is known to every gateway when its end comes: without the announcement it would be accepted for half a
minute more, which is shown at a gateway that does not hear.
"""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.audit_log.actors import Actor, ActorKind
from accounts.models import UserRow
from accounts.sessions import sessions
from chassis.clock import configured_clock
from chassis.process.ports import free_port
from identity.sessions import USE_NOTED_EVERY
from tests.conftest import outcome
from tests.support.api import Api
from tests.support.people import PASSWORD, Member, invited, new_email, sign_up, token_in_mail
from tests.support.sessions import committed
from tests.support.sizes import size
from tests.support.suite import TOGETHER, Suite, Suites
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
GATEWAYS = 3
ROUNDS = size(1, 2)
TRIES = size(
    3, 1
)  # beside other tests the whole machine may pause for a second; what is slow is slow each time
SESSIONS = size(12, 50)
SECONDS_MAX = 1.0
GIVE_UP_SECONDS = 2.0
NEW_PASSWORD = "velvet canyon lamp orbit"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Victim:
    """Whose sessions are going to end, and what ends them."""

    member: Member
    end: Callable[[], object]


def by_a_password_change(suite: Suite) -> Victim:
    member = sign_up(suite)
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "new_password_repeat": NEW_PASSWORD}
    return Victim(
        member=member, end=lambda: member.api.send("PUT", "/v1/me/password", body=body).must_be(204)
    )


def by_a_password_reset(suite: Suite) -> Victim:
    member = sign_up(suite)
    suite.api.post("/v1/password-resets", {"email": member.email}).must_be(202)
    token = token_in_mail(suite, member.email, "/reset-password")
    body = {"password": NEW_PASSWORD, "password_repeat": NEW_PASSWORD}
    return Victim(member=member, end=lambda: accepted(suite.api.post(f"/v1/password-resets/{token}", body)))


def by_an_email_change(suite: Suite) -> Victim:
    member, new = sign_up(suite), new_email()
    body = {"email": new, "current_password": PASSWORD}
    member.api.send("PATCH", "/v1/me", body=body, headers={"If-Match": "*"}).must_be(200)
    token = token_in_mail(suite, new, "/email-change")
    return Victim(member=member, end=lambda: accepted(suite.api.post(f"/v1/email-changes/{token}")))


def by_a_cancellation(suite: Suite) -> Victim:
    member = sign_up(suite)
    body = {"current_password": PASSWORD, "reason": "unused", "details": "We have closed."}
    return Victim(member=member, end=lambda: accepted(member.api.post("/v1/account/cancellation", body)))


def by_removing_the_user(suite: Suite) -> Victim:
    owner = sign_up(suite)
    member = invited(suite, owner, "agent")
    return Victim(member=member, end=lambda: owner.api.delete(f"/v1/users/{member.user['id']}").must_be(204))


def by_another_role(suite: Suite) -> Victim:
    owner = sign_up(suite)
    member = invited(suite, owner, "admin")
    path, anything = f"/v1/users/{member.user['id']}", {"If-Match": "*"}
    return Victim(
        member=member,
        end=lambda: owner.api.send("PATCH", path, body={"role": "agent"}, headers=anything).must_be(200),
    )


TRIGGERS = [
    by_a_password_change,
    by_a_password_reset,
    by_an_email_change,
    by_a_cancellation,
    by_removing_the_user,
    by_another_role,
]


@pytest.fixture(scope="module")
def gateways(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The services in one process, and three gateways."""
    folder = tmp_path_factory.mktemp("revocation")
    with suites.opened(folder, groups=TOGETHER, gateways=GATEWAYS) as suite:
        yield suite


@pytest.fixture
def suite(gateways: Suite, request: pytest.FixtureRequest) -> Iterator[Suite]:
    yield gateways
    report = request.node.stash.get(outcome, None)
    if report is None or report.failed:
        print(gateways.processes.tails())


@pytest.fixture(scope="module")
def deaf_gateway(gateways: Suite) -> Api:
    """One more gateway, which does not hear what is announced."""
    port, ops = free_port(), free_port()
    environment = {
        **gateways.environment,
        "FRONTDESK_HTTP_ADDRESS": f"127.0.0.1:{port}",
        "FRONTDESK_OPS_ADDRESS": f"127.0.0.1:{ops}",
    }
    gateways.processes.start(
        "python",
        "-m",
        "tests.faults.gateway_without_broadcasts",
        "run",
        "gateway",
        environment=environment,
        cwd=ROOT,
    ).wait_for_port(port, 60.0)
    api = Api(f"http://127.0.0.1:{port}")
    eventually(
        lambda: api.get("/health/ready").status == 200, 60.0, "the gateway without broadcasts is ready"
    )
    return api


def accepted(answer: Any) -> Any:
    assert answer.status in (200, 201, 202, 204), answer
    return answer


def furnish(suite: Suite, member: Member, count: int) -> list[str]:
    """Tokens of so many living sessions of this user."""
    by = Actor(kind=ActorKind.USER, ip_address="192.0.2.1", user_agent="curl/8")
    with committed(suite.database_urls["accounts"]) as database:
        which = select(UserRow).where(UserRow.id == uuid.UUID(member.user["id"]))
        user = database.scalars(which.options(joinedload(UserRow.account))).one()
        now = configured_clock().now()
        opened = [
            sessions.open_for(database, user, by=by, now=now, life=USE_NOTED_EVERY * 60) for _ in range(count)
        ]
    return [one.token for one in opened]


def status(api: Api, token: str) -> int:
    return api.send("GET", "/v1/account", headers={"Authorization": f"Bearer {token}"}).status


def acquaint(api: Api, tokens: list[str]) -> None:
    """Let a gateway know these sessions, as it would know those of busy people."""
    assert {status(api, token) for token in tokens} == {200}


def refusals(api: Api, tokens: list[str], answered_at: float) -> dict[str, float]:
    """For each token, the seconds after the answer at which the last request began that was still accepted. One that
    is never refused is asked until we give up: an answer that is long in coming proves nothing yet."""
    last_accepted = dict.fromkeys(tokens, 0.0)
    waiting, round_begun = list(tokens), 0.0
    while waiting and round_begun < GIVE_UP_SECONDS:
        round_begun = time.monotonic() - answered_at
        still: list[str] = []
        for token in waiting:
            begun = time.monotonic() - answered_at
            if status(api, token) == 200:
                last_accepted[token] = begun
                still.append(token)
        waiting = still
    return last_accepted


def shut_out(suite: Suite, apis: list[Api], trigger: Callable[[Suite], Victim], *, count: int) -> list[float]:
    """The seconds for which each of so many sessions was still accepted, at each of these gateways."""
    victim = trigger(suite)
    tokens = furnish(suite, victim.member, count)
    with ThreadPoolExecutor(len(apis)) as pool:
        list(pool.map(lambda api: acquaint(api, tokens), apis))
        victim.end()
        answered_at = time.monotonic()
        measured = list(pool.map(lambda api: refusals(api, tokens, answered_at), apis))
    return [seconds for found in measured for seconds in found.values()]


def quickest_of(tries: int, measured: Callable[[], list[float]]) -> list[float]:
    """The seconds of the first try that is whole in time, else those of the quickest."""
    found: list[list[float]] = []
    for _ in range(tries):
        found.append(measured())
        if max(found[-1]) <= SECONDS_MAX:
            break
    return min(found, key=max)


@pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.__name__)
def test_everybody_shut_out_is_refused_everywhere_within_a_second(
    suite: Suite, trigger: Callable[[Suite], Victim], record_property: Callable[[str, object], None]
) -> None:
    for _ in range(ROUNDS):
        seconds = quickest_of(TRIES, lambda: shut_out(suite, suite.apis, trigger, count=SESSIONS))
        record_property("seconds_max", max(seconds))
        assert len(seconds) == SESSIONS * GATEWAYS
        in_time = sum(one <= SECONDS_MAX for one in seconds)
        told = f"accepted for at most {max(seconds):.3f} s, {in_time} of {len(seconds)} in time"
        print(f"{trigger.__name__}: {told}")
        assert in_time == len(seconds), told


def test_a_gateway_that_does_not_hear_goes_on_accepting(suite: Suite, deaf_gateway: Api) -> None:
    victims = [trigger(suite) for trigger in TRIGGERS]
    tokens = [token for victim in victims for token in furnish(suite, victim.member, 1)]
    acquaint(deaf_gateway, tokens)
    for victim in victims:
        victim.end()
    seconds = refusals(deaf_gateway, tokens, answered_at=time.monotonic())
    assert min(seconds.values()) > SECONDS_MAX, "the test above would not see that nothing is heard"


def test_a_cancelled_accounts_api_key_is_refused_everywhere_within_a_second(suite: Suite) -> None:
    def cancelled() -> list[float]:
        victim = by_a_cancellation(suite)
        body = {"name": "Export", "scopes": ["account:read"], "current_password": PASSWORD}
        key = victim.member.api.post("/v1/api-keys", body).must_be(201).body["token"]
        for api in suite.apis:
            acquaint(api, [key])
        victim.end()
        answered_at = time.monotonic()
        return [refusals(api, [key], answered_at)[key] for api in suite.apis]

    assert max(quickest_of(TRIES, cancelled)) <= SECONDS_MAX
