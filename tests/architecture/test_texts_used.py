"""Every text that is shown is in strings.po, every text in strings.po is shown, and nothing is written in between."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ElementTree
from typing import Iterator

import polib

from tests.architecture.sources import ROOT, Found, Source, misjudged, offenders, sources

STRINGS = "lib/kodi/strings.py"
SKIN = sorted((ROOT / "resources" / "skins").rglob("*.xml"))
SETTINGS = ROOT / "resources" / "settings.xml"
ADDON = "plugin.video.simkl"
OUR_TEXT = re.compile(rf"\$ADDON\[{re.escape(ADDON)} (\d+)\]")
KODIS_TEXT = re.compile(r"\$LOCALIZE\[\d+\]|\$INFO\[[^\]]*\]")
MARKUP = re.compile(r"\[/?[A-Z_]+(?: [^\]]*)?\]")
WORD = re.compile(r"[^\W\d_]")
SHOWN_IN_SKIN = {"altlabel", "hinttext", "label", "label2"}
SHOWN_IN_SETTINGS = ("label", "help")
# The calls whose arguments a person reads.
SHOWING = {
    "ListItem", "_label", "create", "input", "notification", "ok", "select", "setHeading", "setLabel", "setLabel2",
    "setText", "textviewer", "toast", "update", "yesno", "yesnocustom",
}  # fmt: skip


def ids_by_name(source: Source) -> dict[str, set[int]]:
    """Return every name in strings.py with the ids it stands for, those of a table through its other names."""
    ids: dict[str, set[int]] = {}
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            parts = list(_values(node.value))
            numbers = {n.value for n in parts if isinstance(n, ast.Constant) and isinstance(n.value, int)}
            named = [ids[n.id] for n in parts if isinstance(n, ast.Name) and n.id in ids]
            ids[node.targets[0].id] = numbers.union(*named)
    return ids


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all parts of a value, but of a table only what it holds: a rating of 1 is no text."""
    yield node
    for child in node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        yield from _values(child)


def ids_shown_by(source: Source, ids: dict[str, set[int]]) -> set[int]:
    """Return the ids that a module takes from strings.py by name."""
    prefix = "lib.kodi.strings."
    names = {name[len(prefix) :].partition(".")[0] for name, _ in source.references if name.startswith(prefix)}
    return set().union(*(ids[name] for name in names))


def ids_in_skin(root: ElementTree.Element) -> set[int]:
    return {int(number) for number in OUR_TEXT.findall(ElementTree.tostring(root, encoding="unicode"))}


def ids_in_settings(root: ElementTree.Element) -> set[int]:
    """Return our ids in the settings window; Kodi's own are below 30000."""
    given = [node.get(key, "") for node in root.iter() for key in SHOWN_IN_SETTINGS]
    given += [node.text or "" for name in ("heading", "formatlabel") for node in root.iter(name)]
    return {int(number) for number in given if number.isdigit() and int(number) >= 30000}


def words_in_skin(root: ElementTree.Element) -> Iterator[str]:
    """Yield what a window's XML would show as it stands there, in English to everybody."""
    for node in root.iter():
        for text in ([node.text] if node.tag in SHOWN_IN_SKIN else []) + [node.get("fallback")]:
            if text and WORD.search(MARKUP.sub("", KODIS_TEXT.sub("", OUR_TEXT.sub("", text)))):
                yield text


def words_in_settings(root: ElementTree.Element) -> Iterator[str]:
    """Yield labels of the settings window that are no numbers."""
    for node in root.iter():
        for text in [*(node.get(key) for key in SHOWN_IN_SETTINGS), node.text if node.tag == "heading" else None]:
            if text and not text.strip().isdigit():
                yield text


def words_in_code(source: Source) -> Iterator[Found]:
    """Find words written into a call that shows them."""
    for call in source.calls:
        if source.full_name(call.func).rpartition(".")[2] in SHOWING:
            for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
                for node in _literals(argument):
                    if WORD.search(MARKUP.sub("", node.value)):
                        yield source.found(node, node.value)


