"""What the tests of the rating have in common: how it is asked for, and what a person sees of it."""

from lib.kodi.rating.prompt import decode_rated_item, encode_rated_item
from lib.simkl.api.media import Item
from tests.fakes.kodi import UserScript
from tests.fakes.kodi.api_infotag import InfoTagVideo
from tests.fakes.kodi.api_listitem import ListItem
from tests.frontends.kodi.tv import ADDON_ID

OWNER = "900001"
SLOW = 0.05  # real seconds of a look around: while a person acts, the clock nearly stands still
BRISK = 0.005  # for those who wait for half a minute to pass
HEADING, TITLE, POSTER, WORD, BAR, FIRST = 501, 502, 503, 504, 505, 401


def sitting(make_couch, real_wait=SLOW, **options):
    """Return a linked Kodi whose service has said so, which runs a script next."""
    couch = make_couch(real_wait=real_wait, **options)
    couch.remember(owner=OWNER, linked=True)
    return couch


def word_for(couch, kind="movie", title="The Glass Harbour", art="", **numbers):
    """Return what the service hands to the script that asks."""
    return encode_rated_item(Item(kind, title, 0, (("imdb", "tt9900001"),), **numbers), art)


def rated_item(couch):
    """Return what the service has had asked about, in its one question."""
    [args] = [call.args for call in couch.kodi.builtins if call.name == "RunScript"]
    assert args[:2] == (ADDON_ID, "rate")
    return decode_rated_item(args[2])[0]


def ask(couch, *user, **item):
    """Have the question asked, and a person do these steps."""
    return couch.script("rate", word_for(couch, **item), user=user)


def stands_on(couch, media, library_id, path="", **more):
    """Have the context menu open on an item of the library."""
    couch.kodi.listitem = ListItem(path=path)
    couch.kodi.listitem._tag = InfoTagVideo._filled({}, mediatype=media, dbid=library_id, **more)


def choose(couch, args, *user):
    """Choose an item of the context menu by its args in addon.xml, and do these steps afterwards."""
    couch.kodi.user = UserScript(list(user))
    return couch.run(ADDON_ID, args)


def plays(couch, *states):
    """Return what is in the queue, whole."""
    with couch.queue() as queue:
        return queue.listing(OWNER, *(states or ("waiting",)))


def break_queue(couch):
    """Put a folder where the queue is."""
    (couch.data / "queue.db").mkdir(parents=True)


def reads(screen):
    """Return (question, title, word) as they stand on the window."""
    return tuple(screen.label(id_).replace("[B]", "").replace("[/B]", "") for id_ in (HEADING, TITLE, WORD))


def woken(couch):
    """Return whether the service was told that there is something to send."""
    return (ADDON_ID, "queued", {}) in couch.kodi.announced
