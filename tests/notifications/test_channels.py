"""Channels: a message leaves, and every way of not leaving is told apart."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from notifications.caught_mails import as_caught
from notifications.channels import (
    CaughtChannel,
    PermanentlyRefused,
    Sent,
    SmtpChannel,
    TemporarilyRefused,
)
from notifications.smtp_url import SmtpServer
from tests.notifications.mail_servers import Certificate, MailServer, certificate_for, running

ROOT = Path(__file__).parents[2]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate_for("localhost", tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def channel(server: MailServer) -> Iterator[SmtpChannel]:
    with opened(f"smtp://127.0.0.1:{server.port}?starttls=none") as channel:
        yield channel


def opened(url: str, timeout_seconds: float = 30) -> contextlib.closing[SmtpChannel]:
    return contextlib.closing(SmtpChannel(url, timeout_seconds=timeout_seconds))


def message_to(
    recipient: str, *, sender: str = "robot@frontdesk.example", text: str = "Hello.\n"
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = "Greetings"
    message["Message-ID"] = f"<{uuid.uuid4()}@frontdesk.example>"
    message.set_content(text)
    return message


def test_a_message_arrives_and_the_servers_reply_is_kept(server: MailServer, channel: SmtpChannel) -> None:
    assert channel.send(message_to("ada@example.com")) == Sent("250 2.0.0 queued as 4711")
    arrived = server.next_message()
    assert arrived["sender"] == "robot@frontdesk.example"
    assert arrived["recipients"] == ["ada@example.com"]


def test_lines_that_begin_with_a_dot_arrive_as_they_were(server: MailServer, channel: SmtpChannel) -> None:
    text = ".\n..\n.hidden\nQUIT\n"
    channel.send(message_to("ada@example.com", text=text))
    assert server.next_content().get_content().replace("\r\n", "\n") == text


def test_several_messages_share_one_connection(server: MailServer, channel: SmtpChannel) -> None:
    for _ in range(3):
        channel.send(message_to("ada@example.com"))
    assert len({server.next_message()["connection"] for _ in range(3)}) == 1


def test_a_connection_that_the_server_closed_is_opened_again(
    server: MailServer, channel: SmtpChannel
) -> None:
    channel.send(message_to("closing@example.com"))
    channel.send(message_to("closing@example.com"))
    server.next_message()
    channel.send(message_to("ada@example.com"))
    server.next_message()
    assert server.next_message()["recipients"] == ["ada@example.com"]


def test_an_unknown_recipient_is_refused_for_good(channel: SmtpChannel) -> None:
    with pytest.raises(PermanentlyRefused) as refusal:
        channel.send(message_to("unknown@example.com"))
    assert (refusal.value.step, refusal.value.code) == ("recipient", 550)
    assert "no such user" in refusal.value.reply


def test_a_full_mailbox_is_refused_for_now(channel: SmtpChannel) -> None:
    with pytest.raises(TemporarilyRefused) as refusal:
        channel.send(message_to("full@example.com"))
    assert (refusal.value.step, refusal.value.code) == ("recipient", 452)


@pytest.mark.parametrize(
    ("recipient", "kind", "code"),
    [("spam@example.com", PermanentlyRefused, 554), ("later@example.com", TemporarilyRefused, 451)],
)
def test_a_refusal_after_the_message_is_told_by_its_code(
    channel: SmtpChannel, recipient: str, kind: type[Exception], code: int
) -> None:
    with pytest.raises(kind) as refusal:
        channel.send(message_to(recipient))
    assert isinstance(refusal.value, TemporarilyRefused | PermanentlyRefused)
    assert refusal.value.code == code
    assert not getattr(refusal.value, "may_have_arrived", False)


def test_a_refused_sender_does_not_cost_the_recipients_mail(channel: SmtpChannel) -> None:
    with pytest.raises(TemporarilyRefused) as refusal:
        channel.send(message_to("ada@example.com", sender="stranger@example.com"))
    assert (refusal.value.step, refusal.value.code) == ("sender", 553)


def test_after_a_refusal_the_same_connection_carries_the_next_message(
    server: MailServer, channel: SmtpChannel
) -> None:
    channel.send(message_to("ada@example.com"))
    with pytest.raises(PermanentlyRefused):
        channel.send(message_to("unknown@example.com"))
    channel.send(message_to("ada@example.com"))
    assert server.next_message()["connection"] == server.next_message()["connection"]


def test_a_connection_lost_after_the_message_leaves_its_fate_open(
    server: MailServer, channel: SmtpChannel
) -> None:
    with pytest.raises(TemporarilyRefused) as refusal:
        channel.send(message_to("drop@example.com"))
    assert refusal.value.code is None
    assert refusal.value.may_have_arrived
    channel.send(message_to("ada@example.com"))
    assert server.next_message()["recipients"] == ["ada@example.com"]


def test_a_server_that_stays_silent_is_given_up(server: MailServer) -> None:
    with opened(f"smtp://127.0.0.1:{server.port}?starttls=none", timeout_seconds=0.3) as channel:
        with pytest.raises(TemporarilyRefused) as refusal:
            channel.send(message_to("silent@example.com"))
        assert refusal.value.may_have_arrived


def test_a_server_out_of_reach_is_a_reason_to_try_later() -> None:
    with running() as server:
        port = server.port
    with pytest.raises(TemporarilyRefused) as refusal:
        SmtpChannel(f"smtp://127.0.0.1:{port}?starttls=none").send(message_to("ada@example.com"))
    assert (refusal.value.step, refusal.value.code) == ("connection", None)


def test_all_connections_busy_is_a_reason_to_try_later(server: MailServer) -> None:
    channel = SmtpChannel(f"smtp://127.0.0.1:{server.port}", timeout_seconds=0.1, connections=0)
    with pytest.raises(TemporarilyRefused):
        channel.send(message_to("ada@example.com"))


def test_a_server_without_starttls_is_refused_where_it_is_required(server: MailServer) -> None:
    for url in (f"smtp://127.0.0.1:{server.port}", f"smtp://127.0.0.1:{server.port}?starttls=required"):
        with pytest.raises(TemporarilyRefused) as refusal:
            SmtpChannel(url).send(message_to("ada@example.com"))
        assert refusal.value.step == "encryption"


def test_starttls_encrypts(certificate: Certificate) -> None:
    with (
        running("--tls", "starttls", *certificate.arguments) as server,
        opened(f"smtp://localhost:{server.port}?ca_file={certificate.file}") as channel,
    ):
        channel.send(message_to("ada@example.com"))
        assert server.next_message()["is_tls"]


def test_smtps_encrypts_and_logs_in(certificate: Certificate) -> None:
    with running("--tls", "implicit", "--log-in", *certificate.arguments) as server:
        address = f"robot:p%40ss%2Fword@localhost:{server.port}?ca_file={certificate.file}"
        with opened(f"smtps://{address}") as channel:
            channel.send(message_to("ada@example.com"))
            arrived = server.next_message()
            assert (arrived["is_tls"], arrived["user"]) == (True, "robot")


def test_a_wrong_password_is_ours_to_mend_not_the_recipients(server: MailServer) -> None:
    with running("--log-in") as guarded:
        channel = SmtpChannel(f"smtp://robot:wrong@127.0.0.1:{guarded.port}?starttls=none")
        with pytest.raises(TemporarilyRefused) as refusal:
            channel.send(message_to("ada@example.com"))
    assert (refusal.value.step, refusal.value.code) == ("log-in", 535)


def test_a_certificate_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    with running("--tls", "starttls", *certificate.arguments) as server:
        with pytest.raises(TemporarilyRefused) as refusal:
            SmtpChannel(f"smtp://localhost:{server.port}").send(message_to("ada@example.com"))
        assert (refusal.value.step, refusal.value.reply) == ("encryption", "SSLCertVerificationError")


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    other = certificate_for("mail.example.com", tmp_path)
    with running("--tls", "implicit", *other.arguments) as server:
        channel = SmtpChannel(f"smtps://localhost:{server.port}?ca_file={other.file}")
        with pytest.raises(TemporarilyRefused) as refusal:
            channel.send(message_to("ada@example.com"))
        assert refusal.value.reply == "SSLCertVerificationError"


def test_international_addresses_need_a_server_that_takes_them(
    server: MailServer, channel: SmtpChannel
) -> None:
    channel.send(message_to("김민준@example.com"))
    assert server.next_message()["recipients"] == ["김민준@example.com"]
    with (
        running("--ascii-only") as old,
        opened(f"smtp://127.0.0.1:{old.port}?starttls=none") as channel,
        pytest.raises(PermanentlyRefused),
    ):
        channel.send(message_to("김민준@example.com"))


def test_nothing_that_may_be_logged_holds_an_address(
    channel: SmtpChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(PermanentlyRefused) as refusal:
        channel.send(message_to("unknown@example.com"))
    assert "@" not in str(refusal.value)
    assert "@" not in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.com",
        "smtp://",
        "smtp://mail.example.com?starttls=maybe",
        "smtp://mail.example.com?tls=off",
        "smtp://robot:secret@mail.example.com?starttls=none",
        "smtp://robot:secret/word@mail.example.com",
    ],
)
def test_a_wrong_address_stops_the_start_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="The SMTP address") as error:
        SmtpChannel(url)
    assert "secret" not in str(error.value)
    assert error.value.__cause__ is None


def test_the_password_is_not_shown_with_the_server() -> None:
    assert "secret" not in repr(SmtpServer.from_url("smtps://robot:secret@mail.example.com"))


def test_tls_is_the_default() -> None:
    assert SmtpServer.from_url("smtp://mail.example.com").is_starttls
    assert SmtpServer.from_url("smtps://mail.example.com").port == 465


GREEN = """
import eventlet
eventlet.monkey_patch()
import sys
from notifications.channels import SmtpChannel
from tests.notifications.test_channels import message_to
channel = SmtpChannel(sys.argv[1], timeout_seconds=5, connections=2)
ticks = 0
def tick():
    global ticks
    while True:
        eventlet.sleep(0.01)
        ticks += 1
