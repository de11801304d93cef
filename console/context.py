"""What every page needs around its content. No queries of its own: error pages use it too."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str | Promise
    url: str
    icon: str
    current: str  # the value of aria-current: "page" for this very page, "true" for one below it, or empty
    badge: str  # the URL name of what stands beside the label, and its id; empty when nothing ever does
    key: str  # pressed after g it leads here (static/js/shortcuts.js); may be empty


# Room for later: each further room adds its line here.
_ROOMS: tuple[tuple[str | Promise, str, str], ...] = (
    (_("Home"), "home", "home"),
    (_("Organization"), "org", "building"),
    (_("Departments"), "departments", "sitemap"),
    (_("Members"), "members", "users"),
    (_("Groups"), "groups", "message-circle"),
    (_("Bulk changes"), "changes", "list-details"),
    (_("Files"), "files", "files"),
    (_("Audit trail"), "audit", "history"),
)
_KEYS = {
    "home": "h",
    "org": "o",
    "departments": "d",
    "members": "m",
    "groups": "g",
    "changes": "b",
    "files": "f",
    "audit": "a",
}
_BADGES = {"changes": "changes-running"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the acting person, the organization and the age of what is shown.

    Attributes that a middleware has not set yet (the error came first) count as absent.
    """
    actor: Actor | None = getattr(request, "signed_in", None)
    return {
        "actor": actor,
        "layout": "shell.html" if actor else "plain.html",
        "navigation": _navigation(request.path, actor),
        "own_picture": getattr(request, "own_picture", ""),
        "organization_name": getattr(request, "organization_name", ""),
        "as_of": getattr(request, "as_of", None),
        "request_id": getattr(request, "request_id", ""),
    }


def _navigation(path: str, actor: Actor | None) -> list[NavItem]:
    """The rooms; none for somebody who has no organization yet or may not administer it."""
    if actor is None or actor.org_num is None or actor.role is Role.MEMBER:
        return []
    return [
        NavItem(label, url, icon, _current(path, url), _BADGES.get(name, ""), _KEYS.get(name, ""))
        for label, name, icon in _ROOMS
        for url in [reverse(name)]
    ]


def _current(path: str, url: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(f"{url}/") else ""
