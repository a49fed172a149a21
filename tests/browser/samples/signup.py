"""Samples of the pages of sign-up and activation."""

from __future__ import annotations

import datetime

from gateway import texts
from gateway.layout.contexts import LinkState, Page
from gateway.signup.contexts import Activate, SignUp, SignUpDone
from tests.browser.sample_people import COMPANIES, EMAIL, NOW, common


def activation(locale: str, state: LinkState) -> Page:
    return Activate(
        **common(locale, "/activate"),
        state=state,
        email_masked="g•••@harbour-and-sons.example",
        expires_at=NOW + datetime.timedelta(days=3),
    )


def pages(locale: str) -> dict[str, Page]:
    def say(code: str, **facts: object) -> str:
        return texts.detail(code, locale, **facts)

    return {
        "sign_up": SignUp(**common(locale, "/sign-up")),
        "sign_up-errors": SignUp(
            **common(locale, "/sign-up"),
            values={"company_name": COMPANIES[locale], "country": "KR", "email": "grace@", "phone": "12"},
            errors={
                "name": say("missing_field"),
                "email": say("email_invalid"),
                "phone": say("phone_invalid"),
            },
            problem=texts.title("validation_failed", locale),
        ),
        "sign_up_done": SignUpDone(**common(locale, "/sign-up/done"), email=EMAIL),
        "activate-errors": Activate(
            **common(locale, "/activate"),
            state=LinkState.READY,
            email_masked="g•••@harbour-and-sons.example",
            errors={
                "password": say("password_too_short", minimum=12),
                "password_repeat": say("password_confirmation_mismatch"),
            },
        ),
        **{f"activate-{state}": activation(locale, state) for state in LinkState},
    }
