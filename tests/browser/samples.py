"""What would each page show on an ordinary day, and on a bad one? Sample contexts for previews and checks."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import uuid

from gateway.pages import contexts, texts
from gateway.pages.contexts import BillingState, LinkState, Page
from tests.browser import (
    samples_access,
    samples_audit,
    samples_lifecycle,
    samples_passwords,
    samples_profile,
    samples_team,
)
from tests.browser.sample_people import COMPANIES, EMAIL, NAMES, NOW, common
from wire.values import Role

__all__ = ["COMPANIES", "EMAIL", "NAMES", "NOW", "common", "pages"]

TOPICS = (samples_passwords, samples_profile, samples_access, samples_lifecycle, samples_team, samples_audit)
SUBJECTS = {
    "en": "Activate your Frontdesk account",
    "fr": "Activez votre compte Frontdesk",
    "ko": "Frontdesk 계정을 활성화해 주세요",
}
# Said by the samples, not by the pages: the same in every language.
SAME_EVERYWHERE = frozenset(
    {
        *NAMES.values(),
        *COMPANIES.values(),
        *SUBJECTS.values(),
        *(text for topic in TOPICS for text in topic.SAME_EVERYWHERE),
        "Message-ID",
        "Auto-Submitted",
        "auto-generated",
    }
)
LINK = "http://127.0.0.1:8000/activate/5sZ8Jx0Vq1dXb3m7nYc2tRk9wLpGfHuE"
MAIL_HTML = """<!doctype html><html><head><title>Mail</title></head>
<body style="margin:0;background:#f2f4f5;font-family:sans-serif">
<table role="presentation" style="max-width:560px;margin:24px auto;background:#fff;padding:32px">
<tr><td><h1 style="font-size:20px;margin:0 0 12px">{subject}</h1><p>{name}</p>
<p><a href="{link}" style="background:#0b6b5f;color:#fff;display:block;padding:12px">{subject}</a></p>
</td></tr></table></body></html>"""


def mail(locale: str, *, hours_ago: int = 0, to: str = EMAIL) -> contexts.Mail:
    subject = SUBJECTS[locale]
    return contexts.Mail(
        id=uuid.UUID(int=hours_ago + 1),
        to=to,
        sender="Frontdesk <no-reply@frontdesk.example>",
        subject=subject,
        text=f"{NAMES[locale]}\n\n{subject}:\n\n{LINK}\n",
        html=MAIL_HTML.format(subject=subject, name=NAMES[locale], link=LINK),
        headers=(
            contexts.Header(
                name="Message-ID", value="<9d3c1f60-41a0-4d43-9a4b-0d3dcf9a3f0e@frontdesk.example>"
            ),
            contexts.Header(name="Auto-Submitted", value="auto-generated"),
        ),
        attachments=(
            contexts.Attachment(filename="invoice.pdf", content_type="application/pdf", size=48213),
        ),
        caught_at=NOW - datetime.timedelta(hours=hours_ago),
    )


def profile(locale: str) -> contexts.Profile:
    return contexts.Profile(
        name=NAMES[locale],
        email=EMAIL,
        phone="+33 1 23 45 67 89" if locale == "fr" else None,
        locale=locale,
        time_zone=common(locale, "/")["time_zone"],
        role="owner",
        company_name=COMPANIES[locale],
    )


def billing(*, days: int = 12, status: str = "trial") -> contexts.Billing:
    ends_at = NOW + datetime.timedelta(days=days)
    return contexts.Billing(plan="trial", status=status, trial_ends_at=ends_at, as_of=NOW)


def account(locale: str, state: BillingState, figures: contexts.Billing | None) -> Page:
    role = Role.AGENT if state is BillingState.HIDDEN else Role.OWNER
    return contexts.Account(
        **common(locale, "/account", is_logged_in=True, role=role),
        profile=dataclasses.replace(profile(locale), role=role.value),
        billing_state=state,
        billing=figures,
        now=NOW,
    )


def activation(locale: str, state: LinkState) -> Page:
    return contexts.Activate(
        **common(locale, "/activate"),
        state=state,
        email_masked="g•••@harbour-and-sons.example",
        expires_at=NOW + datetime.timedelta(days=3),
    )


def _forms(locale: str) -> dict[str, Page]:
    def say(code: str, **facts: object) -> str:
        return texts.detail(code, locale, **facts)

    return {
        "sign_up": contexts.SignUp(**common(locale, "/sign-up")),
        "sign_up-errors": contexts.SignUp(
            **common(locale, "/sign-up"),
            values={"company_name": COMPANIES[locale], "country": "KR", "email": "grace@", "phone": "12"},
            errors={
                "name": say("missing_field"),
                "email": say("email_invalid"),
                "phone": say("phone_invalid"),
            },
            problem=texts.title("validation_failed", locale),
        ),
        "sign_up_done": contexts.SignUpDone(**common(locale, "/sign-up/done"), email=EMAIL),
        "activate-errors": contexts.Activate(
            **common(locale, "/activate"),
            state=LinkState.READY,
            email_masked="g•••@harbour-and-sons.example",
            errors={
                "password": say("password_too_short", minimum=12),
                "password_repeat": say("password_confirmation_mismatch"),
            },
        ),
        "log_in": contexts.LogIn(**common(locale, "/log-in")),
        "log_in-refused": contexts.LogIn(
            **common(locale, "/log-in"), values={"email": EMAIL}, problem=say("invalid_credentials")
        ),
    }


def _mailboxes(locale: str) -> dict[str, Page]:
    mails = (mail(locale), mail("fr", hours_ago=3, to="amelie@etoile.example"), mail("ko", hours_ago=30))
    path = "/mailbox?to=grace%40harbour.example"
    return {
        "mailbox": contexts.Mailbox(**common(locale, "/mailbox"), mails=mails, selected=None),
        "mailbox-open": contexts.Mailbox(**common(locale, "/mailbox"), mails=mails, selected=mails[0]),
        "mailbox-empty": contexts.Mailbox(
            **common(locale, path), mails=(), selected=None, to="grace@harbour.example"
        ),
    }


def _problems(locale: str) -> dict[str, Page]:
    codes = {
        400: "malformed_request",
        401: "unauthenticated",
        403: "csrf_failed",
        404: "not_found",
        405: "method_not_allowed",
        413: "payload_too_large",
        429: "rate_limited",
        500: "internal_error",
        503: "service_unavailable",
        504: "deadline_exceeded",
    }
    return {
        f"problem-{status}": contexts.Problem(
            **common(locale, "/account"),
            number=status,
            code=code,
            request_id="0b9f3a52-7c1e-4b35-8f60-1f5f3a2d9c11",
            is_repeatable=status in (429, 500, 503, 504),
        )
        for status, code in codes.items()
    }


@functools.cache
def pages(locale: str) -> dict[str, Page]:
    """Every page in every state that a person may meet, by a name for the file or the test."""
    return {
        **_forms(locale),
        **{f"activate-{state}": activation(locale, state) for state in LinkState},
        "account": account(locale, BillingState.READY, billing()),
        "account-last-day": account(locale, BillingState.READY, billing(days=1)),
        "account-ended": account(locale, BillingState.READY, billing(days=-3, status="ended")),
        "account-stale": account(locale, BillingState.STALE, billing()),
        "account-down": account(locale, BillingState.STALE, None),
        "account-preparing": account(locale, BillingState.PREPARING, None),
        "account-agent": account(locale, BillingState.HIDDEN, None),
        **{name: page for topic in TOPICS for name, page in topic.pages(locale).items()},
        **_mailboxes(locale),
        **_problems(locale),
        "docs": contexts.Docs(**common(locale, "/docs")),
    }


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Frontdesk", "version": "1", "description": "A sample of the document."},
    "paths": {
        "/v1/me": {
            "get": {
                "operationId": "getMe",
                "summary": "Who am I?",
                "tags": ["accounts"],
                "responses": {"200": {"description": "The user and the account."}},
            }
        },
        "/v1/sessions": {
            "post": {
                "summary": "Log in",
                "tags": ["accounts"],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "required": ["email", "password"],
                                "properties": {"email": {"type": "string"}, "password": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {"201": {"description": "A session."}},
            }
        },
    },
}
