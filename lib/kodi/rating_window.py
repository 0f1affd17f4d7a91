"""The rating window: poster, title, and 1 to 10 in a row. It shows and is told; when it goes away, others decide."""

from __future__ import annotations

from typing import Any

import xbmcgui

from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.patience import Patience
from lib.kodi.rating import USUAL, heading
from lib.simkl.api.media import Item

XML, SKIN, RESOLUTION = "simkl-rate.xml", "Default", "1080i"

NONE = 400  # the buttons of 1 to 10 are 401 to 410
HEADING, TITLE, POSTER, WORD, BAR = 501, 502, 503, 504, 505
TILE_WIDTH, TILE_STEP = 98, 113
_BACK_ACTIONS = (xbmcgui.ACTION_PREVIOUS_MENU, xbmcgui.ACTION_NAV_BACK, xbmcgui.ACTION_STOP)


class RatingWindow(xbmcgui.WindowXMLDialog):
    """The window itself. Whoever makes it sets what Kodi's constructor has no place for; `rating` is 0 for none."""

    addon: Addon
    item: Item
    art: str
    patience: Patience
    rating = 0
    _started = False

    def onInit(self) -> None:
        """Fill in what is asked about. Kodi may call this twice."""
        if self._started:
            return
        self._started = True
        self._label(HEADING, heading(self.addon, self.item))
        self._label(TITLE, f"[B]{self.item.label}[/B]")
        poster: Any = self.getControl(POSTER)
        poster.setImage(self.art)
        self.setFocusId(NONE + USUAL)
        self._show(USUAL)

    def onFocus(self, controlId: int) -> None:
        """Say what the number means."""
        self._show(controlId - NONE)

    def onClick(self, controlId: int) -> None:
        """Take the number for an answer."""
        self.rating = controlId - NONE
        self.close()

    def onAction(self, action: xbmcgui.Action) -> None:
        """Back closes at once; any key shows that somebody is there."""
        self.patience.touched()
        if action.getId() in _BACK_ACTIONS:
            self.close()

    def _show(self, rating: int) -> None:
        self._label(WORD, f"[B]{self.addon.text(strings.RATINGS[rating - 1])}[/B]")
        self.getControl(BAR).setWidth(TILE_STEP * (rating - 1) + TILE_WIDTH)

    def _label(self, id_: int, text: str) -> None:
        control: Any = self.getControl(id_)
        control.setLabel(text)
