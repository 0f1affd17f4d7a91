"""The sign-in window.

It shows three views: `code` (also while the code is on its way), `linked` and `ended`. Kodi's thread sits in `doModal`
and calls `onInit`, `onClick` and `onAction`, which return at once; the session's worker calls those of a front end.
Letters are pictures, so that a code reads from across the package in any skin.
"""

from __future__ import annotations

import contextlib
import math
import os
import secrets
import threading
from typing import TYPE_CHECKING, Any, Callable

import xbmcgui

from lib.account.sign_in.frontend import Frontend, WaitReason
from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.sign_in import client_id, layout
from lib.simkl.errors import DEVELOPER_PAGE

if TYPE_CHECKING:
    from lib.account.sign_in.frontend import NewCodeReason
    from lib.kodi.sign_in.layout import Box, Letter
    from lib.kodi.sign_in.worker import SignInWorker
    from lib.simkl.api.users import User
    from lib.simkl.auth.code_flow import Code
    from lib.system.errors import LinkError

SIGN_IN_XML, SIGN_IN_SKIN, SIGN_IN_RESOLUTION = "simkl-sign-in.xml", "Default", "1080i"

STATE, TIME_LEFT, TIME_BAR, NOTE = 201, 202, 203, 204
QR, ADDRESS_TEXT, CODE_TEXT = 210, 211, 212
WHO, AVATAR = 220, 221
ENDED_TITLE, ENDED_TEXT = 231, 232
CLIENT_ID_TITLE, CLIENT_ID_TEXT, CLIENT_ID_QR = 241, 242, 243
CANCEL_BUTTON, NEW_CODE_BUTTON, TRY_AGAIN_BUTTON, CLOSE_BUTTON = 301, 302, 311, 312
SETTINGS_BUTTON, CLOSE_CLIENT_ID_BUTTON = 321, 322

TIME_BAR_WIDTH, TIME_BAR_MIN_WIDTH = 960, 12
QR_SIDE, QR_CENTRE, QR_QUIET_ZONE = 675, (1462, 507), 4
QR_BORDER = QR_QUIET_ZONE - 1  # the card around the picture is as white, and its corners are round
SUCCESS_SECONDS = 2.0
IMPATIENCE_SECONDS = 1.5  # a second OK, meant for what opened this window, would throw the code away
WINDOW_ACCENT = "FF35B6E9"
_BACK_ACTIONS = (xbmcgui.ACTION_PREVIOUS_MENU, xbmcgui.ACTION_NAV_BACK, xbmcgui.ACTION_STOP)


