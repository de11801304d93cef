"""/groups/suspended: suspended members who are still in groups."""

import pytest
from django.test import Client

from orgs.models import Member
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/groups/suspended"
REGION = "suspended-table"


def test_it_lists_them_with_their_groups_and_a_way_out(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    Member.objects.filter(user_id=asking.PERSON).update(state=1)
    fragment = asking.fragment_equals_page(owner_client, ADDRESS, REGION)
    assert "70011173" in fragment
    assert f'href="/groups/{asking.GROUP}"' in fragment
    assert f"/groups/{asking.GROUP}/members/remove?m={asking.PERSON}" in fragment
    assert 'href="/groups/suspended"' in asking.text(owner_client.get("/groups"))


def test_nobody_is(owner_client: Client) -> None:
    owner_client.get(asking.ADDRESS)
    body = asking.text(owner_client.get(ADDRESS))
    assert "No suspended member is in a group" in body
    assert "Who is in 5 groups has not been read from Weila yet." in body


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS)


def test_looking_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    assert owner_client.post(ADDRESS).status_code == 405
    assert asking.sent(sandbox) == []
