"""/members: the table."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from orgs.models import Member
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "members-table"


def names(client: Client, query: str = "") -> list[str]:
    table = client.get(f"/members{query}").context["table"]
    return [row.member.name for row in table.page.rows]


def test_it_lists_fifty_and_counts_all(owner_client: Client) -> None:
    response = owner_client.get("/members")
    assert response.status_code == 200
    assert len(response.context["table"].page.rows) == 50
    assert "60 members and devices" in asking.text(response)


def test_the_next_page_has_the_rest(owner_client: Client) -> None:
    assert len(names(owner_client, "?page=2")) == 10
    assert not set(names(owner_client, "?page=2")) - set(Member.objects.values_list("name", flat=True))


def test_a_page_beyond_the_end_is_the_last_one(owner_client: Client) -> None:
    assert names(owner_client, "?page=99") == names(owner_client, "?page=2")


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/members?q=1")["Location"] == "/sign-in?next=%2Fmembers%3Fq%3D1"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/members")


def test_the_fragment_equals_the_page(owner_client: Client) -> None:
    fragment = asking.fragment_equals_page(owner_client, "/members?q=2&type=0&sort=-created&page=1", REGION)
    assert "222222" in fragment


def test_another_target_gets_the_whole_page(owner_client: Client) -> None:
    response = owner_client.get("/members", headers={"HX-Request": "true", "HX-Target": "something-else"})
    assert "<html" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=林晓燕", {"林晓燕"}),
        ("?q=晓燕", {"林晓燕"}),
        ("?q=70016002", {"林晓燕"}),
        ("?q=13353236161", {"林晓燕"}),
        ("?q=ADA", {"Ada Wong 黃詠詩"}),
        ("?q=nobody-is-called-this", set()),
        ("?dept=6", {"222222"}),
        ("?dept=6&type=1", {"222222"}),
        ("?type=255", {"ent19949504"}),
        ("?type=2", {"陈建国", "Ada Wong 黃詠詩"}),
        ("?q=222222&state=1", set()),
    ],
)
def test_it_searches_and_filters(owner_client: Client, query: str, expected: set[str]) -> None:
    assert set(names(owner_client, query)) == expected


@pytest.mark.parametrize(
    ("query", "field", "values"),
    [
        ("?state=1", "state", {1}),
        ("?tts=1", "tts", {1}),
        ("?loc_share=0", "loc_share", {0}),
        ("?track=0", "track", {0}),
        ("?dept=0", "dept_id", {0}),
    ],
)
def test_each_filter_shows_only_what_it_says(
    owner_client: Client, query: str, field: str, values: set[int]
) -> None:
    rows = owner_client.get(f"/members{query}").context["table"].page.rows
    assert rows
    assert {getattr(row.member, field) for row in rows} == values


def test_a_custom_frequency_can_be_filtered(owner_client: Client) -> None:
    rows = owner_client.get("/members?track=custom").context["table"].page.rows
    assert rows
    assert all(row.member.track > 4 for row in rows)


def test_people_are_everybody_but_the_devices(owner_client: Client) -> None:
    shown = names(owner_client, "?type=people") + names(owner_client, "?type=people&page=2")
    assert sorted(shown) == sorted(Member.objects.exclude(type=1).values_list("name", flat=True))


def test_people_without_a_phone_can_be_listed(owner_client: Client) -> None:
    rows = owner_client.get("/members?phone=none").context["table"].page.rows
    assert rows
    assert all(not row.member.phone and row.member.type != 1 for row in rows)


def test_whose_phone_is_not_theirs_alone_can_be_listed(owner_client: Client) -> None:
    rows = owner_client.get("/members?phone=shared&sort=phone").context["table"].page.rows
    assert {asking.PERSON, asking.DEVICE} <= {
        row.member.user_id for row in rows
    }  # as in the document's example
    for row in rows:
        assert Member.objects.filter(phone=row.member.phone).count() > 1


def test_who_joined_in_a_month_can_be_listed(owner_client: Client) -> None:
    rows = owner_client.get("/members?joined=2024-10").context["table"].page.rows
    assert {asking.OWNER_ID, asking.PERSON} <= {row.member.user_id for row in rows}
    assert all(f"{row.member.created_at:%Y-%m}" == "2024-10" for row in rows)


@pytest.mark.parametrize("column", ["name", "number", "phone", "department", "type", "state", "created"])
def test_every_sort_turns_round(owner_client: Client, column: str) -> None:
    def ids(query: str) -> list[int]:
        found: list[int] = []
        for page in (1, 2):
            table = owner_client.get(f"/members?sort={query}&page={page}").context["table"]
            found += [row.member.user_id for row in table.page.rows]
        return found

    assert len(ids(column)) == 60
    assert ids(column) == ids(f"-{column}")[::-1]


@pytest.mark.parametrize("query", ["?sort=password", "?page=-1", "?page=x", "?cols=nothing", "?unknown=1"])
def test_nonsense_falls_back(owner_client: Client, query: str) -> None:
    assert len(names(owner_client, query)) == 50


@pytest.mark.parametrize(
    "query",
    [
        "?dept=999",
        "?type=perhaps",
        "?track=-1",
        "?state=' OR 1=1",
        "?phone=13800000000",
        "?joined=1999-01",
        "?joined=none",
    ],
)
def test_a_filter_that_is_no_choice_is_left_out_and_said(owner_client: Client, query: str) -> None:
    response = owner_client.get(f"/members{query}")
    assert response.status_code == 200
    assert len(response.context["table"].page.rows) == 50
    assert "this filter is left out" in asking.text(response)


@pytest.mark.parametrize("query", ["%00", "'*^ NEAR(", "%F0%9F%90%AF", "%25", "a" * 300])
def test_hostile_queries_are_answered(owner_client: Client, query: str) -> None:
    assert owner_client.get(f"/members?q={query}").status_code == 200


def test_columns_can_be_chosen(owner_client: Client) -> None:
    fragment = asking.fragment_equals_page(owner_client, "/members?cols=phone,track", REGION)
    assert re.findall(r'id="members-table-sort-(\w+)"', fragment) == ["name", "phone"]
    assert "Location reports" in fragment


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    body = owner_client.get("/members?q=onerror").content.decode()
    assert escape(asking.HOSTILE) in body
    assert "<img" not in body


def test_fields_of_later_editions_appear_only_where_they_are_told(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    assert "Job number" not in asking.text(owner_client.get("/members"))
    sandbox.assume(later_fields="on")
    Member.objects.all().update(job_num="A-17", online=1)
    body = asking.text(owner_client.get("/members"))
    assert "Job number" in body
    assert "A-17" in body
    assert "Online" in body


def test_unknown_numbers_are_shown_as_numbers(owner_client: Client) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(type=77, state=9)
    body = asking.text(owner_client.get("/members?q=70011173"))
    assert "Unknown value 77" in body
    assert "Unknown value 9" in body


def test_it_costs_few_queries(owner_client: Client) -> None:
    owner_client.get("/members")
    with Queries() as queries:
        owner_client.get("/members?q=2&state=0&sort=-created&page=2")
    assert len(queries) <= 12


def test_it_is_still_shown_while_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")
    sandbox.fault("*", "status", 503)
    assert owner_client.get("/members").status_code == 200


def test_looking_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members?q=1")
    assert owner_client.post("/members", {"q": "1"}).status_code == 405
    assert asking.sent(sandbox) == []
