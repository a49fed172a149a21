"""The mail sink keeps mails, refuses them and breaks off as scripted."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.support.mail import DROP_AFTER_KEEPING, DROP_BEFORE_KEEPING, MailSink


def send(sink: MailSink, subject: str = "Hello") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "us@example.org", "ada@example.org", subject
    message.set_content("안녕하세요\n")
    message.add_alternative("<p>안녕하세요</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        client.send_message(message)


def test_keeps_what_it_accepts(mail_sink: MailSink) -> None:
    send(mail_sink, "Bonjour, café")
    (mail,) = mail_sink.wait_for("ada@example.org")
    assert mail.sender == "us@example.org"
    assert mail.subject == "Bonjour, café"
    assert mail.text() == "안녕하세요\n"
    assert "<p>" in mail.text("html")


def test_refuses_as_scripted_and_then_accepts(mail_sink: MailSink) -> None:
    mail_sink.answer("ada@example.org", "451 4.3.0 later", "550 5.1.1 unknown")
    for status in (451, 550):
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            send(mail_sink)
        assert refusal.value.smtp_code == status
    send(mail_sink, "third")
    assert [mail.subject for mail in mail_sink.mails] == ["third"]


def test_a_script_is_for_one_address_alone(mail_sink: MailSink) -> None:
    mail_sink.answer("somebody.else@example.org", "550 5.1.1 unknown")
    send(mail_sink, "kept")
    assert [mail.subject for mail in mail_sink.mails] == ["kept"]


@pytest.mark.parametrize(("script", "kept"), [(DROP_BEFORE_KEEPING, 0), (DROP_AFTER_KEEPING, 1)])
def test_breaks_off_before_or_after_it_kept_the_mail(mail_sink: MailSink, script: str, kept: int) -> None:
    mail_sink.answer("ada@example.org", script)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mail_sink)
    assert len(mail_sink.mails) == kept
