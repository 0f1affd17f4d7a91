"""A headless Chromium at the size of a phone, a desktop or a TV, and axe-core, which looks for barriers."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Callable

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

NODE = Path(__file__).with_name("node")
OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
SIZES = {"phone": (390, 844), "small phone": (360, 640), "desktop": (1280, 800), "tv": (1920, 1080)}
SECONDS = 60  # long, for a machine that is busy; nothing waits for it to pass


def npm_install(folder: Path) -> None:
    """Install what a folder's `package-lock.json` names, unless it is there."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    assert not missing, f"{' and '.join(missing)} not found: install Debian's nodejs and npm"
    wanted, there = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not there.exists() or there.stat().st_mtime < wanted.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=120)


def axe() -> str:
    """Return the script of axe-core."""
    npm_install(NODE)
    return (NODE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


class Browser:
    """One Chromium with a profile of its own, and axe-core if its script is given; a context manager."""

    def __init__(self, axe: str = "") -> None:
        missing = [program for program in ("chromium", "chromedriver") if not shutil.which(program)]
        assert not missing, f"{' and '.join(missing)} not found: install Debian's chromium and chromium-driver"
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for option in OPTIONS:
            options.add_argument(option)
        options.add_experimental_option("prefs", {"intl.accept_languages": "en"})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self._axe = axe
        self.driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()

    def looks_like(self, size: str, dark: bool = False) -> None:
        """Take the size of a phone, a desktop or a TV, and a light or dark scheme."""
        width, height = SIZES[size]
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": "phone" in size}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})

    def opens(self, address: str) -> None:
        self.driver.get(address)

    def forgets(self) -> None:
        """Lose all cookies."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})

    def finds(self, selector: str) -> WebElement:
        """Wait for an element, and return it."""
        return WebDriverWait(self.driver, SECONDS).until(lambda driver: driver.find_element(By.CSS_SELECTOR, selector))

    def sees(self, words: str, where: str = "main") -> None:
        """Wait until these words are on the page."""
        self.waits_for(lambda: words in self.text(where), f"{words!r} on the page")

    def text(self, where: str = "main") -> str:
        script = "const e = document.querySelector(arguments[0]); return e ? e.innerText : ''"
        return str(self.driver.execute_script(script, where))

    def waits_for(self, holds: Callable[[], Any], what: str) -> None:
        WebDriverWait(self.driver, SECONDS).until(lambda _: holds(), f"never came: {what}")

    def presses(self, selector: str) -> None:
        self.finds(selector).click()

    def types(self, keys: str) -> None:
        """Type on the keyboard, wherever the focus is."""
        ActionChains(self.driver).send_keys(keys).perform()

    def focus(self) -> str:
        """Return what has the focus: its words, its label or its name."""
        script = (
            "const e = document.activeElement;"
            "return (e.innerText || e.getAttribute('aria-label') || e.name || e.tagName).trim()"
        )
        return str(self.driver.execute_script(script))

    def barriers(self) -> list[str]:
        """Return what axe-core finds on this page, by rule and element."""
        # As an isolated script it is not held to the page's content security policy.
        self.driver.execute_script(self._axe)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        script = "const e = document.documentElement; return e.scrollWidth - e.clientWidth"
        return int(self.driver.execute_script(script))

    def complaints(self) -> list[str]:
        """Return what the browser wrote into its console: errors, and what the content security policy stopped."""
        return [entry["message"] for entry in self.driver.get_log("browser")]
