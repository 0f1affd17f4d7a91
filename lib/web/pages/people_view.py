"""Who is linked, invited, or only seen, in words."""

from __future__ import annotations

from typing import Any

from lib.web.access.invitations import Invitation
from lib.web.access.people import Person, normal_key
from lib.web.page_services import SeenView, page_services
from lib.web.pages.wording import Tag, date_and_time, day, t


def linked_people() -> list[dict[str, Any]]:
    """Return everybody who is linked or invited, with what to say of them."""
    services = page_services()
    open_invitations = services.invitations.open_ones()
    last_plays = {
        (user.server, normal_key(key)): user
        for user in services.tracking.seen_users()
        for key in (user.user_name, user.user_id)  # the settings name users by either
        if key
    }
    rows = []
    known = set()
    for person in services.people.everybody():
        known.add((person.server, person.user_key))
        seen = last_plays.get((person.server, person.user_key))
        rows.append(_person(person, seen, open_invitations.get((person.server, person.user_key))))
    for (server, user_key), invitation in open_invitations.items():
        if (server, normal_key(user_key)) not in known:
            tags = [Tag(t("Invited until {date}", date=day(invitation.expires_at)), "warn")]
            invited = Person(server, user_key, invitation.user_name, invitation.account)
            rows.append(_row(invited, t("Has not accepted yet"), tags, linked=False))
    return rows


def _person(person: Person, seen: SeenView | None, invitation: Invitation | None) -> dict[str, Any]:
    """Return what to say of somebody with an account."""
    services = page_services()
    account = services.accounts.get(person.account)
    tags = []
    if account is None:
        sentence = t("Not linked")
    elif account.needs_linking:
        sentence = t("Needs linking again")
        tags.append(Tag(t("Needs linking again"), "bad"))
    else:
        name = account.user.name if account.user else person.account
        sentence = t("Linked as {name} since {date}", name=name, date=account.linked_at[:10])
        tags.append(Tag(t("Linked"), "good"))
    if invitation is not None:
        tags.append(Tag(t("Invited until {date}", date=day(invitation.expires_at)), "warn"))
    waiting = services.tracking.waiting(person.account)
    if waiting:
        tags.append(Tag(t("{count} waiting", count=waiting), "warn"))
    if seen is not None and seen.last_label:
        last = t("Last: {title}, {time}", title=seen.last_label, time=date_and_time(seen.last_at))
        sentence = f"{sentence} · {last}"
    return _row(person, sentence, tags, linked=account is not None and not account.needs_linking)


def unlinked_users() -> list[dict[str, str]]:
    """Return who played something and has no account here."""
    services = page_services()
    invited = {(server, normal_key(key)) for server, key in services.invitations.open_ones()}
    rows = []
    for user in services.tracking.seen_users():
        key = normal_key(user.user_id or user.user_name)
        if services.people.account_for(user.server, user.user_id, user.user_name) or (user.server, key) in invited:
            continue
        sentence = t("Last: {title}, {time}", title=user.last_label or "?", time=date_and_time(user.last_at))
        rows.append({"server": user.server, "user_key": user.user_id or user.user_name, "user_name": user.user_name,
                     "sentence": sentence})  # fmt: skip
    return rows


def _row(person: Person, sentence: str, tags: list[Tag], linked: bool) -> dict[str, Any]:
    return {
        "server": person.server,
        "user_key": person.user_key,
        "user_name": person.user_name,
        "account": person.account,
        "sentence": sentence,
        "tags": tags,
        "linked": linked,
        "removable": not person.from_settings,
    }
