"""The select that writes its options itself has to be the one that Django would write."""

import pytest
from django import forms
from django.utils.translation import gettext_lazy
from pytest_django.asserts import assertHTMLEqual

from orgs.forms.fields import LongSelect

CHOICES = [("", gettext_lazy("All")), (0, "<b>Nobody's</b>"), (6, "研发部2"), (66, 'A "quoted" name')]


@pytest.mark.parametrize("value", [None, "", 0, "6", 66, "7"])
def test_equals_djangos_select(value: object) -> None:
    attributes = {"id": "id_dept", "class": "form-select", "required": True, "aria-invalid": "true"}
    ours = LongSelect(choices=CHOICES).render("dept", value, attributes)
    assertHTMLEqual(ours, forms.Select(choices=CHOICES).render("dept", value, attributes))
