"""Forms about the organization itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.forms import Form, PictureAddressField
from orgs.forms.changes import ChangeForm
from orgs.forms.fields import NameField
from orgs.models import Organization

_PICTURE_HELP = _("The address of a picture on the web. Weila copies it and may give it another address.")


class NewOrganizationForm(Form):
    """weila.md, 创建企业组织."""

    name = NameField(label=_("Name of the organization"))
    avatar = PictureAddressField(label=_("Picture address"), help_text=_PICTURE_HELP)


class OrganizationForm(ChangeForm):
    """weila.md, 修改企业. A picture can be replaced and, as far as is known, not taken away."""

    editable = ("name", "avatar")

    name = NameField(label=_("Name of the organization"))
    avatar = PictureAddressField(label=_("Picture address"), help_text=_PICTURE_HELP)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        organization: Organization,
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            data,
            subject=f"organization:{organization.num}",
            present={"name": organization.name, "avatar": organization.avatar},
            contested=contested,
            typed=typed,
        )

    def prepare(self) -> None:
        if self.opened_with.get("avatar"):
            self.fields["avatar"].required = True
