"""/groups/<group_id>/members/add: the picker."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from groups.models import Group
from orgs.models import Member
from tests.groups.domain.conftest import inside
from tests.groups.views import asking
from tests.support.sandbox import ORG, SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = f"{asking.ADDRESS}/members/add"
OPERATION = asking.API + "group-member-add"
REGION = "picker"


def people(count: int) -> list[int]:
    found = Member.objects.filter(organization=ORG).exclude(user_id__in=[asking.PERSON, asking.DEVICE])
    return list(found.order_by("user_id").values_list("user_id", flat=True)[:count])


def chosen(client: Client, query: str) -> list[int]:
    return [member.user_id for member in client.get(f"{ADDRESS}{query}").context["chosen"]]


def boxes(body: str) -> dict[int, bool]:
    found = re.findall(r'name="m" value="(\d+)"( checked)?', body)
    return {int(user_id): bool(checked) for user_id, checked in found}


def test_it_shows_fifty_and_who_is_inside_cannot_be_ticked(owner_client: Client) -> None:
    body = asking.text(owner_client.get(ADDRESS))
    assert "60 members and devices found" in body
    assert len(boxes(body)) == 48
    assert not {asking.PERSON, asking.DEVICE} & boxes(body).keys()
    assert body.count("in the group already") == 2


def test_it_adds_all_in_one_call_and_says_whom(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    two = people(2)
    response = owner_client.post(ADDRESS, {"people": ".".join(map(str, two))})
    assert response["Location"] == asking.ADDRESS
    body = asking.text(owner_client.get(asking.ADDRESS))
    assert "Added to “测试群3”: ent19949504, " in body
    assert inside() == {asking.PERSON, asking.DEVICE, *two}
    assert asking.sent(sandbox) == ["group-member-add"]


def test_a_search_keeps_who_was_chosen(owner_client: Client) -> None:
    owner_client.get("/groups")
    first, second = people(2)
    query = f"?q=70016002&m={first}&chosen={second}"
    assert chosen(owner_client, query) == [second, first]
    body = asking.text(owner_client.get(f"{ADDRESS}{query}"))
    assert f'name="people" value="{second}.{first}"' in body
    assert f'name="chosen" value="{second}.{first}"' in body  # neither is among those found
    assert "林晓燕" in body


def test_a_tick_on_the_shown_page_stays_a_tick(owner_client: Client) -> None:
    owner_client.get("/groups")
    body = asking.text(owner_client.get(f"{ADDRESS}?q=70016002&m=1253451"))
    assert boxes(body) == {1253451: True}
    assert 'name="chosen" value=""' in body


def test_one_can_be_dropped_again(owner_client: Client) -> None:
    owner_client.get("/groups")
    first, second = people(2)
    assert chosen(owner_client, f"?m={first}&chosen={second}&drop={first}") == [second]


def test_all_shown_can_be_chosen_at_once(owner_client: Client) -> None:
    page = asking.text(owner_client.get(ADDRESS))
    shown = re.search(r'name="all" value="([\d.]+)"', page)
    assert shown is not None
    body = asking.text(owner_client.get(f"{ADDRESS}?all={shown.group(1)}"))
    assert all(boxes(body).values())
    assert "Add 48 to the group" in body


def test_the_page_turns_and_a_new_search_begins_at_the_first_one(owner_client: Client) -> None:
    owner_client.get("/groups")
    second = owner_client.get(f"{ADDRESS}?page=2")
    assert len(second.context["rows"]) == 10
    where = second.context["where"]
    assert owner_client.get(f"{ADDRESS}?at=2&where={where}").context["found"].number == 2
    assert owner_client.get(f"{ADDRESS}?at=2&where={where}&q=王").context["found"].number == 1
    assert owner_client.get(f"{ADDRESS}?page=99").context["found"].number == 2


def test_a_department_narrows_it_down(owner_client: Client) -> None:
    rows = owner_client.get(f"{ADDRESS}?dept=6").context["rows"]
    assert {row.member.user_id for row in rows} == {asking.PERSON, asking.DEVICE}
    assert all(row.inside for row in rows)


def test_nobody_is_found(owner_client: Client) -> None:
    assert "Nothing matches the filter" in asking.text(owner_client.get(f"{ADDRESS}?q=nobody-at-all"))


@pytest.mark.parametrize(
    "query", ["?dept=999", "?page=x", "?m=a", "?chosen=1,2", "?drop=.", "?q=%00", "?at=-1"]
)
def test_nonsense_falls_back(owner_client: Client, query: str) -> None:
    response = owner_client.get(f"{ADDRESS}{query}")
    assert response.status_code == 200
    assert response.context["count"] == 0


def test_a_foreigner_cannot_be_chosen(owner_client: Client) -> None:
    owner_client.get("/groups")
    assert chosen(owner_client, f"?m={asking.FOREIGNER}&m={asking.PERSON}&m={asking.OWNER_ID}") == [
        asking.OWNER_ID
    ]


def test_more_than_fit_into_one_go_are_left_out_and_it_is_said(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groups.views.adding.AT_ONCE", 3)
    owner_client.get("/groups")
    body = asking.text(owner_client.get(f"{ADDRESS}?chosen={'.'.join(map(str, people(5)))}"))
    assert "At most 3 can be added at once." in body
    assert "Add 3 to the group" in body


def test_the_regions_equal_the_page(owner_client: Client) -> None:
    owner_client.get("/groups")
    page, region = (
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
        for response in (
            owner_client.get(f"{ADDRESS}?q=王&chosen=1253444"),
            owner_client.get(
                f"{ADDRESS}?q=王&chosen=1253444", headers={"HX-Request": "true", "HX-Target": REGION}
            ),
        )
    )
    assert region.strip().startswith('<section id="picker"')
    assert region.strip() in page
    assert "<html" not in region
    headers = {"HX-Request": "true", "HX-Target": "picker-chosen"}
    part = owner_client.get(f"{ADDRESS}?q=王&chosen=1253444", headers=headers).content.decode().strip()
    assert part.startswith('<form id="picker-chosen"')
    assert "Add 1 to the group" in part
    assert "picker-rows" not in part


def test_how_many_fit_is_said_where_weila_told_a_limit(owner_client: Client) -> None:
    assert "places are taken" not in asking.text(owner_client.get(ADDRESS))
    Group.objects.filter(group_id=asking.GROUP).update(user_limit=3)
    assert "2 of 3 places are taken; 1 more fit." in asking.text(owner_client.get(ADDRESS))
    two = ".".join(map(str, people(2)))
    assert "only 1 more fit" in asking.text(owner_client.get(f"{ADDRESS}?chosen={two}"))


def test_somebody_whom_another_admin_added_meanwhile(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(ADDRESS)
    first, second = people(2)
    asking.fill(manager_client, ADDRESS, people=str(first))
    sandbox.clear_journal()
    response = owner_client.post(ADDRESS, {"people": f"{first}.{second}"}, follow=True)
    body = asking.text(response)
    assert "Already in “测试群3”, so not sent again: ent19949504." in body
    assert "Added to “测试群3”: " in body
    assert asking.sent(sandbox) == ["group-member-add"]


def test_weila_said_done_and_it_is_not_so(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner_client.get(ADDRESS)
    monkeypatch.setattr("upstream.weila.client.Weila.group_member_add", lambda self, group_id, ids: None)
    body = asking.text(owner_client.post(ADDRESS, {"people": str(asking.OWNER_ID)}, follow=True))
    assert "Weila said that it was done, but these are not in “测试群3”: ent19949504." in body


def test_nobody_chosen_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    for typed in ({}, {"people": ""}):
        response = owner_client.post(ADDRESS, typed)
        assert response.status_code == 422
        assert "Choose at least one member or device." in asking.text(response)
    assert asking.sent(sandbox) == []


@pytest.mark.parametrize(
    "typed", ["x", "1,2", ".".join(map(str, range(1, 400))), "9" * 30, asking.UNREADABLE]
)
def test_what_is_no_list_of_people_sends_nothing(
    owner_client: Client, sandbox: SandboxProcess, typed: str
) -> None:
    owner_client.get(ADDRESS)
    assert owner_client.post(ADDRESS, {"people": typed}).status_code == 422
    assert asking.sent(sandbox) == []


def test_a_member_of_another_organization_sends_nothing(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(ADDRESS)
    response = owner_client.post(ADDRESS, {"people": f"{asking.OWNER_ID}.{asking.FOREIGNER}"})
    assert response.status_code == 404
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, people=str(asking.OWNER_ID))


def test_groups_of_others_do_not_exist_here(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.foreign_group_is_not_found(owner_client, sandbox, "/members/add", people=str(asking.OWNER_ID))


def test_a_full_group_is_refused_with_weilas_words(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(OPERATION, "errcode", 45012, times=1)
    response = owner_client.post(ADDRESS, {"people": str(asking.OWNER_ID)})
    assert response.status_code == 422
    body = asking.text(response)
    assert "Weila refused this" in body
    assert f'name="people" value="{asking.OWNER_ID}"' in body  # the choice is kept


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    asking.refused_while_down(owner_client, sandbox, ADDRESS, people=str(asking.OWNER_ID))


def test_it_was_deleted_elsewhere(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get(ADDRESS)
    asking.deleted_elsewhere(manager_client, sandbox)
    response = owner_client.post(ADDRESS, {"people": str(asking.OWNER_ID)})
    assert response.status_code == 404
    assert 'href="/groups"' in asking.text(response)
    assert asking.sent(sandbox) == []


def test_a_lost_answer_that_was_done_is_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(OPERATION, "drop-after", times=1)
    assert owner_client.post(ADDRESS, {"people": str(asking.OWNER_ID)}).status_code == 302
    assert asking.sent(sandbox) == ["group-member-add"]


def test_what_is_not_known_is_said(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get(ADDRESS)
    sandbox.fault(OPERATION, "drop", times=1)
    response = owner_client.post(ADDRESS, {"people": str(asking.OWNER_ID)})
    assert response.status_code == 504
    assert "1 member or device was to be added to “测试群3”." in asking.text(response)


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get(ADDRESS)
    hostile = Member.objects.get(name=asking.HOSTILE)
    body = owner_client.get(f"{ADDRESS}?m={hostile.user_id}").content.decode()
    assert escape(asking.HOSTILE) in body
    assert "<img" not in body
