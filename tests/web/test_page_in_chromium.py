"""The pages in a real Chromium: a person links on a phone, the admin works, the keyboard suffices, no barriers."""

from dataclasses import replace

import pytest
import requests
from selenium.webdriver.common.keys import Keys

from tests.fakes.servers import jellyfin
from tests.fakes.servers.common import Film
from tests.web.browser import SIZES
from tests.web.served import PASSWORD, SECONDS, invite, sign_in

FILM = Film()
EVIL = "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
ADMIN_PAGES = ("", "servers", "deliveries", "not-recognised", "settings")


@pytest.fixture
def admin(served):
    served.set_password()
    return sign_in(served.address)


def hook_of(served, admin) -> str:
    page = admin.get(f"{served.address}/servers", timeout=SECONDS).text
    return page.partition('id="hook-1"')[2].partition(">")[2].partition("<")[0]


def deliver(hook: str, film: Film) -> None:
    """Have a Jellyfin say that ana begins a film."""
    sent = jellyfin.all_properties(jellyfin.notification("PlaybackStart", film))
    headers = {"Content-Type": sent.content_type, "User-Agent": sent.user_agent}
    requests.post(hook, data=sent.body, headers=headers, timeout=SECONDS).raise_for_status()


def test_a_person_links_on_a_phone(served, admin, browser, box):
    browser.looks_like("small phone")
    browser.opens(invite(admin, served.address, "ana"))
    browser.sees("You are invited as ana on home.")
    assert browser.barriers() == []
    browser.presses("main button.first")
    code = browser.finds("#user-code").get_attribute("textContent")
    assert browser.overflow() <= 0
    assert browser.barriers() == []
    before = browser.text("time")
    browser.waits_for(lambda: browser.text("time") != before, "a count-down that moves")
    # The button opens Simkl's own page, with the code filled in, in a tab of its own.
    browser.presses("#open-simkl")
    driver = browser.driver
    browser.waits_for(lambda: len(driver.window_handles) == 2, "another tab")
    driver.switch_to.window(driver.window_handles[1])
    browser.presses("form button")
    browser.presses("button[name=answer][value=allow]")
    browser.waits_for(lambda: "pin-result" in driver.current_url, "Simkl's answer")
    driver.close()
    driver.switch_to.window(driver.window_handles[0])
    browser.sees("Linked as sample_viewer")
    assert code not in browser.text()
    assert browser.barriers() == []
    assert browser.overflow() <= 0


def test_the_page_turns_by_itself_and_so_does_a_code_that_is_used_up(served, admin, browser, box):
    browser.looks_like("phone", dark=True)
    browser.opens(invite(admin, served.address, "ana"))
    browser.presses("main button.first")
    browser.finds("#user-code")
    browser.sees("Waiting for you to approve")
    box.order("fresh_code")
    browser.sees("The old code is no longer valid. Here is a new one.")
    assert browser.barriers() == []
    box.approve_pending()
    browser.sees("Linked as sample_viewer")


def test_the_admin_works_and_a_title_runs_nothing(served, admin, browser):
    deliver(hook_of(served, admin), replace(FILM, title=EVIL))
    browser.opens(served.address)
    browser.finds("#password").send_keys(PASSWORD, Keys.ENTER)
    browser.sees("Seen, not linked")
    browser.presses("section[aria-labelledby=seen-heading] button")
    browser.sees("Invitation for ana")
    assert "/i/" in browser.text("#invitation-address")
    browser.presses("button[data-copy=invitation-address]")
    browser.sees("Copied", "button[data-copy=invitation-address]")
    browser.opens(f"{served.address}/servers")
    browser.sees("Got one from Jellyfin")
    browser.presses("details.confirm summary")
    browser.presses("details.confirm button")
    browser.sees("This is the new address.")
    browser.opens(f"{served.address}/deliveries?text=document")
    browser.sees("<script>")
    assert "owned" not in browser.driver.title
    browser.opens(f"{served.address}/settings")
    browser.presses("form[action$=pause] button")
    browser.sees("Paused: nothing is sent to Simkl.")
    browser.presses("header form button")
    browser.sees("Sign in")


def test_the_keyboard_suffices(served, admin, browser):
    browser.opens(served.address)
    browser.types(PASSWORD + Keys.ENTER)  # the field has the focus already
    browser.sees("Invite by name")
    browser.types(Keys.TAB)
    assert browser.focus() == "Skip to the content"
    browser.types(Keys.ENTER)
    browser.waits_for(lambda: browser.driver.switch_to.active_element.get_attribute("id") == "content", "the content")
    reached = []
    while browser.focus() != "user_name":
        browser.types(Keys.TAB)
        reached.append(browser.focus())
        assert len(reached) < 30, reached
    browser.types("dora" + Keys.ENTER)
    browser.sees("Invitation for dora")
    browser.types(Keys.TAB)
    outline = browser.driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_has_a_barrier_or_is_too_wide(served, admin, browser, dark):
    deliver(hook_of(served, admin), FILM)
    invite(admin, served.address, "dora")
    browser.looks_like("phone", dark)
    browser.opens(f"{served.address}/login")
    assert browser.barriers() == []
    browser.finds("#password").send_keys(PASSWORD, Keys.ENTER)
    browser.sees("People")
    for page in ADMIN_PAGES:
        browser.opens(f"{served.address}/{page}?lang=de")
        for size in SIZES:
            browser.looks_like(size, dark)
            assert browser.overflow() <= 0, f"{page} on a {size}"
        assert browser.barriers() == [], page
