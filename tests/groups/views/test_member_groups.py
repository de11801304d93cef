"""/members/<user_id>/groups: a region of the member's page, and a page."""

import pytest
from django.test import Client

from groups.models import Membership
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"/members/{asking.PERSON}/groups"
REGION = "member-groups"


def test_the_members_page_loads_it_by_its_address(owner_client: Client) -> None:
    body = asking.text(owner_client.get(f"/members/{asking.PERSON}"))
    assert f'hx-get="{ADDRESS}"' in body
    assert f'href="{ADDRESS}"' in body


def test_it_lists_the_groups_of_the_member(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    fragment = asking.fragment_equals_page(owner_client, ADDRESS, REGION)
    assert f'href="/groups/{asking.GROUP}"' in fragment
    assert f"/groups/{asking.GROUP}/members/remove?m={asking.PERSON}" in fragment


def test_what_was_not_read_yet_is_said(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "In no group." in body
    assert "Who is in 6 groups has not been read from Weila yet." in body


def test_adding_leads_to_the_picker_with_the_member_chosen(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert f'<option value="{asking.EMPTY}">' in body
    response = owner_client.get(f"{ADDRESS}?group={asking.EMPTY}", follow=True)
    assert [member.user_id for member in response.context["chosen"]] == [asking.PERSON]


def test_a_group_that_the_member_is_in_is_not_offered(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    assert f'<option value="{asking.GROUP}">' not in asking.text(owner_client.get(ADDRESS))


def test_a_foreign_group_leads_nowhere(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.get(f"{ADDRESS}?group={asking.FOREIGN}", follow=True)
    assert response.status_code == 404
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize("user_id", [asking.FOREIGNER, 1, 10**30])
def test_members_of_others_do_not_exist_here(
    owner_client: Client, sandbox: SandboxProcess, user_id: int
) -> None:
    Membership.objects.all().delete()
    assert owner_client.get(f"/members/{user_id}/groups").status_code == 404
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS)


def test_weila_is_down_at_the_first_look(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(asking.API + "group-getall", "status", 503)
    body = asking.text(owner_client.get(ADDRESS))
    assert "The groups could not be read from Weila" in body
    assert "In no group." not in body
