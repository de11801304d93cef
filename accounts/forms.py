from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import identifiers
from accounts.identifiers import Account, Kind
from common.forms import Form, LineField, PasswordField, PhoneField
from upstream.weila.types import SmsType

SHORTEST_PASSWORD = 8  # ours: the document has no rule, and the upstream keeps an unsalted MD5
LONGEST_PASSWORD = 20  # the vendor's own apps take no more, and people sign in there with the same password

LONGEST_VIEW_NAME = 60

_COUNTRIES = [
    ("86", _("Mainland China (+86)")),
    ("852", _("Hong Kong (+852)")),
    ("853", _("Macau (+853)")),
    ("886", _("Taiwan (+886)")),
]


def new_password_field() -> PasswordField:
    return PasswordField(
        label=_("New password"),
        new=True,
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        help_text=_("8 to 20 characters. You use the same password in the Weila app."),
    )


def repeated_password_field() -> PasswordField:
    return PasswordField(label=_("New password again"), new=True, max_length=LONGEST_PASSWORD)


def country_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Country or region"), choices=_COUNTRIES)


def with_values(data: Mapping[str, Any], **values: str) -> dict[str, Any]:
    """What was sent, with some of it replaced, for showing the form again."""
    return {name: data.get(name) for name in data} | values


def _compare(form: Form, name: str) -> None:
    """The password ``name`` has to be typed twice alike."""
    password, repeat = form.cleaned_data.get(name), form.cleaned_data.get("repeat")
    if password and repeat and password != repeat:
        form.add_error("repeat", _("The two passwords are not the same."))


class SignInForm(Form):
    """Account and password; and, where eight digits could be either, what the account is.

    Args:
        remembered: what eight digits were the last time in this browser.
    """

    account = LineField(
        label=_("Phone or Weila number"),
        max_length=32,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autofocus": True,
                "inputmode": "tel",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    kind = forms.ChoiceField(
        label=_("What is this account?"),
        choices=[(Kind.NUMBER.value, _("A Weila number")), (Kind.PHONE.value, _("A phone number"))],
        widget=forms.RadioSelect,
        required=False,
    )
    password = PasswordField(label=_("Password"))

    def __init__(self, *args: Any, remembered: Kind | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._remembered = remembered
        self.asks = False  # whether the page has to ask what the account is

    def clean_account(self) -> Account:
        try:
            return identifiers.read(self.cleaned_data["account"])
        except identifiers.NoAccount:
            raise ValidationError(_("Enter a phone number or a Weila number: digits only.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        account: Account | None = cleaned.get("account")
        if account is None or account.kind is not None:
            return cleaned
        self.asks = self.fields["kind"].required = True
        if kind := cleaned.get("kind") or self._remembered:
            cleaned["account"] = account.as_kind(Kind(kind))
            self.data = with_values(self.data, kind=kind)  # checked when the page is shown again
        elif "kind" not in self.errors:
            self.add_error("kind", _("This could be a Weila number or a phone number. Choose which it is."))
        return cleaned


class CodeForm(Form):
    """A phone that is proven by an SMS code.

    The page has two buttons. One asks for the code: then phone and picture are needed. The other sends the
    form: then everything but the picture is, which was used up by the SMS.

    Args:
        asks_for_sms: which of the two was pressed.
    """

    purpose: ClassVar[SmsType]
    region: ClassVar[frozenset[str]] = frozenset({"country_code", "phone", "picture"})

    phone = PhoneField(
        label=_("Phone"),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    picture = LineField(
        label=_("Characters in the picture"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "data-no-keep": ""}),
    )
    code = LineField(
        label=_("Code from the SMS"),
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, asks_for_sms: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = frozenset(self.fields)
        self._not_asked = everything - self.region if asks_for_sms else frozenset({"picture"})
        self.asks_for_sms = asks_for_sms

    def full_clean(self) -> None:
        # What this button does not need may be empty; the page goes on showing it as required.
        for name in self._not_asked:
            self.fields[name].required = False
        super().full_clean()
        for name in self._not_asked:
            self.fields[name].required = True
            if self.asks_for_sms:
                self.errors.pop(name, None)

    def clean_phone(self) -> str:
        return identifiers.national(self.cleaned_data["phone"])

    @property
    def country(self) -> str:
        """The country code, for forms that ask for one."""
        return str(self.cleaned_data.get("country_code", ""))


class NewPasswordForm(CodeForm):
    """A phone that is proven, and a password to be chosen."""

    password = new_password_field()
    repeat = repeated_password_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.asks_for_sms:
            _compare(self, "password")
        return cleaned


class SignUpForm(NewPasswordForm):
    purpose = SmsType.REGIST


class ResetPasswordForm(NewPasswordForm):
    purpose = SmsType.RESET_PASSWORD

    country_code = country_field()
    field_order = ("country_code", "phone")


class BindPhoneForm(CodeForm):
    """Another phone for the signed-in person's account.

    Args:
        present: the phone that is bound so far; empty where it is not known.
    """

    purpose = SmsType.BIND_PHONE

    country_code = country_field()
    password = PasswordField(label=_("Present password"))
    field_order = ("country_code", "phone")

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._present = present
        self.fields["phone"].label = _("New phone")

    def clean_phone(self) -> str:
        phone = super().clean_phone()
        if phone == self._present:
            raise ValidationError(_("This phone is bound to your account already."), code="same")
        return phone


class ChangePasswordForm(Form):
    """The signed-in person's own password."""

    password = PasswordField(label=_("Present password"))
    new = new_password_field()
    repeat = repeated_password_field()
    end_others = forms.BooleanField(
        label=_("End my other sessions in this console"),
        required=False,
        initial=True,
        help_text=_("Keep this on if somebody else may know the present password."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        new = cleaned.get("new")
        if new and new == cleaned.get("password"):
            self.add_error("new", _("This is the present password. Choose another one."))
        _compare(self, "new")
        return cleaned


class SignInAgainForm(Form):
    """The signed-in person's password once more."""

    password = PasswordField(label=_("Password"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True


class SavedViewForm(Form):
    """The name under which a person keeps what a table shows."""

    name = LineField(label=_("Name of the view"), max_length=LONGEST_VIEW_NAME)
