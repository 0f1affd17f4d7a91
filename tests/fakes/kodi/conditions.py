"""The little language of skins: visibility conditions, $ADDON and $INFO in labels and textures.

Only what is simple enough to be right is known; anything else raises, so that a test never passes by accident.
Sources: Kodi's wiki "Conditional visibility" and "Label parsing", Python API list of boolean conditions.
"""

import re
from typing import TYPE_CHECKING, Any, Optional

from tests.fakes.kodi import current

if TYPE_CHECKING:
    from tests.fakes.kodi.screen import Screen

CORE_STRINGS = {106: "No", 107: "Yes", 186: "OK", 222: "Cancel", 20410: "Trailer"}
_PLACEHOLDER = re.compile(r"\$([A-Z]+)\[([^\]]*)\]")
_TEST = re.compile(r"[\w.]+(?:\((?:[^()]|\([^()]*\))*\))?")
_SIGNS = {"!": " not ", "+": " and ", "|": " or ", "[": "(", "]": ")"}  # Kodi ranks them as Python does


def _kodi(screen: Optional["Screen"]) -> Any:
    """Return the window's own Kodi, so that a closed window can be read when nothing is installed any more."""
    return current.kodi() if screen is None else screen.kodi


def core_string(number: int) -> str:
    """Return one of Kodi's own strings."""
    if number not in CORE_STRINGS:
        raise AssertionError(f"{number} is none of the strings of Kodi's own that the stub knows; add-ons use $ADDON")
    return CORE_STRINGS[number]


def label(text: str, screen: Optional["Screen"]) -> str:
    """Return the text as it appears on the screen."""
    return _PLACEHOLDER.sub(lambda match: _placeholder(match.group(1), match.group(2), screen), text)


def _placeholder(kind: str, inside: str, screen: Optional["Screen"]) -> str:
    kodi = _kodi(screen)
    if kind == "ADDON" and inside.startswith(f"{kodi.addon.id} "):
        return str(kodi.strings.get(int(inside.partition(" ")[2])))
    if kind == "INFO":
        expression, *around = inside.split(",")
        value = info(expression, screen)
        before, after = (each.replace("$COMMA", ",") for each in (around + ["", ""])[:2])
        return before + value + after if value else ""
    raise AssertionError(f"the stub knows no ${kind}[{inside}]")


def info(expression: str, screen: Optional["Screen"]) -> str:
    """Return what an info label says, as xbmc.getInfoLabel does."""
    kodi = _kodi(screen)
    match = re.fullmatch(r"(?i)Window(?:\(([^)]*)\))?\.Property\(([^)]*)\)", expression.strip())
    if match:
        which, key = match.groups()
        if which is not None and which.lower() in ("home", "10000"):
            return str(kodi.properties[10000].get(key.lower(), ""))
        if which is None and screen is not None:
            return screen.property(key)
    match = re.fullmatch(r"VideoPlayer\.UniqueID\((\S+)\)", expression)
    if match:
        return str(kodi.playback.tag._unique_ids.get(match.group(1), ""))
    if expression in kodi.info_labels:
        return str(kodi.info_labels[expression])
    raise AssertionError(f"the stub knows no info label {expression!r}: put it in kodi.info_labels")


def holds(condition: str, screen: Optional["Screen"]) -> bool:
    """Tell whether a visibility condition is true now."""
    answers = _TEST.sub(lambda match: str(_test(match.group(), screen)), condition)
    try:
        return bool(eval("".join(_SIGNS.get(sign, sign) for sign in answers), {}))
    except SyntaxError:
        raise AssertionError(f"cannot read the condition {condition!r}") from None


def _test(expression: str, screen: Optional["Screen"]) -> bool:
    kodi = _kodi(screen)
    name, _, inside = expression.partition("(")
    what, _, text = inside[:-1].partition(",")
    known: Any = {
        "true": lambda: True,
        "false": lambda: False,
        "string.isempty": lambda: not info(what, screen),
        "string.isequal": lambda: info(what, screen).lower() == label(text.strip(), screen).lower(),
        "player.paused": lambda: kodi.playback.file is not None and kodi.playback.paused,
    }
    if screen is not None:
        known["control.hasfocus"] = lambda: screen.focus == int(what)
    if name.lower() in known:
        return bool(known[name.lower()]())
    if expression in kodi.conditions:
        return bool(kodi.conditions[expression])
    raise AssertionError(f"the stub knows no condition {expression!r}: put it in kodi.conditions")
