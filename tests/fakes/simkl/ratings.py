"""What a batch of ratings does.

No HTTP here, and no lock: `tracking` takes the one there is. Sources: Simkl's pages
`api-reference/simkl/add-ratings` and `remove-ratings`.
"""

from __future__ import annotations

from typing import Any, Mapping

from tests.fakes.simkl import sent
from tests.fakes.simkl.history import KINDS, Batch, whole_title
from tests.fakes.simkl.library import moment


def rate(batch: Batch, body: Any) -> dict[str, Any]:
    """Rate titles; ratings out of range are among what was not found. Anime counts as shows."""
    counts, missing = {"movies": 0, "shows": 0}, {"movies": [], "shows": []}
    statuses: list[dict[str, Any]] = []
    for name, row in sent.items(body, tuple(KINDS), batch.wrong):
        sent.details(row, batch.wrong)
        _no_episodes(batch, row)
        rating = sent.rating_in(row)
        batch.wrong.unless(rating, f"rating is {row.get('rating')!r}")
        title = next(iter(batch.catalogue.find(KINDS[name], row)), None)
        counted = "movies" if name == "movies" else "shows"
        if title is None or rating is None:
            missing[counted].append(row)
            continue
        batch.library.rate(batch.user, title, rating, row["rated_at"] if moment(row.get("rated_at")) else "")
        counts[counted] += 1
        status = batch.library.statuses[batch.user][title.simkl]
        statuses.append({"request": dict(row), "response": {"status": status}})
    return {"added": {**counts, "statuses": statuses}, "not_found": missing}


def unrate(batch: Batch, body: Any) -> dict[str, Any]:
    """Take ratings away; counts every title that was found, rated or not."""
    counts, missing = {"movies": 0, "shows": 0}, {"movies": [], "shows": []}
    for name, row in sent.items(body, tuple(KINDS), batch.wrong):
        _no_episodes(batch, row)
        title = next(iter(batch.catalogue.find(KINDS[name], row)), None)
        counted = "movies" if name == "movies" else "shows"
        if title is None:
            missing[counted].append(row)
            continue
        counts[counted] += 1
        if batch.library.unrate(batch.user, title):
            batch.library.touch(batch.user, title, "rated_at")
    return {"deleted": counts, "not_found": missing}


def _no_episodes(batch: Batch, row: Mapping[str, Any]) -> None:
    batch.wrong.unless(whole_title(row), "a rating of seasons or episodes")
