"""From rows that were selected in a table to an action on them, step by step, for every kind of rows.

The page restates what is selected, an action is chosen, its values are entered. The selection is sealed in the
address of each of these pages, so that reloading, going back and switching the language work as everywhere; for each
it is resolved anew, and where it is no longer what was shown, it is shown again and nothing else happens.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.selection import Selection, Shown, Unreadable, from_table, seal, unseal
from common.texts import labelled
from orgs import bulk
from orgs.bulk import Action, Actions, Found, Said, Whom
from orgs.directory import NotHere
from orgs.middleware import AdministratorRequest
from orgs.views import writing

NAMED = 10  # of the selected, by name


@dataclass(frozen=True, slots=True)
class Chosen:
    """A selection as it is now.

    Attributes:
        found: who or what is meant.
        heading: how many of what, such as "12 members and devices".
        parts: what they are, where that is worth saying.
        filter: what the list was filtered by, as pairs of words; None for rows that were ticked one by one.
        names: the first ``NAMED``.
    """

    found: Found
    heading: str
    parts: str
    filter: Sequence[tuple[str, str]] | None
    names: Sequence[str]

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(0, len(self.found.ids) - len(self.names))

    @property
    def said(self) -> str:
        """Which ones, in words."""
        if self.filter is None:
            return _("Selected one by one")
        if not self.filter:
            return _("All")
        return " · ".join(labelled(label, text) for label, text in self.filter)


class Unclear(Exception):
    """A filter of the list can't be understood any more, so nobody knows who is meant."""

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self.selection = selection


class Kind(ABC):
    """What is selected: one kind of rows, their table and what can be done to them.

    Attributes:
        actions: those that are offered.
        table: the name of the URL of the table.
        url_name: that of the page that takes the selection; with ``-action`` that of a chosen action.
        not_here: raised for ids that a table sent and that are not in the organization.
    """

    actions: ClassVar[Actions]
    table: ClassVar[str]
    url_name: ClassVar[str]
    not_here: ClassVar[type[NotHere]] = NotHere

    @abstractmethod
    def chosen(self, request: AdministratorRequest, selection: Selection) -> Chosen:
        """What is meant now; ids that are not in the organization are left out.

        Raises:
            Unclear: see there.
        """

    def address(self, sealed: str, action: Action | None = None) -> str:
        """The page of a selection, or of an action on it."""
        query = {"selection": sealed}
        if action is None:
            return reverse(self.url_name, query=query)
        return reverse(f"{self.url_name}-action", args=[action.code], query=query)

    def table_address(self, selection: Selection) -> str:
        """The table as it was when the rows were selected."""
        return reverse(self.table, query=QueryDict(selection.query))


def take(request: AdministratorRequest, kind: Kind) -> HttpResponse:
    """Take what a table sends, on to the address of the page that restates it."""
    try:
        shown = from_table(request.POST)
    except Unreadable:
        return _out_of_date(request, kind)
    if not shown.count:
        return _select_first(request, kind, shown.selection)
    if shown.selection.ids is not None:
        found = kind.chosen(request, shown.selection).found
        bulk.require(request.actor, kind.actions.kind, shown.selection.ids, found, kind.not_here)
    return redirect(kind.address(seal(request.actor, kind.actions.kind, shown)))


def answer(request: AdministratorRequest, kind: Kind, code: str = "") -> HttpResponse:
    """The page of the selection, or that of the chosen action; what follows when its values are sent."""
    action = kind.actions.find(code)
    if code and action is None:
        raise Http404
    sealed = request.GET.get("selection", "")
    if not sealed:
        return _select_first(request, kind, Selection(None, ""))
    try:
        shown = unseal(request.actor, kind.actions.kind, sealed)
        chosen = kind.chosen(request, shown.selection)
    except Unreadable:
        return _out_of_date(request, kind)
    except Unclear as error:
        text = _(
            "A filter of this list can't be understood any more, so it is not clear who is meant. Nothing was changed."
        )
        messages.warning(request, text)
        return redirect(kind.table_address(error.selection))
    now = Shown.of(shown.selection, chosen.found.ids)
    step = _Step(request, kind, now, chosen)
    if not shown.is_still(now):
        return step.choose(was=shown.count)
    if action is None or not chosen.found.of(action.whom):
        return step.choose()
    return step.enter(action)


def _select_first(request: AdministratorRequest, kind: Kind, selection: Selection) -> HttpResponse:
    messages.info(request, _("Select rows of the list first."))
    return redirect(kind.table_address(selection))


def _out_of_date(request: AdministratorRequest, kind: Kind) -> HttpResponse:
    messages.warning(request, _("That page was out of date. Nothing was changed; please select again."))
    return redirect(kind.table)


@dataclass(frozen=True, slots=True)
class _Offer:
    """An action as it is offered: where it leads (nowhere if nobody is left), and who is left out."""

    action: Action
    address: str
    left_out: str


@dataclass(frozen=True, slots=True)
class _Step:
    """One of the pages, with the selection restated on it."""

    request: AdministratorRequest
    kind: Kind
    shown: Shown
    chosen: Chosen

    def choose(self, *, was: int | None = None) -> HttpResponse:
        """The page on which an action is chosen; ``was`` how many there were, if they are others now."""
        sections = {name: list(map(self._offer, some)) for name, some in self.kind.actions.sections().items()}
        return self._page(
            "orgs/bulk.html", {"was": was, "sections": sections}, 200 if was is None else writing.CONFLICT
        )

    def enter(self, action: Action) -> HttpResponse:
        """The page on which the values of an action are entered, and what follows when they are."""
        request, ids = self.request, self.chosen.found.of(action.whom)
        form = action.form(writing.posted(request), organization=request.organization, ids=ids)
        if form.is_valid():
            name, said = self.kind.actions.name_of(action), Said(form.said, self.chosen.said)
            return redirect(bulk.start(request.actor, name, ids, form.values, said))
        context = {
            "action": action,
            "form": form,
            "offer": self._offer(action),
            "choose_url": self.kind.address(self._sealed()),
        }
        return self._page("orgs/bulk_action.html", context, writing.status_of(form))

    def _offer(self, action: Action) -> _Offer:
        applies = len(self.chosen.found.of(action.whom))
        address = self.kind.address(self._sealed(), action) if applies else ""
        return _Offer(action, address, self._left_out(action, applies))

    def _left_out(self, action: Action, applies: int) -> str:
        others = len(self.chosen.found.ids) - applies
        if not others:
            return ""
        if action.whom is Whom.DEVICES:
            text = ngettext(
                "For devices only: %(applies)d of the selected. %(others)d person is left out.",
                "For devices only: %(applies)d of the selected. %(others)d people are left out.",
                others,
            )
        else:
            text = ngettext(
                "For people only: %(applies)d of the selected. %(others)d device is left out.",
                "For people only: %(applies)d of the selected. %(others)d devices are left out.",
                others,
            )
        return text % {"applies": applies, "others": others}

    def _sealed(self) -> str:
        return seal(self.request.actor, self.kind.actions.kind, self.shown)

    def _page(self, template: str, context: dict[str, Any], status: int) -> HttpResponse:
        shared = {"chosen": self.chosen, "table_url": self.kind.table_address(self.shown.selection)}
        return render(self.request, template, shared | context, status=status)
