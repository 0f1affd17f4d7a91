"""Build the add-on's zip: what Kodi installs, with the pure Python libraries that Kodi's repository does not have.

    python tools/build_zip.py [--client-id ID] [--out DIR]

A client id baked in saves everybody who installs the zip from typing 64 characters with a remote. It is public by
nature, unlike a client secret, which never goes into a zip. The zip is the same for the same input, byte for byte.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[1]
FILES = ("addon.xml", "plugin.py", "settings.yaml", "LICENSE.txt", "CHANGELOG.md")
FOLDERS = ("lib", "resources")
LEFT_OUT = ("lib/terminal", "lib/web")
SUFFIXES = {".py", ".xml", ".po", ".png", ".jpg", ".yaml", ".txt", ".md", ".typed"}
BUNDLED = {"segno": "segno", "filelock": "filelock"}
EPOCH = (2026, 1, 1, 0, 0, 0)


def build(out: Path, client_id: str = "") -> Path:
    """Write the zip into `out` and return its path. Raises ValueError for a client id that cannot be one."""
    if client_id and not re.fullmatch(r"[\w.-]{8,128}", client_id):
        raise ValueError(f"{client_id!r} is not a client id: letters, digits, hyphens, 8 to 128 of them")
    root = ElementTree.parse(ROOT / "addon.xml").getroot()
    addon_id, version = root.attrib["id"], root.attrib["version"]
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{addon_id}-{version}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents(client_id)):
            info = zipfile.ZipInfo(f"{addon_id}/{name}", EPOCH)
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return target


def contents(client_id: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of the add-on."""
    for name in FILES:
        content = (ROOT / name).read_bytes()
        yield name, _baked(content, client_id) if name == "settings.yaml" and client_id else content
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT).as_posix()
            if path.suffix in SUFFIXES and "__pycache__" not in name and not name.startswith(LEFT_OUT):
                yield name, path.read_bytes()
    for distribution, package in BUNDLED.items():
        for file in importlib.metadata.files(distribution) or ():
            path = Path(str(file.locate()))
            if file.parts[0] == package and path.suffix == ".py":
                yield file.as_posix(), path.read_bytes()
            elif "LICEN" in path.name.upper():
                yield f"{package}/LICENSE.txt", path.read_bytes()


def _baked(content: bytes, client_id: str) -> bytes:
    baked, count = re.subn(rb'(?m)^  client_id: ""$', f'  client_id: "{client_id}"'.encode(), content)
    if count != 1:
        raise ValueError("settings.yaml has no empty client_id line to put it into")
    return baked


def main() -> int:
    """Build the zip and say where it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--client-id", default="")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    arguments = parser.parse_args()
    try:
        print(build(arguments.out, arguments.client_id.strip()))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
