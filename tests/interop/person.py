"""A person with a real browser: a headless Chromium that presses the buttons on Simkl's pages."""

from __future__ import annotations

import shutil

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import element_to_be_clickable, title_contains
from selenium.webdriver.support.ui import WebDriverWait

OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--window-size=390,844",
)  # fmt: skip
PATIENCE = 10  # seconds for a button to appear


class Person:
    """Somebody who is signed in at simkl.com; a context manager."""

    def __init__(self) -> None:
        missing = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
        assert not missing, f"{' and '.join(missing)} not found: install Debian's chromium and chromium-driver"
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for option in OPTIONS:
            options.add_argument(option)
        self._browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
        self.browser_version = self._browser.capabilities["browserVersion"]

    def __enter__(self) -> Person:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.quit()

    def opens(self, page: str) -> None:
        """Open a page and only look at it."""
        self._browser.get(page)

    def answers(self, page: str, button: str = "allow") -> None:
        """Open a consent page and press Allow or Deny."""
        self._browser.get(page)
        self._press(f"button[name=answer][value={button}]")

    def types(self, code: str, page: str, button: str = "allow") -> None:
        """Open the page for codes, type one in, and press Allow or Deny."""
        self._browser.get(page)
        self._browser.find_element(By.NAME, "user_code").send_keys(code)
        self._press("form button")
        self._press(f"button[name=answer][value={button}]")

    def sees(self, title: str) -> bool:
        """Wait until the page has this title, and return true. Elements would go stale while the page changes."""
        return WebDriverWait(self._browser, PATIENCE).until(title_contains(title))

    def _press(self, selector: str) -> None:
        WebDriverWait(self._browser, PATIENCE).until(element_to_be_clickable((By.CSS_SELECTOR, selector))).click()
