"""Browser: cancellation and reactivation, by the owner alone or through support."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser import people, watching
from tests.browser.people import Person
from tests.support.people import PASSWORD, Member
from tests.support.suite import Suite
from tests.support.waiting import eventually


def cancels(person: Person) -> None:
    person.opens("/account/cancellation")
    person.sees("Cancel the account")
    person.chooses(reason="unused")
    person.presses("Continue")
    expect(person.page.locator("#details")).to_have_attribute("aria-invalid", "true")
    person.sends("Continue", details="We close our second office.")
    person.sees("Cancel the account?")
    person.sends("Yes, cancel the account", current_password=PASSWORD)
    person.sees("Your account has been cancelled")


def test_a_trial_is_cancelled_and_reactivated_by_its_owner(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        cancels(amelie)
        amelie.logs_in(member.email)
        amelie.sees("This account has been cancelled")
        amelie.follows("Reactivate the account")
        amelie.sees("Reactivate the account")
        amelie.sends("Reactivate and log in", password=PASSWORD)
        amelie.sees("My Account")
        amelie.is_told("account_reactivated")


def start_plan(suite: Suite, member: Member) -> None:
    """What a sale does: support starts a plan, and the account is paid when this returns."""
    path = f"/v1/support/accounts/{member.account['id']}/subscription"
    eventually(
        lambda: suite.support.post(path, {"plan": "team", "months": 1}).status == 201,
        what="billing knows the account",
    )
    eventually(
        lambda: member.api.get("/v1/account").must_be(200).body["status"] == "active", what="the plan starts"
    )


def test_a_planned_end_is_undone_and_both_stand_in_the_audit_log(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "fr") as (amelie, member):
        start_plan(suite, member)
        amelie.opens("/account/cancellation")
        amelie.ticks("effective", "period_end")
        amelie.chooses(reason="too_expensive")
        amelie.sends("Continue", details="Trop cher pour nous.")
        amelie.sees("Cancel the account?")
        amelie.sends("Yes, cancel the account", current_password=PASSWORD)
        amelie.opens("/account/cancellation")
        amelie.reads("Your account will be cancelled")
        amelie.presses("Keep the account")
        amelie.opens("/account/cancellation")
        expect(amelie.page.get_by_role("button", name=amelie.say("Keep the account"))).to_have_count(0)

        amelie.opens("/account/audit-log")
        amelie.sees("Audit log")
        done = amelie.page.locator("tbody th")
        expect(done.filter(has_text=amelie.say("Withdrew the cancellation of the account."))).to_have_count(1)
        amelie.chooses(action="cancellation_scheduled")
        amelie.presses("Filter")
        expect(done).to_have_count(1)
        amelie.follows("Show everything")
        assert done.count() > 1


def asks_to_come_back(person: Person, member: Member) -> str:
    """The number of the request."""
    person.logs_in(member.email)
    person.follows("Reactivate the account")
    person.sends("Send request", password=PASSWORD)
    number = person.page.url.rsplit("/", 1)[-1]
    expect(person.page.get_by_role("heading", level=1)).to_contain_text(number)
    return number


def test_who_is_refused_asks_again_and_may_think_better_of_it(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "ko") as (seoyeon, member):
        start_plan(suite, member)
        seoyeon.opens("/account/cancellation")
        seoyeon.ticks("effective", "now")
        cancels(seoyeon)
        number = asks_to_come_back(seoyeon, member)
        with Person(browser, suite, "en", size=watching.DESKTOP) as support:
            support.opens("/support")
            support.sends("Log in", token=suite.environment["FRONTDESK_SUPPORT_TOKEN"])
            support.page.locator(f"a[href='/support/reactivation-requests/{number}']").click()
            support.presses("Refuse")
            expect(support.page.locator("#note")).to_have_attribute("aria-invalid", "true")
            support.sends("Refuse", note="The last invoice is open.")
            support.is_told("request_decided")
        seoyeon.page.reload()
        seoyeon.reads("Our answer")
        expect(seoyeon.page.locator("main")).to_contain_text("The last invoice is open.")

        assert asks_to_come_back(seoyeon, member) != number
        seoyeon.presses("Withdraw the request")
        seoyeon.reads("You have withdrawn this request. If you change your mind, log in and send a new one.")


def test_a_paid_account_comes_back_through_support(browser: Browser, suite: Suite) -> None:
    with people.owner(browser, suite, "en") as (grace, member):
        start_plan(suite, member)
        grace.opens("/account/cancellation")
        grace.ticks("effective", "now")
        cancels(grace)
        number = asks_to_come_back(grace, member)
        with Person(browser, suite, "ko", size=watching.DESKTOP) as support:
            support.opens("/support")
            support.sees("Support")
            support.sends("Log in", token=suite.environment["FRONTDESK_SUPPORT_TOKEN"])
            support.sees("Reactivation requests")
            support.page.locator(f"a[href='/support/reactivation-requests/{number}']").click()
            support.sends("Approve", note="다시 오신 것을 환영합니다.")
            support.is_told("request_decided")

        def is_done() -> bool:
            grace.page.reload()
            return grace.page.locator(".badge").inner_text() == "Done"

        eventually(is_done, what="the plan has been started again")
        grace.logs_in(member.email)
        grace.sees("My Account")
