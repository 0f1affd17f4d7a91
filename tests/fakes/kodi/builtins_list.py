"""Kodi's built-in functions that an add-on may call here; any other raises.

Source: Kodi's wiki, "List of built-in functions".
"""

import csv
import re
from typing import Any, NamedTuple, Tuple

# name -> least and most number of arguments
KNOWN = {
    "RunScript": (1, 20), "NotifyAll": (2, 2), "InhibitScreensaver": (1, 1), "Addon.OpenSettings": (1, 1),
    "Container.Refresh": (0, 1), "ActivateWindow": (1, 3), "Dialog.Close": (1, 2), "SetProperty": (3, 3),
    "ClearProperty": (2, 2), "SetFocus": (1, 1), "Noop": (0, 0),
}  # fmt: skip


class Builtin(NamedTuple):
    """One call, with the name spelled as in the wiki."""

    name: str
    args: Tuple[str, ...]


def parse(text: str) -> Builtin:
    """Take `Name(a,"b, c")` apart, at commas outside quotes; one pair of quotes around an argument is taken off."""
    match = re.fullmatch(r"([\w.]+)(?:\((.*)\))?", text.strip(), re.DOTALL)
    names = {name.lower(): name for name in KNOWN}
    if match is None or match.group(1).lower() not in names:
        raise AssertionError(f"the stub knows no built-in function {text}")
    arguments = csv.reader([match.group(2) or ""], escapechar="\\", doublequote=False, skipinitialspace=True)
    name, args = names[match.group(1).lower()], tuple(next(arguments, []))
    least, most = KNOWN[name]
    if not least <= len(args) <= most:
        raise AssertionError(f"{name} takes {least} to {most} arguments: {text}")
    return Builtin(name, args)


def carry_out(kodi: Any, builtin: Builtin) -> None:
    """Do what the stub can show of it; RunScript is only recorded."""
    if builtin.name == "NotifyAll":
        sender, message = builtin.args
        kodi.notify(sender, "Other." + message)
    elif builtin.name == "InhibitScreensaver":
        if builtin.args[0] not in ("true", "false"):
            raise AssertionError(f"InhibitScreensaver takes true or false, not {builtin.args[0]}")
        kodi.screensaver_inhibited = builtin.args[0] == "true"
    elif builtin.name in ("SetProperty", "ClearProperty"):
        name, *value, window = builtin.args
        assert window == "home", builtin
        kodi.properties[10000].pop(name, None)
        if value:
            kodi.properties[10000][name] = value[0]
    elif builtin.name in ("RunScript", "Addon.OpenSettings"):
        if builtin.args[0] != kodi.addon.id:
            raise AssertionError(f"{builtin.name} names an add-on that is not installed: {builtin.args[0]}")
