"""The rating window: poster, title, and 1 to 10 in a row. It shows and is told; when it goes away, others decide."""

from __future__ import annotations

from typing import Any

import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.rating.auto_close import AutoClose
from lib.simkl.api.media import MOVIE, Item

RATING_XML, RATING_SKIN, RATING_RESOLUTION = "simkl-rate.xml", "Default", "1080i"

DEFAULT_RATING = 7
NEVER_AGAIN = -1
NEVER_AGAIN_BUTTON = 420
RATING_NONE = 400  # the buttons of 1 to 10 are 401 to 410
RATING_HEADING, RATING_TITLE, RATING_POSTER, RATING_WORD, RATING_BAR = 501, 502, 503, 504, 505
RATING_TILE_WIDTH, RATING_TILE_STEP = 98, 113
_BACK_ACTIONS = (xbmcgui.ACTION_PREVIOUS_MENU, xbmcgui.ACTION_NAV_BACK, xbmcgui.ACTION_STOP)


class RatingWindow(xbmcgui.WindowXMLDialog):
    """The window itself. Whoever makes it sets what Kodi's constructor has no place for.

    `preset` is chosen at first; `rating` is 0 for none, NEVER_AGAIN for a show that is not to be asked about any more.
    """

    addon: Addon
    heading: str
    item: Item
    art: str
    auto_close: AutoClose
    preset = DEFAULT_RATING
    rating = 0
    _started = False

    def onInit(self) -> None:
        """Fill in what is asked about. Kodi may call this twice."""
        if self._started:
            return
        self._started = True
        self._label(RATING_HEADING, self.heading)
        self._label(RATING_TITLE, f"[B]{self.item.label}[/B]")
        poster: Any = self.getControl(RATING_POSTER)
        poster.setImage(self.art)
        self.setProperty("show", "" if self.item.kind == MOVIE else "yes")
        self.setFocusId(RATING_NONE + self.preset)
        self._show(self.preset)

    def onFocus(self, controlId: int) -> None:
        """Say what the number means."""
        if controlId != NEVER_AGAIN_BUTTON:
            self._show(controlId - RATING_NONE)

    def onClick(self, controlId: int) -> None:
        """Take the number for an answer."""
        self.rating = NEVER_AGAIN if controlId == NEVER_AGAIN_BUTTON else controlId - RATING_NONE
        self.close()

    def onAction(self, action: xbmcgui.Action) -> None:
        """Back closes at once; any key shows that somebody is there."""
        self.auto_close.touched()
        if action.getId() in _BACK_ACTIONS:
            self.close()

    def _show(self, rating: int) -> None:
        self._label(RATING_WORD, f"[B]{self.addon.text(strings.RATINGS[rating - 1])}[/B]")
        self.getControl(RATING_BAR).setWidth(RATING_TILE_STEP * (rating - 1) + RATING_TILE_WIDTH)

    def _label(self, id_: int, text: str) -> None:
        control: Any = self.getControl(id_)
        control.setLabel(text)
