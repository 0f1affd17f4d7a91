"""Opens the sign-in window, or a plain progress dialog where the window cannot be made."""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Iterator

import xbmc
import xbmcgui

from lib.account.sign_in.frontend import Frontend, WaitReason
from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.sign_in import client_id
from lib.kodi.sign_in.window import SIGN_IN_RESOLUTION, SIGN_IN_SKIN, SIGN_IN_XML, SignInWindow
from lib.kodi.sign_in.worker import SignInWorker

if TYPE_CHECKING:
    from lib.account.sign_in.frontend import NewCodeReason
    from lib.simkl.api.users import User
    from lib.simkl.auth.code_flow import Code
    from lib.system.errors import LinkError

log = logging.getLogger(__name__)

WORKER_ENDS_WITHIN = 1.0


def open_sign_in(addon: Addon) -> None:
    """Let the user link an account; returns when the window is closed and the worker has ended."""
    with _screensaver_held_off():
        try:
            window = SignInWindow(SIGN_IN_XML, str(addon.folder), SIGN_IN_SKIN, SIGN_IN_RESOLUTION)
        except RuntimeError:
            log.exception("the sign-in window cannot be made; a plain dialog takes its place")
            _ProgressFrontend(addon).run()
            return
        window.addon = addon
        window.session = session = SignInWorker(addon, window, done=window.close)
        try:
            window.doModal()
        finally:
            session.stop()
            session.join(WORKER_ENDS_WITHIN)
            window.clean_up()
            wants_settings = window.wants_settings
            del window
    if wants_settings:
        client_id.open_client_id_setting()


@contextlib.contextmanager
def _screensaver_held_off() -> Iterator[None]:
    xbmc.executebuiltin("InhibitScreensaver(true)")
    try:
        yield
    finally:
        xbmc.executebuiltin("InhibitScreensaver(false)")


class _ProgressFrontend(Frontend):
    """The link in Kodi's own progress dialog, which every skin has."""

    def __init__(self, addon: Addon) -> None:
        self._addon = addon
        self._dialog = xbmcgui.DialogProgress()
        self._session = SignInWorker(addon, self, done=self._finish)
        self._finished = False
        self._code_text = ""
        self._whole = 0.0

    def run(self) -> None:
        """Show the dialog until it is over or cancelled."""
        self._dialog.create(
            self._addon.text(strings.SIGN_IN_TITLE), self._addon.text(strings.WAIT_TEXTS[WaitReason.CODE])
        )
        self._session.start()
        while not self._finished and not self._dialog.iscanceled():
            if self._addon.monitor.waitForAbort(0.1):
                break
        self._session.stop()
        self._session.join(WORKER_ENDS_WITHIN)
        self._dialog.close()

    def show_code(self, code: Code, why: NewCodeReason | None) -> None:
        """Put code and address into the dialog."""
        parts = [self._addon.text(strings.NEW_CODE_TEXTS[why])] if why else []
        parts += [f"{self._addon.text(strings.OPEN)} [B]{code.verification_uri.partition('://')[2]}[/B]"]
        parts += [f"{self._addon.text(strings.ENTER)}: [B]{code.user_code}[/B]"]
        self._code_text, self._whole = "\n".join(parts), code.expires_in

    def waiting(self, reason: WaitReason, seconds_left: float) -> None:
        """Say what is waited for."""
        part = int(100 * seconds_left / self._whole) if self._whole else 0
        lines = [self._code_text, self._addon.text(strings.WAIT_TEXTS[reason])]
        self._dialog.update(min(100, part), "\n".join(line for line in lines if line))

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Tell it in a notification."""
        from lib.kodi.profile.account_view import linked_text

        self._addon.toast(linked_text(self._addon, user, instead_of))

    def expired(self) -> None:
        """Tell it, and end."""
        self._addon.toast(self._addon.text(strings.CODE_EXPIRED))
        self._finish()

    def failed(self, error: LinkError) -> None:
        """Tell it, and end."""
        self._addon.toast(self._addon.error_text(error))
        self._finish()

    def _finish(self) -> None:
        self._finished = True
