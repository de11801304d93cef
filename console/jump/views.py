from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from common.access import signed_in
from common.http import ConsoleRequest, render_region
from console.jump.sources import Asking, found
from orgs.middleware import AdministratorRequest

_LONGEST = 100  # characters of a query; more is a pasted text and finds nothing


@require_safe
def jump(request: AdministratorRequest) -> HttpResponse:
    """What has the typed characters in its name, grouped; the suggestions while nothing has been typed."""
    query = request.GET.get("q", "").replace("\0", "")[:_LONGEST].strip()
    sections = found(Asking(request.actor, request.organization, query))
    number = sum(len(section.hits) for section in sections)
    said = ngettext("%(number)d result", "%(number)d results", number) % {"number": number}
    context = {"query": query, "sections": sections, "said": said}
    return render_region(request, "console/jump.html", "jump-results", context)


@signed_in
@require_safe
def shortcuts(request: ConsoleRequest) -> HttpResponse:
    """The sheet of keyboard shortcuts: a page, and what the dialog shows."""
    return render_region(request, "console/shortcuts.html", "shortcuts", {})
