"""The driver itself: a real Kodi starts clean, obeys, tells what went wrong, and ends without leftovers."""

import os
import signal

import psutil
import pytest

from tests.real_kodi import debian
from tests.real_kodi.processes import group_members
from tests.real_kodi.rpc import RpcError
from tests.real_kodi.waiting import Crashed, NotReached


@pytest.mark.parametrize(
    "programs, packages",
    [(debian.PACKAGES, "kodi xvfb imagemagick"), (debian.BROWSER, "chromium chromium-driver")],
    ids=["kodi", "browser"],
)
def test_names_the_packages_of_missing_programs(monkeypatch, tmp_path, programs, packages):
    monkeypatch.setattr(debian, "CLEAN_PATH", str(tmp_path))
    with pytest.raises(debian.MissingPrograms, match=f"apt-get install .*{packages}"):
        debian.require("a test", programs)


def test_starts_on_a_clean_home_screen_with_the_modules_and_reports_what_went_wrong(kodi):
    assert kodi.at_rest()
    found = kodi.rpc("Addons.GetAddons", type="xbmc.python.module", enabled=True)["addons"]
    assert set(kodi.version.modules) <= {each["addonid"] for each in found}
    with pytest.raises(RpcError, match="Method not found"):
        kodi.rpc("No.Such")
    with pytest.raises(NotReached, match=r"within 0\.2 s: the impossible\n.*kodi\.log"):
        kodi.wait_until(lambda: False, 0.2, "the impossible")
    with pytest.raises(NotReached, match=r"no such Nothing\.OnDone"):
        kodi.wait_for_notification("Nothing.OnDone", timeout=0.1)


def test_tells_that_kodi_died_of_a_signal_starts_it_again_and_leaves_no_process(kodi):
    assert psutil.Process(kodi.pid).name() == "kodi.bin"
    os.kill(kodi.pid, signal.SIGKILL)
    with pytest.raises(Crashed, match=r"Kodi has ended \(SIGKILL\) before: the impossible"):
        kodi.wait_until(lambda: False, 5, "the impossible")
    kodi.kill()
    assert not kodi.running()
    kodi.start()
    group = kodi.pid
    kodi.quit()
    assert group_members(group) == []
