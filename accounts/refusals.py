"""What went wrong while coming in, as a sentence at the field where it can be put right."""

from collections.abc import Container
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import words
from accounts.entrance import NotKnown
from common.throttle import Throttled
from upstream.errors import Forbidden, Malformed, Rejected, Timeout, UpstreamError
from upstream.weila.config import NOT_A_COMPANY_USER, WRONG_PICTURE_CODE

# No document lists the codes of these operations, so an unknown one is placed by the words that the upstream
# uses: first match. A wrong guess costs nothing but the place; the text is shown in any case.
_PLACES = (
    ("图", "picture"),
    ("验证码", "code"),
    ("短信", "code"),
    ("手机", "phone"),
    ("账号", "account"),
    ("新密码", "new"),
    ("密码", "password"),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """``field`` is None when it belongs to the form as a whole; ``status`` is the answer's."""

    field: str | None
    sentence: str
    status: int = 422
    retry_after: int | None = None  # seconds


def explain(error: UpstreamError | Throttled | NotKnown, fields: Container[str]) -> Refusal:
    """Put ``error`` into words, at one of ``fields``."""
    match error:
        case Throttled():
            sentence = _("Too many attempts. Please wait %(wait)s.") % {"wait": words.wait(error.wait)}
            return Refusal(None, sentence, 429, round(error.wait.total_seconds()) + 1)
        case NotKnown():
            return Refusal(None, _("Weila's answer was lost. It is not known whether this was done."), 504)
        case Rejected() | Forbidden():
            return _refused(error, fields)
        case Timeout():
            return Refusal(None, _("Weila did not answer in time. Nothing was done. Please try again."), 504)
        case Malformed():
            return Refusal(None, _("Weila sent an answer that cannot be read. Please try again."), 502)
    return Refusal(None, _("Weila cannot be reached. Nothing was done. Please try again in a moment."), 503)


def _refused(error: Rejected | Forbidden, fields: Container[str]) -> Refusal:
    if isinstance(error, Rejected) and error.wrong_password:
        if "account" in fields:
            return Refusal("password", _("The account or the password is wrong."))
        return Refusal("password", _("This is not your present password."))
    if error.code == NOT_A_COMPANY_USER:
        sentence = _("This is a personal Weila account. It belongs to no company and can't be used here.")
        return Refusal(_placed("account", fields), sentence)
    if error.code == WRONG_PICTURE_CODE:
        sentence = _("This is not what the picture shows. Type the characters of the new picture.")
        return Refusal(_placed("picture", fields), sentence)
    sentence = _("Weila refused this: %(text)s (code %(code)s).") % {
        "text": error.text or _("no reason was given"),
        "code": error.code,
    }
    guess = next((name for word, name in _PLACES if word in error.text and name in fields), None)
    return Refusal(guess, sentence)


def _placed(field: str, fields: Container[str]) -> str | None:
    return field if field in fields else None
