"""Defence against address enumeration: no answer tells by words, length or time whether an address has a user.

In the long run two thousand tries of each operation, addresses with a user and without one by turns. That the
measurement would see a difference is shown with the evening-out switched off.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import ranks, sizes
from tests.support.api import Answer, Api
from tests.support.contacts import add_contact, set_password
from tests.support.people import PASSWORD, new_account, new_email, register, sign_up
from tests.support.sizes import size
from tests.support.suite import ROOMY, Suite, Suites
from tests.support.waiting import eventually

pytestmark = pytest.mark.slow

TRIES = size(40, 2000)
LOOKS = 3
CONTROL_TRIES = size(120, 1000)
AT_ONCE = 5
ADDRESSES = 10
MILLISECONDS_MAX = 2.0
CHANCE_MIN = 0.01
CHANGING = {"Date", "X-Request-Id", "traceparent"}
# What holds up one address that is tried a hundred times would hold up the measurement.
PATIENT = {
    **ROOMY,
    "FRONTDESK_LOG_IN_FREE_FAILS": "1000000",
    "FRONTDESK_LOG_IN_FAILS_MAX": "1000000",
    "FRONTDESK_LINK_REQUESTS_PER_HOUR": "1000000",
    "FRONTDESK_LINK_REQUESTS_PER_DAY": "1000000",
}

# The portal that the measurement asks at; each suite has one of this name.
PORTAL = "/v1/portals/measured"

Ask = Callable[[Api, str], Answer]
Said = tuple[int, tuple[tuple[str, str], ...], int]
ASKED: dict[str, Ask] = {
    "log-in": lambda api, email: api.post("/v1/sessions", {"email": email, "password": "not the password"}),
    "sign-up": lambda api, email: api.post("/v1/accounts", new_account(email)),
    "reset": lambda api, email: api.post("/v1/password-resets", {"email": email}),
    "activation": lambda api, email: api.post("/v1/activation-requests", {"email": email}),
    "reactivation": lambda api, email: api.post(
        "/v1/reactivations", {"email": email, "password": "not the password"}
    ),
    "portal log-in": lambda api, email: api.post(
        f"{PORTAL}/sessions", {"email": email, "password": "not the password"}
    ),
    "portal reset": lambda api, email: api.post(f"{PORTAL}/password-resets", {"email": email}),
    "portal activation": lambda api, email: api.post(f"{PORTAL}/activations", {"email": email}),
}
# Whose address an answer must not tell from one that nobody has.
KNOWN = [
    ("log-in", "verified"),
    ("sign-up", "verified"),
    ("reset", "verified"),
    ("activation", "waiting"),
    ("reactivation", "verified"),
    ("log-in", "waiting"),
    ("log-in", "left"),
    ("reactivation", "left"),
    ("portal log-in", "let in"),
    ("portal log-in", "added"),
    ("portal reset", "let in"),
    ("portal activation", "added"),
]
CONTROLS = KNOWN[:4]


@pytest.fixture(scope="module")
def patient_suite(suites: Suites, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    with suites.opened(tmp_path_factory.mktemp("enumeration"), environment=PATIENT) as suite:
        yield suite


@pytest.fixture(scope="module")
def people(patient_suite: Suite) -> dict[str, list[str]]:
    """Addresses of users, of people who never activated, and of those whose account is cancelled; all of one length."""
    waiting = [_email() for _ in range(ADDRESSES)]
    for email in waiting:
        register(patient_suite, email).must_be(201)
    verified = [sign_up(patient_suite, email=_email()).email for _ in range(ADDRESSES)]
    left = [sign_up(patient_suite, email=_email()) for _ in range(ADDRESSES)]
    for member in left:
        body = {"current_password": PASSWORD, "reason": "unused", "details": "We have closed."}
        member.api.post("/v1/account/cancellation", body).must_be(200)
    return {
        "verified": verified,
        "waiting": waiting,
        "left": [member.email for member in left],
        **contacts(patient_suite),
    }


def contacts(suite: Suite) -> dict[str, list[str]]:
    """Addresses of contacts of the measured portal: of those with a password, and of those who never had one."""
    owner = sign_up(suite)
    slug = {"slug": PORTAL.rpartition("/")[2]}
    owner.api.send("PATCH", "/v1/account", body=slug, headers={"If-Match": "*"}).must_be(200)
    eventually(lambda: suite.api.get(PORTAL).status == 200, what="the portal is known by its new name")
    let_in = [add_contact(owner, email=_email()) for _ in range(ADDRESSES)]
    for contact in let_in:
        set_password(owner, contact).must_be(204)
    added = [add_contact(owner, email=_email()) for _ in range(ADDRESSES)]
    return {
        "let in": [contact["email"] for contact in let_in],
        "added": [contact["email"] for contact in added],
    }


def _email() -> str:
    """An address as long as every other."""
    return new_email().partition(".")[2].join(("u.", ""))


def measured(
    suite: Suite, name: str, known: list[str], *, tries: int
) -> tuple[dict[bool, list[float]], dict[bool, set[Said]]]:
    """How long the answers took in milliseconds, and what was answered, to known addresses and unknown ones.

    Each of those who ask takes one of either kind by turns, and by lot which comes first: what happens on the machine
    meanwhile meets both alike. What comes first of all is not counted, connections are opened by it.
    """
    unknown = [_email() for _ in known]
    took: dict[bool, list[float]] = defaultdict(list)
    said: dict[bool, set[Said]] = defaultdict(set)

    def ask(numbers: range) -> None:
        api = Api(suite.base_url)
        ASKED[name](api, _email())
        for number in numbers:
            for is_known in random.sample((True, False), 2):
                # Who signs up with an address has it from then on.
                others = unknown if name != "sign-up" else [_email()]
                addresses = known if is_known else others
                started = time.perf_counter()
                answer = ASKED[name](api, addresses[number % len(addresses)])
                took[is_known].append((time.perf_counter() - started) * 1000)
                said[is_known].add(_said(answer))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(ask, range(place, tries // 2, AT_ONCE)) for place in range(AT_ONCE)]:
            done.result()
    return took, said


def _said(answer: Answer) -> Said:
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    return answer.status, tuple(sorted(headers.items())), len(answer.content)


@pytest.mark.parametrize(("name", "kind"), KNOWN)
def test_nobody_learns_from_an_answer_whether_an_address_is_known(
    patient_suite: Suite, people: dict[str, list[str]], name: str, kind: str
) -> None:
    assert not tells_apart(patient_suite, name, people[kind], tries=TRIES)


def tells_apart(suite: Suite, name: str, known: list[str], *, tries: int) -> bool:
    """Whether the time of an answer tells who is known. What looks like a difference must show again in twice and in
    four times as many new tries: chance seldom comes three times, and what is there only shows more clearly."""
    for look in range(LOOKS):
        took, said = measured(suite, name, known, tries=tries * 2**look)
        assert said[True] == said[False]
        assert len(said[True]) == 1
        assert {status for status, *_ in said[True]} <= {201, 202, 401}
        if not is_difference(name, took):
            return False
    return True


def is_difference(name: str, took: dict[bool, list[float]]) -> bool:
    apart, chance = ranks.apart(took[True], took[False]), ranks.chance(took[True], took[False])
    print(f"{name}: medians {apart:.2f} ms apart, chance {chance:.5f}")
    return apart > MILLISECONDS_MAX and chance < CHANCE_MIN


def test_without_the_evening_out_the_same_measurement_finds_a_difference(
    patient_suite: Suite, people: dict[str, list[str]]
) -> None:
    patient_suite.process("accounts").terminate()
    patient_suite.environment["FRONTDESK_EVEN_MILLISECONDS"] = "0"
    patient_suite.restart("accounts")
    # A hash is found at once; a few statements only by many tries.
    for name, kind in CONTROLS if sizes.IS_LONG else CONTROLS[:2]:
        took, _ = measured(patient_suite, name, people[kind], tries=CONTROL_TRIES)
        assert is_difference(f"{name}, not evened out", took)
