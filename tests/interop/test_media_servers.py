"""Other people's clients play at a Jellyfin and a Plex, and Simkl has the play; and templates of Jellyfin's webhooks.

Handlebars itself renders the templates, with titles that are awkward for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jellyfin_apiclient_python import JellyfinClient
from plexapi.server import PlexServer

from lib.web.hooks.event import PlaybackEvent
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers.common import EpisodeFile, Film, Viewer
from tests.fakes.servers.jellyfin import Guid, dotnet_text, notification, rendered, user_data_saved
from tests.fakes.servers.playing import EPISODE, FILM, PASSWORD, PlayingJellyfin, PlayingPlex
from tests.fakes.simkl import FakeSimkl
from tests.interop.node_program import NodeProgram
from tests.web.served import ServedProgram

PEOPLE = [Viewer(name, f"{number:08x}-7425-40de-944b-e07fc1f90ae7", 5000 + number)
          for number, name in enumerate(("ana", "ben", "carla", "dora", "emil"))]  # fmt: skip
ANA, BEN, CARLA, DORA, EMIL = PEOPLE
TICKS = 10_000_000
THE_FILM, THE_EPISODE = ("The Glass Harbour", None, None), ("Lantern Street", 2, 4)


@pytest.fixture(scope="module")
def simkl():
    with FakeSimkl(interval=1) as box:
        yield box


@pytest.fixture(scope="module")
def program(simkl, tmp_path_factory):
    with ServedProgram(tmp_path_factory.mktemp("served"), simkl, [viewer.name for viewer in PEOPLE]) as served:
        yield served


def watched(simkl, viewer):
    """Wait until a person has watched something at Simkl; return title, numbers, and how often."""
    simkl.wait_for(lambda: simkl.watched[viewer.name], timeout=60)
    marks = simkl.watched[viewer.name].values()
    return [((mark.title, mark.season, mark.episode), mark.times) for mark in marks]


def logged_in(server, viewer):
    """Return a client of Jellyfin, signed in as its manual says."""
    client = JellyfinClient()
    client.config.app("A player", "1.0", f"TV of {viewer.name}", f"device-of-{viewer.name}")
    client.config.data["auth.ssl"] = False
    client.auth.connect_to_address(server.url)
    assert client.auth.login(server.url, viewer.name, PASSWORD)["User"]["Name"] == viewer.name
    return client.jellyfin


def play(client, guid, *shares):
    """Play an item and stop at the last share of it; None stands for a pause where it is."""
    item = client.get_item(guid.replace("-", ""))
    told = {"ItemId": item["Id"], "PositionTicks": 0, "IsPaused": False, "PlayMethod": "DirectPlay"}
    client.session_playing(dict(told))
    for share in shares:
        told["IsPaused"] = share is None
        if share is not None:
            told["PositionTicks"] = int(share * item["RunTimeTicks"])
        client.session_progress(dict(told))
    client.session_stop(dict(told))


def test_a_film_played_to_the_end_with_jellyfins_client(program, simkl):
    with PlayingJellyfin(program.hook, (ANA,)) as server:
        play(logged_in(server, ANA), FILM.guid, 0.3, None, 0.6, 0.97)
    assert watched(simkl, ANA) == [(THE_FILM, 1)]
    assert server.told == ["PlaybackStart"] * 2 + ["PlaybackProgress"] * 8 + ["PlaybackFinished", "PlaybackStop"]


def test_a_film_left_half_way_does_not_count(program, simkl):
    with PlayingJellyfin(program.hook, (BEN,)) as server:
        client = logged_in(server, BEN)
        play(client, FILM.guid, 0.5)
        play(client, EPISODE.guid, 0.7, 0.97)
    assert watched(simkl, BEN) == [(THE_EPISODE, 1)]  # in order: the film would be there by now


def test_an_episode_marked_as_played_with_jellyfins_client(program, simkl):
    with PlayingJellyfin(program.hook, (CARLA,)) as server:
        assert logged_in(server, CARLA).item_played(EPISODE.guid.replace("-", ""), True)["Played"] is True
    assert watched(simkl, CARLA) == [(THE_EPISODE, 1)]


def test_an_episode_played_with_plexapi(program, simkl):
    with PlayingPlex(program.hook, (DORA,)) as server:
        plex = PlexServer(server.url, f"token-of-{DORA.name}")
        episode = plex.fetchItem(int(EPISODE.rating_key))
        for state, share in (("playing", 0), ("paused", 0.4), ("playing", 0.4), ("playing", 0.92), ("stopped", 0.97)):
            episode.updateTimeline(share * episode.duration, state)
        assert [row.title for row in plex.history(accountID=DORA.plex_id)] == [EPISODE.title]
    assert watched(simkl, DORA) == [(THE_EPISODE, 1)]
    assert server.told == ["media.play", "media.pause", "media.resume", "media.scrobble", "media.stop"]


def test_a_film_marked_as_played_with_plexapi_where_plex_tells_of_it(program, simkl):
    with PlayingPlex(program.hook, (EMIL,), tells_marks=True) as server:
        PlexServer(server.url, f"token-of-{EMIL.name}").fetchItem(int(FILM.number)).markPlayed()
    assert watched(simkl, EMIL) == [(THE_FILM, 1)]


OURS = (Path(__file__).resolve().parents[2] / "deploy/jellyfin-webhook.handlebars").read_text(encoding="utf-8")
ESCAPED_TWICE = OURS.replace("{{{", "{{").replace("}}}", "}}")
ENCODED = OURS.replace('"{{{Name}}}"', "{{json_encode Name}}")
ENCODED = ENCODED.replace('"{{{SeriesName}}}"', "{{json_encode SeriesName}}")
TEMPLATES = {"ours": OURS, "everything escaped for HTML": ESCAPED_TWICE, "with json_encode": ENCODED}
TITLES = (
    'The "Big" Heist', "Tom & Anna's <3", "Ice 🍦 Cream", "千と千尋の神隠し", "وجدة", "Das weiße Band – Müßig", "100 %",
    "{{7*7}}", "C'est l'été", "<script>alert(1)</script>", "Back\\Slash", "a/b", "=1+1", "tab\there", "", "x" * 900,
)  # fmt: skip


@pytest.fixture(scope="module")
def handlebars(node):
    with NodeProgram("handlebars") as program:
        yield program


def sent(handlebars: NodeProgram, template: str, values: dict[str, Any]) -> PlaybackEvent:
    """Return the event of what the plugin sends with this template."""
    texts = {
        name: dotnet_text(value) if isinstance(value, (bool, int, Guid)) else value
        for name, value in values.items()
        if value is not None
    }
    request = rendered(handlebars.render(template, texts))
    (event,) = parse_hook(request.content_type, request.body, {})
    return event


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())
@pytest.mark.parametrize("title", TITLES)
def test_an_awkward_title_arrives_as_it_is(handlebars, template, title):
    film = sent(handlebars, template, notification("PlaybackStart", Film(title)))
    episode = sent(handlebars, template, notification("PlaybackStop", EpisodeFile(title), position=61))
    assert (film.title, film.year, film.ids) == (title, 2018, {"imdb": "tt9900002", "tmdb": "990002"})
    assert (episode.show_title, episode.season, episode.episode, episode.position) == (title, 2, 4, 61.0)


@pytest.mark.parametrize("name", ['O"Neil', "Zoë & Co", "<b>", "李"])
def test_an_awkward_user_arrives_as_they_are(handlebars, name):
    event = sent(handlebars, OURS, notification("PlaybackStart", Film(), Viewer(name)))
    assert (event.user_name, event.user_id) == (name, "7c9e6679742540de944be07fc1f90ae7")


def test_all_that_a_stop_and_a_mark_by_hand_tell(handlebars):
    values = notification("PlaybackStop", Film(), position=5990, paused=False, PlayedToCompletion=True)
    event = sent(handlebars, OURS, values)
    assert (event.completed, event.position, event.runtime, event.is_paused) == (True, 5990.0, 6000.0, False)
    assert (event.device, event.server_version) == ("tv-1", "10.11.6")
    event = sent(handlebars, OURS, user_data_saved(EpisodeFile(last=6), "TogglePlayed", False))
    assert (event.kind.value, event.episode, event.episode_end) == ("unmark", 4, 6)
