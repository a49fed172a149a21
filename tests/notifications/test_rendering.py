"""Rendered mails say what they must, in every language, whoever typed the names in them."""

from __future__ import annotations

import dataclasses
import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateSyntaxError, UndefinedError

from notifications.mails.table import MAILS
from notifications.rendering import HERE, Rendered, Renderer
from notifications.urls import Url
from tests.notifications import samples
from tests.notifications.samples import EXPIRES_AT, NAMES, SITE, link_in, props
from wire.values import LOCALES

RENDERER = Renderer(SITE, MAILS)
ACTIVATION_LINK = link_in(props("owner_activation", "en"))
EVERY_MAIL = pytest.mark.parametrize("mail", [mail.name for mail in MAILS])
EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
OF_CANCELLED_ACCOUNTS = {
    "account_cancelled",
    "account_reactivated",
    "reactivation_requested",
    "reactivation_approved",
    "reactivation_refused",
}


def rendered(mail: str, locale: str) -> Rendered:
    return RENDERER.render(mail, props(mail, locale), locale)


def activation(locale: str = "en", **different: object) -> Rendered:
    written = dataclasses.replace(props("owner_activation", "en"), **different)
    return RENDERER.render("owner_activation", written, locale)


def visible(page: str) -> str:
    """What a reader sees of a page: its text, without comments, styles and tags."""
    body = re.sub(r"<!--.*?-->|<style.*?</style>|<title.*?</title>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@EVERY_MAIL
@EVERY_LOCALE
def test_every_mail_says_who_writes_to_whom_and_where_to_ask(mail: str, locale: str) -> None:
    written = rendered(mail, locale)
    for part in (written.text, visible(written.html)):
        assert NAMES[locale] in part
        assert SITE.product_name in part
        assert SITE.help_address in part


@EVERY_MAIL
@EVERY_LOCALE
def test_both_parts_carry_the_same_link_and_no_other(mail: str, locale: str) -> None:
    written, link = rendered(mail, locale), link_in(props(mail, locale))
    assert re.findall(r"https?://\S+", written.text) == [link]
    assert {html.unescape(found) for found in re.findall(r'href="([^"]*)"', written.html)} == {link}


@EVERY_MAIL
@EVERY_LOCALE
def test_both_parts_say_the_same(mail: str, locale: str) -> None:
    written = rendered(mail, locale)
    seen = visible(written.html)
    paragraphs = [" ".join(line.split()) for line in written.text.splitlines() if line not in ("", "--")]
    assert [paragraph for paragraph in paragraphs if paragraph not in seen] == []


@EVERY_MAIL
@EVERY_LOCALE
def test_the_page_names_its_language_and_loads_nothing(mail: str, locale: str) -> None:
    page = rendered(mail, locale).html
    assert f'<html lang="{locale}">' in page
    assert not re.search(r"<img|<script|<link|<iframe|url\(|@import|src=", page)
    assert page.index('charset="utf-8"') < 1024


@EVERY_MAIL
@EVERY_LOCALE
def test_the_styles_stand_at_the_elements_and_the_dark_ones_in_the_head(mail: str, locale: str) -> None:
    page = rendered(mail, locale).html
    assert 'class="card" style="padding: 32px;' in page
    assert "@media (prefers-color-scheme: dark)" in page


@EVERY_MAIL
def test_every_language_says_it_differently(mail: str) -> None:
    assert len({rendered(mail, locale).subject for locale in LOCALES}) == len(LOCALES)


@pytest.mark.parametrize(
    ("locale", "subject", "deadline", "if_not_you"),
    [
        (
            "en",
            "Activate your Frontdesk login",
            "until Friday, July 3, 2026 at 9:15\u00a0AM (Eastern Daylight Time).",
            "If it was not you who signed up, please ignore this message.",
        ),
        (
            "fr",
            "Activez votre accès à Frontdesk",
            "jusqu’au vendredi 3 juillet 2026 à 15:15 (heure d’été d’Europe centrale).",
            "Si vous n’êtes pas à l’origine de cette inscription, ignorez simplement ce message.",
        ),
        (
            "ko",
            "Frontdesk 사용자 활성화 안내",
            "2026년 7월 3일 금요일 오후\u00a010:15(대한민국 표준시)까지",
            "직접 가입하신 것이 아니라면 이 메일을 무시하셔도 됩니다.",
        ),
    ],
)
def test_the_activation_mail_says_until_when_and_what_if_it_was_not_you(
    locale: str, subject: str, deadline: str, if_not_you: str
) -> None:
    written = rendered("owner_activation", locale)
    assert written.subject == subject
    assert deadline in written.text
    assert if_not_you in written.text


@pytest.mark.parametrize(
    ("locale", "nothing_happened"),
    [
        ("en", "You already have a login, so nothing was created and nothing was changed."),
        ("fr", "Vous avez déjà un accès\u00a0: rien n’a été créé ni modifié."),
        ("ko", "회원님은 이미 가입되어 있으므로 새로 만들어지거나 변경된 것은 없습니다."),
    ],
)
def test_the_mail_about_a_repeated_sign_up_reassures(locale: str, nothing_happened: str) -> None:
    assert nothing_happened in rendered("sign_up_repeated", locale).text


@pytest.mark.parametrize(
    ("locale", "facts", "what_to_do"),
    [
        (
            "en",
            ("Browser: Firefox", "System: Windows", "IP address: 192.0.2.17"),
            "If it was not you, end that session and change your password right away:",
        ),
        (
            "fr",
            ("Navigateur\u00a0: Firefox", "Système\u00a0: Windows", "Adresse IP\u00a0: 192.0.2.17"),
            "Si ce n’était pas vous, fermez cette session et changez immédiatement votre mot de passe\u00a0:",
        ),
        (
            "ko",
            ("브라우저: Firefox", "시스템: Windows", "IP 주소: 192.0.2.17"),
            "직접 로그인하신 것이 아니라면 해당 세션을 종료하고 바로 비밀번호를 변경해 주십시오:",
        ),
    ],
)
def test_the_mail_about_a_new_device_says_which_and_what_to_do(
    locale: str, facts: tuple[str, ...], what_to_do: str
) -> None:
    lines = rendered("new_device", locale).text.splitlines()
    for expected in (*facts, what_to_do):
        assert expected in lines


def test_the_mail_about_a_device_leaves_out_what_is_not_known() -> None:
    written = RENDERER.render(
        "new_device",
        dataclasses.replace(props("new_device", "en"), browser="", system="", ip_address=""),
        "en",
    )
    assert not {"Browser:", "System:", "IP address:"} & {
        line.partition(" ")[0] for line in written.text.splitlines()
    }


@pytest.mark.parametrize(("locale", "never"), [("en", "reactivat"), ("fr", "réactiv"), ("ko", "재활성")])
def test_a_user_activates_and_only_an_account_is_reactivated(locale: str, never: str) -> None:
    for mail in MAILS:
        if mail.name in OF_CANCELLED_ACCOUNTS:
            continue
        written = rendered(mail.name, locale)
        assert never not in (written.subject + written.text + written.html).lower()


def test_the_deadline_is_told_in_the_readers_time_zone() -> None:
    assert "July 3, 2026 at 1:15\u00a0PM (Coordinated Universal Time)" in activation(time_zone="UTC").text
    assert "July 3, 2026 at 10:15\u00a0PM (Korean Standard Time)" in activation(time_zone="Asia/Seoul").text


def test_a_time_without_an_offset_is_refused() -> None:
    naive = EXPIRES_AT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="offset"):
        activation(expires_at=naive)


