"""Forms about the organization itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.forms import Form
from media.forms.pictures import PictureField
from orgs.forms.changes import ChangeForm, Files
from orgs.forms.fields import NameField
from orgs.models import Organization


class NewOrganizationForm(Form):
    """weila.md, 创建企业组织."""

    name = NameField(label=_("Name of the organization"))
    avatar = PictureField()


class OrganizationForm(ChangeForm):
    """weila.md, 修改企业. A picture can be replaced and, as far as is known, not taken away."""

    editable = ("name", "avatar")

    name = NameField(label=_("Name of the organization"))
    avatar = PictureField()

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Files = None,
        *,
        organization: Organization,
        contested: Iterable[str] = (),
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            data,
            files,
            subject=f"organization:{organization.num}",
            present={"name": organization.name, "avatar": organization.avatar},
            contested=contested,
            typed=typed,
        )

    def prepare(self) -> None:
        if self.opened_with.get("avatar"):
            self.fields["avatar"].required = True
