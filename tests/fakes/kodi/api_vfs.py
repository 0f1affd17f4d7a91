"""Module xbmcvfs on a temporary folder: special:// paths, and folders that end in a slash.

Source: Kodi's Python API, module xbmcvfs.
"""

import os
import shutil
from typing import List, Tuple

from tests.fakes.kodi import current
from tests.fakes.kodi.strictness import checked

__all__ = ["copy", "delete", "exists", "listdir", "mkdir", "mkdirs", "rename", "rmdir", "translatePath"]


@checked
def translatePath(path: str) -> str:
    return str(current.kodi().paths.translate(path))


@checked
def exists(path: str) -> bool:
    """Tell whether it is there; a folder only counts with a slash at its end."""
    real = translatePath(path)
    return os.path.isdir(real) if path.endswith(("/", "\\")) else os.path.isfile(real)


@checked
def delete(file: str) -> bool:
    real = translatePath(file)
    if not os.path.isfile(real):
        return False
    os.remove(real)
    return True


@checked
def mkdir(path: str) -> bool:
    real = translatePath(path)
    if not os.path.isdir(os.path.dirname(real.rstrip("/"))):
        return False
    os.makedirs(real, exist_ok=True)
    return True


@checked
def mkdirs(path: str) -> bool:
    os.makedirs(translatePath(path), exist_ok=True)
    return True


@checked
def rmdir(path: str, force: bool = False) -> bool:
    real = translatePath(path)
    if not os.path.isdir(real) or (os.listdir(real) and not force):
        return False
    shutil.rmtree(real)
    return True


@checked
def rename(file: str, newFile: str) -> bool:
    if not os.path.exists(translatePath(file)):
        return False
    os.replace(translatePath(file), translatePath(newFile))
    return True


@checked
def copy(strSource: str, strDestination: str) -> bool:
    if not os.path.isfile(translatePath(strSource)):
        return False
    shutil.copyfile(translatePath(strSource), translatePath(strDestination))
    return True


@checked
def listdir(path: str) -> Tuple[List[str], List[str]]:
    real = translatePath(path)
    names = sorted(os.listdir(real)) if os.path.isdir(real) else []
    folders = [name for name in names if os.path.isdir(os.path.join(real, name))]
    return folders, [name for name in names if name not in folders]
