"""Throttles of log-in and sign-up: guessed passwords get no further than the limits say, whatever is restarted.

Tries at one address, ten thousand of them in the long run of the tests, over four gateways; a clock that is moved on
by a quarter of an hour after every round, so that all the waiting is done that an attacker has patience for. Checks
are counted by the service's metric.
"""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.support.api import Answer
from tests.support.clock import MovableClock
from tests.support.contacts import GIVEN_PASSWORD, OWN_PASSWORD, add_contact, portal_path, set_password
from tests.support.contacts import log_in as contact_log_in
from tests.support.people import PASSWORD, Member, new_account, new_email, sign_up
from tests.support.sizes import size
from tests.support.suite import Suite, Suites

pytestmark = pytest.mark.slow

GATEWAYS = 4
ROUNDS = 100
TRIES = size(8, 100)
AT_ONCE = 8
WAIT_MAX = 900
FREE = 5
STOP = 100
CHECKED = re.compile(r'^frontdesk_passwords_checked_total\{outcome="wrong"\} ([0-9.]+)$', re.MULTILINE)


class Stage:
    """Four gateways, and a clock that can be moved; passwords are compared by `service`."""

    def __init__(self, suite: Suite, clock: MovableClock, service: str = "accounts") -> None:
        self.suite = suite
        self.clock = clock
        self.service = service
        self._before = 0.0

    def checks(self) -> int:
        """How many wrong passwords have been compared, restarts included."""
        return int(self._before + self._counted())

    def _counted(self) -> float:
        with urllib.request.urlopen(f"{self.suite.ops_url(self.service)}/metrics", timeout=10) as answer:
            found = CHECKED.search(answer.read().decode())
        return float(found[1]) if found else 0.0

    def restart(self, name: str) -> None:
        if name == self.service:
            self._before += self._counted()
        self.suite.kill(name)
        self.suite.restart(name)

    @contextmanager
    def configured(self, **environment: str) -> Iterator[None]:
        """For the length of the block, accounts has other settings."""
        usual = dict(self.suite.environment)
        self.suite.environment.update(environment)
        self.restart("accounts")
        try:
            yield
        finally:
            self.suite.environment = usual
            self.restart("accounts")


