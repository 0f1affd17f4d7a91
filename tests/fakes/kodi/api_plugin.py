"""Module xbmcplugin: a directory is filled and ended exactly once.

Source: Kodi's Python API, module xbmcplugin.
"""

from typing import List, NamedTuple, Optional

from tests.fakes.kodi import current
from tests.fakes.kodi.api_listitem import ListItem
from tests.fakes.kodi.strictness import checked

__all__ = ["SORT_METHOD_UNSORTED", "addDirectoryItem", "addSortMethod", "endOfDirectory", "setPluginCategory"]

SORT_METHOD_UNSORTED = 40


class Entry(NamedTuple):
    url: str
    item: ListItem
    is_folder: bool


class Listing:
    """One directory as Kodi asked for it."""

    def __init__(self, url: str, handle: int) -> None:
        self.url, self.handle, self.category = url, handle, ""
        self.entries: List[Entry] = []
        self.ended: Optional[bool] = None  # what endOfDirectory said about success

    @property
    def labels(self) -> List[str]:
        return [entry.item.getLabel() for entry in self.entries]


def _listing(handle: int) -> Listing:
    listing: Optional[Listing] = current.kodi().listing
    if listing is None or listing.handle != handle or handle < 0:
        raise AssertionError(f"{handle} is not the handle of a directory that Kodi asked for")
    if listing.ended is not None:
        raise AssertionError("the directory was ended already")
    return listing


@checked
def addDirectoryItem(handle: int, url: str, listitem: ListItem, isFolder: bool = False) -> bool:
    _listing(handle).entries.append(Entry(url, listitem, isFolder))
    return True


@checked
def endOfDirectory(handle: int, succeeded: bool = True, updateListing: bool = False, cacheToDisc: bool = True) -> None:
    _listing(handle).ended = succeeded


@checked
def addSortMethod(handle: int, sortMethod: int) -> None:
    _listing(handle)


@checked
def setPluginCategory(handle: int, category: str) -> None:
    _listing(handle).category = category
