"""What the vendor makes of a picture address that it is given: never the same address back.

The document's examples disagree with one another; these follow each example. A create copies the
picture to a path of its own, a change keeps the path and appends `?v=<time>`, member-create answers
the default person for any default picture, member-add-device leaves the address as it is.
"""

from __future__ import annotations

import secrets
import time

from .media import Media
from .model import Account, Group, Org


def _fresh() -> str:
    return secrets.token_hex(4) + ".jpg"


def org_avatar(media: Media, org: Org, given: str) -> str:
    return media.copy(given, f"corp/{org.num}/a/{_fresh()}", "org")


def group_avatar(media: Media, org: Org, group: Group, given: str) -> str:
    return media.copy(given, f"corp/{org.num}/g/{group.id}/a/{_fresh()}", "group")


def member_avatar(media: Media, account: Account, given: str) -> str:
    path = f"corp/{account.org_num}/u/{account.row.user_id}/a/{_fresh()}"
    return media.copy(given, path, "user")


def created_member_avatar(media: Media, account: Account, given: str) -> str:
    default = not given or "/default/" in given
    return media.default("user") if default else member_avatar(media, account, given)


def versioned(media: Media, present: str, given: str, fallback: str) -> str:
    """The present path showing the given picture, with a version behind it."""
    address = present.partition("?")[0]
    path = address.removeprefix(media.base_url)
    return f"{media.copy(given, path, fallback)}?v={int(time.time())}"