class Attack:
    """What has come of the guesses since it began."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._begun_at = stage.clock.now()
        self._checks_before = stage.checks()

    def checks(self) -> int:
        return self._stage.checks() - self._checks_before

    def allowed(self) -> int:
        return allowed((self._stage.clock.now() - self._begun_at).total_seconds())


@pytest.fixture(scope="module")
def stage(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("guessing")
    clock = MovableClock(folder / "clock")
    environment = {**clock.environment, "FRONTDESK_LOG_LEVEL": "WARNING"}
    with suites.opened(folder, gateways=GATEWAYS, environment=environment) as suite:
        yield Stage(suite, clock)


def guess(stage: Stage, email: str, *, tries: int = TRIES, path: str = "/v1/sessions") -> None:
    """So many wrong passwords, side by side, each gateway its share."""

    def one(place: int) -> None:
        api = stage.suite.apis[place % GATEWAYS]
        for number in range(tries // AT_ONCE + (place < tries % AT_ONCE)):
            body = {"email": email, "password": f"guess number {place} {number}"}
            assert api.post(path, body).code == "invalid_credentials"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, range(AT_ONCE)))


def allowed(seconds: float) -> int:
    """How many tries one address has in this time, if each comes as early as it may."""
    tries, at = 0, 0.0
    while tries < STOP and at <= seconds:
        tries += 1
        at += min(WAIT_MAX, 2 ** (tries - FREE)) if tries >= FREE else 0
    return tries


def log_in(stage: Stage, member: Member, password: str = PASSWORD, **more: str) -> Answer:
    return stage.suite.api.post("/v1/sessions", {"email": member.email, "password": password, **more})


def test_any_number_of_guesses_comes_to_a_hundred_whatever_is_restarted(stage: Stage) -> None:
    member = sign_up(stage.suite)
    known_device = log_in(stage, member).must_be(201).body["device_token"]
    attack = Attack(stage)
    for number in range(1, ROUNDS + 1):
        guess(stage, member.email)
        assert attack.checks() <= attack.allowed(), f"after {number * TRIES} guesses"
        stage.clock.move(seconds=WAIT_MAX)
        if number % 25 == 0:
            stage.restart("accounts")
            stage.restart(f"gateway-{number // 25 % GATEWAYS}" if number < ROUNDS else "gateway")
    # The doubling waits of the beginning are all shorter than a round's quarter of an hour.
    assert 90 <= attack.checks() <= STOP

    stage.clock.move(days=30)
    guess(stage, member.email)
    assert attack.checks() <= STOP
    while attack.checks() < STOP:
        guess(stage, member.email, tries=AT_ONCE)
        stage.clock.move(seconds=WAIT_MAX)
    assert log_in(stage, member).code == "invalid_credentials", "the right one is refused like the others"
    log_in(stage, member, device_token=known_device).must_be(201)


def test_nobody_has_more_guesses_at_an_address_that_nobody_has(stage: Stage) -> None:
    attack = Attack(stage)
    guess(stage, "nobody.at.all@example.com", tries=40)
    assert FREE <= attack.checks() <= attack.allowed()


def test_guesses_at_a_portal_are_counted_there_and_nowhere_else(stage: Stage) -> None:
    owner, other = sign_up(stage.suite), sign_up(stage.suite)
    contact = add_contact(owner)
    set_password(owner, contact).must_be(204)
    namesake = add_contact(other, email=contact["email"])
    set_password(other, namesake, OWN_PASSWORD).must_be(204)
    path, elsewhere = portal_path(stage.suite, owner), portal_path(stage.suite, other)
    at_portal = Stage(stage.suite, stage.clock, "contacts")
    attack = Attack(at_portal)
    for number in range(8):
        guess(at_portal, contact["email"], path=f"{path}/sessions")
        assert attack.checks() <= attack.allowed(), f"after {(number + 1) * TRIES} guesses"
        if number == 4:
            at_portal.restart("contacts")
    # So many more that the wait is minutes long, however slow the machine is.
    for _ in range(8):
        stage.clock.move(seconds=WAIT_MAX)
        guess(at_portal, contact["email"], path=f"{path}/sessions", tries=AT_ONCE)
    assert attack.checks() >= FREE + 8
    assert contact_log_in(stage.suite, path, contact["email"], GIVEN_PASSWORD).code == "invalid_credentials"

    # Whoever has a portal of their own wins nothing by a right password for the same address there.
    contact_log_in(stage.suite, elsewhere, contact["email"], OWN_PASSWORD).must_be(201)
    assert contact_log_in(stage.suite, path, contact["email"], GIVEN_PASSWORD).code == "invalid_credentials"
    stage.clock.move(seconds=WAIT_MAX)
    contact_log_in(stage.suite, path, contact["email"], GIVEN_PASSWORD).must_be(201)


def test_a_network_is_told_after_twenty_log_ins_a_minute(stage: Stage) -> None:
    member = sign_up(stage.suite)
    with stage.configured(FRONTDESK_LOG_INS_PER_MINUTE="20"):
        stage.clock.move(hours=1)
        answers = [log_in(stage, member) for _ in range(25)]
        late = [answer for answer in answers if answer.status == 429]
        assert [answer.status for answer in answers[:20]] == [201] * 20
        assert len(late) == 5
        refused = late[0]
        seconds = int(refused.headers["Retry-After"])
        assert 0 < seconds <= 60
        assert refused.headers["RateLimit-Policy"] == '"log-in";q=20;w=60'
        assert refused.headers["RateLimit"] == f'"log-in";r=0;t={seconds}'
        assert refused.code == "quota_exceeded"
        assert refused.body["type"].endswith("#quota-exceeded")
        assert refused.body["violated-policies"] == ["log-in"]
        stage.clock.move(minutes=1)
        log_in(stage, member).must_be(201)


def test_a_network_is_told_after_so_many_sign_ups_an_hour_whoever_they_are_for(stage: Stage) -> None:
    member = sign_up(stage.suite)
    with stage.configured(FRONTDESK_LINK_REQUESTS_PER_NETWORK="4"):
        stage.clock.move(hours=1)
        api = stage.suite.api
        for email in (new_email(), member.email) * 2:
            api.post("/v1/accounts", new_account(email)).must_be(201)
        late = [api.post("/v1/accounts", new_account(email)) for email in (new_email(), member.email)]
        assert {(answer.status, answer.code) for answer in late} == {(429, "quota_exceeded")}
        assert {tuple(answer.headers.keys()) for answer in late} == {tuple(late[0].headers.keys())}
        assert 3500 < int(late[0].headers["Retry-After"]) <= 3600
        assert late[0].headers["RateLimit-Policy"] == '"sign-up";q=4;w=3600'
        assert_the_page_says_so(stage)
        stage.clock.move(hours=1)
        api.post("/v1/accounts", new_account()).must_be(201)


def assert_the_page_says_so(stage: Stage) -> None:
    api = stage.suite.api
    page = api.get("/sign-up").must_be(200)
    jar = {
        cookie.partition("=")[0]: cookie.partition("=")[2].partition(";")[0] for cookie in page.set_cookies
    }
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"company_name": "Plum & Co", "country": "FR", "name": "Ann", "email": new_email()}
    refused = api.send("POST", "/sign-up", data={**form, "csrf_token": token}, cookies=jar).must_be(429)
    assert int(refused.headers["Retry-After"]) <= 3600
    assert "too many attempts" in refused.text
    assert form["email"] in refused.text, "what was entered is still there"


def test_with_the_throttle_switched_off_the_same_guessing_gets_through(stage: Stage) -> None:
    member = sign_up(stage.suite)
    with stage.configured(FRONTDESK_LOG_IN_FREE_FAILS="1000000", FRONTDESK_LOG_IN_FAILS_MAX="1000000"):
        attack = Attack(stage)
        guess(stage, member.email, tries=2 * STOP)
        assert attack.checks() == 2 * STOP > allowed(10**9)
