"""/changes: the history."""

import pytest
from django.test import Client

from changes.models import ChangeSet, SetState, State
from tests.changes.views.making import HOSTILE, a_set
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, sign_in

pytestmark = pytest.mark.django_db
REGION = "changes-history"


def numbers(client: Client, query: str = "") -> list[int]:
    return [row.set.pk for row in client.get(f"/changes{query}").context["table"].page.rows]


def test_it_explains_itself_while_there_are_none(owner_client: Client) -> None:
    response = owner_client.get("/changes")
    assert "No bulk changes yet" in asking.text(response)
    assert 'href="/members"' in response.content.decode()


def test_the_newest_is_first(owner_client: Client) -> None:
    first, second = a_set(), a_set(SetState.FINISHED, [{"state": State.DONE}, {"state": State.FAILED}])
    response = owner_client.get("/changes")
    assert [row.set for row in response.context["table"].page.rows] == [second, first]
    page = asking.text(response)
    assert "Done 1" in page and "Failed 1" in page and "of 2" in page


def test_a_plan_without_changes_waits_for_nobody(owner_client: Client) -> None:
    a_set(SetState.PLANNED, [{}])
    a_set(SetState.PLANNED, [])
    a_set(SetState.PLANNED, [], problems=[{"code": "no_such", "params": {"name": "X"}}])
    page = owner_client.get("/changes").content.decode()
    assert '<span class="status-dot"></span>To be confirmed' in page
    assert '<span class="status-dot"></span>Nothing to change' in page
    assert '<span class="status-dot"></span>Nothing can be done' in page


def test_what_undoes_what_is_linked(owner_client: Client) -> None:
    done, takes_back = a_set(SetState.FINISHED, [{"state": State.DONE}]), [{"state": State.DONE, "undoes": 0}]
    undo, planned = a_set(SetState.FINISHED, takes_back, undoes=done), a_set(undoes=done)
    page = asking.text(owner_client.get("/changes"))
    assert f'<a href="/changes/{done.pk}">undoes {done.pk}</a>' in page
    assert f'<a href="/changes/{undo.pk}">undone by {undo.pk}</a>' in page
    assert f"undone by {planned.pk}" not in page
    again = a_set(SetState.FINISHED, takes_back, undoes=undo)
    page = asking.text(owner_client.get("/changes"))
    assert f"undone by {again.pk}" in page and f"undone by {undo.pk}" not in page


def test_what_is_undone_in_part_is_said_to_be(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}] * 3)
    first, second = (
        a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": number}], undoes=done) for number in (0, 1)
    )
    page = asking.text(owner_client.get("/changes"))
    assert f">partly undone by {first.pk}<" in page and f">partly undone by {second.pk}<" in page
    a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 2}], undoes=done)
    page = asking.text(owner_client.get("/changes"))
    assert f">undone by {first.pk}<" in page and "partly" not in page


def test_it_filters_by_state_and_person(owner_client: Client) -> None:
    mine = a_set()
    other = a_set(SetState.FINISHED, user_id=7, user_name="王芳")
    assert numbers(owner_client, "?state=finished") == [other.pk]
    assert numbers(owner_client, "?who=mine") == [mine.pk]
    assert numbers(owner_client, "?who=7") == [other.pk]
    assert numbers(owner_client, "?state=planned&who=7") == []


@pytest.mark.parametrize("query", ["?state=nonsense", "?who=8", "?who=x", "?page=0", "?page=99", "?q=%00"])
def test_what_can_not_be_read_filters_nothing(owner_client: Client, query: str) -> None:
    change_set = a_set()
    assert numbers(owner_client, query) == [change_set.pk]


def test_sets_of_another_organization_are_not_there(owner_client: Client) -> None:
    a_set(org_num=100080, user_name="stranger")
    assert numbers(owner_client) == []
    assert "stranger" not in asking.text(owner_client.get("/changes"))


def test_everybody_who_administers_sees_them(owner_client: Client) -> None:
    change_set = a_set()
    colleague = Client()
    sign_in(colleague, MANAGER)
    assert numbers(colleague) == [change_set.pk]


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/changes")["Location"] == "/sign-in?next=%2Fchanges"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/changes")


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    a_set()
    asking.fragment_equals_page(owner_client, "/changes?state=planned", REGION)


def test_a_hostile_title_is_text(owner_client: Client) -> None:
    a_set(title=HOSTILE, user_name=HOSTILE)
    asking.is_shown_as_text(owner_client.get("/changes"), HOSTILE)


def test_its_cost_does_not_grow_with_the_sets(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}])
    a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 0}], undoes=done)
    owner_client.get("/changes")
    with Queries() as few:
        owner_client.get("/changes")
    for _number in range(59):
        a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 0}], undoes=done)
    with Queries() as many:
        owner_client.get("/changes")
    assert len(many) <= len(few) <= 12
    assert ChangeSet.objects.count() == 61


def test_who_planned_and_who_applied_it_are_both_there_and_found(owner_client: Client) -> None:
    change_set = a_set(SetState.FINISHED, user_id=7, user_name="王芳", planner_id=8, planner_name="李雷")
    assert "李雷, applied by 王芳" in asking.text(owner_client.get("/changes"))
    assert numbers(owner_client, "?who=7") == numbers(owner_client, "?who=8") == [change_set.pk]
    assert numbers(owner_client, "?who=mine") == []
