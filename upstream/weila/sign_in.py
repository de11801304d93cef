"""Signing in, signing up, and the codes that this takes (weila.md, 登录、注册、验证码)."""

from upstream.jar import Jar
from upstream.secret import Password, Secret
from upstream.weila.caller import Caller, fields
from upstream.weila.reading import done, needed, picture
from upstream.weila.types import Picture, Registered, SignedIn, SmsType, Tokens


class SignInMethods(Caller):
    """The seven operations of the section. None but ``refresh`` takes a token.

    A ``jar`` ties the steps of one visitor together: give the same one to the picture code, the SMS and the
    form.
    """

    def get_verifycode_image(self, width: int, height: int, *, jar: Jar | None = None) -> Picture:
        """A new picture code, of about ``width`` × ``height`` pixels (weila.md, 获取图形验证码)."""
        query = {"width": str(width), "height": str(height)}
        return self._call("get_verifycode_image", picture, query=query, jar=jar)

    def send_sms_verifycode(
        self,
        phone: str,
        sms_type: SmsType,
        verify_code: str,
        *,
        country_code: str = "86",
        jar: Jar | None = None,
    ) -> None:
        """Have an SMS code sent; ``verify_code`` is the answer to the picture (weila.md, 发送短信验证码).

        :raises Rejected: code 44005 for a wrong picture code; a new picture is needed then.
        """
        body = fields(
            phone=phone,
            country_code=country_code,
            sms_type=sms_type.value,
            verify_code=Secret(verify_code),
        )
        self._call("send_sms_verifycode", done, body, jar=jar)

    def regist(
        self, phone: str, verify_code: str, password: Password, *, jar: Jar | None = None
    ) -> Registered:
        """Open an account; ``verify_code`` is the SMS code (weila.md, 注册). No token comes back: sign in
        next."""
        body = fields(phone=phone, verify_code=Secret(verify_code), password=password.md5())
        return self._call("regist", needed(Registered), body, jar=jar).value

    def login_by_phone(self, phone: str, password: Password) -> SignedIn:
        """Sign in with a phone number (weila.md, 手机号密码登录).

        :raises Rejected: ``wrong_password`` tells that the two don't fit.
        :raises Forbidden: code 45016 for an account that belongs to no company.
        """
        body = fields(phone=phone, password=password.md5())
        return self._call("login_by_phone", needed(SignedIn), body).value

    def login_by_name(self, user_name: str, password: Password) -> SignedIn:
        """Sign in with a Weila number (weila.md, 账号密码登录); raises as ``login_by_phone``."""
        body = fields(user_name=user_name, password=password.md5())
        return self._call("login_by_name", needed(SignedIn), body).value

    def refresh(
        self, access_token: Secret, refresh_token: Secret, *, deadline: float | None = None
    ) -> Tokens:
        """Exchange both tokens for a new pair (weila.md, 刷新令牌).

        The old refresh token is dead afterwards, so the answer must be stored at once, and a lost answer
        (outcome UNKNOWN) may have cost the session. ``deadline`` is in seconds.
        """
        body = fields(refresh_token=refresh_token)
        reply = self._call("refresh", needed(Tokens), body, token=access_token, deadline=deadline)
        return reply.value

    def reset_password(
        self,
        phone: str,
        verify_code: str,
        password: Password,
        *,
        country_code: str = "86",
        jar: Jar | None = None,
    ) -> None:
        """Set a forgotten password; ``verify_code`` is the SMS code (weila.md, 重置密码)."""
        body = fields(
            phone=phone,
            country_code=country_code,
            verify_code=Secret(verify_code),
            password=password.md5(),
        )
        self._call("reset_password", done, body, jar=jar)
