"""The thread that brings the queue to Simkl. It sleeps while nothing waits, and loads what it needs only then."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from lib.kodi.addon import Addon
from lib.system.threads import Restarts, Worker
from lib.tracking.delivery.watched_at import ClockStepCorrector
from lib.tracking.identify import is_wanted, kind_for_person
from lib.tracking.store.database import QueueError
from lib.tracking.store.delivery_state import NEEDS_LINKING, READY, DeliveryStateStore

if TYPE_CHECKING:
    from lib.account.client import AccountClient
    from lib.kodi.tracking.notifier import Notifier
    from lib.tracking.delivery.sender import Sender
    from lib.tracking.store.queue import PlayQueue

log = logging.getLogger(__name__)

ERROR_RETRY_SECONDS = 60.0


class DeliveryThread:
    """Sends the plays of one owner until `stop`."""

    def __init__(
        self,
        addon: Addon,
        queue: PlayQueue,
        owner: str,
        news: Notifier,
        clock_corrector: ClockStepCorrector,
        restarts: Restarts,
    ) -> None:
        self._addon = addon
        self._queue = queue
        self._owner = owner
        self._news = news
        self._clock_corrector = clock_corrector
        self._woken = threading.Event()
        self._confirmed_attempts = 0
        self._expects = False
        self._is_outdated = False
        self._failures = 0
        self._delivery: Sender | None = None
        self._client: AccountClient | None = None
        self._worker = Worker(self._run, self._crashed, "simkl-sending", restarts)

    def start(self) -> None:
        """Begin with what was left from before."""
        self._worker.start()

    def wake(self) -> None:
        """There is something new in the queue."""
        delivery = self._delivery
        if delivery is not None:
            delivery.retry_now()
        self._woken.set()

    def get_ready(self) -> None:
        """There will be something new: load what sending needs meanwhile, which takes seconds on a small device."""
        self._expects = True
        self._woken.set()

    def poll(self) -> None:
        """Look again: before Python 3.10 a timed wait goes by the wall clock, which may have been moved."""
        if self._delivery is not None:
            self._woken.set()

    def renew(self) -> None:
        """Send with the new token of the same account, which was linked again."""
        self._is_outdated = True
        self._confirmed_attempts = 0
        self._woken.set()

    @property
    def needs_another_queue(self) -> bool:
        """Whether the file could not be read twice in a row: it may be damaged, or another one by now."""
        return self._failures > 1

    def stop(self) -> None:
        """End, in the middle of a request if need be: what was not answered is still in the queue."""
        self._worker.stop()
        self._woken.set()
        client = self._client
        if client is not None:
            client.abort()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, `seconds` at most."""
        self._worker.join(seconds)

    def _run(self) -> None:
        while not self._worker.stopping():
            self._woken.clear()
            self._woken.wait(self._step())

    def _step(self) -> float | None:
        try:
            if self._is_outdated:
                self._is_outdated = False
                self._rest()
            expects, self._expects = self._expects, False
            waits = self._queue.waiting(self._owner)
            self._failures = 0
            if not expects and not waits:
                self._rest()
                return None
            self._clock_corrector.correct()
            return self._send()
        except QueueError as error:
            log.error("%s", error)
            self._failures += 1
            return ERROR_RETRY_SECONDS

    def _send(self) -> float | None:
        from lib.account.client import AccountChanged
        from lib.account.settings_file import SettingsError

        try:
            if self._delivery is None:
                self._delivery = self._made()
            if self._delivery is None:
                return None
            wait = self._delivery.step()
            state = DeliveryStateStore(self._queue.database).get(self._owner)
            if state.state == NEEDS_LINKING and state.attempts != self._confirmed_attempts:
                self._confirmed_attempts = state.attempts
                return self._confirm(wait)
            return wait
        except AccountChanged:
            self._rest()  # whoever is linked now is looked up anew; what is another owner's stays until they are linked
            return 0.0
        except SettingsError as error:
            log.error("%s", error)
            return ERROR_RETRY_SECONDS

    def _confirm(self, wait: float | None) -> float | None:
        """Ask Simkl whether the link is refused for certain, and have Kodi show it; one refusal may be an accident."""
        from lib.account.status import check_account
        from lib.kodi.profile.account_view import sync_account_state
        from lib.simkl.errors import SimklError

        if self._client is None:
            return wait
        try:
            found = check_account(self._client)
        except SimklError as error:
            log.info("whether the link is refused is not known yet: %s", error.name)
            return wait
        sync_account_state(self._addon)
        if not found.valid:
            return wait
        DeliveryStateStore(self._queue.database).put(self._owner, READY)
        return 0.0

    def _rest(self) -> None:
        """Close the connection: it may be hours until the next one."""
        if self._client is not None:
            self._client.close()
        self._delivery = self._client = None

    def _made(self) -> Sender | None:
        """Make what sends; None if the account is gone. Raises SettingsError."""
        from lib.kodi.profile.account_view import load_profile_settings, owner_of, profile_client
        from lib.tracking.delivery.sender import Sender

        client = profile_client(self._addon, load_profile_settings(self._addon), self._worker.stopping)
        account = client.account
        if account is None or owner_of(account) != self._owner:
            return None
        self._client = client
        if self._worker.stopping():  # there was nothing to abort when they asked for it
            return None
        return Sender(
            self._queue,
            self._owner,
            client,
            self._news,
            account.linked_at,
            is_wanted=lambda play, item: is_wanted(kind_for_person(item), self._addon.settings.tracking),
            clock=self._addon.clock,
        )

    def _crashed(self, error: Exception) -> None:
        """Tell of an internal error; it goes on after a while, since plays must not wait for the next start of Kodi."""
        log.error("internal error; please report it", exc_info=error)
        self._rest()
