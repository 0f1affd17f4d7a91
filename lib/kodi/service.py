"""What runs while Kodi runs: a word of welcome, a link that a power cut interrupted, and a name that is still missing.

Idle, it sleeps in Kodi's monitor, and where nothing is new it has imported nothing heavy: its few regular looks are
counted here, since even `schedule` would be more than they are worth. It never opens a window.
"""

from __future__ import annotations

import itertools
import logging
import time
from functools import partial
from typing import TYPE_CHECKING

from lib.account.sign_in.frontend import Frontend
from lib.kodi import strings
from lib.kodi.addon import Addon
from lib.kodi.profile.abortable import run_abortable
from lib.kodi.rating import prompt
from lib.kodi.sign_in.worker import SignInWorker
from lib.kodi.tracking.tracking_service import TrackingService
from lib.system.errors import LinkError

if TYPE_CHECKING:
    from lib.simkl.api.users import User

log = logging.getLogger(__name__)

NAME_RETRY_SECONDS = 600.0
POLL_SECONDS = 60.0
# A script whose monitor was made after Kodi had told all scripts to end is not told. Kodi kills it five seconds later,
# but waits until it comes back from a wait.
FIRST_WAITS = (1.0,) * 10
SIGN_IN_JOIN_SECONDS = 1.0
WELCOME_MS = 8000


def run_service(addon: Addon) -> None:
    """Do what there is to do, then sleep until Kodi shuts down."""
    session = _catch_up(addon) if _has_news(addon) else None
    if not addon.state.read().linked:
        _welcome(addon)
    elif addon.state.read().moving:
        _remind(addon)
    tracking = TrackingService(addon, partial(prompt.request_rating, addon))
    addon.monitor.on_notification = tracking.on_notification
    tracking.start()
    asked, seen = -NAME_RETRY_SECONDS, ""
    try:
        for seconds in itertools.chain(FIRST_WAITS, itertools.repeat(POLL_SECONDS)):
            if addon.state.read().nameless and addon.clock.monotonic() - asked >= NAME_RETRY_SECONDS:
                asked = addon.clock.monotonic()
                _ask_name(addon)
            if addon.monitor.waitForAbort(seconds):
                break
            if seconds < POLL_SECONDS:
                continue
            seen = _follow_settings_file(addon, seen)
            if addon.state.read().moving:
                _remind(addon)
            tracking.poll()
    finally:  # an internal error here must not leave threads behind that Kodi would wait for
        tracking.stop()
        addon.withdraw_state()
        if session is not None:
            session.stop()
            session.join(SIGN_IN_JOIN_SECONDS)


def _has_news(addon: Addon) -> bool:
    """Return whether Kodi may show something else than the files say, or a code was left; else nothing is imported."""
    return addon.state.read().account_version != addon.account_version() or any(
        addon.data.glob(f"{addon.settings_path.name}.*.code")
    )


def _follow_settings_file(addon: Addon, seen: str) -> str:
    """Take over an account that another program has put into the settings file; return the version that was seen.

    One that cannot be read is told once, in the log.
    """
    version = addon.account_version()
    if version in ("", seen, addon.state.read().account_version):
        return version or seen
    from lib.account.settings_file import SettingsError
    from lib.kodi.profile.account_view import sync_account_state

    try:
        sync_account_state(addon)
    except SettingsError as error:
        log.error("%s", error)
    return version


def _welcome(addon: Addon) -> None:
    """Say how to link, once in the life of an installation."""
    if not addon.state.read().welcomed:
        addon.toast(addon.text(strings.WELCOME), WELCOME_MS)
        addon.state.change(welcomed=True, account_line=addon.text(strings.NOT_LINKED))


def _remind(addon: Addon) -> None:
    """Say, once a month at most, that the link should be made anew before Simkl retires its kind."""
    month = time.strftime("%Y-%m", time.localtime(addon.clock.wall()))
    if month > addon.state.read().moving_told:  # not merely another one: some clocks start in the past
        addon.state.change(moving_told=month)
        addon.toast(addon.text(strings.MOVE_TO_V2), WELCOME_MS)


def _catch_up(addon: Addon) -> SignInWorker | None:
    """Bring what Kodi shows in line with the settings file, and go on polling for a code that is still alive."""
    from lib.account.settings_file import SettingsError
    from lib.account.sign_in.start import client_id_for_sign_in
    from lib.kodi.profile.account_view import load_profile_settings, profile_pending_code, sync_account_state

    try:
        sync_account_state(addon)
        settings = load_profile_settings(addon)
    except SettingsError as error:
        log.error("%s", error)
        return None
    client_id = client_id_for_sign_in(settings)
    if not client_id or profile_pending_code(addon, client_id).alive() is None:
        return None
    log.info("a code is still alive; waiting for its approval")
    session = SignInWorker(addon, _QuietFrontend(addon), done=lambda: None, resume_only=True)
    session.start()
    return session


def _ask_name(addon: Addon) -> None:
    """Ask Simkl for the name that it could not tell when the account was linked."""
    from lib.account.status import check_account
    from lib.kodi.profile.account_view import load_profile_settings, profile_client, sync_account_state

    try:
        settings = load_profile_settings(addon)
        account = sync_account_state(addon)
        if account is None or account.user is not None:
            return
        client = profile_client(addon, settings)
        found = run_abortable(addon, lambda: check_account(client), client.abort)
        if found is not None and found.newly_refused:
            addon.toast(addon.text(strings.LINK_AGAIN_PLEASE))
        sync_account_state(addon)
    except LinkError as error:
        log.info("the name is not known yet: %s", error)


class _QuietFrontend(Frontend):
    """A link that nobody looks at: only its success is worth a notification."""

    def __init__(self, addon: Addon) -> None:
        self._addon = addon

    def linked(self, user: User | None, instead_of: User | None = None) -> None:
        """Tell it in a notification."""
        from lib.kodi.profile.account_view import linked_text

        self._addon.toast(linked_text(self._addon, user, instead_of))

    def failed(self, error: LinkError) -> None:
        """Leave it to the log."""
        log.warning("the code from before could not be used: %s", error)
