"""A careless tracker: a stand-in for another add-on, so that the comparison can be tried without one.

It does what one sees in trackers: a start for whatever plays, at once; a stop at 100 % whatever was played; the
episode's own ids in place of the show's; the address of Simkl written into it; and the player waits for the answer.
"""

import requests
import xbmc
import xbmcaddon

API = "https://api.simkl.com"
CLIENT_ID = "naive-tracker-client-id"
ID_NAMES = ("imdb", "tmdb", "tvdb")


class Player(xbmc.Player):
    """Posts what happens from the callback itself."""

    def __init__(self, token):
        super().__init__()
        self._headers = {"Authorization": f"Bearer {token}", "simkl-api-key": CLIENT_ID}
        self._item = {}
        self._total = 0.0

    def onAVStarted(self):
        tag = self.getVideoInfoTag()
        ids = {name: tag.getUniqueID(name) for name in ID_NAMES if tag.getUniqueID(name)}
        if tag.getMediaType() == "episode":
            about = {"title": tag.getTVShowTitle(), "ids": ids}
            self._item = {"show": about, "episode": {"season": tag.getSeason(), "number": tag.getEpisode()}}
        else:
            self._item = {"movie": {"title": tag.getTitle() or xbmc.getInfoLabel("Player.Title"), "ids": ids}}
        self._post("start", self.getTime() / self.getTotalTime() * 100)

    def onPlayBackPaused(self):
        self._post("pause", self.getTime() / self.getTotalTime() * 100)

    def onPlayBackResumed(self):
        self._post("start", self.getTime() / max(1.0, self.getTotalTime()) * 100)

    def onPlayBackStopped(self):
        self._post("stop", 100)

    def onPlayBackEnded(self):
        self._post("stop", 100)

    def _post(self, action, progress):
        body = {"progress": round(progress, 2), **self._item}
        try:
            requests.post(f"{API}/scrobble/{action}", json=body, headers=self._headers, timeout=10)
        except requests.RequestException as error:
            xbmc.log(f"naive tracker: {error}", xbmc.LOGERROR)


player = Player(xbmcaddon.Addon().getSetting("token"))
xbmc.Monitor().waitForAbort()
