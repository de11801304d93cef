"""What a person keeps for a table: saved views, chosen columns. Each answer leads back to the table."""

from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import access, preferences
from accounts.access import SignedInRequest
from accounts.forms import SavedViewForm
from accounts.models import KeptView
from common.access import posts_only, signed_in
from common.actor import Actor

_TEMPLATE = "accounts/saved_view.html"
_LONGEST_QUERY = 2000
_MOST_COLUMNS = _LONGEST_COLUMN = 40


@signed_in
@posts_only("home")
def save(request: HttpRequest) -> HttpResponse:
    """Save the view that the table shows."""
    actor = _actor(request)
    table, query = request.POST.get("table", ""), request.POST.get("query", "")
    address = _address(request, table, query)
    form = SavedViewForm(request.POST)
    if form.is_valid():
        try:
            preferences.save(actor, table, form.cleaned_data["name"], query)
        except preferences.NameTaken:
            form.add_error("name", _("You have a view with this name already."))
        except preferences.TooMany:
            text = _(
                "You have %(number)d views of this table, which is as many as are kept. Delete one first."
            )
            form.add_error(None, text % {"number": preferences.LIMIT})
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % form.cleaned_data)
            return HttpResponseRedirect(address)
    context = {"form": form, "table": table, "query": query, "back": address}
    return render(request, _TEMPLATE, context, status=422)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename a saved view; the page offers to delete it as well."""
    actor = _actor(request)
    view = preferences.saved(actor, view_id)
    form = SavedViewForm(request.POST if request.method == "POST" else None, initial={"name": view.name})
    if form.is_valid():
        try:
            preferences.rename(actor, view, form.cleaned_data["name"])
        except preferences.NameTaken:
            form.add_error("name", _("You have a view with this name already."))
        else:
            messages.success(request, _("The view is now called “%(name)s”.") % form.cleaned_data)
            return HttpResponseRedirect(_shown(view))
    context = {"form": form, "view": view, "back": _shown(view)}
    return render(request, _TEMPLATE, context, status=422 if form.is_bound else 200)


@signed_in
@posts_only("saved-view", "view_id")
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    view = preferences.saved(_actor(request), view_id)
    address = _shown(view)
    view.delete()
    messages.success(request, _("The view “%(name)s” was deleted.") % {"name": view.name})
    return HttpResponseRedirect(address)


@signed_in
@posts_only("home")
def columns(request: HttpRequest) -> HttpResponse:
    """Remember the columns of a table, or with ``default`` forget them."""
    table = request.POST.get("table", "")
    address = _address(request, table, request.POST.get("query", ""))
    chosen = [] if "default" in request.POST else request.POST.getlist("cols")[:_MOST_COLUMNS]
    keys = [key for key in chosen if key.isidentifier() and len(key) <= _LONGEST_COLUMN]
    preferences.choose_columns(_actor(request), table, keys)
    return HttpResponseRedirect(address)


def _actor(request: HttpRequest) -> Actor:
    actor = cast(SignedInRequest, request).actor
    if actor.org_num is None:
        raise Http404  # there is no table without an organization
    return actor


def _address(request: HttpRequest, table: str, query: str) -> str:
    """The page of a table, showing what ``query`` says; refuses what is no page of ours."""
    try:
        path = reverse(table)
    except NoReverseMatch:
        raise BadRequest("no such table") from None
    address = access.next_page(request, f"{path}?{query}" if query else path)
    if not address or len(query) > _LONGEST_QUERY or urlsplit(address).path != path:
        raise BadRequest("no page of ours")
    return address


def _shown(view: KeptView) -> str:
    return f"{reverse(view.table)}?{view.query}"
