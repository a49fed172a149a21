"""What would each page show on an ordinary day, and on a bad one? Sample contexts for previews and checks."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import uuid

from gateway import texts
from gateway.layout import contexts as layout_contexts
from gateway.layout.contexts import LinkState, Page
from gateway.mailbox import contexts as mailbox_contexts
from gateway.my_account import contexts as my_account_contexts
from gateway.my_account.contexts import BillingState
from gateway.sessions import contexts as sessions_contexts
from gateway.signup import contexts as signup_contexts
from gateway.system import contexts as system_contexts
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


def mail(locale: str, *, hours_ago: int = 0, to: str = EMAIL) -> mailbox_contexts.Mail:
    subject = SUBJECTS[locale]
    return mailbox_contexts.Mail(
        id=uuid.UUID(int=hours_ago + 1),
        to=to,
        sender="Frontdesk <no-reply@frontdesk.example>",
        subject=subject,
        text=f"{NAMES[locale]}\n\n{subject}:\n\n{LINK}\n",
        html=MAIL_HTML.format(subject=subject, name=NAMES[locale], link=LINK),
        headers=(
            mailbox_contexts.Header(
                name="Message-ID", value="<9d3c1f60-41a0-4d43-9a4b-0d3dcf9a3f0e@frontdesk.example>"
            ),
            mailbox_contexts.Header(name="Auto-Submitted", value="auto-generated"),
        ),
        attachments=(
            mailbox_contexts.Attachment(filename="invoice.pdf", content_type="application/pdf", size=48213),
        ),
        caught_at=NOW - datetime.timedelta(hours=hours_ago),
    )


def profile(locale: str) -> my_account_contexts.Profile:
    return my_account_contexts.Profile(
        name=NAMES[locale],
        email=EMAIL,
        phone="+33 1 23 45 67 89" if locale == "fr" else None,
        locale=locale,
        time_zone=common(locale, "/")["time_zone"],
        role="owner",
        company_name=COMPANIES[locale],
    )


def billing(*, days: int = 12, status: str = "trial") -> my_account_contexts.Billing:
    ends_at = NOW + datetime.timedelta(days=days)
    return my_account_contexts.Billing(plan="trial", status=status, trial_ends_at=ends_at, as_of=NOW)


def account(locale: str, state: BillingState, figures: my_account_contexts.Billing | None) -> Page:
    role = Role.AGENT if state is BillingState.HIDDEN else Role.OWNER
    return my_account_contexts.Account(
        **common(locale, "/account", is_logged_in=True, role=role),
        profile=dataclasses.replace(profile(locale), role=role.value),
        billing_state=state,
        billing=figures,
        now=NOW,
    )


def activation(locale: str, state: LinkState) -> Page:
    return signup_contexts.Activate(
        **common(locale, "/activate"),
        state=state,
        email_masked="g•••@harbour-and-sons.example",
        expires_at=NOW + datetime.timedelta(days=3),
    )


def _forms(locale: str) -> dict[str, Page]:
    def say(code: str, **facts: object) -> str:
        return texts.detail(code, locale, **facts)

    return {
        "sign_up": signup_contexts.SignUp(**common(locale, "/sign-up")),
        "sign_up-errors": signup_contexts.SignUp(
            **common(locale, "/sign-up"),
            values={"company_name": COMPANIES[locale], "country": "KR", "email": "grace@", "phone": "12"},
            errors={
                "name": say("missing_field"),
                "email": say("email_invalid"),
                "phone": say("phone_invalid"),
            },
            problem=texts.title("validation_failed", locale),
        ),
        "sign_up_done": signup_contexts.SignUpDone(**common(locale, "/sign-up/done"), email=EMAIL),
        "activate-errors": signup_contexts.Activate(
            **common(locale, "/activate"),
            state=LinkState.READY,
            email_masked="g•••@harbour-and-sons.example",
            errors={
                "password": say("password_too_short", minimum=12),
                "password_repeat": say("password_confirmation_mismatch"),
            },
        ),
        "log_in": sessions_contexts.LogIn(**common(locale, "/log-in")),
        "log_in-refused": sessions_contexts.LogIn(
            **common(locale, "/log-in"), values={"email": EMAIL}, problem=say("invalid_credentials")
        ),
    }


def _mailboxes(locale: str) -> dict[str, Page]:
    mails = (mail(locale), mail("fr", hours_ago=3, to="amelie@etoile.example"), mail("ko", hours_ago=30))
    path = "/mailbox?to=grace%40harbour.example"
    return {
        "mailbox": mailbox_contexts.Mailbox(**common(locale, "/mailbox"), mails=mails, selected=None),
        "mailbox-open": mailbox_contexts.Mailbox(
            **common(locale, "/mailbox"), mails=mails, selected=mails[0]
        ),
        "mailbox-empty": mailbox_contexts.Mailbox(
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
        f"problem-{status}": layout_contexts.Problem(
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
        "docs": system_contexts.Docs(**common(locale, "/docs")),
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
