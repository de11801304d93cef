from django.urls import path

from groups.views import (
    adding,
    bulk,
    export,
    group,
    group_forms,
    index,
    member_groups,
    membership,
    removing,
    suspended,
)

urlpatterns = [
    path("groups", index.index, name="groups"),
    path("groups/export", export.groups, name="groups-export"),
    path("groups/refresh", index.refresh, name="groups-refresh"),
    path("groups/new", group_forms.create, name="group-create"),
    path("groups/bulk", bulk.choose, name="groups-bulk"),
    path("groups/bulk/<slug:code>", bulk.enter, name="groups-bulk-action"),
    path("groups/suspended", suspended.index, name="groups-suspended"),
    path("groups/<int:group_id>", group.show, name="group"),
    path("groups/<int:group_id>/edit", group_forms.edit, name="group-edit"),
    path("groups/<int:group_id>/delete", group_forms.delete, name="group-delete"),
    path("groups/<int:group_id>/members/add", adding.add, name="group-members-add"),
    path("groups/<int:group_id>/members/remove", removing.remove, name="group-members-remove"),
    path("groups/<int:group_id>/members/<int:user_id>", membership.change, name="group-member"),
    path("members/<int:user_id>/groups", member_groups.index, name="member-groups"),
]
