"""The fields refuse what is no text and keep everything that is; the form says it in one way."""

from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from common.forms import ConfirmForm, Form, LineField, PasswordField, PhoneField, PictureAddressField


class PersonForm(Form):
    name = LineField(max_length=5, label="Name", help_text="As on the radio")
    phone = PhoneField(label="Phone", required=False)
    password = PasswordField(new=True, label="Password", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
    )
    dept = forms.ChoiceField(label="Department", choices=[("0", "None")], required=False)
    tts = forms.BooleanField(label="Read aloud", required=False)
    before = forms.CharField(widget=forms.HiddenInput, required=False)


def code_of(field: forms.Field, value: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return str(caught.value.error_list[0].code)


@pytest.mark.parametrize(
    "name",
    ["张伟", "👨‍👩‍👧", "<b>x</b>", "'; --", "مريم", "O’Neil", "a" * 20, "𠮷" * 20],
)
def test_any_script_emoji_and_markup_are_text(name: str) -> None:
    assert LineField(max_length=20).clean(f"  {name} ") == name


def test_line_is_normalized_before_it_is_measured() -> None:
    assert LineField(max_length=1).clean("e\u0301") == "é"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\nb", "control"),
        ("a\tb", "control"),
        ("a\x00b", "control"),
        ("a\x1bb", "control"),
        ("a\u2028b", "control"),
        ("a\ud800b", "control"),
        ("a\u202eb", "direction"),
        ("a\u2066b", "direction"),
        ("\u200b\u200b", "invisible"),
        ("", "required"),
        ("   ", "required"),
        ("𠮷" * 6, "max_length"),
    ],
)
def test_line_refuses(value: str, code: str) -> None:
    assert code_of(LineField(max_length=5), value) == code


def test_too_long_says_both_lengths() -> None:
    form = PersonForm({"name": "一二三四五六"})
    with translation.override("en"):
        assert form.errors["name"] == ["Use at most 5 characters; this has 6."]


def test_an_optional_line_may_be_empty() -> None:
    assert LineField(max_length=5, required=False).clean("") == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13353236154", "13353236154"),
        ("133 5323-6154", "13353236154"),
        ("+852 9123 4567", "+85291234567"),
        ("１３３５３２３６１５４", "13353236154"),
        ("(010) 12345", "01012345"),
    ],
)
def test_phone_is_read_as_people_write_it(typed: str, number: str) -> None:
    assert PhoneField().clean(typed) == number


@pytest.mark.parametrize("typed", ["1234", "1" * 21, "+", "12a45", "1+2345", "٣٣٣٣٣٣", "12345\n6"])
def test_phone_refuses(typed: str) -> None:
    assert code_of(PhoneField(), typed) == "invalid"


def test_password_is_taken_as_typed_and_never_rendered() -> None:
    form = PersonForm({"name": "a", "password": " pass word "})
    assert form.is_valid()
    assert form.cleaned_data["password"] == " pass word "
    assert "pass word" not in form["password"].as_field_group()
    assert 'autocomplete="new-password"' in str(form["password"])
    assert 'autocomplete="current-password"' in str(PasswordField().widget.render("p", None))


@pytest.mark.parametrize("value", ["a\nb", "a\x00b", "a\u202eb"])
def test_password_refuses_control_characters(value: str) -> None:
    assert code_of(PasswordField(), value) in {"control", "direction"}


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "ftp://example.com/a.png", "x y", "data:image/png,x"]
)
def test_picture_address_is_http_only(value: str) -> None:
    assert code_of(PictureAddressField(), value) == "invalid"


def test_picture_address() -> None:
    assert PictureAddressField().clean("https://example.com/a.png") == "https://example.com/a.png"
    assert PictureAddressField().clean("") == ""
    assert code_of(PictureAddressField(max_length=30), "https://example.com/" + "a" * 30) == "max_length"


def test_widgets_get_their_classes() -> None:
    form = PersonForm()
    assert 'class="form-control"' in str(form["name"])
    assert 'class="form-select"' in str(form["dept"])
    assert 'class="form-check-input"' in str(form["tts"])
    assert str(form["kind"].as_field_group()).count('class="form-check-input"') == 2
    assert "class" not in str(form["before"])


def test_a_class_of_the_widget_stays() -> None:
    class Wide(Form):
        name = forms.CharField(widget=forms.TextInput(attrs={"class": "wide", "autocomplete": "username"}))

    assert 'class="wide form-control"' in str(Wide()["name"])
    assert 'autocomplete="username"' in str(Wide()["name"])


def test_what_is_typed_about_others_is_not_filled_in_by_the_browser() -> None:
    assert 'autocomplete="off"' in str(PersonForm()["name"])
    assert 'inputmode="tel"' in str(PersonForm()["phone"])


def test_no_field_cuts_a_pasted_text() -> None:
    assert "maxlength" not in "".join(str(field) for field in PersonForm())


def test_an_invalid_field_is_marked_and_described() -> None:
    html = PersonForm({"name": "\u202e<x>"})["name"].as_field_group()
    assert 'class="form-control is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert "<x>" not in html


def test_one_invalid_field_speaks_for_itself() -> None:
    assert not PersonForm({"name": ""}).summarized


def test_several_problems_are_summarized() -> None:
    form = PersonForm({"name": "", "phone": "x", "kind": "z"})
    assert form.summarized
    assert [field.focus_id for field in form.invalid_fields] == ["id_name", "id_phone", "id_kind_0"]  # type: ignore[attr-defined]  # ours


def test_a_problem_of_the_whole_form_is_summarized() -> None:
    form = PersonForm({"name": "a"})
    form.add_error(None, "Weila refused this.")
    assert form.summarized


@pytest.mark.parametrize("typed", ["张  伟", " 张 伟 "])
def test_confirmation_compares_what_can_be_read(typed: str) -> None:
    assert ConfirmForm({"confirm": typed}, expected="张 伟").is_valid()


@pytest.mark.parametrize("typed", ["", "张伟", "张 伟 x", None])
def test_confirmation_refuses_anything_else(typed: str | None) -> None:
    assert not ConfirmForm({} if typed is None else {"confirm": typed}, expected="张 伟").is_valid()


def test_confirmation_without_text_needs_the_post_only() -> None:
    assert ConfirmForm({}).is_valid()
    assert not ConfirmForm().is_valid()


def test_folded_filters() -> None:
    class Filters(Form):
        folded = ("state",)
        q = forms.CharField(required=False)
        state = forms.CharField(required=False)

    assert [field.name for field in Filters({}).plain_fields] == ["q"]
    assert not Filters({"q": "x"}).folded_in_use
    assert Filters({"state": "1"}).folded_in_use
