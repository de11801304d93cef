"""Talk groups and who is in them (weila.md, 企业群组管理)."""

from collections.abc import Iterable

from msgspec import Struct

from upstream.weila.caller import Caller, fields
from upstream.weila.reading import done, needed, welcome
from upstream.weila.types import Group, GroupList, GroupMember, GroupMemberList


class _Groups(Struct):
    groups: list[Group]


class _GroupMembers(Struct):
    members: list[GroupMember]


class GroupMethods(Caller):
    """The eight operations of the section. Replies to changes of members are no list to rely on: read
    again."""

    def group_create(
        self, org_num: int, name: str, *, avatar: str | None = None, burst_mode: int | None = None
    ) -> Group:
        """Create a group; ``burst_mode`` as in ``BurstMode`` (weila.md, 创建群组)."""
        body = fields(org_num=org_num, name=name, avatar=avatar, burst_mode=burst_mode)
        return self._call("group_create", needed(Group), body).value

    def group_change(
        self,
        org_num: int,
        group_id: int,
        *,
        name: str | None = None,
        avatar: str | None = None,
        burst_mode: int | None = None,
    ) -> Group | None:
        """Change what is given (weila.md, 修改群组); ``None`` is: done, but the reply showed nothing
        usable."""
        body = fields(org_num=org_num, group_id=group_id, name=name, avatar=avatar, burst_mode=burst_mode)
        return self._call("group_change", welcome(Group), body)

    def group_delete(self, group_id: int) -> None:
        """Delete a group (weila.md, 删除群组)."""
        self._call("group_delete", done, fields(group_id=group_id))

    def group_getall(self, org_num: int) -> GroupList:
        """All groups (weila.md, 获取所有群组). The organization's number travels as a string here, and only
        here."""
        reading = self._call("group_getall", needed(_Groups, skip_rows=True), fields(org_num=str(org_num)))
        return GroupList(reading.value.groups, reading.skipped)

    def group_member_add(self, group_id: int, member_ids: Iterable[int]) -> GroupMemberList | None:
        """Put members into a group (weila.md, 添加群成员)."""
        body = fields(group_id=group_id, member_ids=list(member_ids))
        return _listed(self._call("group_member_add", welcome(_GroupMembers), body))

    def group_member_change(
        self,
        group_id: int,
        member_id: int,
        *,
        priority: int | None = None,
        tts: int | None = None,
        loc_share: int | None = None,
    ) -> GroupMemberList | None:
        """Change what is given of a membership (weila.md, 修改群成员; the wire says ``prority``)."""
        body = fields(group_id=group_id, member_id=member_id, prority=priority, tts=tts, loc_share=loc_share)
        return _listed(self._call("group_member_change", welcome(_GroupMembers), body))

    def group_member_delete(self, group_id: int, member_ids: Iterable[int]) -> GroupMemberList | None:
        """Take members out of a group (weila.md, 删除群成员); the reply may still list them."""
        body = fields(group_id=group_id, member_ids=list(member_ids))
        return _listed(self._call("group_member_delete", welcome(_GroupMembers), body))

    def group_member_getall(self, group_id: int) -> GroupMemberList:
        """All members of a group (weila.md, 获取群组所有成员)."""
        reading = self._call(
            "group_member_getall", needed(_GroupMembers, skip_rows=True), fields(group_id=group_id)
        )
        return GroupMemberList(reading.value.members, reading.skipped)


def _listed(reply: _GroupMembers | None) -> GroupMemberList | None:
    return None if reply is None else GroupMemberList(reply.members)
