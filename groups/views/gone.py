"""A group that is not here, or no longer: the page says so and leads to those that are."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from groups.roster import GroupGone, GroupNotHere
from orgs.middleware import AdministratorRequest

View = Callable[..., HttpResponse]


def leads_to_the_list(view: View) -> View:
    """Answer for a group that is not here in place of the general "not found"."""

    @wraps(view)
    def guarded(request: AdministratorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except GroupNotHere as error:
            return _answer(request, error.name if isinstance(error, GroupGone) else "")

    return guarded


def _answer(request: AdministratorRequest, name: str) -> HttpResponse:
    fragment = bool(request.htmx)
    template = "groups/gone.html#fragment" if fragment else "groups/gone.html"
    response = render(request, template, {"name": name}, status=404)
    if fragment:
        response["X-Fragment"] = "error"
    return response
