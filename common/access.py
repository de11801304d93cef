"""Which visitors a view is for. Closed is the default: a view that says nothing is for administrators."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import ResolverMatch, reverse
from django.views.decorators.http import require_POST

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "access"
_PASSIVE = "passive"
_EXPORTS = "exports"
_POSTS_ONLY = "posts_only"
_PAGE = "posted_from"
_LOCAL = "local"


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


def passive(view: View) -> View:
    """Mark a view that pages ask for by themselves: polling does not keep an idle session alive."""
    setattr(view, _PASSIVE, True)
    return view


def is_passive(view: Callable[..., Any]) -> bool:
    """Whether a page asks for ``view`` without anybody's doing."""
    return bool(getattr(view, _PASSIVE, False))


def exports(view: View) -> View:
    """Mark a view that answers with a file of much of what there is.

    The right to see it is confirmed before, as it is before a write, and nobody is led to it after signing in.
    """
    setattr(view, _EXPORTS, True)
    return view


def is_export(view: Callable[..., Any]) -> bool:
    """Whether ``view`` gives a file to take away."""
    return bool(getattr(view, _EXPORTS, False))


def local(view: View) -> View:
    """Mark a view that is about the console's own rows alone, even where it changes them: the mirror is not shown.

    The upstream is asked no more often than the authorization needs it, so that what polls does not make it read its
    directory again and again, and a job can be stopped while nobody answers.
    """
    setattr(view, _LOCAL, True)
    return view


def is_local(view: Callable[..., Any]) -> bool:
    """Whether ``view`` neither shows the mirror nor sends anything."""
    return bool(getattr(view, _LOCAL, False))


def posts_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """``require_POST``, and marked, so that nobody is led to this address after signing in."""
    guarded = require_POST(view)
    setattr(guarded, _POSTS_ONLY, True)
    return guarded


def posts_only_on(page: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """``posts_only`` for what the page with this name and the same arguments posts.

    Whoever opens the address is led there: it stays in the address bar with a form that was not accepted.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        guarded = posts_only(view)

        @wraps(guarded)
        def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(reverse(page, args=args, kwargs=kwargs))
            return guarded(request, *args, **kwargs)

        setattr(led, _PAGE, page)
        return led

    return decorate


def page_of(match: ResolverMatch) -> str:
    """The address of the page that posts to this one; empty where none is known (``posts_only_on``)."""
    page = getattr(match.func, _PAGE, "")
    return reverse(page, args=match.args, kwargs=match.kwargs) if page else ""


def is_posts_only(view: Callable[..., Any]) -> bool:
    """Whether ``view`` answers nothing but POST."""
    return bool(getattr(view, _POSTS_ONLY, False))
