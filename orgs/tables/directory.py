"""The tables of this room: departments, members and devices. What is exported is what an import takes back."""

from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.spreadsheets.writing import Cell
from orgs import store
from orgs.models import Member, MemberType
from orgs.tables import departments
from orgs.tables.departments import Departments
from orgs.tables.members import MemberPlanner
from orgs.words import Words
from sheets.tables import Column, Import, Mode, Table, register


def rows(org_num: int) -> Iterator[list[Cell]]:
    """Everybody, in the order of departments and names."""
    say = cache(Words([]).say)  # the same few values in every row
    place = cache(Departments(org_num, Import(Mode.BOTH)).label)
    found = sorted(store.stored(org_num), key=lambda row: (row.dept_id, row.name, row.user_id))
    for row in found:
        is_device = row.type == MemberType.DEVICE
        yield [
            row.user_num or str(row.user_id),
            row.name,
            row.phone,
            place(row.dept_id),
            say("type", row.type),
            say("state", row.state),
            "" if is_device else say("sex", row.sex),
            say("tts", row.tts),
            say("loc_share", row.loc_share),
            say("track", row.track) if is_device else "",
            row.job_num or "",
            "",
            "",
        ]


MEMBERS = Table(
    code="members",
    label=_("Members and devices"),
    names=("成员", "成员与设备", "设备", "人员", "员工", "members", "devices", "people", "users"),
    columns=(
        Column(
            "number",
            _("Weila number"),
            ("微喇号", "账号", "微喇账号", "number", "user_num"),
            _("Empty for somebody new."),
        ),
        Column(
            "name",
            pgettext_lazy("of a person", "Name"),
            ("姓名", "名称", "名字", "成员", "昵称", "成员姓名", "员工姓名", "name", "full name"),
            _("Needed for somebody new."),
            width=20,
        ),
        Column(
            "phone",
            _("Phone"),
            (
                "手机",
                "手机号",
                "手机号码",
                "电话",
                "电话号码",
                "联系电话",
                "联系方式",
                "mobile",
                "phone number",
            ),
        ),
        Column(
            "department",
            _("Department"),
            ("部门", "所属部门", "所在部门", "部门名称", "dept", "department"),
            _("Created if there is none with this name."),
            width=20,
        ),
        Column("type", _("Type"), ("类型", "角色"), _("Can't be changed here.")),
        Column("state", _("State"), ("状态", "status")),
        Column("sex", _("Sex"), ("性别", "gender"), _("People only.")),
        Column("tts", _("Read messages aloud"), ("tts", "语音播报", "消息播报")),
        Column("loc_share", _("Location sharing"), ("loc_share", "位置共享", "共享位置")),
        Column(
            "track",
            _("Location reports"),
            ("track", "定位频率", "位置上报", "轨迹", "轨迹频率"),
            _("Devices only."),
        ),
        Column("job_num", _("Job number"), ("工号", "职号", "员工编号", "员工号", "employee id", "job_num")),
        Column(
            "code",
            _("Device code"),
            ("设备码", "设备验证码", "验证码", "code"),
            _("Adds a new device."),
            secret=True,
        ),
        Column(
            "password",
            _("First password"),
            ("密码", "初始密码", "password"),
            _("For somebody new; one is made up where it is empty."),
            secret=True,
        ),
    ),
    planner=MemberPlanner,
    rows=rows,
    count=lambda org_num: Member.objects.filter(organization=org_num).count(),
    order=20,
    identifying=frozenset({"number", "name", "phone"}),
    matching=_("They are matched by Weila number, else by phone; a name alone creates somebody new."),
    ignored=(_("Online"), _("Joined")),
)


def register_tables() -> None:
    """Make them known to imports and exports."""
    register(departments.TABLE)
    register(MEMBERS)
