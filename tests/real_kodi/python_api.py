"""What Kodi's Python modules hold, read from real Kodis: the table that the Kodi stubs follow.

python -m tests.real_kodi.python_api        writes the table anew, from every version that `versions` names
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import List, Set

from tests.fakes.kodi import api_versions, installing
from tests.real_kodi import addons
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.versions import VERSIONS

ADDON_ID = "script.simkl.test.api"
ADDON = Path(__file__).parent / "addon_that_lists_api" / ADDON_ID


def names_in(kodi: RealKodi) -> Set[str]:
    """Return the dotted names of all that the modules of a running Kodi hold, with the members of classes."""
    addons.put(kodi, ADDON)
    file = kodi.home.root / "python-api.json"
    kodi.send(f"RunScript({ADDON_ID},{file})")
    kodi.wait_until(file.exists, 20, "the list of Kodi's Python API")
    return set(json.loads(file.read_text()))


def wrong_in_stubs(version: int, names: Set[str]) -> List[str]:
    """Return what the table says otherwise than a real Kodi of this version, and what only the stubs have."""
    changed = [name for changes in api_versions.table().values() for name in (*changes["came"], *changes["went"])]
    wrong = [name for name in changed if api_versions.has(version, name) != (name in names)]
    return sorted({*wrong, *(_names_of_stubs(version) - names)})


def _outermost(names: Set[str]) -> List[str]:
    return sorted(name for name in names if name.rpartition(".")[0] not in names)


def _names_of_stubs(version: int) -> Set[str]:
    found = set()
    for module, stub in installing.modules(version).items():
        for name, value in vars(stub).items():
            if not name.startswith("_"):
                found.add(f"{module}.{name}")
                members = dir(value) if isinstance(value, type) else []
                old = [each for each in members if api_versions.came_with(f"{name}.{each}") <= version]
                found.update(f"{module}.{name}.{member}" for member in old if not member.startswith("_"))
    return found


def main() -> int:
    """Write what came and what went with each version; of a whole class only its name."""
    found = []
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as home, RealKodi(Path(home), version=version) as kodi:
            found.append(names_in(kodi))
            print(f"Kodi {kodi.infolabel('System.BuildVersion').split()[0]}: {len(found[-1])} names")
    table = {
        str(version.major): {"came": _outermost(newer - older), "went": _outermost(older - newer)}
        for version, older, newer in zip(VERSIONS[1:], found, found[1:])
    }
    api_versions.TABLE.write_text(json.dumps(table, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
