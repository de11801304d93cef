"""/members/bulk and /members/bulk/<action>: from selected members to what is to be done to them."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from audit.models import Event, Stage
from changes.models import ChangeSet, SetState
from orgs.bulk import Said
from orgs.models import Department, Member, Organization
from tests.orgs.views import asking
from tests.support import bulk_pages
from tests.support.bulk_pages import Planned, action, offered
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/members/bulk"
TICKED = {"ids": [asking.PERSON, asking.DEVICE]}
ACTIONS = ["move", "tts", "loc-share", "track", "enable", "suspend", "password", "delete"]
FILLED = {
    "move": {"dept_id": asking.DEPARTMENT},
    "tts": {"tts": 1},
    "loc-share": {"loc_share": 0},
    "track": {"track": "seconds", "track_seconds": 90},
    "enable": {},
    "suspend": {},
    "password": {},
    "delete": {},
}


@pytest.fixture(autouse=True)
def planned(monkeypatch: pytest.MonkeyPatch) -> Planned:
    return Planned(monkeypatch)


def everything(client: Client, query: str = "") -> dict[str, Any]:
    """What the table sends when all that match are taken."""
    table = client.get(f"/members?{query}").context["table"]
    return {"take": "everything", "query": table.state.query, "matching": table.page.total}


def select(client: Client, selected: Mapping[str, Any]) -> str:
    return bulk_pages.select(client, "/members", selected)


def test_it_restates_what_was_ticked(owner_client: Client, sandbox: SandboxProcess) -> None:
    body = asking.text(owner_client.get(select(owner_client, TICKED)))
    assert "2 members and devices" in body
    assert "1 person, 1 device" in body
    assert "Selected one by one" in body
    assert body.count("222222") == 2
    assert asking.sent(sandbox) == []


def test_it_restates_a_filter_in_words_and_names_the_first(owner_client: Client) -> None:
    selected = everything(owner_client, "state=0&type=people&sort=-created")
    first = owner_client.get("/members?state=0&type=people&sort=-created").context["table"].page.rows
    response = owner_client.get(select(owner_client, selected))
    body = asking.text(response)
    assert "Type: People, no devices · State: Enabled" in body
    assert f"and {selected['matching'] - 10} more" in body
    assert response.context["chosen"].names == [row.member.called for row in first[:10]]


def test_all_without_a_filter_are_all(owner_client: Client) -> None:
    body = asking.text(owner_client.get(select(owner_client, everything(owner_client))))
    assert "60 members and devices" in body


@pytest.mark.parametrize("code", ACTIONS)
def test_every_action_has_its_page_and_leads_on(owner_client: Client, planned: Planned, code: str) -> None:
    address = offered(owner_client, select(owner_client, TICKED), code)
    page = owner_client.get(address)
    assert "Next you see every single change before anything is sent." in asking.text(page)
    response = owner_client.post(address, FILLED[code])
    assert response["Location"] == "/org"
    [(name, ids, _values, said)] = planned.calls
    assert name == f"member.{code}"
    assert set(ids) <= {asking.PERSON, asking.DEVICE}
    assert said.action
    assert said.selection == "Selected one by one"


@pytest.mark.parametrize(
    ("code", "ids", "values", "said"),
    [
        ("move", [asking.PERSON, asking.DEVICE], {"dept_id": 6}, "Move to: 研发部2"),
        ("tts", [asking.PERSON, asking.DEVICE], {"tts": 1}, "Read messages aloud: On"),
        ("loc-share", [asking.PERSON, asking.DEVICE], {"loc_share": 0}, "Location sharing: Off"),
        ("track", [asking.DEVICE], {"track": 90}, "Location reports: Every 90 seconds"),
        ("enable", [asking.PERSON, asking.DEVICE], {"state": 0}, "Enable members and devices"),
        ("suspend", [asking.PERSON, asking.DEVICE], {"state": 1}, "Suspend members and devices"),
        ("password", [asking.PERSON], {}, "Reset the passwords"),
        ("delete", [asking.PERSON, asking.DEVICE], {}, "Delete members and devices"),
    ],
)
def test_what_is_planned_is_plain_data(
    owner_client: Client, planned: Planned, code: str, ids: list[int], values: dict[str, int], said: str
) -> None:
    owner_client.post(action(select(owner_client, TICKED), code), FILLED[code])
    assert planned.calls == [(f"member.{code}", ids, values, Said(said, "Selected one by one"))]


def test_all_that_match_are_planned(owner_client: Client, planned: Planned) -> None:
    address = action(select(owner_client, everything(owner_client, "type=1&dept=6")), "suspend")
    owner_client.post(address)
    expected = Member.objects.filter(type=1, dept_id=6).order_by("user_id").values_list("user_id", flat=True)
    [(_name, ids, _values, said)] = planned.calls
    assert ids == list(expected) != []
    assert said.selection == "Department: 研发部2 · Type: Device"


def test_moving_out_of_all_departments_is_a_choice(owner_client: Client, planned: Planned) -> None:
    owner_client.post(action(select(owner_client, TICKED), "move"), {"dept_id": 0})
    assert planned.calls[0][2] == {"dept_id": 0}
    assert planned.calls[0][3].action == "Move to: No department"


@pytest.mark.parametrize(
    ("code", "typed", "field"),
    [
        ("move", {}, "dept_id"),
        ("move", {"dept_id": ""}, "dept_id"),
        ("move", {"dept_id": 999}, "dept_id"),
        ("move", {"dept_id": asking.UNREADABLE}, "dept_id"),
        ("tts", {"tts": 2}, "tts"),
        ("loc-share", {}, "loc_share"),
        ("track", {"track": "seconds"}, "track_seconds"),
        ("track", {"track": "seconds", "track_seconds": 4}, "track_seconds"),
        ("track", {"track": "-1"}, "track"),
    ],
)
def test_bad_input_is_said_at_its_field_and_plans_nothing(
    owner_client: Client, planned: Planned, code: str, typed: dict[str, object], field: str
) -> None:
    response = owner_client.post(action(select(owner_client, TICKED), code), typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "2 members and devices" in asking.text(response)
    assert planned.calls == []


@pytest.mark.parametrize(
    ("kind", "code", "sentence"),
    [
        ("type=people", "track", "For devices only: 0 of the selected."),
        ("type=1", "password", "For people only: 0 of the selected."),
    ],
)
def test_an_action_that_applies_to_nobody_is_not_offered(
    owner_client: Client, planned: Planned, kind: str, code: str, sentence: str
) -> None:
    address = select(owner_client, everything(owner_client, kind))
    assert sentence in asking.text(owner_client.get(address))
    assert offered(owner_client, address, code) == ""
    assert owner_client.post(action(address, code), FILLED[code]).status_code == 200
    assert planned.calls == []


def test_it_says_who_is_left_out(owner_client: Client) -> None:
    body = asking.text(owner_client.get(action(select(owner_client, TICKED), "track")))
    assert "For devices only: 1 of the selected. 1 person is left out." in body


@pytest.mark.parametrize("code", ["suspend", "password", "delete"])
def test_what_takes_something_away_says_what_it_means(owner_client: Client, code: str) -> None:
    response = owner_client.get(action(select(owner_client, TICKED), code))
    assert response.context["action"].impact
    for sentence in response.context["action"].impact:
        assert str(sentence) in asking.text(response)


# --- what was shown is what is meant


def test_a_list_that_grew_since_it_was_shown_is_shown_again(owner_client: Client, planned: Planned) -> None:
    selected = everything(owner_client, "state=0")
    address = select(owner_client, selected | {"matching": selected["matching"] - 1})
    response = owner_client.get(address)
    assert response.status_code == 409
    was, now = selected["matching"] - 1, selected["matching"]
    assert f"It was {was}, now it is {now}." in asking.text(response)
    fresh = next(o.address for some in response.context["sections"].values() for o in some)
    assert owner_client.get(fresh).status_code == 200


@pytest.mark.parametrize("code", ["move", "delete"])
def test_a_set_that_changed_before_the_values_were_sent_plans_nothing(
    owner_client: Client, planned: Planned, code: str
) -> None:
    address = offered(owner_client, select(owner_client, everything(owner_client, "dept=6")), code)
    was = Member.objects.filter(dept_id=6).count()
    Member.objects.filter(user_id=asking.OWNER_ID).update(dept_id=6)
    for response in (owner_client.get(address), owner_client.post(address, FILLED[code])):
        assert response.status_code == 409
        assert f"It was {was}, now it is {was + 1}." in asking.text(response)
    assert planned.calls == []


def test_as_many_others_are_not_the_same(owner_client: Client, planned: Planned) -> None:
    address = offered(owner_client, select(owner_client, everything(owner_client, "dept=6")), "delete")
    Member.objects.filter(user_id=asking.PERSON).update(dept_id=0)
    Member.objects.filter(user_id=asking.OWNER_ID).update(dept_id=6)
    response = owner_client.post(address)
    assert response.status_code == 409
    assert planned.calls == []


def test_who_was_ticked_and_is_gone_is_missed(owner_client: Client, planned: Planned) -> None:
    address = offered(owner_client, select(owner_client, TICKED), "delete")
    Member.objects.filter(user_id=asking.PERSON).delete()
    response = owner_client.post(address)
    assert response.status_code == 409
    assert "It was 2, now it is 1." in asking.text(response)
    assert planned.calls == []


def test_a_filter_that_is_gone_does_not_mean_everybody(owner_client: Client, planned: Planned) -> None:
    address = action(select(owner_client, everything(owner_client, "dept=6")), "delete")
    Department.objects.filter(dept_id=6).delete()
    facets = Organization.objects.get().facets
    Organization.objects.update(facets=facets | {"dept": {}})
    for response in (owner_client.get(address), owner_client.post(address)):
        assert response["Location"] == "/members?dept=6&sort=name"
    assert "it is not clear who is meant" in asking.text(owner_client.get("/members?dept=6"))
    assert planned.calls == []


@pytest.mark.parametrize("query", ["dept=999", "q=" + "a" * 101, "state=' OR 1=1"])
def test_a_filter_that_is_no_filter_does_not_mean_everybody(
    owner_client: Client, planned: Planned, query: str
) -> None:
    address = action(select(owner_client, {"take": "everything", "query": query, "matching": 60}), "delete")
    response = owner_client.post(address)
    assert response.status_code == 302
    assert "it is not clear who is meant" in asking.text(owner_client.get(response["Location"]))
    assert planned.calls == []


# --- what is no selection


@pytest.mark.parametrize("sent", [{}, {"ids": []}, {"take": "everything", "matching": "0"}])
def test_nothing_selected_leads_back(owner_client: Client, sent: dict[str, Any]) -> None:
    address = select(owner_client, sent | {"query": "state=0"})
    assert address == "/members?state=0"
    assert "Select rows of the list first." in asking.text(owner_client.get(address))


@pytest.mark.parametrize(
    "sent",
    [
        {"ids": ["x"]},
        {"ids": ["-1"]},
        {"ids": ["9" * 19]},
        {"ids": ["١٢"]},
        {"ids": [asking.UNREADABLE]},
        {"ids": list(range(1, 52))},
        {"take": "everything"},
        {"take": "everything", "matching": "many"},
        {"take": "everything", "matching": "60", "query": "q=" + "a" * 2000},
    ],
)
def test_what_no_table_sends_leads_back(owner_client: Client, sent: dict[str, Any]) -> None:
    assert "That page was out of date." in asking.text(owner_client.get(select(owner_client, sent)))


@pytest.mark.parametrize("selection", ["x", "a:b:c", "%00", "W10:1:2"])
def test_an_address_that_is_not_ours_leads_back(
    owner_client: Client, planned: Planned, selection: str
) -> None:
    owner_client.get("/members")
    for path in (ADDRESS, f"{ADDRESS}/delete"):
        response = owner_client.get(f"{path}?selection={selection}")
        assert "That page was out of date." in asking.text(owner_client.get(response["Location"]))
    owner_client.post(f"{ADDRESS}/delete?selection={selection}")
    assert planned.calls == []


def test_a_selection_is_good_in_its_session_only(
    owner_client: Client, manager_client: Client, planned: Planned
) -> None:
    address = action(select(owner_client, TICKED), "delete")
    assert manager_client.post(address)["Location"] == "/members"
    assert planned.calls == []


def test_without_a_selection_there_is_nothing_to_see(owner_client: Client) -> None:
    owner_client.get("/members")
    for path in (ADDRESS, f"{ADDRESS}/move"):
        assert owner_client.get(path)["Location"] == "/members"


def test_an_unknown_action_is_not_found(owner_client: Client, planned: Planned) -> None:
    assert owner_client.get(action(select(owner_client, TICKED), "promote")).status_code == 404
    assert owner_client.post(action(select(owner_client, TICKED), "promote")).status_code == 404
    assert planned.calls == []


# --- who may


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)
    asking.closed_to_strangers(visitor, f"{ADDRESS}/delete")


def test_an_ordinary_member_may_not(
    ordinary_client: Client, sandbox: SandboxProcess, planned: Planned
) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS, ids=asking.PERSON)
    assert planned.calls == []


@pytest.mark.parametrize("ids", [[asking.FOREIGNER], [asking.PERSON, asking.FOREIGNER], [1]])
def test_members_of_others_do_not_exist_here_and_that_is_recorded(
    owner_client: Client, sandbox: SandboxProcess, ids: list[int]
) -> None:
    owner_client.get("/members")
    assert owner_client.post(ADDRESS, {"ids": ids}).status_code == 404
    event = Event.objects.get(operation="member.bulk")
    stranger = next(one for one in ids if one != asking.PERSON)
    assert (event.stage, event.reason, event.target_id) == (Stage.REFUSED, "not_here", str(stranger))
    assert asking.sent(sandbox) == []


def test_weila_is_down(owner_client: Client, sandbox: SandboxProcess, planned: Planned) -> None:
    address = action(select(owner_client, TICKED), "delete")
    sandbox.fault("*", "status", 503)
    assert owner_client.get(address).status_code == 200
    response = owner_client.post(address)
    assert response.status_code == 503
    assert "Nothing was changed" in asking.text(response)
    assert planned.calls == []


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    owner_client.get("/members")
    Department.objects.filter(dept_id=6).update(name=asking.HOSTILE)
    Member.objects.filter(user_id=asking.PERSON).update(name=asking.HOSTILE)
    address = select(owner_client, everything(owner_client, "dept=6"))
    for response in (owner_client.get(address), owner_client.get(action(address, "move"))):
        assert escape(asking.HOSTILE) in response.content.decode()
        assert asking.HOSTILE not in response.content.decode()


def test_it_costs_few_queries(owner_client: Client) -> None:
    address = select(owner_client, everything(owner_client, "q=2&state=0"))
    for page in (address, action(address, "move")):
        with Queries() as queries:
            owner_client.get(page)
        assert len(queries) <= 12


def test_it_ends_at_the_preview_of_a_change_set(
    owner_client: Client, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # what stands in for change sets
    address = action(select(owner_client, TICKED), "suspend")
    response = owner_client.post(address)
    change_set = ChangeSet.objects.get()
    assert response["Location"] == f"/changes/{change_set.pk}"
    assert (change_set.state, change_set.origin) == (SetState.PLANNED, "member.bulk")
    assert change_set.total == change_set.destructive == len(TICKED["ids"])
    assert not [one for one in sandbox.journal() if "member-change" in one["path"]]
