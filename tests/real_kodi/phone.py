"""The phone in the other hand: a Chromium without a window, as large as a phone's, on this machine's network."""

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.real_kodi.debian import BROWSER, clean_environment, require

SCREEN = {"width": 390, "height": 844, "pixelRatio": 2, "touch": True}
LONGEST = 10  # seconds


class Phone:
    """A browser on a phone; pages are waited for, buttons and fields are found by what a person reads on them."""

    def __init__(self, browser: webdriver.Chrome) -> None:
        self._browser = browser

    def open(self, address: str) -> None:
        """Go to an address."""
        self._browser.get(address)

    def heading(self) -> str:
        """Return the heading of the page."""
        return self._browser.find_element(By.TAG_NAME, "h1").text

    def wait_for_heading(self, text: str) -> None:
        """Wait for a page whose heading holds this text."""
        waiting = WebDriverWait(self._browser, LONGEST, ignored_exceptions=[WebDriverException])  # between two pages
        waiting.until(lambda _: text in self.heading(), f"a page headed {text!r}")

    def type(self, text: str) -> None:
        """Type into the field that has the cursor."""
        self._browser.switch_to.active_element.send_keys(text)

    def press(self, label: str) -> None:
        """Press the button with this label."""
        self._browser.find_element(By.XPATH, f"//button[normalize-space()='{label}']").click()

    def text(self) -> str:
        """Return all that is written on the page."""
        return self._browser.find_element(By.TAG_NAME, "body").text

    def overflows(self) -> bool:
        """Return whether one has to scroll sideways."""
        return self._browser.execute_script("return document.documentElement.scrollWidth > window.innerWidth")

    def picture(self, path: Path) -> Path:
        """Write what the phone shows to a PNG and return its path."""
        self._browser.save_screenshot(str(path))
        return path


@contextmanager
def phone(home: Path) -> Iterator[Phone]:
    """Start the browser, with `home` for its files; it ends with the block."""
    require("a phone's browser", BROWSER)
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": SCREEN})
    quiet = ["--headless=new", "--no-first-run", "--no-proxy-server", "--disable-background-networking"]
    quiet += [f"--user-data-dir={home / 'chromium'}", "--disable-dev-shm-usage", "--hide-scrollbars"]
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")  # Chromium's own sandbox does not work for root
    for option in quiet:
        options.add_argument(option)
    browser = webdriver.Chrome(options, Service("/usr/bin/chromedriver", env=clean_environment(home)))
    try:
        browser.set_page_load_timeout(LONGEST)
        yield Phone(browser)
    finally:
        browser.quit()
