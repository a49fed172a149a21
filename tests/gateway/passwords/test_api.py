"""Change and reset of passwords over HTTP, and which sessions they end."""

from __future__ import annotations

import re

import pytest

from tests.support.api import Answer, Api
from tests.support.mail import Mail
from tests.support.people import PASSWORD, Member, mailed_token, new_email, register, sign_up
from tests.support.suite import Suite
from tests.support.waiting import BY_EVENT_SECONDS, eventually

pytestmark = pytest.mark.slow
NEW = "velvet anchor pigeon lamp"
RESET_LINK = re.compile(r"http://[^\s\"<>]+/reset-password/([A-Za-z0-9_-]+)")


def change(api: Api, new: str = NEW, *, current: str = PASSWORD, repeat: str | None = None) -> Answer:
    body = {"current_password": current, "new_password": new, "new_password_repeat": repeat or new}
    return api.send("PUT", "/v1/me/password", body=body)


def log_in(suite: Suite, member: Member, password: str, **more: str) -> Answer:
    return suite.api.post("/v1/sessions", {"email": member.email, "password": password, **more})


def hold_up(suite: Suite, rule: str, *, minutes: int = 60) -> None:
    """Whoever has failed by this rule has to wait so long, as if they had gone on; 0 is that they have waited."""
    query = "UPDATE throttles SET next_allowed_at = now() + make_interval(mins => %s) WHERE rule = %s RETURNING key"
    assert suite.rows("accounts", query, minutes, rule)


def reset_mails(suite: Suite, email: str) -> list[Mail]:
    return [mail for mail in suite.sink.to(email) if "/reset-password/" in mail.text()]


def reset_token(suite: Suite, email: str, *, count: int = 1) -> str:
    mails = eventually(
        lambda: found if len(found := reset_mails(suite, email)) >= count else [],
        15,
        "the mail with the link",
    )
    found = RESET_LINK.search(mails[-1].text())
    assert found
    return found[1]


def ask_reset(suite: Suite, email: str) -> Answer:
    return suite.api.post("/v1/password-resets", {"email": email})


def use(suite: Suite, token: str, password: str = NEW, *, repeat: str | None = None) -> Answer:
    body = {"password": password, "password_repeat": repeat or password}
    return suite.api.post(f"/v1/password-resets/{token}", body)


def announced(suite: Suite, kind: str, member: Member) -> list[dict[str, object]]:
    query = "SELECT body FROM outbox WHERE body LIKE %s AND body LIKE %s"
    return suite.rows("accounts", query, f'%"{kind}"%', f"%{member.email}%")


def audited(suite: Suite, member: Member, action: str) -> list[dict[str, object]]:
    query = "SELECT * FROM audit_log WHERE account_id = %s AND action = %s"
    return suite.rows("accounts", query, member.account["id"], action)


# By the present password.


def test_the_new_password_counts_at_once_and_the_old_no_more(suite: Suite) -> None:
    member = sign_up(suite)
    change(member.api).must_be(204)
    assert log_in(suite, member, PASSWORD).code == "invalid_credentials"
    log_in(suite, member, NEW).must_be(201)
    [row] = audited(suite, member, "password_changed")
    assert (row["actor_kind"], str(row["object_id"])) == ("user", member.user["id"])
    assert len(announced(suite, "accounts.account.password_changed", member)) == 1


def test_the_other_sessions_end_on_every_gateway_and_this_one_stays(suite: Suite) -> None:
    member = sign_up(suite)
    other = log_in(suite, member, PASSWORD).must_be(201).body["token"]
    gateways = [api.with_token(other) for api in suite.apis]
    for gateway in gateways:
        gateway.get("/v1/me").must_be(200)
    change(member.api).must_be(204)
    for gateway in gateways:
        eventually(
            lambda one=gateway: one.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the session is refused"
        )
    member.api.get("/v1/me").must_be(200)


def test_the_user_is_told_by_mail(suite: Suite) -> None:
    member = sign_up(suite, locale="fr", owner_name="Ann Owner")
    change(member.api).must_be(204)
    mails = suite.sink.wait_for(member.email, count=2)
    assert mails[1].subject == "Votre accès à Frontdesk a un nouveau mot de passe"
    assert f"{suite.base_url}/forgot-password" in mails[1].text()
    assert NEW not in mails[1].text()


