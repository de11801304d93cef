"""Which visitors a view is for. Closed is the default: a view that says nothing is for administrators."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "access"


class Access(StrEnum):
    PUBLIC = "public"  # anybody
    SIGNED_IN = "signed_in"  # anybody with a session, an organization or a role is not needed
    ADMINISTRATOR = "administrator"  # owner or manager of an organization, confirmed by the upstream


def public(view: View) -> View:
    """Mark a view that anybody may open."""
    setattr(view, _ATTRIBUTE, Access.PUBLIC)
    return view


def signed_in(view: View) -> View:
    """Mark a view that needs a session but neither an organization nor a role."""
    setattr(view, _ATTRIBUTE, Access.SIGNED_IN)
    return view


def access_of(view: Callable[..., Any]) -> Access:
    """Who may open ``view``."""
    return Access(getattr(view, _ATTRIBUTE, Access.ADMINISTRATOR))
