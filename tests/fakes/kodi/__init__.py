"""A small Kodi stub for tests: what a real Kodi would refuse raises here, and what it would show can be read.

    kodi = KodiStub(addon_folder, profile_folder)
    kodi.user = UserScript([lambda screen: screen.label(100) == "ABCDE", "right", "select"])
    with kodi.installed():
        kodi.run(["plugin.py", "link"])
    assert kodi.notifications[0].message == "Linked as sample_viewer"

Signatures and behaviour follow Kodi's Python API documentation and are compared with the package
Kodistubs by tests/fakes/test_kodi_stubs.py.
"""

from tests.fakes.kodi.strict_kodi import KodiStub
from tests.fakes.kodi.user import Do, UserScript

__all__ = ["Do", "KodiStub", "UserScript"]
