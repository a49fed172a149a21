"""What do the pages of an account's users and of the second factor show in each of their states?"""

from __future__ import annotations

import dataclasses
import uuid

from markupsafe import Markup

from gateway import texts
from gateway.layout.contexts import Page
from gateway.second_factor import contexts as second_factor_contexts
from gateway.second_factor import qr_codes
from gateway.second_factor.contexts import Intent
from gateway.sessions import contexts as sessions_contexts
from gateway.users import contexts as users_contexts
from tests.browser.sample_people import EMAIL, NAMES, NOW, common
from wire.values import Role

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Frontdesk:grace%40harbour.example?secret={SECRET}&issuer=Frontdesk"
CODES = ("k7m2p-w5t6r", "v9x4c-d2f7g", "b3n8q-h4j9s", "r6y2z-c8k3m", "t4w7x-p9v5b")
COLLEAGUES = {"en": "Alan Turing", "fr": "Blaise Pascal", "ko": "이준호"}
# The same in every language: said by these samples, or spelled alike in two.
SAME_EVERYWHERE = frozenset({*COLLEAGUES.values(), SECRET, "Agent"})


def _colleague(locale: str) -> users_contexts.User:
    return users_contexts.User(
        id=uuid.UUID(int=2),
        name=COLLEAGUES[locale],
        email="colleague@harbour-and-sons.example",
        role=Role.AGENT,
        is_verified=False,
        has_second_factor=False,
        version=1,
        may_change=True,
    )


def _owner(locale: str) -> users_contexts.User:
    return users_contexts.User(
        id=uuid.UUID(int=1),
        name=NAMES[locale],
        email=EMAIL,
        role=Role.OWNER,
        is_verified=True,
        has_second_factor=True,
        version=4,
        is_self=True,
        may_change=True,
    )


def _team(locale: str) -> dict[str, Page]:
    shown = common(locale, "/account/users", is_logged_in=True)
    one = {**shown, "user": _colleague(locale)}
    roles = tuple(Role)
    return {
        "users": users_contexts.Users(
            **shown,
            users=(_owner(locale), _colleague(locale)),
            roles_offered=roles,
            values={"role": "agent", "locale": locale},
        ),
        "users-errors": users_contexts.Users(
            **shown,
            users=(_owner(locale),),
            roles_offered=roles,
            values={"name": "", "email": "colleague@", "locale": locale},
            errors={
                "name": texts.detail("missing_field", locale),
                "email": texts.detail("email_invalid", locale),
            },
        ),
        "user": users_contexts.EditUser(
            **one, roles_offered=roles, values={"name": COLLEAGUES[locale], "role": "agent"}
        ),
        "user-self": users_contexts.EditUser(
            **{**one, "user": _owner(locale)}, roles_offered=roles, values={"name": NAMES[locale]}
        ),
        "user-other-owner": users_contexts.EditUser(
            **{**one, "user": dataclasses.replace(_owner(locale), is_self=False, may_change=False)},
            roles_offered=(),
        ),
        "user_removal": users_contexts.UserRemoval(**one),
        "user_removal-refused": users_contexts.UserRemoval(**one, problem=texts.detail("last_owner", locale)),
    }


def _second_factor(locale: str) -> dict[str, Page]:
    shown = common(locale, "/account/second-factor", is_logged_in=True)
    picture = Markup(qr_codes.svg(URI))  # noqa: S704  # drawn by us: paths, no text
    set_up = {**shown, "qr_code": picture, "secret": SECRET, "uri": URI}
    wrong = {"current_password": texts.detail("password_incorrect", locale)}
    return {
        "second_factor": second_factor_contexts.SecondFactor(**shown, is_on=False),
        "second_factor-errors": second_factor_contexts.SecondFactor(**shown, is_on=False, errors=wrong),
        "second_factor-on": second_factor_contexts.SecondFactor(
            **shown, is_on=True, confirmed_at=NOW, recovery_codes_left=2
        ),
        "second_factor_set_up": second_factor_contexts.SecondFactorSetUp(**set_up),
        **{
            f"second_factor_password-{intent}": second_factor_contexts.SecondFactorPassword(
                **shown, intent=intent
            )
            for intent in Intent
        },
        "recovery_codes": second_factor_contexts.RecoveryCodes(**shown, codes=CODES * 2, is_first=True),
        "log_in_code": sessions_contexts.LogInCode(**common(locale, "/log-in/code")),
        "log_in_code-errors": sessions_contexts.LogInCode(
            **common(locale, "/log-in/code"),
            errors={"code": texts.detail("totp_incorrect", locale)},
            is_remembered=True,
        ),
    }


def pages(locale: str) -> dict[str, Page]:
    return {**_team(locale), **_second_factor(locale)}
