"""An emergency: Mo asks, Ada and Bo sign with their passkeys, Mo opens; Mia is told, and finds it in her own log."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import environ

import pytest
from playwright.sync_api import Browser, Locator, expect

from benchmarks.instance import Instance
from tests.guarding import publish
from tests.journeys.conftest import DESKTOP, PASSKEY, PHONE, Visitor, visiting
from tests.journeys.reading_aloud import barriers

CASE = "police 44/26"
Arrive = Callable[..., Visitor]


def command(product: Instance, *words: str) -> str:
    """What the operator types on the server."""
    done = subprocess.run(
        [sys.executable, "-m", "plainview", *words],
        env={**environ, "PLAINVIEW_DATA": str(product.data), "COLUMNS": "200"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def arrive(browser: Browser, product: Instance) -> Iterator[Arrive]:
    """Opens an account, gives it a role, and puts a passkey device of its own into its browser."""

    with visiting(browser, product) as visitors:

        def arrived(handle: str, *roles: str, size: dict[str, int] = DESKTOP) -> Visitor:
            visitor = visitors.new(size)
            answer = visitor.context.request.post(
                f"{product.address}/api/sign-up",
                data={"handle": handle, "birth_date": "1990-05-04", "password": "correct horse battery"},
                headers={"X-Plainview": "1"},
            )
            assert answer.status == 201, answer.text()
            if roles:
                command(product, "user", "role", handle, *roles)
            session = visitor.context.new_cdp_session(visitor.page)
            session.send("WebAuthn.enable")
            session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})
            return visitor

        yield arrived


def approver(arrive: Arrive, product: Instance, handle: str, size: dict[str, int] = DESKTOP) -> Visitor:
    """Makes a passkey on the screen; the operator lets it in by the fingerprint that stands there."""
    visitor = arrive(handle, "moderator", size=size)
    page = visitor.page
    visitor.goes_to("/staff/access")
    expect(page.get_by_text("You cannot approve yet")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Your passkey waits")).to_be_visible()
    fingerprint = page.locator("section code").first.inner_text()
    assert fingerprint in command(product, "approvers", "list")
    command(product, "approvers", "admit", handle, fingerprint)
    page.reload()
    expect(page.get_by_text("You may approve requests")).to_be_visible(timeout=15_000)
    return visitor


@pytest.fixture(scope="module")
def approvers(arrive: Arrive, product: Instance) -> tuple[Visitor, Visitor]:
    """Ada at her desk and Bo on his phone, who both may approve."""
    return approver(arrive, product, "ada_signs"), approver(arrive, product, "bo_signs", PHONE)


def request_of(visitor: Visitor, subject: str = "mia_owner") -> Locator:
    visitor.goes_to("/staff/access")
    found = visitor.page.get_by_role("article").filter(has_text=f"@{subject}:")
    expect(found).to_be_visible(timeout=15_000)
    return found


def test_two_passkeys_open_what_one_cannot_and_its_owner_reads_of_it(
    arrive: Arrive, approvers: tuple[Visitor, Visitor], product: Instance
) -> None:
    mia, mo = arrive("mia_owner", size=PHONE), arrive("mo_asks", "moderator", size=PHONE)
    ada, bo = approvers
    page = mo.page
    mo.goes_to("/moderation")
    page.get_by_role("link", name="Access requests").click()
    page.get_by_role("button", name="Ask to open data").click()
    page.get_by_label("Whose data").fill("mia_owner")
    page.get_by_label("devices").check()
    page.get_by_label("Case").fill(CASE)
    assert barriers(page) == []
    page.get_by_role("button", name="Ask", exact=True).click()
    waiting = page.get_by_role("article").filter(has_text=CASE)
    expect(waiting).to_contain_text("Waits for two approvals")
    expect(waiting.get_by_role("button")).to_have_count(0)
    assert CASE in command(product, "requests")

    hers = request_of(ada)
    for words in ("@mia_owner: devices", CASE, "An emergency", "home", "1 hour", "@mo_asks"):
        expect(hers).to_contain_text(words)
    assert barriers(ada.page) == []
    hers.get_by_role("button", name="Approve").click()
    expect(hers).to_contain_text("1 of 2: @ada_signs")
    # The same person twice: the screen offers it no more, and the warden refuses who asks all the same.
    expect(hers.get_by_role("button", name="Approve")).to_have_count(0)

    early = request_of(mo)
    expect(early.get_by_role("button", name="Open the data")).to_have_count(0)
    refused = mo.context.request.post(
        f"{product.address}/api/staff/access/requests/home/1/open", headers={"X-Plainview": "1"}
    )
    assert (refused.status, refused.json()["code"]) == (409, "not_granted"), "one approval is not enough"

    his = request_of(bo)
    his.get_by_role("button", name="Approve").click()
    expect(his).to_contain_text("2 of 2 @ada_signs, @bo_signs", timeout=15_000)

    granted = request_of(mo)
    granted.get_by_role("button", name="Open the data").click()
    expect(granted).to_contain_text("Opened. The person has been told.")
    expect(granted.locator(".values")).to_contain_text("devices")
    assert barriers(page) == []

    # What she sees is checked against a checkpoint; the next one would come by itself within half a minute.
    with ThreadPoolExecutor(1) as apart:  # The browser's driver runs a loop in this thread.
        apart.submit(publish, product.data).result()
    mia.goes_to("/inbox")
    mia.page.get_by_text("Your data was opened by staff").click()
    told = mia.page.get_by_text("In an emergency, @mo_asks of the staff opened your data")
    expect(told).to_be_visible(timeout=30_000)
    expect(mia.page.get_by_text(CASE).first).to_be_visible()
    mia.goes_to("/transparency/log")
    expect(mia.page.get_by_text("Emergencies in which data was opened")).to_be_visible(timeout=15_000)


def test_the_same_person_approves_once_and_a_refusal_is_final(
    arrive: Arrive, approvers: tuple[Visitor, Visitor], product: Instance
) -> None:
    arrive("mia_two")
    ada, bo = approvers
    mo = arrive("mo_two", "moderator")
    wish = {"handle": "mia_two", "kind": "break_glass", "classes": ["address"], "case": CASE + " b", "hours": 0.5}
    root, marked = f"{product.address}/api/staff/access", {"X-Plainview": "1"}
    made = mo.context.request.post(f"{root}/requests", data=wish, headers=marked).json()
    hers = request_of(ada, "mia_two")
    sent: list[str] = []
    ada.page.on("request", lambda request: sent.append(request.post_data or "") if "/decision" in request.url else None)
    hers.get_by_role("button", name="Approve").click()
    expect(hers).to_contain_text("1 of 2: @ada_signs")
    again = ada.context.request.post(
        f"{root}/requests/home/{made['number']}/decision",
        data=sent[0],
        headers={**marked, "Content-Type": "application/json"},
    )
    assert (again.status, again.json()["code"]) == (403, "not_approved")
    his = request_of(bo, "mia_two")
    his.get_by_role("button", name="Refuse").click()
    expect(his).to_contain_text("Refused by @bo_signs")
    late = mo.context.request.post(f"{root}/requests/home/{made['number']}/open", headers=marked)
    assert late.json()["code"] == "not_granted"
