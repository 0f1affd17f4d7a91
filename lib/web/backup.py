"""The backup: everything of the server but access tokens, as one zip file."""

from __future__ import annotations

import io
import threading
import zipfile
from typing import TYPE_CHECKING

from lib.system import files

if TYPE_CHECKING:
    from lib.web.page_services import PageServices

_one_at_a_time = threading.Lock()


def backup_zip(services: PageServices) -> bytes:
    """Return the zip file: `plays.db`, and `access.db` without sessions and invitations.

    sqlite copies a database into a file only; so there is one beside it for a moment.
    """
    packed = io.BytesIO()
    with _one_at_a_time, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, write_copy in (("plays.db", services.tracking.backup_to), ("access.db", services.people.copy_store)):
            copy = services.folder / f"backup-{name}"
            files.remove_file(copy)  # what a killed backup has left
            try:
                write_copy(copy)
                archive.writestr(name, files.read_bytes(copy) or b"")
            finally:
                files.remove_file(copy)
    return packed.getvalue()
