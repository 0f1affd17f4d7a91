"""The driver itself: a real Kodi starts clean, takes an add-on, obeys, is seen, and ends without leftovers."""

import os
import signal
import zipfile

import pytest

from tests.real_kodi import requirements
from tests.real_kodi.addons import is_enabled
from tests.real_kodi.processes import processes
from tests.real_kodi.rpc import RpcError
from tests.real_kodi.waiting import Crashed, NotReached

ADDON_ID = "script.driver.selfcheck"

ADDON_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<addon id="{ADDON_ID}" name="Self-check" version="1.0.0" provider-name="tests">
    <requires>
        <import addon="xbmc.python" version="3.0.0"/>
        <import addon="script.module.requests" version="2.0.0"/>
        <import addon="script.module.yaml" version="5.3.0"/>
        <import addon="script.module.schedule" version="0.6.0"/>
    </requires>
    <extension point="xbmc.python.script" library="script.py"><provides>executable</provides></extension>
    <extension point="xbmc.addon.metadata"><summary lang="en_GB">-</summary><platform>all</platform></extension>
</addon>
"""

SCRIPT = """import sys
import requests, schedule, xbmc, xbmcgui, yaml
xbmcgui.Dialog().notification("Self-check", "hello from the add-on")
ran = [requests.__version__, yaml.safe_load("a: [1]"), schedule.every(5).seconds.interval, sys.argv]
xbmc.log("self-check ran %s" % ran, xbmc.LOGINFO)
xbmc.executebuiltin("NotifyAll(script.driver.selfcheck,ran)")
"""


def zipped(folder, version):
    archive = folder / f"selfcheck-{version}.zip"
    with zipfile.ZipFile(archive, "w") as contents:
        contents.writestr(f"{ADDON_ID}/addon.xml", ADDON_XML.replace("1.0.0", version))
        contents.writestr(f"{ADDON_ID}/script.py", SCRIPT)
    return archive


@pytest.fixture(scope="module")
def addon(kodi, tmp_path_factory):
    return kodi.install(zipped(tmp_path_factory.mktemp("zip"), "1.0.0"))


def test_names_the_packages_of_missing_programs(monkeypatch, tmp_path):
    monkeypatch.setattr(requirements, "CLEAN_PATH", str(tmp_path))
    with pytest.raises(requirements.MissingPrograms, match="apt-get install .*kodi xvfb imagemagick"):
        requirements.require_programs()
    with pytest.raises(requirements.MissingPrograms, match="apt-get install .*chromium chromium-driver"):
        requirements.require_browser()


def test_starts_on_a_clean_home_screen_and_runs_an_addon_that_imports_the_modules(kodi, addon, pictures):
    assert kodi.window()["label"] == "Home"
    assert not kodi.infoboolean("System.HasActiveModalDialog")
    assert is_enabled(kodi, addon)
    kodi.forget_notifications()
    kodi.run_script(addon, "one", 'two, with a "comma"')
    line = kodi.wait_for_log("self-check ran")
    assert "['2.31.0', {'a': [1]}, 5, ['script.py', 'one', 'two, with a \"comma\"']]" in line
    kodi.wait_for_notification("Other.ran", lambda params: params["sender"] == addon)
    kodi.wait_until(lambda: kodi.infoboolean("Window.IsVisible(notification)"), 30, "the notification")
    kodi.picture(pictures / "driver-notification.png", still=True)


def test_replaces_an_older_version(kodi, addon, tmp_path):
    assert kodi.install(zipped(tmp_path, "1.1.0")) == addon
    details = kodi.rpc("Addons.GetAddonDetails", addonid=addon, properties=["version", "enabled"])
    assert (details["addon"]["version"], details["addon"]["enabled"]) == ("1.1.0", True)


def test_reports_what_went_wrong(kodi):
    with pytest.raises(RpcError, match="Method not found"):
        kodi.rpc("No.Such")
    with pytest.raises(NotReached, match=r"within 0\.2 s: the impossible\n.*kodi\.log"):
        kodi.wait_until(lambda: False, 0.2, "the impossible")
    with pytest.raises(NotReached, match=r"no such Nothing\.OnDone"):
        kodi.wait_for_notification("Nothing.OnDone", timeout=0.1)


def test_tells_that_kodi_died_of_a_signal(kodi):
    (main,) = [process.pid for process in kodi.processes() if process.name == "kodi.bin"]
    os.kill(main, signal.SIGKILL)
    with pytest.raises(Crashed, match=r"Kodi has ended \(SIGKILL\) before: the impossible"):
        kodi.wait_until(lambda: False, 5, "the impossible")


def test_survives_a_power_cut_and_quits(kodi, addon, pictures):
    kodi.kill()
    assert not kodi.running()
    kodi.start()
    assert is_enabled(kodi, addon)
    kodi.picture(pictures / "driver-restarted.png", still=True)
    pids = {process.pid for process in kodi.processes()}
    assert "kodi.bin" in {process.name for process in kodi.processes()}
    assert kodi.quit() < 10
    assert not pids & {process.pid for process in processes()}
