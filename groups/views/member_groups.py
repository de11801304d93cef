"""In which groups a member is: a region of the member's page, which is loaded by its address, and a page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from common.http import render_region
from groups import listing, roster
from groups.forms.members import ids_in
from orgs import directory
from orgs.middleware import AdministratorRequest

REGION = "member-groups"


@require_safe
def index(request: AdministratorRequest, user_id: int) -> HttpResponse:
    member = directory.member(request.actor, user_id)
    org_num = request.actor.organization
    if chosen := ids_in(request.GET.get("group", "")):
        # The form below names a group; the picker of that group goes on, with this member chosen.
        address = reverse("group-members-add", args=[chosen[0]], query={"m": user_id, "q": member.user_num})
        return redirect(address)
    head = roster.bring_up_to_date(request.actor, request.organization)
    present = listing.groups_of(org_num, user_id)
    inside = {group.group_id for group in present}
    context = {
        "member": member,
        "groups": present,
        "others": [one for one in listing.choices(org_num) if one[0] not in inside],
        "head": head,
        "unread": listing.unread(org_num),
    }
    return render_region(request, "groups/member_groups.html", REGION, context)
