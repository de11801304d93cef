from django.urls import path

from orgs.views import (
    bulk,
    departments,
    device,
    export,
    loading,
    member_actions,
    member_forms,
    members,
    organization,
)

urlpatterns = [
    path("org", organization.show, name="org"),
    path("org/create", organization.create, name="org-create"),
    path("org/edit", organization.edit, name="org-edit"),
    path("org/loading", loading.loading, name="org-loading"),
    path("departments", departments.index, name="departments"),
    path("departments/new", departments.create, name="department-create"),
    path("departments/<int:dept_id>/edit", departments.edit, name="department-edit"),
    path("departments/<int:dept_id>/delete", departments.delete, name="department-delete"),
    path("members", members.index, name="members"),
    path("members/export", export.members, name="members-export"),
    path("members/new", member_forms.create, name="member-create"),
    path("members/new-device", device.add, name="device-add"),
    path("members/bulk", bulk.choose, name="members-bulk"),
    path("members/bulk/<slug:code>", bulk.enter, name="members-bulk-action"),
    path("members/<int:user_id>", members.detail, name="member"),
    path("members/<int:user_id>/edit", member_forms.edit, name="member-edit"),
    path("members/<int:user_id>/state", member_actions.state, name="member-state"),
    path("members/<int:user_id>/password", member_actions.password, name="member-password"),
    path("members/<int:user_id>/delete", member_actions.delete, name="member-delete"),
]
