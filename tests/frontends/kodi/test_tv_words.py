"""The window speaks Kodi's language: nothing on it is written in the program."""

import re

import polib
import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi.phases import OPTIONS, PHASES, name
from tests.frontends.kodi.tv import addon_like_ours, code_is_shown, sees


@pytest.fixture(scope="module")
def addon(tmp_path_factory):
    """Our add-on with one more language, in which every text stands between «»."""
    folder = addon_like_ours(tmp_path_factory.mktemp("addon"))
    languages = folder / "resources" / "language"
    translated = polib.pofile(str(languages / "resource.language.en_gb" / "strings.po"))
    for entry in translated:
        entry.msgstr = f"«{entry.msgid}»"
    (languages / "resource.language.xx_xx").mkdir()
    translated.save(str(languages / "resource.language.xx_xx" / "strings.po"))
    return folder


def a_fresh_code(tv):
    tv.box.order("fresh_code")
    return [code_is_shown, sees("The old code is no longer valid. Here is a new one.")]


def a_broken_file(tv):
    tv.write_settings("accounts: [")
    return [sees("The account could not be linked")]


@pytest.mark.parametrize("phase", [*PHASES, a_fresh_code, a_broken_file], ids=name)
def test_every_text_is_translated(make_tv, addon, phase):
    tv = make_tv(addon_folder=addon, language="xx_xx", **OPTIONS.get(phase, {}))
    seen = []
    tv.link(*phase(tv), Do(lambda: seen.extend(tv.kodi.top().texts())), "back")
    assert len(seen) >= 2
    assert [text for text in seen if not re.fullmatch(r"(\[B\])?«.*»(\[/B\])?|\d+:\d\d", text, re.DOTALL)] == []
