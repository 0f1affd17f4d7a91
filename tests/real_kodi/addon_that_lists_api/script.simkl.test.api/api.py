"""Writes what Kodi's Python modules hold into the file that the argument names, as a list of dotted names in JSON."""

import json
import os
import sys

import xbmc
import xbmcaddon
import xbmcgui
import xbmcplugin
import xbmcvfs


def public(holder):
    return [(name, getattr(holder, name)) for name in dir(holder) if not name.startswith("_")]


def names():
    for module in (xbmc, xbmcaddon, xbmcgui, xbmcplugin, xbmcvfs):
        for name, value in public(module):
            yield f"{module.__name__}.{name}"
            if isinstance(value, type):
                yield from (f"{module.__name__}.{name}.{member}" for member, _ in public(value))


with open(sys.argv[1] + ".part", "w") as file:
    json.dump(sorted(names()), file)
os.rename(sys.argv[1] + ".part", sys.argv[1])
