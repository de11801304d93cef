"""How a password is given to a member: drawn by the console, or typed."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, PasswordField
from orgs import passwords
from upstream.secret import Password

GENERATED, TYPED = "generated", "typed"


class SentOnce(Form):
    """A form whose answer is a page that must not be had twice: reloading it would send the form again."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**kwargs.get("initial", {}), "once": uuid4().hex}
        super().__init__(*args, **kwargs)


class PasswordChoice(SentOnce):
    """A generated password is the first choice: nobody has to think of one, and it is nobody's birthday."""

    how = forms.ChoiceField(
        label=_("Password"),
        choices=[(GENERATED, _("Generate one")), (TYPED, _("Type one"))],
        initial=GENERATED,
        widget=forms.RadioSelect,
        help_text=_("It is shown once, on the next page, and nowhere after that."),
    )
    password = PasswordField(
        label=_("Password to use"),
        new=True,
        required=False,
        help_text=_("Only used with “Type one”."),
    )

    def clean_password(self) -> str:
        """Only looked at when it is to be used."""
        typed: str = self.cleaned_data["password"]
        if self.cleaned_data.get("how") == TYPED:
            for problem in passwords.problems(typed):
                self.add_error("password", problem)
        return typed

    def new_password(self) -> Password:
        """The typed password, or a fresh one at each call."""
        if self.cleaned_data["how"] == TYPED:
            return Password(self.cleaned_data["password"])
        return passwords.generate()


class NewPasswordForm(PasswordChoice):
    """weila.md, 重置企业成员密码."""
