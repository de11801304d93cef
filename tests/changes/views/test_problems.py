"""/changes/<id>/problems: what could not be planned."""

import pytest
from django.test import Client

from tests.changes.views.making import HOSTILE, a_set
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "set-problems"


def problem(line: int | None = 3, **values: object) -> dict[str, object]:
    return {"code": "no_such", "params": {"name": "销售部"}, "line": line, **values}


def test_each_is_said_in_words_by_line(owner_client: Client) -> None:
    change_set = a_set(problems=[problem(9, column="Department", value="销售部"), problem(2)])
    response = owner_client.get(f"/changes/{change_set.pk}/problems")
    assert [row.problem.line for row in response.context["table"].page.rows] == [2, 9]
    page = asking.text(response)
    assert "There is no “销售部”." in page and "Department" in page
    assert "2 problems" in page


def shown(client: Client, *problems: dict[str, object]) -> list[str]:
    table = client.get(f"/changes/{a_set(problems=problems).pk}/problems").context["table"]
    return [heading.column.key for heading in table.state.headings]


def test_only_columns_with_something_in_them_are_shown(owner_client: Client) -> None:
    bulk = problem(None, target_text="Somebody")
    assert shown(owner_client, bulk) == ["target", "problem"]
    assert shown(owner_client, bulk, problem(2, value="x")) == ["line", "target", "value", "problem"]
    everything = ["line", "target", "column", "value", "problem"]
    assert shown(owner_client, problem(2, column="Department", value="x"), bulk) == everything


def test_what_was_changed_since_is_told_with_both_values(owner_client: Client) -> None:
    params = {"target_kind": "thing", "now": {"color": ["blue", HOSTILE]}}
    change_set = a_set(problems=[problem(None, code="undo_conflict", params=params)])
    page = owner_client.get(f"/changes/{change_set.pk}/problems").content.decode()
    assert "Color: expected <del>blue</del>, found <ins>&lt;img" in page and HOSTILE not in page


def test_a_code_that_nobody_knows_is_shown_as_it_is(owner_client: Client) -> None:
    change_set = a_set(problems=[problem(code="new_code", params={})])
    assert "new_code" in asking.text(owner_client.get(f"/changes/{change_set.pk}/problems"))


def test_none_is_said(owner_client: Client) -> None:
    assert "No problems" in asking.text(owner_client.get(f"/changes/{a_set().pk}/problems"))


def test_pages_are_cut_without_gaps(owner_client: Client) -> None:
    change_set = a_set(problems=[problem(line) for line in range(120, 0, -1)])
    address = f"/changes/{change_set.pk}/problems"
    lines = [row.problem.line for row in owner_client.get(f"{address}?page=2").context["table"].page.rows]
    assert lines == list(range(51, 101))
    with Queries() as queries:
        owner_client.get(f"{address}?page=99")
    assert len(queries) <= 12
    assert not [one for one in queries.statements if "COUNT(" in one and "changes_problem" in one]


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/changes/1/problems")["Location"].startswith("/sign-in")


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, f"/changes/{a_set().pk}/problems")


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    change_set = a_set(problems=[problem()])
    asking.fragment_equals_page(owner_client, f"/changes/{change_set.pk}/problems", REGION)


def test_hostile_texts_are_text(owner_client: Client) -> None:
    hostile = problem(params={"name": HOSTILE}, value=HOSTILE, column=HOSTILE, target_text=HOSTILE)
    response = owner_client.get(f"/changes/{a_set(problems=[hostile]).pk}/problems")
    asking.is_shown_as_text(response, HOSTILE)
