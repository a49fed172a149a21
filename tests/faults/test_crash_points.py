"""Crash points: a process dies at each registered step, and nothing shows of it afterwards."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from chassis.process import crashpoints
from tests.faults.messages import Outsider
from tests.faults.rig import Rig, Service
from tests.support.clock import MovableClock
from tests.support.mail import Mail, MailSink
from tests.support.waiting import eventually

KILLED = -9
PARTS = 20
# Steps of the one who announces, of the one who hears, and of the one who sends mail.
MAKERS = tuple(step for step in crashpoints.REGISTRY if step.startswith(("outbox.", "relay.")))
KEEPERS = tuple(step for step in crashpoints.REGISTRY if step.startswith("inbox."))
COURIERS = tuple(step for step in crashpoints.REGISTRY if step.startswith("courier."))
SECRETS = {"FRONTDESK_ACCOUNTS_TOKEN_KEY": "k" * 48, "FRONTDESK_ACCOUNTS_PEPPER": "p" * 48}
# Past the lease of a courier that died.
LATER_MINUTES = 10


def test_every_registered_step_has_its_scenario() -> None:
    assert sorted(MAKERS + KEEPERS + COURIERS) == sorted(crashpoints.REGISTRY)


def test_a_step_that_is_not_registered_cannot_be_reached() -> None:
    with pytest.raises(KeyError, match=r"courier\.sneezes"):
        crashpoints.reach("courier.sneezes")


def test_where_nobody_has_asked_for_a_crash_every_step_is_passed() -> None:
    """The process that runs the tests passes them all, as production does."""
    for step in crashpoints.REGISTRY:
        crashpoints.reach(step)


def test_a_step_that_is_not_registered_cannot_be_asked_for(rig: Rig) -> None:
    service = rig.start("keeper", is_awaited=False, FRONTDESK_CRASH_AT="courier.sneezes:1")
    assert service.wait() != 0
    assert "courier.sneezes is not a registered crash point" in service.tail()


@pytest.mark.parametrize("step", MAKERS)
def test_whoever_announces_may_die_at(rig: Rig, step: str) -> None:
    rig.start("keeper")
    rig.order(PARTS, aggregates=3)
    victim = rig.start("maker", is_awaited=False, FRONTDESK_CRASH_AT=f"{step}:1")
    assert_died_at(victim, step)
    rig.start("maker")
    assert_all_parts_once(rig)
    eventually(lambda: rig.unsent() == 0, what="the outbox is empty")


@pytest.mark.parametrize("step", KEEPERS)
def test_whoever_hears_may_die_at(rig: Rig, step: str) -> None:
    victim = rig.start("keeper", FRONTDESK_CRASH_AT=f"{step}:1")
    rig.order(PARTS, aggregates=3)
    rig.start("maker")
    assert_died_at(victim, step)
    rig.start("keeper")
    assert_all_parts_once(rig)


@pytest.mark.parametrize("step", COURIERS)
def test_whoever_sends_mail_may_die_at(rig: Rig, step: str, mail_sink: MailSink, tmp_path: Path) -> None:
    clock = MovableClock(tmp_path / "clock")
    rig.environment |= SECRETS | {
        "FRONTDESK_SMTP_URL": f"{mail_sink.url}?starttls=none",
        **clock.environment,
    }
    rig.start("accounts")
    victim = rig.start("notifications", FRONTDESK_CRASH_AT=f"{step}:1")
    address = f"{uuid.uuid4().hex}@example.com"
    sign_up(rig, address)
    assert_died_at(victim, step)

    clock.move(minutes=LATER_MINUTES)
    rig.start("notifications")
    wait_until_sent(rig, address)
    assert_sent_once_or_repeated(mail_sink.to(address), is_repeated=step == "courier.after_send")


def assert_died_at(victim: Service, step: str) -> None:
    assert victim.wait() == KILLED, f"nobody has reached {step}:\n{victim.tail()}"


def assert_all_parts_once(rig: Rig) -> None:
    rig.wait_until_kept(PARTS)
    rig.assert_exactly_once(PARTS)
    assert rig.parked() == []


def assert_sent_once_or_repeated(mails: list[Mail], *, is_repeated: bool) -> None:
    """At least once: twice only from the window that nothing closes, and then as the same mail."""
    assert len(mails) == (2 if is_repeated else 1)
    assert len({mail.message["Message-ID"] for mail in mails}) == 1


def sign_up(rig: Rig, address: str) -> None:
    account = {"company_name": "Acme", "country": "FR", "owner_name": "Ann", "owner_email": address}
    with Outsider(rig.amqp_uri) as outsider:
        outsider.call("accounts.create_account", **account)


def wait_until_sent(rig: Rig, address: str) -> None:
    state = f"SELECT state FROM notifications WHERE recipient = '{address}'"

    def is_sent() -> bool:
        return rig.sql_across_accounts("notifications", state) == [("sent",)]

    eventually(is_sent, what="the mail is noted as sent")
