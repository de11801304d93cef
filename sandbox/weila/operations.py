"""The 34 operations of the document: where each answers, whom it asks for, who does the work."""

from __future__ import annotations

from . import directory, groups, members, organization, signin
from .call import Access, Handler, Operation

_PREFIX = "/v1/corp/web/"


def _operation(name: str, access: Access, handler: Handler | None, method: str = "POST") -> Operation:
    path = "/v1/sessions/refresh" if name == "refresh" else _PREFIX + name
    return Operation(name, method, path, access, handler)


_NOBODY, _USER, _READER, _WRITER = Access.NOBODY, Access.USER, Access.READER, Access.WRITER

ALL = (
    _operation("avatar-upload", _USER, None),
    _operation("file-upload", _USER, None),
    _operation("get-verifycode-image", _NOBODY, signin.get_verifycode_image, "GET"),
    _operation("send-sms-verifycode", _NOBODY, signin.send_sms_verifycode),
    _operation("regist", _NOBODY, signin.regist),
    _operation("login-by-phone", _NOBODY, signin.login_by_phone),
    _operation("login-by-name", _NOBODY, signin.login_by_name),
    _operation("refresh", _NOBODY, signin.refresh),
    _operation("reset-password", _NOBODY, signin.reset_password),
    _operation("org-create", _USER, organization.org_create),
    _operation("org-change", _WRITER, organization.org_change),
    _operation("org-my-org", _USER, organization.org_my_org),
    _operation("user-selfinfo", _USER, organization.user_selfinfo),
    _operation("user-change-password", _USER, organization.user_change_password),
    _operation("user-bind-phone", _USER, organization.user_bind_phone),
    _operation("get-address-list", _READER, directory.get_address_list),
    _operation("dept-create", _WRITER, directory.dept_create),
    _operation("dept-change", _WRITER, directory.dept_change),
    _operation("dept-delete", _WRITER, directory.dept_delete),
    _operation("dept-getall", _READER, directory.dept_getall),
    _operation("member-create", _WRITER, members.member_create),
    _operation("member-add-device", _WRITER, members.member_add_device),
    _operation("member-change", _WRITER, members.member_change),
    _operation("member-change-state", _WRITER, members.member_change_state),
    _operation("member-delete", _WRITER, members.member_delete),
    _operation("member-reset-password", _WRITER, members.member_reset_password),
    _operation("group-create", _WRITER, groups.group_create),
    _operation("group-change", _WRITER, groups.group_change),
    _operation("group-delete", _WRITER, groups.group_delete),
    _operation("group-getall", _READER, groups.group_getall),
    _operation("group-member-add", _WRITER, groups.group_member_add),
    _operation("group-member-change", _WRITER, groups.group_member_change),
    _operation("group-member-delete", _WRITER, groups.group_member_delete),
    _operation("group-member-getall", _READER, groups.group_member_getall),
)

READS = frozenset(
    {
        "get-address-list",
        "dept-getall",
        "group-getall",
        "group-member-getall",
        "org-my-org",
        "user-selfinfo",
    }
)
BY_PATH = {operation.path: operation for operation in ALL}
