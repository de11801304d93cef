"""Whatever a real upstream turns out to do where no document says: after our own writes the mirror is what it is."""

import pytest

from common.actor import Actor
from common.outcome import Outcome
from groups import mirror, roster
from groups.models import Group
from groups.roster import NewGroup
from orgs import directory, freshness
from orgs.directory.written import weila
from orgs.models import Organization
from tests.groups.domain.conftest import DEVICE, GROUP, OWNER_ID, PERSON, inside
from tests.support.sandbox import ORG, SandboxProcess
from upstream.errors import Rejected

FLIPS: list[dict[str, str]] = [
    {},
    {"group_add_reply": "all"},
    {"group_delete_reply": "removed"},
    {"group_delete_reply": "remaining"},
    {"group_change_reply": "all"},
    {"group_change_body": "full"},
    {"group_ver": "groups"},
    {"priority_range": "any"},
    {"delete_leaves_groups": "no"},
    {"later_fields": "on"},
    {"errcode_type": "string"},
    {"dept_names": "unique"},
]


def agrees(actor: Actor) -> None:
    """The mirror holds what a fresh reading tells."""
    listed = {one.id: one for one in weila(actor).group_getall(ORG).groups}
    assert set(Group.objects.values_list("group_id", flat=True)) == listed.keys()
    for group in Group.objects.exclude(members_read_at=None):
        told = weila(actor).group_member_getall(group.group_id).members
        assert inside(group.group_id) == {one.user_id for one in told}
        assert (group.name, group.burst_mode) == (
            listed[group.group_id].name,
            listed[group.group_id].burst_mode,
        )
        assert group.size == len(told)


@pytest.mark.parametrize("flip", FLIPS, ids=lambda flip: "-".join((*flip, *flip.values())) or "defaults")
def test_the_mirror_agrees_after_each_write(
    reader: Actor, sandbox: SandboxProcess, flip: dict[str, str]
) -> None:
    if flip:
        sandbox.assume(**flip)
    made = roster.create_group(reader, NewGroup("夜班", burst_mode=1)).value
    assert made is not None
    agrees(reader)
    try:
        roster.change_group(reader, made.group_id, {"name": "夜班"}, {"name": "白班"})
    except Rejected:
        assert flip == {"group_change_body": "full"}
    agrees(reader)
    assert roster.add_members(reader, made.group_id, [PERSON, DEVICE, OWNER_ID]).outcome is Outcome.DONE
    agrees(reader)
    assert roster.change_membership(reader, made.group_id, PERSON, {"priority": 5}).outcome is Outcome.DONE
    agrees(reader)
    assert roster.remove_members(reader, made.group_id, [DEVICE]).outcome is Outcome.DONE
    agrees(reader)
    assert inside(made.group_id) == {PERSON, OWNER_ID}
    assert roster.delete_group(reader, made.group_id).outcome is Outcome.DONE
    agrees(reader)


@pytest.mark.parametrize("leaves", ["yes", "no"])
def test_who_is_deleted_from_the_organization_is_no_longer_shown_in_the_group(
    reader: Actor, sandbox: SandboxProcess, leaves: str
) -> None:
    sandbox.assume(delete_leaves_groups=leaves)
    mirror.read_members(weila(reader), Group.objects.get(group_id=GROUP))
    directory.delete_member(reader, DEVICE)
    organization = freshness._note(weila(reader).org_my_org())  # type: ignore[arg-type]  # the owner has one
    assert isinstance(organization, Organization)
    Group.objects.update(members_read_at="2026-01-01T00:00:00Z")  # not read a moment ago
    opened = roster.opened(reader, organization, GROUP)
    assert opened.group.size == 1
    assert inside() == {PERSON}
    agrees_about = weila(reader).group_member_getall(GROUP).members
    assert [one.user_id for one in agrees_about] == [PERSON]
