"""Which visitors a view is for. Closed is the default: a view that says nothing is for administrators."""

from collections.abc import Callable, Iterable, Mapping
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


def posts_only(
    page: str, *shared: str
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Mark a view that answers nothing but POST: nobody is led to this address after signing in.

    Whoever opens the address is led to the page with the form: it stays in the address bar when one was not accepted.

    Args:
        page: the URL name of that page.
        shared: those arguments of this address that the page has as well.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        guarded = require_POST(view)

        @wraps(guarded)
        def led(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(_address(page, shared, kwargs))
            return guarded(request, **kwargs)

        setattr(led, _PAGE, (page, shared))
        return led

    return decorate


def is_posts_only(view: Callable[..., Any]) -> bool:
    """Whether ``view`` answers nothing but POST."""
    return hasattr(view, _PAGE)


def page_of(match: ResolverMatch) -> str:
    """The address of the page that posts to this one, which is ``posts_only``."""
    page, shared = getattr(match.func, _PAGE)
    return _address(page, shared, match.kwargs)


def _address(page: str, shared: Iterable[str], kwargs: Mapping[str, Any]) -> str:
    return reverse(page, kwargs={name: kwargs[name] for name in shared})