def test_a_reader_without_a_name_is_greeted_all_the_same() -> None:
    assert activation(name="").text.startswith("Hello,\n")


def test_names_cannot_bring_their_own_markup() -> None:
    written = activation(name="<b onclick=alert(1)>Ada & Co</b>", company_name="{{ 7 * 7 }}</p>")
    assert "<b " not in written.html
    assert "&lt;b onclick=alert(1)&gt;Ada &amp; Co&lt;/b&gt;" in written.html
    assert "{{ 7 * 7 }}&lt;/p&gt;" in written.html
    assert "{{ 7 * 7 }}" in written.text


@given(name=st.text(), company_name=st.text(max_size=300))
def test_whatever_the_names_the_mail_keeps_its_one_link_and_its_shape(name: str, company_name: str) -> None:
    written = activation(name=name, company_name=company_name)
    assert re.findall(r"https?://\S+", written.text) == [ACTIVATION_LINK]
    assert len(written.subject.splitlines()) == 1
    assert written.html.count("<a ") == 2
    assert written.text.count("\n") == activation(name="Ada", company_name="Acme").text.count("\n")


@pytest.mark.parametrize(
    "link", ["https://evil.example/activate", "https://frontdesk.example.evil.example/", ""]
)
def test_a_link_to_another_host_is_never_written(link: str) -> None:
    with pytest.raises(ValueError, match="public address"):
        activation(link=Url(link))


def test_a_mail_is_not_written_from_the_props_of_another() -> None:
    with pytest.raises(TypeError):
        RENDERER.render("owner_activation", props("sign_up_repeated", "en"), "en")


def test_a_template_that_asks_for_more_than_its_props_is_refused(tmp_path: Path) -> None:
    renderer = Renderer(SITE, MAILS, folder=copied(tmp_path, "{{ nickname }}"))
    with pytest.raises(UndefinedError):
        renderer.render("owner_activation", props("owner_activation", "en"), "en")


def test_a_broken_template_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(TemplateSyntaxError):
        Renderer(SITE, MAILS, folder=copied(tmp_path, "{% if %}"))


def copied(folder: Path, subject: str) -> Path:
    """The service's templates with another subject of the activation mail."""
    for path in [*HERE.glob("templates/**/*.*"), *HERE.glob("locales/*.po")]:
        copy = folder / path.relative_to(HERE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    (folder / "templates/owner_activation/subject.txt").write_text(subject)
    return folder


@EVERY_LOCALE
def test_an_invitation_names_who_invites_and_the_company(locale: str) -> None:
    for mail in ("user_invitation", "invitation_elsewhere"):
        written = rendered(mail, locale)
        for part in (written.text, visible(written.html)):
            assert samples.INVITERS[locale] in part
            assert samples.COMPANIES[locale] in part
        assert samples.INVITERS[locale] not in written.subject


@EVERY_LOCALE
def test_an_invitation_to_a_known_address_holds_no_link_to_set_a_password(locale: str) -> None:
    assert "/activate/" not in rendered("invitation_elsewhere", locale).html


@EVERY_LOCALE
def test_a_used_recovery_code_says_how_many_are_left(locale: str) -> None:
    assert re.search(r"(?<!\d)8(?!\d)", rendered("recovery_code_used", locale).text)
