"""The tables of this room."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from common.spreadsheets.writing import Cell
from groups.models import BurstMode, Group, Membership
from groups.tables.groups import GroupPlanner
from groups.tables.known import Groups
from groups.tables.memberships import MembershipPlanner
from orgs.models import Member
from sheets.tables import Column, Import, Mode, Table, register

_AT_ONCE = 2000


def group_rows(org_num: int) -> Iterator[list[Cell]]:
    """All groups, in the order of their names."""
    modes = {int(value): str(label) for value, label in BurstMode.choices}
    rows = Group.objects.filter(organization=org_num).order_by("name", "group_id")
    for group in rows.only("group_id", "name", "burst_mode", "size").iterator():
        mode = "" if group.burst_mode is None else modes.get(group.burst_mode, str(group.burst_mode))
        yield [str(group.group_id), group.name, mode, group.size]


def membership_rows(org_num: int) -> Iterator[list[Cell]]:
    """Who is in which group, as far as it has been read."""
    groups = Groups(org_num, Import(Mode.BOTH))
    rows = Membership.objects.filter(org_num=org_num).order_by("group__name", "group_id", "user_id")
    found = rows.values_list("group__group_id", "user_id").iterator(chunk_size=_AT_ONCE)
    people = {
        user_id: (number or str(user_id), name)
        for user_id, number, name in Member.objects.filter(organization=org_num)
        .values_list("user_id", "user_num", "name")
        .iterator(chunk_size=_AT_ONCE)
    }
    for group_id, user_id in found:
        if user_id in people:
            yield [groups.label(group_id), *people[user_id], ""]


def membership_count(org_num: int) -> int:
    """How many these are; whoever is in no directory is left out there, too."""
    people = Member.objects.filter(organization=org_num).values("user_id")
    return Membership.objects.filter(org_num=org_num, user_id__in=people).count()


GROUPS = Table(
    code="groups",
    label=_("Groups"),
    names=("群组", "群", "groups"),
    columns=(
        Column("number", _("Group number"), ("群组号", "群号", "群id", "id"), _("Empty for a new one.")),
        Column("name", _("Group name"), ("群组", "群名", "名称", "name", "group"), width=30),
        Column("burst_mode", _("Burst mode"), ("抢话模式", "burst_mode")),
        Column("size", _("Members in the group"), ("人数", "成员数", "size"), _("Can't be changed here.")),
    ),
    planner=GroupPlanner,
    rows=group_rows,
    count=lambda org_num: Group.objects.filter(organization=org_num).count(),
    order=30,
    identifying=frozenset({"number", "name"}),
    ignored=(_("Members"), _("Type"), _("Muted"), _("Limit"), _("Created")),
)
MEMBERSHIPS = Table(
    code="memberships",
    label=_("Group members"),
    names=("群成员", "群组成员", "memberships", "group members"),
    columns=(
        Column("group", _("Group"), ("群组", "群名", "群组名称", "group", "group name"), width=30),
        Column(
            "member_number",
            _("Weila number"),
            ("微喇号", "成员号", "账号", "number"),
            _("Or phone, or name."),
        ),
        Column("name", _("Member"), ("成员", "姓名", "name", "member"), width=20),
        Column("phone", _("Phone"), ("手机", "手机号", "电话", "phone")),
    ),
    planner=MembershipPlanner,
    rows=membership_rows,
    count=membership_count,
    order=40,
    identifying=frozenset({"group"}),
)


def register_tables() -> None:
    """Make them known to imports and exports."""
    register(GROUPS)
    register(MEMBERSHIPS)
