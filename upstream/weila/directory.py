"""The directory: departments, members and devices (weila.md, 通讯录管理)."""

from msgspec import UNSET, Struct, UnsetType

from upstream.call import Answer
from upstream.reading import Reading, known
from upstream.secret import Password, Secret
from upstream.weila.caller import Caller, fields
from upstream.weila.reading import done, needed, welcome
from upstream.weila.types import AddressDept, AddressList, Dept, DeptList, Int, Member


class _Directory(Struct):
    version: Int = 0
    members: list[Member] | UnsetType = UNSET
    depts: list[AddressDept] | UnsetType = UNSET


class _AddressListData(Struct):
    address_list: _Directory


class _Depts(Struct):
    depts: list[Dept]


class DirectoryMethods(Caller):
    """The eleven operations of the section.

    Fields that are not given (``None``) are not sent and stay as they are. Replies to changes omit fields
    and may contradict the request: merge them, or read again; ``None`` is: done, but the reply showed
    nothing usable.
    """

    def get_address_list(self, org_num: int) -> AddressList:
        """The whole directory at once; it may be tens of megabytes (weila.md, 获取通讯录)."""
        return self._call("get_address_list", _address_list, fields(org_num=org_num))

    def dept_create(self, org_num: int, name: str) -> Dept:
        """Create a department; names need not be unique (weila.md, 创建部门)."""
        return self._call("dept_create", needed(Dept), fields(org_num=org_num, name=name)).value

    def dept_change(self, org_num: int, dept_id: int, name: str) -> Dept | None:
        """Rename a department (weila.md, 修改部门)."""
        body = fields(org_num=org_num, dept_id=dept_id, name=name)
        return self._call("dept_change", welcome(Dept), body)

    def dept_delete(self, org_num: int, dept_id: int) -> None:
        """Delete a department; what becomes of the people inside is not stated (weila.md, 删除部门)."""
        self._call("dept_delete", done, fields(org_num=org_num, dept_id=dept_id))

    def dept_getall(self, org_num: int) -> DeptList:
        """All departments, perhaps with a department 0 for those without one (weila.md, 获取所有部门)."""
        reading = self._call("dept_getall", needed(_Depts, skip_rows=True), fields(org_num=org_num))
        return DeptList(reading.value.depts, reading.skipped)

    def member_create(
        self,
        org_num: int,
        name: str,
        password: Password,
        *,
        dept_id: int | None = None,
        sex: int | None = None,
        avatar: str | None = None,
        phone: str | None = None,
        tts: int | None = None,
        loc_share: int | None = None,
        job_num: str | None = None,
    ) -> Member:
        """Create a member; ``user_num`` of the reply is the number to sign in with (weila.md, 创建企业成员).

        ``job_num``: later editions.
        """
        body = fields(
            org_num=org_num,
            name=name,
            password=password.md5(),
            dept_id=dept_id,
            sex=sex,
            avatar=avatar,
            phone=phone,
            tts=tts,
            loc_share=loc_share,
            job_num=job_num,
        )
        return self._call("member_create", needed(Member), body).value

    def member_add_device(
        self,
        org_num: int,
        verify_code: str,
        name: str,
        *,
        dept_id: int | None = None,
        sex: int | None = None,
        avatar: str | None = None,
        phone: str | None = None,
        tts: int | None = None,
        loc_share: int | None = None,
        track: int | None = None,
        job_num: str | None = None,
    ) -> Member:
        """Add a device by the code that it shows; ``track`` as in ``Track`` (weila.md, 添加企业设备)."""
        body = fields(
            org_num=org_num,
            verify_code=Secret(verify_code),
            name=name,
            dept_id=dept_id,
            sex=sex,
            avatar=avatar,
            phone=phone,
            tts=tts,
            loc_share=loc_share,
            track=track,
            job_num=job_num,
        )
        return self._call("member_add_device", needed(Member), body).value

    def member_change(
        self,
        org_num: int,
        member_id: int,
        *,
        name: str | None = None,
        dept_id: int | None = None,
        sex: int | None = None,
        avatar: str | None = None,
        phone: str | None = None,
        tts: int | None = None,
        loc_share: int | None = None,
        track: int | None = None,
        job_num: str | None = None,
    ) -> Member | None:
        """Change what is given of a member or a device (weila.md, 修改企业成员信息)."""
        body = fields(
            org_num=org_num,
            member_id=member_id,
            name=name,
            dept_id=dept_id,
            sex=sex,
            avatar=avatar,
            phone=phone,
            tts=tts,
            loc_share=loc_share,
            track=track,
            job_num=job_num,
        )
        return self._call("member_change", welcome(Member), body)

    def member_change_state(self, org_num: int, member_id: int, state: int) -> Member | None:
        """Suspend or enable, ``state`` as in ``MemberState`` (weila.md, 修改企业成员状态). The document's
        own reply contradicts its request: read again to know."""
        body = fields(org_num=org_num, member_id=member_id, state=int(state))
        return self._call("member_change_state", welcome(Member), body)

    def member_delete(self, org_num: int, member_id: int) -> None:
        """Take a member or a device out of the organization (weila.md, 删除企业成员)."""
        self._call("member_delete", done, fields(org_num=org_num, member_id=member_id))

    def member_reset_password(self, org_num: int, member_id: int, password: Password) -> None:
        """Give a member another password (weila.md, 重置企业成员密码)."""
        body = fields(org_num=org_num, member_id=member_id, password=password.md5())
        self._call("member_reset_password", done, body)


def _address_list(answer: Answer) -> AddressList:
    """One pass over the whole list; rows that can't be read are left out and counted.

    An answer that lists nobody at all is malformed: an organization has its owner, and what reads this list
    must not take everybody for deleted.
    """
    reading: Reading[_AddressListData] = needed(_AddressListData, skip_rows=True)(answer)
    directory = reading.value.address_list
    members, depts = known(directory.members, []), known(directory.depts, [])
    if not members and not any(dept.members for dept in depts):
        raise answer.malformed("the directory lists nobody", errcode=0)
    return AddressList(directory.version, members, depts, reading.skipped)
