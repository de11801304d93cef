"""/groups/bulk and /groups/bulk/<action>; and what selected members can have done to them in groups."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from audit.models import Event, Stage
from groups.models import Group, Roster
from orgs.bulk import Said
from orgs.models import Organization
from tests.groups.domain.conftest import fill
from tests.groups.views import asking
from tests.support import bulk_pages
from tests.support.bulk_pages import Planned, action, offered
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/groups/bulk"
TICKED = {"ids": [asking.GROUP, asking.EMPTY]}  # both are called 测试群3
ONE_BY_ONE = "Selected one by one"


@pytest.fixture(autouse=True)
def planned(monkeypatch: pytest.MonkeyPatch) -> Planned:
    return Planned(monkeypatch)


def everything(client: Client, query: str = "") -> dict[str, Any]:
    """What the table sends when all that match are taken."""
    table = client.get(f"/groups?{query}").context["table"]
    return {"take": "everything", "query": table.state.query, "matching": table.page.total}


def select(client: Client, selected: Mapping[str, Any] = TICKED) -> str:
    return bulk_pages.select(client, "/groups", selected)


def selected_members(client: Client) -> str:
    client.get("/groups")  # which reads them
    return bulk_pages.select(client, "/members", {"ids": [asking.PERSON, asking.DEVICE]})


def test_it_restates_what_was_ticked(owner_client: Client, sandbox: SandboxProcess) -> None:
    response = owner_client.get(select(owner_client))
    assert "2 groups" in asking.text(response)
    assert ONE_BY_ONE in asking.text(response)
    assert response.context["chosen"].names == ["测试群3", "测试群3"]
    assert asking.sent(sandbox) == []


def test_it_restates_a_filter_in_words_and_names_the_first(owner_client: Client) -> None:
    response = owner_client.get(select(owner_client, everything(owner_client, "burst_mode=0&sort=-name")))
    assert "Burst mode: Queue" in asking.text(response)
    listed = owner_client.get("/groups?burst_mode=0&sort=-name").context["table"].page.rows
    assert response.context["chosen"].names == [row.group.name for row in listed]


@pytest.mark.parametrize(
    ("code", "typed", "values", "said"),
    [
        ("burst-mode", {"burst_mode": 2}, {"burst_mode": 2}, "Burst mode: Interrupt"),
        ("delete", {}, {}, "Delete groups"),
        (
            "copy",
            {"into": 80010093},
            {"into": 80010093},
            "Add everybody inside to: 安保部对讲群 · 80010093",
        ),
        (
            "copy",
            {"into": "new", "name": "夜班"},
            {"name": "夜班"},
            "Add everybody inside to a new group: 夜班",
        ),
    ],
)
def test_what_is_planned_is_plain_data(
    owner_client: Client,
    planned: Planned,
    sandbox: SandboxProcess,
    code: str,
    typed: dict[str, Any],
    values: dict[str, Any],
    said: str,
) -> None:
    address = offered(owner_client, select(owner_client), code)
    assert "Next you see every single change" in asking.text(owner_client.get(address))
    assert owner_client.post(address, typed)["Location"] == bulk_pages.CHANGE_SET
    expected = sorted([asking.GROUP, asking.EMPTY])
    assert planned.calls == [(f"group.{code}", expected, values, Said(said, ONE_BY_ONE))]
    assert asking.sent(sandbox) == []


def test_all_that_match_are_planned(owner_client: Client, planned: Planned) -> None:
    owner_client.post(action(select(owner_client, everything(owner_client, "q=测试")), "delete"))
    [(_name, ids, _values, said)] = planned.calls
    assert ids == sorted(Group.objects.filter(name__contains="测试").values_list("group_id", flat=True))
    assert said.selection == "Search: 测试"


@pytest.mark.parametrize(
    ("code", "typed", "field"),
    [
        ("burst-mode", {}, "burst_mode"),
        ("burst-mode", {"burst_mode": 9}, "burst_mode"),
        ("copy", {}, "into"),
        ("copy", {"into": asking.FOREIGN}, "into"),
        ("copy", {"into": "new"}, "name"),
        ("copy", {"into": 80010093, "name": "夜班"}, "name"),
        ("copy", {"into": "new", "name": "x" * 51}, "name"),
        ("copy", {"into": "new", "name": "测试群3"}, "anyway"),
    ],
)
def test_bad_input_is_said_at_its_field_and_plans_nothing(
    owner_client: Client, planned: Planned, code: str, typed: dict[str, Any], field: str
) -> None:
    response = owner_client.post(action(select(owner_client), code), typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert planned.calls == []


def test_a_name_that_exists_can_be_used_once_more(owner_client: Client, planned: Planned) -> None:
    typed = {"into": "new", "name": "测试群3", "anyway": "on"}
    owner_client.post(action(select(owner_client), "copy"), typed)
    assert planned.calls[0][2] == {"name": "测试群3"}


def test_a_group_is_not_copied_into_itself(owner_client: Client, planned: Planned) -> None:
    address = action(select(owner_client, {"ids": [asking.GROUP]}), "copy")
    response = owner_client.post(address, {"into": asking.GROUP})
    assert response.status_code == 422
    assert "into" in response.context["form"].errors
    assert planned.calls == []


# --- what was shown is what is meant


def test_a_list_that_grew_since_it_was_shown_is_shown_again(owner_client: Client) -> None:
    selected = everything(owner_client)
    response = owner_client.get(select(owner_client, selected | {"matching": 5}))
    assert response.status_code == 409
    assert "It was 5, now it is 6." in asking.text(response)


def test_a_group_that_another_administrator_deleted_is_missed(
    owner_client: Client, manager_client: Client, sandbox: SandboxProcess, planned: Planned
) -> None:
    address = offered(owner_client, select(owner_client), "delete")
    asking.deleted_elsewhere(manager_client, sandbox)
    response = owner_client.post(address)
    assert response.status_code == 409
    assert "It was 2, now it is 1." in asking.text(response)
    assert planned.calls == []


def test_a_filter_that_is_no_filter_does_not_mean_all(owner_client: Client, planned: Planned) -> None:
    selected = {"take": "everything", "query": "type=999", "matching": 6}
    response = owner_client.post(action(select(owner_client, selected), "delete"))
    assert response["Location"] == "/groups?type=999"
    assert "it is not clear who is meant" in asking.text(owner_client.get("/groups?type=999"))
    assert planned.calls == []


def test_a_selection_of_members_is_none_of_groups(owner_client: Client, planned: Planned) -> None:
    query = selected_members(owner_client).partition("?")[2]
    assert owner_client.post(f"{ADDRESS}/delete?{query}")["Location"] == "/groups"
    assert planned.calls == []


@pytest.mark.parametrize("sent", [{}, {"ids": ["x"]}, {"take": "everything", "matching": "0"}])
def test_what_is_no_selection_leads_back(owner_client: Client, sent: dict[str, Any]) -> None:
    assert select(owner_client, sent) == "/groups"


def test_an_unknown_action_is_not_found(owner_client: Client) -> None:
    for code in ("move", "promote"):
        assert owner_client.post(action(select(owner_client), code)).status_code == 404


# --- who may


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)
    asking.closed_to_strangers(visitor, f"{ADDRESS}/delete")


def test_an_ordinary_member_may_not(
    ordinary_client: Client, sandbox: SandboxProcess, planned: Planned
) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, ids=asking.GROUP)
    assert planned.calls == []


def test_groups_of_others_do_not_exist_here_and_that_is_recorded(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get("/groups")
    response = owner_client.post(ADDRESS, {"ids": [asking.GROUP, asking.FOREIGN]})
    assert response.status_code == 404
    assert 'href="/groups"' in asking.text(response)
    event = Event.objects.get(operation="group.bulk")
    assert (event.stage, event.reason, event.target_id) == (Stage.REFUSED, "not_here", str(asking.FOREIGN))
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess, planned: Planned) -> None:
    address = action(select(owner_client), "delete")
    sandbox.fault("*", "status", 503)
    assert owner_client.get(address).status_code == 200
    assert owner_client.post(address).status_code == 503
    assert planned.calls == []


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get("/groups")
    Group.objects.filter(group_id=asking.GROUP).update(name=asking.HOSTILE)
    address = select(owner_client)
    for response in (owner_client.get(address), owner_client.get(action(address, "copy"))):
        assert escape(asking.HOSTILE) in response.content.decode()
        assert asking.HOSTILE not in response.content.decode()


def test_a_thousand_groups_cost_few_queries(owner_client: Client) -> None:
    owner_client.get("/groups")
    fill({group_id: [] for group_id in range(1, 1001)})
    organization = Organization.objects.get()
    Roster.objects.update(
        group_ver=organization.group_ver, address_ver=organization.address_ver, settled=True
    )
    address = select(owner_client, everything(owner_client, "q=1"))
    with Queries() as queries:
        owner_client.get(action(address, "copy"))
    assert len(queries) <= 12


# --- members in groups


@pytest.mark.parametrize(
    ("code", "said"), [("groups-add", "Add to groups"), ("groups-remove", "Remove from groups")]
)
def test_members_are_added_to_and_removed_from_groups(
    owner_client: Client, planned: Planned, code: str, said: str
) -> None:
    address = offered(owner_client, selected_members(owner_client), code)
    assert "安保部对讲群 · 80010093" in asking.text(owner_client.get(address))
    owner_client.post(address, {"groups": [asking.GROUP, 80010093]})
    names = f"{said}: 测试群3 · {asking.GROUP}, 安保部对讲群 · 80010093"
    values = {"groups": [asking.GROUP, 80010093]}
    ids = [asking.PERSON, asking.DEVICE]
    assert planned.calls == [(f"member.{code}", ids, values, Said(names, ONE_BY_ONE))]


@pytest.mark.parametrize("groups", [[], [asking.FOREIGN], [asking.GROUP, asking.FOREIGN], ["x"]])
def test_groups_that_are_not_there_plan_nothing(
    owner_client: Client, planned: Planned, groups: list[Any]
) -> None:
    response = owner_client.post(action(selected_members(owner_client), "groups-add"), {"groups": groups})
    assert response.status_code == 422
    assert "groups" in response.context["form"].errors
    box = re.search(
        rf'<input([^>]*) value="{asking.GROUP}" id="id_groups_\d+"( checked)?>', asking.text(response)
    )
    assert box
    assert "is-invalid" in box[1]
    assert 'aria-invalid="true"' in box[1]
    assert bool(box[2]) == (asking.GROUP in groups)
    assert planned.calls == []


def test_without_groups_there_is_only_the_way_to_the_first(
    owner_client: Client, sandbox: SandboxProcess, planned: Planned
) -> None:
    address = action(selected_members(owner_client), "groups-add")
    Group.objects.all().delete()
    text = asking.text(owner_client.get(address))
    assert "There are no groups yet. Create one first." in text and 'href="/groups/new"' in text
    assert "tick-list" not in text and "Preview the changes" not in text
    removing = asking.text(owner_client.get(address.replace("groups-add", "groups-remove")))
    assert "There are no groups yet." in removing and "Create one first." not in removing
    assert "Preview the changes" not in removing
    assert owner_client.post(address, {"groups": [asking.GROUP]}).status_code == 422
    assert planned.calls == []


def test_groups_that_were_never_read_are_not_said_to_be_none(owner_client: Client) -> None:
    address = action(selected_members(owner_client), "groups-add")
    Group.objects.all().delete()
    Roster.objects.update(read_at=None)
    text = asking.text(owner_client.get(address))
    assert "No groups are known yet." in text and 'href="/groups"' in text
    assert "There are no groups yet." not in text and "tick-list" not in text
