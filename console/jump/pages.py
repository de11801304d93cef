"""The pages of the console by name: what somebody may type to get there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common import texts
from orgs.models import MemberState, MemberType
from orgs.search import normalized


@dataclass(frozen=True, slots=True)
class Place:
    """A page. ``words`` are what else it may be called, in whatever language; its label counts in all of ours."""

    label: str | Promise
    url_name: str
    icon: str
    words: str = ""
    query: tuple[tuple[str, object], ...] = field(default=())

    @property
    def url(self) -> str:
        return reverse(self.url_name, query=dict(self.query) or None)


# The ones that are offered while nothing has been typed come first.
PLACES: tuple[Place, ...] = (
    Place(_("Home"), "home", "home", "overview dashboard 概览 主页"),
    Place(_("Organization"), "org", "building", "company 公司"),
    Place(_("Departments"), "departments", "sitemap"),
    Place(_("Members and devices"), "members", "users", "people users 人员 员工"),
    Place(_("Groups"), "groups", "message-circle", "talk channels 对讲 频道 群聊"),
    Place(_("Create a member"), "member-create", "user-plus", "new add user 新增 添加 人员 员工"),
    Place(_("Add a device"), "device-add", "device-mobile", "new radio 新建 新增 对讲机"),
    Place(_("Create a department"), "department-create", "plus", "new add 新增 添加"),
    Place(_("Create a group"), "group-create", "plus", "new add talk 新增 添加 群聊"),
    Place(_("Bulk changes"), "changes", "list-details", "batch mass history undo 批量 修改 撤销"),
    Place(_("Import"), "import", "file-upload", "excel csv xlsx wps upload many 批量 新增 上传 表格"),
    Place(_("Files"), "files", "files", "upload share 上传 附件"),
    Place(_("Audit trail"), "audit", "history", "log events 审计 日志 记录"),
    Place(_("Edit the organization"), "org-edit", "pencil", "rename company 修改 公司 改名"),
    Place(_("Devices"), "members", "device-mobile", "radios 对讲机", (("type", MemberType.DEVICE.value),)),
    Place(
        _("Suspended members"),
        "members",
        "user-off",
        "disabled 停用",
        (("state", MemberState.SUSPENDED.value),),
    ),
    Place(_("Members without a department"), "members", "users", "unassigned 未分配", (("dept", 0),)),
    Place(_("My account"), "account", "user", "me profile 我 个人信息"),
    Place(_("Change the password"), "account-password", "key", "my own 我的 改密码"),
    Place(_("Bind another phone"), "account-phone", "phone", "my own change 我的 更换 手机"),
    Place(_("My sessions"), "sessions", "devices", "signed in logins 下线 会话"),
    Place(_("Keyboard shortcuts"), "shortcuts", "help-circle", "keys help 帮助 键盘"),
)


def named(query: str) -> Sequence[Place]:
    """The pages that have every word of ``query`` in one of their names; those that begin with it first."""
    words = normalized(query).split()
    if not words:
        return PLACES
    matching = [place for place, text in _texts() if all(word in text for word in words)]
    return sorted(matching, key=lambda place: not normalized(str(place.label)).startswith(words[0]))


@cache
def _texts() -> tuple[tuple[Place, str], ...]:
    return tuple(
        (place, normalized("\n".join([place.words, *texts.in_each(place.label)]))) for place in PLACES
    )
