"""The little language of skins: visibility conditions, $ADDON, $LOCALIZE and $INFO in labels and textures.

Only what is simple enough to be right is known; anything else raises, so that a test never passes by accident.
Sources: Kodi's wiki "Conditional visibility" and "Label parsing", Python API list of boolean conditions.
"""

import re
from typing import TYPE_CHECKING, Any, List, Optional

from tests.fakes.kodi import current

if TYPE_CHECKING:
    from tests.fakes.kodi.screen import Screen

CORE_STRINGS = {106: "No", 107: "Yes", 186: "OK", 222: "Cancel", 20410: "Trailer"}
_PLACEHOLDER = re.compile(r"\$(ADDON|LOCALIZE|INFO|ESCINFO|VAR)\[([^\]]*)\]")
_TOKEN = re.compile(r"\s*([\[\]!+|])")


def _kodi(screen: Optional["Screen"]) -> Any:
    """Return the window's own Kodi, so that a closed window can be read when nothing is installed any more."""
    return current.kodi() if screen is None else screen.kodi


def core_string(number: int) -> str:
    """Return one of Kodi's own strings; the stub knows only a few."""
    if number not in CORE_STRINGS:
        raise AssertionError(f"{number} is none of the strings of Kodi's own that the stub knows; add-ons use $ADDON")
    return CORE_STRINGS[number]


def label(text: str, screen: Optional["Screen"]) -> str:
    """Return the text as it appears on the screen."""
    return _PLACEHOLDER.sub(lambda match: _placeholder(match.group(1), match.group(2), screen), text)


def _placeholder(kind: str, inside: str, screen: Optional["Screen"]) -> str:
    kodi = _kodi(screen)
    if kind == "ADDON":
        addon_id, _, number = inside.partition(" ")
        if addon_id != kodi.addon.id:
            raise AssertionError(f"$ADDON[{inside}] names another add-on")
        return str(kodi.strings.get(int(number)))
    if kind == "LOCALIZE":
        return core_string(int(inside))
    if kind == "INFO":
        expression, *around = inside.split(",")
        value = info(expression, screen)
        before, after = (around + ["", ""])[:2]
        return _comma(before) + value + _comma(after) if value else ""
    raise AssertionError(f"the stub knows no ${kind}[{inside}]")


def _comma(text: str) -> str:
    return text.replace("$COMMA", ",").replace("$LBRACKET", "[").replace("$RBRACKET", "]")


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
    match = re.fullmatch(r"(?i)Control\.GetLabel\((\d+)\)", expression.strip())
    if match and screen is not None:
        return screen.label(int(match.group(1)))
    match = re.fullmatch(r"VideoPlayer\.UniqueID\((\S+)\)", expression)
    if match:
        return str(kodi.playback.tag._unique_ids.get(match.group(1), ""))
    if expression in kodi.info_labels:
        return str(kodi.info_labels[expression])
    raise AssertionError(f"the stub knows no info label {expression!r}: put it in kodi.info_labels")


def holds(condition: str, screen: Optional["Screen"]) -> bool:
    """Tell whether a visibility condition is true now."""
    parser = _Parser(condition, screen)
    answer = parser.any_of()
    if parser.rest.strip():
        raise AssertionError(f"cannot read the condition {condition!r} from {parser.rest!r}")
    return answer


class _Parser:
    """`|` binds weakest, then `+`, then `!`; square brackets group."""

    def __init__(self, text: str, screen: Optional["Screen"]) -> None:
        self.rest = text
        self._screen = screen

    def any_of(self) -> bool:
        answers = [self._all_of()]
        while self._take("|"):
            answers.append(self._all_of())
        return any(answers)

    def _all_of(self) -> bool:
        answers = [self._one()]
        while self._take("+"):
            answers.append(self._one())
        return all(answers)

    def _one(self) -> bool:
        if self._take("!"):
            return not self._one()
        if self._take("["):
            answer = self.any_of()
            if not self._take("]"):
                raise AssertionError(f"a ] is missing before {self.rest!r}")
            return answer
        return _test(self._expression(), self._screen)

    def _take(self, sign: str) -> bool:
        match = _TOKEN.match(self.rest)
        if match is None or match.group(1) != sign:
            return False
        self.rest = self.rest[match.end() :]
        return True

    def _expression(self) -> str:
        depth, end = 0, len(self.rest)
        for place, sign in enumerate(self.rest):
            depth += {"(": 1, ")": -1}.get(sign, 0)
            if depth == 0 and sign in "]+|":
                end = place
                break
        text, self.rest = self.rest[:end].strip(), self.rest[end:]
        return text


def _test(expression: str, screen: Optional["Screen"]) -> bool:
    kodi = _kodi(screen)
    name, _, inside = expression.partition("(")
    words: List[str] = _split(inside[:-1]) if inside else []
    known: Any = {
        "true": lambda: True,
        "false": lambda: False,
        "string.isempty": lambda: not info(words[0], screen),
        "string.isequal": lambda: info(words[0], screen).lower() == label(words[1], screen).lower(),
        "string.contains": lambda: words[1].lower() in info(words[0], screen).lower(),
    }
    if screen is not None:
        known["control.hasfocus"] = lambda: screen.focus == int(words[0])
        known["control.isvisible"] = lambda: screen.visible(int(words[0]))
    known["player.paused"] = lambda: kodi.playback.file is not None and kodi.playback.paused
    if name.lower() in known:
        return bool(known[name.lower()]())
    if expression in kodi.conditions:
        return bool(kodi.conditions[expression])
    raise AssertionError(f"the stub knows no condition {expression!r}: put it in kodi.conditions")


def _split(text: str) -> List[str]:
    words, depth = [""], 0
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            words.append("")
        else:
            words[-1] += sign
    return [word.strip() for word in words]