class SignInWindow(xbmcgui.WindowXMLDialog, Frontend):
    """The window itself. Whoever makes it sets `addon` and `session`, for which Kodi's constructor has no place."""

    addon: Addon
    session: SignInWorker
    wants_settings = False
    _started = False
    _qr_file = ""

    def onInit(self) -> None:
        """Draw the empty tiles and start the worker. Kodi may call this twice."""
        if self._started:
            return
        self._started = True
        self._drawing = threading.RLock()  # both threads draw the code
        self._drawn: list[xbmcgui.Control] = []
        self._address: list[xbmcgui.Control] = []
        self._code: Code | None = None
        self._deadline = 0.0
        self._opened_at = self.addon.clock.monotonic()
        self._getting_code()
        self.session.start()

    def onClick(self, controlId: int) -> None:
        """React to a button."""
        if controlId == CANCEL_BUTTON and self.addon.clock.monotonic() - self._opened_at < IMPATIENCE_SECONDS:
            return
        if controlId == SETTINGS_BUTTON:
            self.wants_settings = True
        if controlId in (CANCEL_BUTTON, CLOSE_BUTTON, SETTINGS_BUTTON, CLOSE_CLIENT_ID_BUTTON):
            self.end()
        elif controlId in (NEW_CODE_BUTTON, TRY_AGAIN_BUTTON):
            with self._drawing:
                self._getting_code()
                self.session.new_code()

    def onAction(self, action: xbmcgui.Action) -> None:
        """Back closes at once."""
        if action.getId() in _BACK_ACTIONS:
            self.end()

    def clean_up(self) -> None:
        """Leave nothing behind once the window is closed."""
        self._remove_qr()

    def end(self) -> None:
        """Stop whatever goes on, and close."""
        self.session.stop()
        self.close()

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Show code, address and QR code."""
        with self._drawing:
            if self.session.interrupted():
                return
            self._code, self._deadline = code, self.addon.clock.monotonic() + code.expires_in
            self._label(NOTE, self.addon.text(strings.NEW_CODE_TEXTS[why]) if why else "")
            address = code.verification_uri.partition("://")[2]
            self._show_text(ADDRESS_TEXT, address, self._address, layout.address_letters, WINDOW_ACCENT)
            self._show_text(CODE_TEXT, code.user_code, self._drawn, layout.code_letters, "")
            self.setProperty("ready", "yes")  # with it comes the white card, before the QR code that lies on it
            self._show_qr(QR, code.verification_uri_complete)
            self._view("code")
            self.tick()

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Say what is waited for."""
        with self._drawing:
            if not self.session.interrupted():
                self._say(reason)
                self.tick()

    def tick(self) -> None:
        """Count down."""
        with self._drawing:
            if self._code is None:
                return
            left = max(0.0, self._deadline - self.addon.clock.monotonic())
            minutes, seconds = divmod(math.ceil(left), 60)
            self._label(TIME_LEFT, f"{minutes}:{seconds:02}")
            width = max(TIME_BAR_MIN_WIDTH, int(TIME_BAR_WIDTH * left / self._code.expires_in))
            self.getControl(TIME_BAR).setWidth(width)

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Turn into "Linked as NAME" for a moment."""
        from lib.kodi.profile.account_view import linked_text

        text = linked_text(self.addon, user, instead_of)
        self._label(WHO, f"[B]{text}[/B]")
        if user is not None and user.avatar:
            self._image(AVATAR, user.avatar)
        self._view("linked")
        self.addon.monitor.waitForAbort(SUCCESS_SECONDS)

    def expired(self) -> None:
        """Say so, and offer a new code."""
        self._label(TRY_AGAIN_BUTTON, self.addon.text(strings.NEW_CODE))
        self._ended("expired", strings.CODE_EXPIRED, self.addon.text(strings.EXPIRED_MEANS))

    def failed(self, error: LinkError) -> None:
        """Say what went wrong, and offer to try again; without a client id that Simkl accepts, to enter another."""
        if error.name in client_id.PROBLEMS:
            self._ask_for_client_id(error)
            return
        self._label(TRY_AGAIN_BUTTON, self.addon.text(strings.TRY_AGAIN))
        self._ended("failed", strings.FAILED, self.addon.error_text(error))

    def _ended(self, kind: str, title: int, text: str) -> None:
        self._label(ENDED_TITLE, f"[B]{self.addon.text(title)}[/B]")
        box: Any = self.getControl(ENDED_TEXT)
        box.setText(text)
        self.setProperty("ended", kind)
        self._view("ended")
        self.setFocusId(TRY_AGAIN_BUTTON)

    def _ask_for_client_id(self, error: LinkError) -> None:
        self._label(CLIENT_ID_TITLE, f"[B]{client_id.heading(self.addon, error)}[/B]")
        box: Any = self.getControl(CLIENT_ID_TEXT)
        box.setText(client_id.explanation(self.addon, error))
        with self._drawing:
            self._show_qr(CLIENT_ID_QR, f"https://{DEVELOPER_PAGE}/")
        self._view("client_id")
        self.setFocusId(SETTINGS_BUTTON)

    def _getting_code(self) -> None:
        """Show empty tiles while the code is on its way."""
        self._code = None
        self._say(WaitReason.CODE)
        for id_ in (TIME_LEFT, NOTE):
            self._label(id_, "")
        self._image(QR, "")
        self.getControl(TIME_BAR).setWidth(TIME_BAR_WIDTH)
        for id_ in (ADDRESS_TEXT, CODE_TEXT):
            self._label(id_, "")
        self._redraw(self._drawn, self._tiles(layout.code_letters(layout.PLACEHOLDER)))
        self._redraw(self._address, [])
        self.setProperty("ready", "")
        self._view("code")
        self.setFocusId(CANCEL_BUTTON)

    def _say(self, reason: WaitReason) -> None:
        calm = reason in (WaitReason.CODE, WaitReason.APPROVAL)
        self.setProperty("trouble", "" if calm else "yes")
        self._label(STATE, self.addon.text(strings.WAIT_TEXTS[reason]))

    def _show_text(
        self, fallback: int, text: str, drawn: list[xbmcgui.Control], lay_out: Callable[[str], list[Letter]], tint: str
    ) -> None:
        """Draw a text in pictures in place of what was drawn before; one without pictures goes into a label."""
        pictured = layout.drawable(text)
        self._label(fallback, "" if pictured else text)
        letters = lay_out(text) if pictured else []
        glyphs = [_image(letter.glyph, self.addon.picture(letter.picture), tint) for letter in letters]
        self._redraw(drawn, [*self._tiles(letters), *glyphs])

    def _tiles(self, letters: list[Letter]) -> list[xbmcgui.Control]:
        return [_image(letter.tile, self.addon.picture("tile.png")) for letter in letters if letter.tile]

    def _redraw(self, drawn: list[xbmcgui.Control], controls: list[xbmcgui.Control]) -> None:
        """Put these controls on the window in place of those of before."""
        if drawn:
            self.removeControls(drawn)
        drawn[:] = controls
        if drawn:
            self.addControls(drawn)
        for control in drawn:
            control.setVisibleCondition("String.IsEqual(Window.Property(view),code)")

    def _show_qr(self, id_: int, address: str) -> None:
        """Draw the QR code on this device, in a new folder: Kodi keeps pictures by their path, and folders listed."""
        import segno

        code = segno.make(address, error="m", micro=False)
        scale = int(QR_SIDE // code.symbol_size(border=QR_QUIET_ZONE)[0])
        side = int(code.symbol_size(scale=scale, border=QR_BORDER)[0])
        for shown in (QR, CLIENT_ID_QR):  # no view may show a picture that is removed
            self._image(shown, "")
        self._remove_qr()
        folder = os.path.join(self.addon.temporary, f"simkl-{secrets.token_hex(8)}")
        os.mkdir(folder)  # of an older one Kodi may know what is in it
        self._qr_file = os.path.join(folder, "code.png")
        code.save(self._qr_file, kind="png", scale=scale, border=QR_BORDER)
        control = self.getControl(id_)
        control.setPosition(QR_CENTRE[0] - side // 2, QR_CENTRE[1] - side // 2)
        control.setWidth(side)
        control.setHeight(side)
        self._image(id_, self._qr_file)

    def _remove_qr(self) -> None:
        if self._qr_file:
            with contextlib.suppress(OSError):
                os.remove(self._qr_file)
                os.rmdir(os.path.dirname(self._qr_file))

    def _view(self, view: str) -> None:
        self.setProperty("view", view)

    def _label(self, id_: int, text: str) -> None:
        control: Any = self.getControl(id_)
        control.setLabel(text)

    def _image(self, id_: int, file: str) -> None:
        control: Any = self.getControl(id_)
        control.setImage(file, False)


def _image(box: Box, file: str, tint: str = "") -> xbmcgui.ControlImage:
    return xbmcgui.ControlImage(box.x, box.y, box.width, box.height, file, 0, f"0x{tint}" if tint else "")