def _literals(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the texts written into an expression, but not those that another call or a lookup is given."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    called = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
    if called in ("join", "format") or not isinstance(node, (ast.Call, ast.Subscript, ast.Compare)):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


def english_ids() -> set[int]:
    path = ROOT / "resources" / "language" / "resource.language.en_gb" / "strings.po"
    return {int((entry.msgctxt or "#0")[1:]) for entry in polib.pofile(str(path))}


def shown_ids() -> set[int]:
    kodi = {source.path: source for source in sources("lib/kodi")}
    ids = ids_by_name(kodi.pop(STRINGS))
    shown = [ids_shown_by(source, ids) for source in kodi.values()]
    shown += [ids_in_skin(ElementTree.parse(path).getroot()) for path in SKIN]
    shown.append(ids_in_settings(ElementTree.parse(SETTINGS).getroot()))
    context_menu = ElementTree.parse(ROOT / "addon.xml").iterfind("extension[@point='kodi.context.item']//item/label")
    return set().union(*shown, {int(label.text or "") for label in context_menu})


def test_every_text_that_is_shown_is_defined_and_every_text_that_is_defined_is_shown():
    table = ids_by_name(Source(STRINGS, "A = 30001\nB = 30002\nTABLE = {'a': A, 4: B, 'c': 30003}"))
    module = Source("lib/kodi/sample.py", "from lib.kodi import strings\nstrings.TABLE.get('a', strings.B)")
    assert ids_shown_by(module, table) == {30001, 30002, 30003}
    assert sorted(shown_ids() ^ english_ids()) == []
    ids = ids_by_name(sources(STRINGS)[0])
    assert len(ids) > 30
    assert sorted(set().union(*ids.values()) - english_ids()) == []


def test_windows_and_settings_name_their_texts_and_write_none():
    skin = ElementTree.fromstring(
        f"<window><label>[B]$ADDON[{ADDON} 30010][/B]</label><label>$INFO[System.Time]</label>"
        "<label>Cancel</label><label fallback='Wait'/><texture>simkl/tile.png</texture></window>"
    )
    assert (ids_in_skin(skin), list(words_in_skin(skin))) == ({30010}, ["Cancel", "Wait"])
    settings = ElementTree.fromstring(
        "<a label='30100' help=''><b label='Account'/><heading>Client id</heading><formatlabel>30227</formatlabel></a>"
    )
    assert (ids_in_settings(settings), list(words_in_settings(settings))) == ({30100, 30227}, ["Account", "Client id"])
    assert SKIN
    for path in SKIN:
        root = ElementTree.parse(path).getroot()
        assert ids_in_skin(root), path
        assert list(words_in_skin(root)) == [], path
    assert list(words_in_settings(ElementTree.parse(SETTINGS).getroot())) == []


def test_no_module_writes_what_a_person_reads():
    written = [
        "addon.toast('Linked')", "dialog.yesno(heading, message='Really?')", "dialog.ok(heading, f'{name} is linked')",
        "self._label(NOTE, 'Wait' if slow else '')", "dialog.update(1, '\\n'.join([text, 'Wait']))",
        "control.setLabel('[B]Linked[/B]')",
    ]  # fmt: skip
    not_written = [
        "addon.toast(addon.text(strings.LINKED_AS, name='x'))", "self._label(TIME, f'{minutes}:{seconds:02}')",
        "self._label(WHO, f'[B]{text}[/B] [COLOR ffffffff]{name}[/COLOR]')", "control.setImage('tile.png')",
        "self._label(NOTE, text if kind == 'expired' else '')",
    ]  # fmt: skip
    assert misjudged(words_in_code, written, not_written) == []
    assert offenders(words_in_code, "lib/kodi") == []
