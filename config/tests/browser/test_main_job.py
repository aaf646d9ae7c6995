"""The main job, from the upset call to the theme on a dashboard, in a browser and by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.services.outbox import send_due_emails
from cases.choices import CaseStatus
from cases.models import Case
from cases.services.posting import release_messages
from config.tests.browser.keyboard import Keyboard
from desk.generator.organisation import PASSWORD
from reporting.models import ThemeMembership

STORY = (
    "Two identical Direct Debit payments of £184.00 left my bank after the app update. It shows one payment in the app, "
    "but the bank statement has the duplicate. It put me into my overdraft and the bank charged me £35."
)
SUMMARY = "Two identical Direct Debit payments of £184.00"


@pytest.fixture
def keys(
    page: Page, live_server: LiveServer, django_db_serialized_rollback: None, monkeypatch: pytest.MonkeyPatch
) -> Keyboard:
    monkeypatch.setattr("desk.management.commands.create_demo.CASES", 400)
    call_command("create_demo")
    page.set_default_timeout(5_000)
    return Keyboard(page, live_server.url)


def sign_in(keys: Keyboard, email: str) -> None:
    keys.page.context.clear_cookies()
    keys.open("/accounts/login/")
    keys.write("Work email", f"{email}@northfold.example")
    keys.write("Password", PASSWORD)
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("My day")


def test_the_main_job_by_keyboard(keys: Keyboard) -> None:
    sign_in(keys, "rowan.ashdown")
    case = log_the_case(keys)
    acknowledge(keys)
    investigate(keys)
    find_the_root_cause(keys)
    answer_the_points(keys)
    propose_the_resolution(keys)
    assert status_of(case) == CaseStatus.AWAITING_SIGN_OFF

    sign_in(keys, "imogen.farrow")
    sign_off(keys, case)
    assert status_of(case) == CaseStatus.APPROVED

    sign_in(keys, "rowan.ashdown")
    send_the_decision(keys, case)
    let_the_customer_confirm(keys, case)
    assert status_of(case) == CaseStatus.CONFIRMED

    sign_in(keys, "rowan.ashdown")
    keep_the_promises(keys, case)
    close_the_case(keys)
    assert status_of(case) == CaseStatus.CLOSED

    call_command("analyse_themes")
    sign_in(keys, "marguerite.lindqvist")
    find_it_in_its_theme(keys, case)


def log_the_case(keys: Keyboard) -> Case:
    page = keys.page
    keys.follow("Log a case")
    keys.reach(page.get_by_label("Customer", exact=True))
    page.keyboard.type("Odalys Brightwater")
    expect(page.get_by_role("option", name="Add new customer")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    keys.write("Phone", "07700 900123")
    keys.write("Email", "odalys@example.org")
    keys.write("Postcode", "YO24 1AA")
    keys.choose("Yes, they passed security")
    keys.reach(page.get_by_label("What is the customer telling you?"))
    page.keyboard.type(STORY)
    keys.choose("Put it right")
    keys.choose("Yes", group="Is the customer unhappy")
    keys.choose("No", group="Is a service broken")
    keys.choose("We promised something and did not do it", group="Main reason")
    keys.choose("This customer – serious loss, distress or support need")
    keys.choose("It is getting worse")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(SUMMARY)
    return Case.objects.latest("pk")


def status_of(case: Case) -> str:
    case.refresh_from_db()
    return case.status


def next_step(keys: Keyboard, what: str) -> None:
    """Do what the strip under the identity bar says is next."""
    strip = keys.page.get_by_role("region", name="Next best action")
    expect(strip).to_contain_text(what)
    keys.reach(strip.get_by_role("link"))
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")


def acknowledge(keys: Keyboard) -> None:
    next_step(keys, "Send acknowledgement")
    keys.write("Subject", "We are looking into both payments")
    keys.write(
        "Message to the customer",
        "I am sorry about the broken promise. Quote your reference when you call. You will hear from me by Friday.",
    )
    keys.press("Send email")


def investigate(keys: Keyboard) -> None:
    next_step(keys, "Start the investigation")
    keys.write("What will you find out first?", "Who promised the money back, and why it was not sent.")
    keys.press("Start investigation")
    strip = keys.page.get_by_role("region", name="Next best action")
    while "Continue the investigation" in strip.inner_text():
        next_step(keys, "Continue the investigation")
        keys.write("What did you find?", "The note of 3 November names the promise. No task was raised.")
        keys.choose("Completed")
        keys.press("Save step")


def find_the_root_cause(keys: Keyboard) -> None:
    keys.follow("Evidence")
    keys.follow("Add evidence")
    keys.write("Name", "Note of the call on 3 November")
    keys.write("What does it show?", "The money was promised, and no task was raised.")
    keys.press("Add evidence")
    next_step(keys, "Record the root cause")
    keys.write("What went wrong?", "The second payment was never sent back.")
    keys.write("1. Why did that happen?", "Nobody raised a task after the call.")
    keys.write("2. And why did that happen?", "A promise in a note makes no task.")
    keys.press("Save five whys")
    keys.select("Root cause", "Follow-up missing: Call-back")
    keys.write("The root cause in one sentence", "A promise made in a note makes no task.")
    keys.choose("Confirmed")
    keys.tick("Note of the call on 3 November")
    keys.press("Record root cause")


def answer_the_points(keys: Keyboard) -> None:
    next_step(keys, "Propose a resolution")
    keys.follow("Answer point 1")
    keys.write("What happened?", "The adviser promised both payments back. They were not sent.")
    keys.choose("Upheld")
    keys.write("Why?", "We promised the money within five days and did not send it.")
    keys.select("Which policy clause do we rely on?", "2.1 Refunds")
    keys.press("Save")


def propose_the_resolution(keys: Keyboard) -> None:
    next_step(keys, "Propose a resolution")
    keys.unfold("Add redress")
    keys.select("What for?", "Apology or small gesture")
    keys.write("Amount in pounds", "60")
    keys.press("Add redress")
    keys.unfold("Add an action")
    keys.write("What will we do?", "Send the second payment back")
    keys.write_date("By when?", timezone.localdate() + timedelta(days=5))
    keys.press("Add action")
    keys.press("Start the letter from the template")
    keys.choose("Yes", group="Do we apologise?")
    keys.write("Words of the apology", "We are sorry that we did not send back the money that we promised.")
    keys.choose("Yes", group="Does it give the customer")
    keys.press("Save resolution")
    keys.press("Send for sign-off")


def sign_off(keys: Keyboard, case: Case) -> None:
    keys.follow("Sign-off")
    keys.follow(case.reference)
    keys.choose("Approve")
    keys.press("Approve resolution")


def send_the_decision(keys: Keyboard, case: Case) -> None:
    keys.open(case.get_absolute_url())
    next_step(keys, "Send the decision")
    keys.choose("By email")
    keys.press("Send decision")


def let_the_customer_confirm(keys: Keyboard, case: Case) -> None:
    page = keys.page
    keys.follow("Ask the customer to confirm")
    keys.press("Send email")
    later = timezone.now() + timedelta(minutes=1)  # until then a message can be called off
    release_messages(now=later)
    send_due_emails(now=later)
    [link] = filter(None, (re.search(r"http\S+(/r/\S+/)", email.body) for email in mail.outbox))

    page.context.clear_cookies()
    keys.open(link[1])
    keys.write("Enter your postcode", "YO24 1AA")
    keys.press("Show my complaint")
    keys.choose("Yes, it is sorted")
    keys.choose("Very satisfied")
    keys.press("Check your answers")
    keys.press("Send your answers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def keep_the_promises(keys: Keyboard, case: Case) -> None:
    page = keys.page
    keys.open(case.get_absolute_url())
    keys.follow("Follow-up")
    promises = page.get_by_role("table").get_by_role("link")
    while count := promises.count():
        keys.reach(promises.first)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        keys.choose("It was kept")
        keys.write("How do we know?", "The customer said so when we rang.")
        keys.press("Save")
        expect(promises).to_have_count(count - 1)


def close_the_case(keys: Keyboard) -> None:
    next_step(keys, "Close the case")
    keys.press("Close case")


def find_it_in_its_theme(keys: Keyboard, case: Case) -> None:
    """Open the theme that the night has put the case into, and see the case among its evidence."""
    theme = ThemeMembership.objects.get(case=case).theme
    keys.follow("Themes")
    keys.follow(theme.title)
    expect(keys.page.get_by_role("heading", level=1)).to_have_text(theme.title)
    keys.follow("See all")
    expect(keys.page.get_by_role("link", name=case.reference)).to_be_visible()
