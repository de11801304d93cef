"""The organization and the signed-in person (weila.md, 企业管理 and 用户信息管理)."""

from msgspec import Struct

from upstream.jar import Jar
from upstream.secret import Password, Secret
from upstream.weila.caller import Caller, fields
from upstream.weila.reading import done, needed, welcome
from upstream.weila.types import Org, User


class _CreatedOrg(Struct):
    org: Org


class _ChangedOrg(Struct):
    corp: Org


class _MyOrg(Struct):
    corp: Org | None = None


class _Self(Struct):
    user: User


class OrganizationMethods(Caller):
    """The six operations of the two sections."""

    def org_create(self, name: str, *, avatar: str | None = None) -> Org:
        """Create the organization of the signed-in person (weila.md, 创建企业组织)."""
        body = fields(name=name, avatar=avatar)
        return self._call("org_create", needed(_CreatedOrg), body).value.org

    def org_change(self, org_num: int, *, name: str | None = None, avatar: str | None = None) -> Org | None:
        """Change what is given (weila.md, 修改企业). ``None`` is: done, but the reply showed nothing
        usable."""
        body = fields(org_num=org_num, name=name, avatar=avatar)
        reply = self._call("org_change", welcome(_ChangedOrg), body)
        return None if reply is None else reply.corp

    def org_my_org(self) -> Org | None:
        """The organization of the signed-in person; ``None`` for somebody without one (weila.md,
        我的企业)."""
        return self._call("org_my_org", needed(_MyOrg)).value.corp

    def user_selfinfo(self) -> User:
        """The signed-in person (weila.md, 用户信息)."""
        return self._call("user_selfinfo", needed(_Self)).value.user

    def user_change_password(self, old_password: Password, new_password: Password) -> None:
        """Change one's own password (weila.md, 修改用户密码)."""
        body = fields(old_password=old_password.md5(), new_password=new_password.md5())
        self._call("user_change_password", done, body)

    def user_bind_phone(
        self, phone: str, password: Password, verify_code: str, *, jar: Jar | None = None
    ) -> None:
        """Bind another phone number; ``verify_code`` is the SMS code (weila.md, 绑定手机号)."""
        body = fields(phone=phone, password=password.md5(), verify_code=Secret(verify_code))
        self._call("user_bind_phone", done, body, jar=jar)
