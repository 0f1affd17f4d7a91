"""The versions of Kodi that the add-on promises to work in, each with the Debian that packages it and its modules.

The modules are those of Kodi's repository at the time, or the nearest: `schedule` 0.6.0 in particular is much older
than PyPI's newest, and today's urllib3 does not even import on the Python 3.9 of Kodi 19's Debian.
"""

from dataclasses import dataclass, field
from typing import Dict, List


@dataclass(frozen=True)
class KodiVersion:
    """A version of Kodi; `suite` is Debian's name for the release that packages it.

    modules: by add-on id the PyPI packages that make it up. Kodi's repository has requests' own dependencies as four
    more add-ons; here they travel inside requests.
    """

    major: int
    suite: str
    modules: Dict[str, List[str]] = field(repr=False, hash=False)

    def __str__(self) -> str:
        return f"kodi-{self.major}"


# fmt: off
_OLD_MODULES = {
    "script.module.requests": [
        "requests==2.22.0", "urllib3==1.25.8", "certifi==2020.4.5.1", "idna==2.8", "chardet==3.0.4",
    ],
    "script.module.yaml": ["PyYAML==5.3.1"],
    "script.module.schedule": ["schedule==0.6.0"],
}
_MODULES = {
    "script.module.requests": [
        "requests==2.31.0", "urllib3==2.1.0", "certifi==2023.5.7", "idna==3.4", "charset-normalizer==3.3.2",
    ],
    "script.module.yaml": ["PyYAML==6.0.1"],
    "script.module.schedule": ["schedule==0.6.0"],
}
# fmt: on

KODI_19 = KodiVersion(19, "bullseye", _OLD_MODULES)  # 19.1 on Python 3.9
KODI_20 = KodiVersion(20, "bookworm", _MODULES)  # 20.1 on Python 3.11
KODI_21 = KodiVersion(21, "trixie", _MODULES)  # 21.2 on Python 3.13

VERSIONS = (KODI_19, KODI_20, KODI_21)
