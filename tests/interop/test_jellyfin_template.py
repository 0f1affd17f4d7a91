"""Templates of Jellyfin's Webhook plugin, rendered by Handlebars itself, with titles that are awkward for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lib.web.hooks.event import PlaybackEvent
from lib.web.hooks.parse import parse_hook
from tests.fakes.servers.jellyfin import Guid, dotnet_text, notification, rendered, user_data_saved
from tests.fakes.servers.titles import EpisodeFile, Film, Viewer
from tests.interop.node_program import NodeProgram

OURS = (Path(__file__).resolve().parents[2] / "deploy/jellyfin-webhook.handlebars").read_text(encoding="utf-8")
ESCAPED_TWICE = OURS.replace("{{{", "{{").replace("}}}", "}}")
ENCODED = OURS.replace('"{{{Name}}}"', "{{json_encode Name}}")
ENCODED = ENCODED.replace('"{{{SeriesName}}}"', "{{json_encode SeriesName}}")
TEMPLATES = {"ours": OURS, "everything escaped for HTML": ESCAPED_TWICE, "with json_encode": ENCODED}
TITLES = (
    'The "Big" Heist', "Tom & Anna's <3", "Ice 🍦 Cream", "千と千尋の神隠し", "وجدة", "Das weiße Band – Müßig", "100 %",
    "{{7*7}}", "C'est l'été", "<script>alert(1)</script>", "Back\\Slash", "a/b", "=1+1", "tab\there", "", "x" * 900,
)  # fmt: skip
pytestmark = pytest.mark.usefixtures("node")


@pytest.fixture(scope="module")
def jellyfin():
    with NodeProgram("handlebars") as program:
        yield program


def sent(jellyfin: NodeProgram, template: str, values: dict[str, Any]) -> PlaybackEvent:
    """Return the event of what the plugin sends with this template."""
    texts = {
        name: dotnet_text(value) if isinstance(value, (bool, int, Guid)) else value
        for name, value in values.items()
        if value is not None
    }
    request = rendered(jellyfin.render(template, texts))
    (event,) = parse_hook(request.content_type, request.body, {})
    return event


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES.keys())
@pytest.mark.parametrize("title", TITLES)
def test_an_awkward_title_arrives_as_it_is(jellyfin, template, title):
    film = sent(jellyfin, template, notification("PlaybackStart", Film(title)))
    episode = sent(jellyfin, template, notification("PlaybackStop", EpisodeFile(title), position=61))
    assert (film.title, film.year, film.ids) == (title, 2018, {"imdb": "tt9900002", "tmdb": "990002"})
    assert (episode.show_title, episode.season, episode.episode, episode.position) == (title, 2, 4, 61.0)


@pytest.mark.parametrize("name", ['O"Neil', "Zoë & Co", "<b>", "李"])
def test_an_awkward_user_arrives_as_they_are(jellyfin, name):
    event = sent(jellyfin, OURS, notification("PlaybackStart", Film(), Viewer(name)))
    assert (event.user_name, event.user_id) == (name, "7c9e6679742540de944be07fc1f90ae7")


def test_all_that_a_stop_and_a_mark_by_hand_tell(jellyfin):
    values = notification("PlaybackStop", Film(), position=5990, paused=False, PlayedToCompletion=True)
    event = sent(jellyfin, OURS, values)
    assert (event.completed, event.position, event.runtime, event.is_paused) == (True, 5990.0, 6000.0, False)
    assert (event.device, event.server_version) == ("tv-1", "10.11.6")
    event = sent(jellyfin, OURS, user_data_saved(EpisodeFile(last=6), "TogglePlayed", False))
    assert (event.kind.value, event.episode, event.episode_end) == ("unmark", 4, 6)