ticker = eventlet.spawn(tick)
senders = [eventlet.spawn(channel.send, message_to("slow@example.com")) for _ in range(3)]
for sender in senders:
    assert sender.wait().reply.startswith("250")
ticker.kill()
channel.close()
print(ticks)
"""


def test_under_eventlet_a_slow_server_holds_up_nobody_else(certificate: Certificate) -> None:
    with running("--tls", "starttls", *certificate.arguments) as server:
        url = f"smtp://localhost:{server.port}?ca_file={certificate.file}"
        command = [sys.executable, "-W", "ignore", "-c", GREEN, url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) > 20
        assert len({server.next_message()["connection"] for _ in range(3)}) == 2


def test_a_caught_message_is_handed_over() -> None:
    caught: list[EmailMessage] = []
    message = message_to("ada@example.com")
    assert CaughtChannel(caught.append).send(message) == Sent("caught")
    assert caught == [message]


def test_a_caught_message_is_taken_apart_for_its_reader() -> None:
    message = message_to("Ada <ada@example.com>", text="Bonjour, voilà\n")
    message.add_alternative("<p>Bonjour, voilà</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="facture é.pdf")
    caught = as_caught(message)
    assert (caught["to"], caught["sender"]) == ("ada@example.com", "robot@frontdesk.example")
    assert caught["subject"] == "Greetings"
    assert caught["text"] == "Bonjour, voilà\n"
    assert caught["html"] == "<p>Bonjour, voilà</p>\n"
    assert {"name": "To", "value": "Ada <ada@example.com>"} in caught["headers"]
    assert caught["attachments"] == [
        {"filename": "facture é.pdf", "content_type": "application/pdf", "size": 5}
    ]
