"""People who use the suite in a test: they sign up, activate and invite, and what is not said about them is made up."""

from __future__ import annotations

import dataclasses
import itertools
import re
import secrets
from typing import Any

from tests.support.api import Answer, Api
from tests.support.mail import MAIL_SECONDS, Mail
from tests.support.suite import Suite
from tests.support.waiting import eventually

PASSWORD = "plum rocket sofa tide"
LINK = re.compile(r"http://[^\s\"<>]+/activate/([A-Za-z0-9_-]+)")
_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Member:
    """An owner who is logged in: `api` asks on their behalf."""

    account: dict[str, Any]
    user: dict[str, Any]
    email: str
    password: str
    token: str
    api: Api


def new_email() -> str:
    return f"owner{next(_numbers)}.{secrets.token_hex(4)}@example.com"


def new_account(email: str | None = None, **changes: Any) -> dict[str, Any]:
    """The body of a sign-up; `changes` replace its fields, `owner_…` those of the owner."""
    owner = {"name": "Ann Owner", "email": email or new_email()}
    owner |= {name[6:]: changes.pop(name) for name in list(changes) if name.startswith("owner_")}
    return {"company_name": "Plum & Co", "country": "FR", "owner": owner, **changes}


def register(suite: Suite, email: str | None = None, *, key: str | None = None, **changes: Any) -> Answer:
    """Sign up, and go no further."""
    return suite.api.post("/v1/accounts", new_account(email, **changes), key=key)


def link_token(mail: Mail) -> str:
    """The secret in a mail's link."""
    found = LINK.search(mail.text())
    assert found, mail.text()
    return found[1]


def mailed_token(suite: Suite, email: str, *, count: int = 1) -> str:
    """The secret of the newest of `count` mails to this address."""
    return link_token(suite.sink.wait_for(email, count=count)[-1])


def token_in_mail(suite: Suite, email: str, path: str) -> str:
    """The secret of the newest link to this path of the pages that was mailed to the address."""
    link = re.compile(rf"https?://[^\s\"<>]+{path}/([A-Za-z0-9_-]{{20,}})")

    def found() -> list[str]:
        return [match[1] for mail in suite.sink.to(email) if (match := link.search(mail.text()))]

    return eventually(found, MAIL_SECONDS, f"a mail with a link to {path}")[-1]


def sign_up(suite: Suite, *, email: str | None = None, password: str = PASSWORD, **changes: Any) -> Member:
    """Sign up, open the link in the mail, set the password: somebody who is logged in."""
    email = email or new_email()
    register(suite, email, **changes).must_be(201)
    return activated(suite, email, password=password)


def activated(suite: Suite, email: str, *, password: str = PASSWORD) -> Member:
    """Who has followed the link in the newest mail to this address, and set a password."""
    token = mailed_token(suite, email)
    passwords = {"password": password, "password_repeat": password}
    opened = suite.api.post(f"/v1/activations/{token}", passwords).must_be(201).body
    return Member(
        account=opened["account"],
        user=opened["user"],
        email=email,
        password=password,
        token=opened["token"],
        api=suite.api.with_token(opened["token"]),
    )


def invited(suite: Suite, by: Member, role: str, *, email: str | None = None, **changes: Any) -> Member:
    """Somebody whom this member has invited into the account, and who has followed the link and is logged in."""
    email = email or new_email()
    by.api.post("/v1/users", {"name": "Bob", "email": email, "role": role, **changes}).must_be(201)
    return activated(suite, email)
