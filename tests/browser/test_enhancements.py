"""Browser: what the scripts add, and that everything works without them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import site, watching
from tests.browser.samples import mailbox

PASSWORD = "plum rocket sofa tide"
COUNT_SUBMITS = """window.submits = 0; document.forms[0].addEventListener('submit', event => {
    if (!event.defaultPrevented) window.submits += 1;
    event.preventDefault();
})"""
NOTE_THE_TYPE = """document.forms[0].addEventListener('formdata', () => {
    window.name = document.querySelector('#password').type;
})"""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with site.running() as url:
        yield url


class Posts:
    """Forms that arrived: parsed, and answered with a short page."""

    def __init__(self, page: Page) -> None:
        self.forms: list[dict[str, list[str]]] = []
        page.route("**/*", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.forms.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
        route.fulfill(status=200, content_type="text/html", body="<title>Thanks</title>")


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def any_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=request.param, timezone_id="Asia/Seoul", locale="ko-KR")
    yield context.new_page()
    context.close()


def sign_up(page: Page) -> None:
    page.get_by_label("Company").fill("Harbour & Sons")
    page.get_by_label("Country").select_option(label="South Korea")
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Work email").fill("grace@example.com")


def test_a_form_is_sent_with_and_without_scripts(any_page: Page, base_url: str) -> None:
    posts = Posts(any_page)
    any_page.goto(f"{base_url}/en/sign_up")
    sign_up(any_page)
    any_page.get_by_role("button", name="Start free trial").click()
    expect(any_page).to_have_title("Thanks")
    form = posts.forms[0]
    assert form["time_zone"] in (["Asia/Seoul"], ["UTC"])
    assert {name: value for name, value in form.items() if name != "time_zone"} == {
        "csrf_token": ["sample-token"],
        "company_name": ["Harbour & Sons"],
        "country": ["KR"],
        "name": ["Grace Hopper"],
        "email": ["grace@example.com"],
        "phone": [""],
    }


def test_menus_open_with_and_without_scripts(any_page: Page, base_url: str) -> None:
    any_page.goto(f"{base_url}/en/account")
    any_page.locator("summary", has_text="Grace Hopper").click()
    expect(any_page.get_by_role("button", name="Log out")).to_be_visible()


def test_the_time_zone_is_the_browsers(browser: Browser, base_url: str) -> None:
    with browser.new_context(timezone_id="Asia/Seoul") as context:
        page = context.new_page()
        page.goto(f"{base_url}/en/sign_up")
        expect(page.locator("[name=time_zone]")).to_have_value("Asia/Seoul")


def test_a_menu_closes_on_escape_and_elsewhere(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/account")
    languages = page.get_by_role("link", name="Français")
    page.locator("summary", has_text="English").click()
    expect(languages).to_be_visible()
    page.keyboard.press("Escape")
    expect(languages).to_be_hidden()
    page.keyboard.press("Enter")
    expect(languages).to_be_visible()
    page.get_by_role("heading", name="My Account").click()
    expect(languages).to_be_hidden()


def test_a_password_can_be_shown_and_leaves_hidden(page: Page, base_url: str) -> None:
    posts = Posts(page)
    page.goto(f"{base_url}/en/log_in")
    page.get_by_label("Email").fill("grace@example.com")
    password = page.locator("#password")
    password.fill(PASSWORD)
    toggle = page.get_by_role("button", name="Show the password")
    toggle.click()
    expect(password).to_have_attribute("type", "text")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.evaluate(NOTE_THE_TYPE)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_title("Thanks")
    assert page.evaluate("window.name") == "password"
    assert posts.forms[0]["password"] == [PASSWORD]


def test_what_is_wrong_is_said_in_the_pages_language_before_anything_is_sent(
    page: Page, base_url: str
) -> None:
    posts = Posts(page)
    page.goto(f"{base_url}/fr/activate-ready")
    password, repeat = page.locator("#password"), page.locator("#password_repeat")
    password.fill("court")
    repeat.fill("autre")
    page.get_by_role("button", name="Définir le mot de passe").click()
    expect(page.locator("#password-error")).to_have_text("Veuillez saisir au moins 12 caractères.")
    expect(page.locator("#password_repeat-error")).to_have_text(
        "Les deux mots de passe ne sont pas identiques."
    )
    expect(password).to_be_focused()
    expect(password).to_have_attribute("aria-describedby", "password-hint password-error")
    assert watching.violations(page) == []
    password.fill(PASSWORD)
    expect(page.locator("#password-error")).to_have_count(0)
    expect(password).to_have_attribute("aria-describedby", "password-hint")
    assert posts.forms == []
    repeat.fill(PASSWORD)
    page.get_by_role("button", name="Définir le mot de passe").click()
    expect(page).to_have_title("Thanks")
    assert len(posts.forms) == 1


def test_the_first_error_from_the_server_has_the_focus(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/sign_up-errors")
    expect(page.locator("#name")).to_be_focused()
    page.get_by_role("alert").get_by_role("link", name="Phone").click()
    expect(page.locator("#phone")).to_be_focused()


def test_a_form_is_sent_once_however_often_it_is_clicked(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/en/log_in")
    # Runs after our own listener: counts what that lets through, and keeps the page where it is.
    page.evaluate(COUNT_SUBMITS)
    page.get_by_label("Email").fill("grace@example.com")
    page.locator("#password").fill(PASSWORD)
    button = page.locator("main button[type=submit]")
    button.click()
    expect(button).to_have_text("One moment…")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)
    page.locator("#password").press("Enter")
    assert page.evaluate("window.submits") == 1
    page.evaluate("window.dispatchEvent(new Event('pageshow'))")  # as the browser's back button does
    expect(button).to_have_text("Log in")
    button.click()
    assert page.evaluate("window.submits") == 2


def test_a_caught_mail_keeps_its_looks_and_its_links_open_beside(page: Page, base_url: str) -> None:
    watch = watching.Watch(page, base_url)
    page.context.route(
        mailbox.LINK,
        lambda route: route.fulfill(body="<title>Activate</title>", content_type="text/html"),
    )
    page.goto(f"{base_url}/en/mailbox-open")
    link = page.frame_locator("iframe").get_by_role("link")
    expect(link).to_have_css("background-color", "rgb(11, 107, 95)")
    with page.expect_popup() as popup:
        link.click()
    expect(popup.value).to_have_title("Activate")
    popup.value.close()
    assert watch.complaints == []


def test_the_documentation_opens_an_operation_by_its_address(page: Page, base_url: str) -> None:
    watch = watching.Watch(page, base_url)
    page.goto(f"{base_url}/en/docs#/accounts/getMe")
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()
    assert watch.complaints == []