@pytest.mark.parametrize(
    ("parts", "status", "code", "pointer", "field_code"),
    [
        (
            {"current": "not the password"},
            403,
            "password_incorrect",
            "/current_password",
            "password_incorrect",
        ),
        (
            {"repeat": NEW + "!"},
            422,
            "password_confirmation_mismatch",
            "/new_password_repeat",
            "password_confirmation_mismatch",
        ),
        ({"new": PASSWORD}, 422, "password_unchanged", "/new_password", "password_unchanged"),
        ({"new": "short"}, 422, "password_refused", "/new_password", "password_too_short"),
        ({"new": "123456123456"}, 422, "password_refused", "/new_password", "password_too_common"),
        ({"new": "PlumOwner2026"}, 422, "password_refused", "/new_password", "password_contains_identity"),
        ({"new": "é" * 600}, 422, "password_refused", "/new_password", "password_too_long"),
        ({"new": "x" * 1025}, 422, "validation_failed", "/new_password", "too_long"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    suite: Suite,
    parts: dict[str, str],
    status: int,
    code: str,
    pointer: str,
    field_code: str,
) -> None:
    member = sign_up(suite)
    other = suite.api.with_token(log_in(suite, member, PASSWORD).must_be(201).body["token"])
    answer = change(member.api, **parts)
    assert (answer.status, answer.code) == (status, code)
    assert {"pointer": pointer, "code": field_code}.items() <= answer.body["errors"][0].items()
    other.get("/v1/me").must_be(200)
    log_in(suite, member, PASSWORD).must_be(201)
    assert audited(suite, member, "password_changed") == []


def test_who_guesses_in_a_session_has_to_wait_like_at_the_log_in(suite: Suite) -> None:
    member = sign_up(suite)
    for _ in range(5):
        assert change(member.api, current="not the password").code == "password_incorrect"
    hold_up(suite, "log_in_session")
    assert change(member.api).code == "password_incorrect", "the right one is not looked at now"
    log_in(suite, member, PASSWORD).must_be(201)
    hold_up(suite, "log_in_session", minutes=0)
    change(member.api).must_be(204)


def test_strangers_who_guess_make_nobodys_right_password_wrong_in_a_session(suite: Suite) -> None:
    member = sign_up(suite)
    log_in(suite, member, "not the password").must_be(401)
    hold_up(suite, "log_in")
    assert log_in(suite, member, PASSWORD).code == "invalid_credentials"
    again = {"password": PASSWORD}
    opened = member.api.post("/v1/sessions/current/reauthentication", again).must_be(201).body
    change(suite.api.with_token(opened["token"])).must_be(204)


def test_a_token_that_somebody_copied_is_not_made_fresh_by_the_owners_password(suite: Suite) -> None:
    member = sign_up(suite)
    age = (
        "UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE user_id = %s RETURNING id"
    )
    assert suite.rows("accounts", age, member.user["id"])

    def asks(api: Api) -> Answer:
        return api.send("PATCH", "/v1/me", body={"email": new_email()}, headers={"If-Match": "*"})

    change(member.api).must_be(204)
    inline = {"current_password": NEW}
    member.api.post("/v1/me/totp", inline).must_be(201)
    assert asks(member.api).must_be(403).code == "reauthentication_required"
    renewed = member.api.post("/v1/sessions/current/reauthentication", {"password": NEW}).must_be(201).body
    asks(suite.api.with_token(renewed["token"])).must_be(200)
    eventually(lambda: asks(member.api).status == 401, BY_EVENT_SECONDS, "the old token is refused")


def test_a_changed_password_kills_a_link_to_reset_the_old_one(suite: Suite) -> None:
    member = sign_up(suite)
    ask_reset(suite, member.email).must_be(202)
    token = reset_token(suite, member.email)
    change(member.api).must_be(204)
    assert use(suite, token, "yet another pass phrase").code == "link_superseded"
    log_in(suite, member, NEW).must_be(201)


def test_only_somebody_logged_in_changes_a_password(suite: Suite) -> None:
    assert change(suite.api).code == "unauthenticated"


# By a link in a mail.


def test_a_forgotten_password_is_reset_by_the_link_and_nobody_is_logged_in(suite: Suite) -> None:
    member = sign_up(suite)
    asked = ask_reset(suite, member.email).must_be(202)
    assert asked.content == b""
    token = reset_token(suite, member.email)
    looked = suite.api.get(f"/v1/password-resets/{token}").must_be(200).body
    assert (looked["state"], looked["email_masked"]) == ("issued", "o•••@example.com")

    done = use(suite, token).must_be(204)
    assert (done.content, done.set_cookies) == (b"", ())
    eventually(lambda: member.api.get("/v1/me").status == 401, BY_EVENT_SECONDS, "the old session is refused")
    log_in(suite, member, PASSWORD).must_be(401)
    log_in(suite, member, NEW).must_be(201)
    assert suite.api.get(f"/v1/password-resets/{token}").must_be(200).body["state"] == "consumed"
    assert use(suite, token).code == "link_used"
    [row] = audited(suite, member, "password_reset")
    assert row["ip_address"] == "127.0.0.1"
    assert len(audited(suite, member, "password_reset_requested")) == 1
    suite.sink.wait_for(member.email, count=3)


def test_a_link_lives_half_an_hour_and_a_newer_one_replaces_it(suite: Suite) -> None:
    member = sign_up(suite)
    ask_reset(suite, member.email).must_be(202)
    older = reset_token(suite, member.email)
    ask_reset(suite, member.email).must_be(202)
    newer = reset_token(suite, member.email, count=2)
    assert use(suite, older).code == "link_superseded"
    [row] = suite.rows(
        "accounts",
        "SELECT expires_at - issued_at AS life FROM links WHERE user_id = %s AND state = 'issued'",
        member.user["id"],
    )
    assert str(row["life"]) == "0:30:00"
    use(suite, newer).must_be(204)


def test_a_reset_frees_the_device_that_guessed_too_often(suite: Suite) -> None:
    member = sign_up(suite)
    device = log_in(suite, member, PASSWORD).must_be(201).body["device_token"]
    log_in(suite, member, "forgotten", device_token=device).must_be(401)
    hold_up(suite, "log_in_device")
    assert log_in(suite, member, PASSWORD, device_token=device).code == "invalid_credentials"
    ask_reset(suite, member.email).must_be(202)
    use(suite, reset_token(suite, member.email)).must_be(204)
    log_in(suite, member, NEW, device_token=device).must_be(201)


def test_a_bad_password_leaves_the_link_usable(suite: Suite) -> None:
    member = sign_up(suite)
    ask_reset(suite, member.email).must_be(202)
    token = reset_token(suite, member.email)
    assert use(suite, token, "123456123456").code == "password_refused"
    assert use(suite, token, repeat="another").code == "password_confirmation_mismatch"
    use(suite, token).must_be(204)


def test_a_link_for_one_purpose_is_none_for_another(suite: Suite) -> None:
    member = sign_up(suite)
    activation = mailed_token(suite, member.email)
    assert use(suite, activation).code == "link_unknown"
    assert suite.api.get(f"/v1/password-resets/{activation}").code == "link_unknown"
    assert use(suite, "no-such-token").code == "link_unknown"


def test_a_reset_opens_the_door_to_whom_wrong_guesses_have_shut_out(suite: Suite) -> None:
    member = sign_up(suite)
    for _ in range(8):
        log_in(suite, member, "not the password").must_be(401)
    ask_reset(suite, member.email).must_be(202)
    use(suite, reset_token(suite, member.email)).must_be(204)
    log_in(suite, member, NEW).must_be(201)


def test_a_fourth_request_within_an_hour_is_answered_alike_and_mails_nothing(suite: Suite) -> None:
    member = sign_up(suite)
    answers = [ask_reset(suite, member.email).must_be(202) for _ in range(4)]
    assert len({answer.content for answer in answers}) == 1
    reset_token(suite, member.email)
    assert len(audited(suite, member, "password_reset_requested")) == 3


def test_who_never_activated_gets_the_activation_mail_again(suite: Suite) -> None:
    email = new_email()
    register(suite, email).must_be(201)
    suite.sink.wait_for(email)
    for count, path in ((2, "/v1/activation-requests"), (3, "/v1/password-resets")):
        suite.api.post(path, {"email": email}).must_be(202)
        token = mailed_token(suite, email, count=count)
    passwords = {"password": PASSWORD, "password_repeat": PASSWORD}
    suite.api.post(f"/v1/activations/{token}", passwords).must_be(201)
    assert suite.api.post("/v1/activation-requests", {"email": email}).must_be(202).content == b""


def test_nothing_is_mailed_to_an_address_that_nobody_has(suite: Suite) -> None:
    email, member = new_email(), sign_up(suite)
    ask_reset(suite, email).must_be(202)
    suite.api.post("/v1/activation-requests", {"email": email}).must_be(202)
    suite.api.post("/v1/activation-requests", {"email": member.email}).must_be(202)
    ask_reset(suite, member.email).must_be(202)
    reset_token(suite, member.email)
    assert suite.sink.to(email) == []
    assert len(suite.sink.to(member.email)) == 2


def test_no_address_at_all_is_refused(suite: Suite) -> None:
    for path in ("/v1/password-resets", "/v1/activation-requests"):
        answer = suite.api.post(path, {"email": "nobody"})
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/email")


def test_signing_up_again_and_again_with_somebodys_address_mails_them_three_times_an_hour(
    suite: Suite,
) -> None:
    member = sign_up(suite)
    before = len(suite.sink.wait_for(member.email))
    for _ in range(5):
        register(suite, member.email).must_be(201)
    other = new_email()
    register(suite, other).must_be(201)
    suite.sink.wait_for(other)
    assert len(suite.sink.wait_for(member.email, count=before + 3)) == before + 3
