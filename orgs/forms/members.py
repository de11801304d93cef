"""Forms in which a member or a device is described."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import Form, LineField, PhoneField
from media.forms.pictures import PictureField
from orgs.forms.changes import ChangeForm, Files
from orgs.forms.fields import (
    CODE_LIMIT,
    TRACK_SECONDS_LEAST,
    TRACK_SECONDS_MOST,
    LongSelect,
    NameField,
    NumberField,
)
from orgs.forms.passwords import PasswordChoice
from orgs.models import Member, MemberType, Track
from orgs.words import ON_OFF, SEXES, NamedDepartment

CUSTOM_TRACK = "seconds"
_NO_DEPARTMENT = (0, _("No department"))
_PERSON_NAME = pgettext_lazy("of a person", "Name")  # Chinese has another word for the name of a thing


class TrackFields(Form):
    """How often a device reports its place (weila.md, 修改企业成员信息: 0 to 4, above that seconds)."""

    track = forms.ChoiceField(
        label=_("Location reports"),
        choices=[*Track.choices, (CUSTOM_TRACK, _("Custom interval"))],
        initial=Track.OFF,
    )
    track_seconds = forms.IntegerField(
        label=_("Seconds between two reports"),
        required=False,
        min_value=TRACK_SECONDS_LEAST,
        max_value=TRACK_SECONDS_MOST,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Only used with “Custom interval”: 5 to 86400 seconds."),
    )

    def clean_track_seconds(self) -> int | None:
        """A number that belongs to another choice is left out, not complained about."""
        seconds: int | None = self.cleaned_data["track_seconds"]
        custom = self.cleaned_data.get("track") == CUSTOM_TRACK
        if custom and seconds is None:
            raise forms.ValidationError(_("Enter the number of seconds."), code="required")
        return seconds if custom else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "track" in self.fields and "track" in cleaned and not isinstance(cleaned["track"], int | None):
            cleaned["track"] = self._track(str(cleaned["track"]))
        return cleaned

    def _track(self, chosen: str) -> int | None:
        if chosen == CUSTOM_TRACK:
            return self.cleaned_data.get("track_seconds")
        return int(chosen) if chosen else None


class _MemberFields(Form):
    name = NameField(label=_("Name"))
    dept_id = NumberField(label=_("Department"), widget=LongSelect)
    sex = NumberField(label=_("Sex"), choices=SEXES, widget=forms.RadioSelect)
    phone = PhoneField(label=_("Phone"), required=False)
    tts = NumberField(
        label=_("Read messages aloud"),
        choices=ON_OFF,
        widget=forms.RadioSelect,
        help_text=_("Text messages are spoken on the device (tts)."),
    )
    loc_share = NumberField(label=_("Location sharing"), choices=ON_OFF, widget=forms.RadioSelect)
    avatar = PictureField()

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, by the upstream's names; the password apart."""
        names = ("verify_code", "name", "phone", "dept_id", "sex", "avatar", "tts", "loc_share", "track")
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {name: value for name, value in values.items() if value != ""}

    def offer(self, departments: Sequence[NamedDepartment]) -> None:
        field = cast(NumberField, self.fields["dept_id"])
        field.offer([_NO_DEPARTMENT, *((one.dept_id, one.name) for one in departments)])


class NewMemberForm(PasswordChoice, _MemberFields):
    """weila.md, 创建企业成员. The defaults are the document's own."""

    field_order = ("name", "avatar", "phone", "dept_id", "sex", "tts", "loc_share", "how", "password")

    name = NameField(label=_PERSON_NAME)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        departments: Sequence[NamedDepartment],
        dept_id: int = 0,
    ) -> None:
        super().__init__(data, files, initial={"dept_id": dept_id, "sex": 0, "tts": 0, "loc_share": 0})
        self.offer(departments)


class NewDeviceForm(TrackFields, _MemberFields):
    """weila.md, 添加企业设备. The sex that the document's example sends for a device means nothing."""

    field_order = (
        "verify_code",
        "name",
        "avatar",
        "dept_id",
        "phone",
        "tts",
        "loc_share",
        "track",
        "track_seconds",
    )
    sex = None  # type: ignore[assignment]  # Django's way to leave an inherited field out

    verify_code = LineField(
        label=_("Device code"),
        max_length=CODE_LIMIT,
        help_text=_("The verification code that the device itself shows."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-no-keep": True}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        departments: Sequence[NamedDepartment],
        dept_id: int = 0,
    ) -> None:
        super().__init__(
            data, files, initial={"dept_id": dept_id, "tts": 0, "loc_share": 0, "track": Track.OFF}
        )
        self.offer(departments)


class MemberForm(ChangeForm, TrackFields, _MemberFields):
    """weila.md, 修改企业成员信息. ``track`` is valid for devices only, and offered for them only."""

    editable = ("name", "avatar", "phone", "dept_id", "sex", "tts", "loc_share", "track")
    field_order = ("name", "avatar", "phone", "dept_id", "sex", "tts", "loc_share", "track", "track_seconds")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        member: Member,
        departments: Sequence[NamedDepartment],
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        self.member = member
        self.departments = departments
        self.is_device = member.type == MemberType.DEVICE
        left_out = "sex" if self.is_device else "track"
        super().__init__(
            data,
            files,
            subject=f"member:{member.user_id}",
            present={name: getattr(member, name) for name in self.editable if name != left_out},
            contested=contested,
            typed=typed,
        )

    def prepare(self) -> None:
        self.offer(self.departments)
        for name in ("dept_id", "sex", "tts", "loc_share"):
            if name in self.present:
                cast(NumberField, self.fields[name]).also(self.present[name])
        # As far as is known a picture can be replaced, and not taken away.
        self.fields["avatar"].required = bool(self.opened_with.get("avatar"))
        if self.is_device:
            del self.fields["sex"]
            self._offer_track(self.initial["track"])
        else:
            del self.fields["track"], self.fields["track_seconds"]
            self.fields["name"].label = _PERSON_NAME

    def _offer_track(self, value: int | None) -> None:
        field = cast(forms.ChoiceField, self.fields["track"])
        if value is None:
            field.required = False
            field.choices = [("", _("Not provided by Weila")), *Track.choices, *_custom()]
        elif value > Track.RESERVED:
            self.initial = {**self.initial, "track": CUSTOM_TRACK, "track_seconds": value}
        elif value < 0:
            field.choices = [*Track.choices, *_custom(), (value, str(value))]


def _custom() -> list[tuple[str, Any]]:
    return [(CUSTOM_TRACK, _("Custom interval"))]
