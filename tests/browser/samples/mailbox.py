"""Samples of the mailbox page."""

from __future__ import annotations

import datetime
import uuid

from gateway.layout.contexts import Page
from gateway.mailbox.contexts import Attachment, Header, Mail, Mailbox
from tests.browser.sample_people import EMAIL, NAMES, NOW, common

SUBJECTS = {
    "en": "Activate your Frontdesk account",
    "fr": "Activez votre compte Frontdesk",
    "ko": "Frontdesk 계정을 활성화해 주세요",
}
# Said by these samples, not by the page: the same in every language.
SAME_EVERYWHERE = frozenset({*SUBJECTS.values(), "Message-ID", "Auto-Submitted", "auto-generated"})
LINK = "http://127.0.0.1:8000/activate/5sZ8Jx0Vq1dXb3m7nYc2tRk9wLpGfHuE"
MAIL_HTML = """<!doctype html><html><head><title>Mail</title></head>
<body style="margin:0;background:#f2f4f5;font-family:sans-serif">
<table role="presentation" style="max-width:560px;margin:24px auto;background:#fff;padding:32px">
<tr><td><h1 style="font-size:20px;margin:0 0 12px">{subject}</h1><p>{name}</p>
<p><a href="{link}" style="background:#0b6b5f;color:#fff;display:block;padding:12px">{subject}</a></p>
</td></tr></table></body></html>"""


def mail(locale: str, *, hours_ago: int = 0, to: str = EMAIL) -> Mail:
    subject = SUBJECTS[locale]
    return Mail(
        id=uuid.UUID(int=hours_ago + 1),
        to=to,
        sender="Frontdesk <no-reply@frontdesk.example>",
        subject=subject,
        text=f"{NAMES[locale]}\n\n{subject}:\n\n{LINK}\n",
        html=MAIL_HTML.format(subject=subject, name=NAMES[locale], link=LINK),
        headers=(
            Header(name="Message-ID", value="<9d3c1f60-41a0-4d43-9a4b-0d3dcf9a3f0e@frontdesk.example>"),
            Header(name="Auto-Submitted", value="auto-generated"),
        ),
        attachments=(Attachment(filename="invoice.pdf", content_type="application/pdf", size=48213),),
        caught_at=NOW - datetime.timedelta(hours=hours_ago),
    )


def pages(locale: str) -> dict[str, Page]:
    mails = (mail(locale), mail("fr", hours_ago=3, to="amelie@etoile.example"), mail("ko", hours_ago=30))
    path = "/mailbox?to=grace%40harbour.example"
    return {
        "mailbox": Mailbox(**common(locale, "/mailbox"), mails=mails, selected=None),
        "mailbox-open": Mailbox(**common(locale, "/mailbox"), mails=mails, selected=mails[0]),
        "mailbox-empty": Mailbox(**common(locale, path), mails=(), selected=None, to="grace@harbour.example"),
    }
