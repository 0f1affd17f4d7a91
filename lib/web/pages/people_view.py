"""Who is linked, invited, or only seen, in words."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

from lib.account.store import Account
from lib.web.access.invitations import Invitation
from lib.web.access.people import Person, normal_key
from lib.web.page_services import SeenView, page_services
from lib.web.pages.paging import ListPart, part_of
from lib.web.pages.wording import Tag, date_and_time, day, t


class _Known(NamedTuple):
    """Somebody with an account here, or with an invitation only."""

    person: Person
    account: Account | None
    invitation: Invitation | None
    is_invited_only: bool = False


def linked_people(wanted: str) -> tuple[list[dict[str, Any]], ListPart]:
    """Return a page of those who are linked or invited and whose name holds the text, with what to say of them.

    Who needs linking again comes first.
    """
    found = [known for known in _everybody() if _is_wanted(wanted, *_names(known))]
    found.sort(key=lambda known: not (known.account is not None and known.account.needs_linking))
    shown, part = part_of(found, "page")
    last_plays = _last_plays() if shown else {}
    return [_row(known, last_plays) for known in shown], part


def unlinked_users(wanted: str) -> tuple[list[dict[str, str]], ListPart]:
    """Return a page of those who played something and have no account here."""
    services = page_services()
    known = {(server, normal_key(key)) for server, key in services.invitations.open_ones()}
    known |= {(person.server, normal_key(person.user_key)) for person in services.people.everybody()}
    found = [
        user
        for user in services.tracking.seen_users()
        if _is_wanted(wanted, user.user_name, user.user_id)
        and not known.intersection((user.server, normal_key(key)) for key in (user.user_id, user.user_name) if key)
    ]
    shown, part = part_of(found, "seen")
    return [_unlinked(user) for user in shown], part


def _everybody() -> list[_Known]:
    services = page_services()
    invitations = services.invitations.open_ones()
    people = services.people.everybody()
    rows = [
        _Known(person, services.accounts.get(person.account), invitations.get((person.server, person.user_key)))
        for person in people
    ]
    keys = {(person.server, person.user_key) for person in people}
    return rows + [
        _Known(Person(server, user_key, invitation.user_name, invitation.account), None, invitation, True)
        for (server, user_key), invitation in invitations.items()
        if (server, normal_key(user_key)) not in keys
    ]


def _names(known: _Known) -> Sequence[str]:
    account = known.account
    return known.person.user_name, known.person.account, account.user.name if account and account.user else ""


def _is_wanted(wanted: str, *names: str) -> bool:
    return any(wanted.casefold() in name.casefold() for name in names)


def _last_plays() -> dict[tuple[str, str], SeenView]:
    return {
        (user.server, normal_key(key)): user
        for user in page_services().tracking.seen_users()
        for key in (user.user_name, user.user_id)  # the settings name users by either
        if key
    }


def _row(known: _Known, last_plays: dict[tuple[str, str], SeenView]) -> dict[str, Any]:
    person, account = known.person, known.account
    is_linked = account is not None and not account.needs_linking
    sentence, tags = _standing(known)
    if known.invitation is not None:
        tags.append(Tag(t("Invited until {date}", date=day(known.invitation.expires_at)), "warn"))
    waiting = 0 if known.is_invited_only else page_services().tracking.waiting(person.account)
    if waiting:
        tags.append(Tag(t("{count} waiting", count=waiting), "warn"))
    seen = last_plays.get((person.server, normal_key(person.user_key)))
    if seen is not None and seen.last_label:
        last = t("Last: {title}, {time}", title=seen.last_label, time=date_and_time(seen.last_at))
        sentence = f"{sentence} · {last}"
    return {
        "server": person.server,
        "user_key": person.user_key,
        "user_name": person.user_name,
        "account": person.account,
        "sentence": sentence,
        "tags": tags,
        "linked": is_linked,
        "removable": not person.from_settings,
    }


def _standing(known: _Known) -> tuple[str, list[Tag]]:
    """Return how somebody's link stands, as a sentence and as tags."""
    account = known.account
    if known.is_invited_only:
        return t("Has not accepted yet"), []
    if account is None:
        return t("Not linked"), []
    name = account.user.name if account.user else known.person.account
    sentence = t("Linked as {name} since {date}", name=name, date=account.linked_at[:10])
    return sentence, [Tag(t("Needs linking again"), "bad") if account.needs_linking else Tag(t("Linked"), "good")]


def _unlinked(user: SeenView) -> dict[str, str]:
    return {
        "server": user.server,
        "user_key": user.user_id or user.user_name,
        "user_name": user.user_name,
        "sentence": t("Last: {title}, {time}", title=user.last_label or "?", time=date_and_time(user.last_at)),
    }
