"""The shared pieces as a browser gets them: one table, one form, one confirmation, one set of states."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, RequestContext, Template, engines
from django.test import RequestFactory
from django.utils import translation

from common.actor import Actor, Role
from common.forms import ConfirmForm, Form, LineField
from common.paging import Page
from common.selection import Bulk
from common.tables import Column, Empty, Kept, SavedView, Table, TableState, Trouble
from console import context

COLUMNS = [
    Column("name", "Name", ("name",), fixed=True),
    Column("phone", "Phone", ("phone",)),
    Column("count", "Count", default=False, end=True, yields=True),
]
NOTHING_KEPT = Kept("people")


@dataclass(frozen=True)
class Person:
    name: str
    phone: str = ""


class Filters(Form):
    folded = ("state",)
    q = forms.CharField(label="Search", required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), ("1", "One")])


TABLE = Template(
    "{% datatable table as person %}"
    '{% cell "name" header %}<b>{{ person.name }}</b>{% endcell %}'
    '{% cell "phone" %}{{ person.phone }}{% endcell %}'
    '{% cell "count" %}7{% endcell %}'
    "{% enddatatable %}"
)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def request_for(path: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.request_id = "abc123"  # type: ignore[attr-defined]  # set by RequestIdMiddleware
    return request


def draw(
    query: str = "",
    rows: list[Person] | None = None,
    trouble: Trouble | None = None,
    kept: Kept | None = NOTHING_KEPT,
    bulk: Bulk | None = None,
) -> str:
    request = request_for(f"/people{query}")
    state = TableState.parse(request.GET, COLUMNS, "name", kept)
    table = Table(
        name="people-table",
        caption="People",
        state=state,
        page=None if trouble else Page.of(rows or [], state.page),
        summary="All of them",
        filters=Filters(request.GET),
        empty=Empty(title="Nobody yet", url="/people/create", action="Create"),
        trouble=trouble,
        bulk=bulk,
    )
    return TABLE.render(RequestContext(request, {"request": request, "table": table, "request_id": "abc123"}))


def include(template: str, **context: Any) -> str:
    return engines["django"].get_template(template).render(context, request_for("/people"))


def test_everything_of_the_table_is_in_the_swapped_element() -> None:
    html = draw(rows=[Person(f"P{number}") for number in range(120)]).strip()
    assert re.match(r'<section id="people-table"[^>]*hx-target="this"', html)
    assert html.endswith("</section>")
    assert all(part in html for part in ("<caption", "<form", "All of them", "aria-sort", "<nav", "Columns"))


def test_names_are_escaped_and_empty_cells_are_dashes() -> None:
    html = draw(rows=[Person("<img src=x onerror=alert(1)>")])
    assert "<img" not in html
    assert '<th scope="row" data-label="Name"><b>&lt;img' in html
    assert '<td data-label="Phone"><span class="text-secondary">—</span></td>' in html


def test_only_the_chosen_columns_are_drawn() -> None:
    assert 'data-label="Count"' not in draw(rows=[Person("a")])
    html = draw("?cols=count", rows=[Person("a")])
    assert '<td class="text-end yields" data-label="Count">7</td>' in html
    assert '<th scope="col" class="text-end yields">' in html
    assert 'data-label="Phone"' not in html


def test_columns_chosen_last_are_shown_until_the_address_names_others() -> None:
    kept = Kept("people", cols="count")
    html = draw(rows=[Person("a")], kept=kept)
    assert 'data-label="Count"' in html
    assert 'data-label="Phone"' not in html
    assert "Default columns" in html
    assert 'data-label="Phone"' in draw("?cols=phone", rows=[Person("a")], kept=kept)
    assert 'data-label="Phone"' in draw(rows=[Person("a")], kept=Kept("people", cols="gone,<b>"))


def test_rows_are_ticked_for_a_form_that_carries_the_filter_and_the_count() -> None:
    bulk = Bulk(url="/people/bulk", id_of=lambda row: len(row.name), name_of=lambda row: row.name)
    people = [Person(f"P{number}") for number in range(120)]
    html = draw("?q=x&page=3", rows=[Person("<b>"), *people], bulk=bulk)
    form = re.search(r'<form id="people-table-bulk".*?</form>', html, re.DOTALL)
    assert form
    assert 'method="post" action="/people/bulk"' in form[0]
    assert 'name="query" value="q=x&amp;sort=name"' in form[0]
    assert 'name="matching" value="121"' in form[0]
    assert "Edit all 121 that match…" in form[0]
    assert html.count('name="ids"') == html.count('form="people-table-bulk"') == 21
    assert "Select &lt;b&gt;" in draw(rows=[Person("<b>")], bulk=bulk)
    assert "Edit all 1…" in draw(rows=[Person("<b>")], bulk=bulk)


def test_only_rows_that_are_there_can_be_ticked() -> None:
    bulk = Bulk(url="/people/bulk", id_of=lambda row: 1, name_of=lambda row: row.name)
    assert "-bulk" not in draw(bulk=bulk)
    assert "-bulk" not in draw(trouble=Trouble.FAILED, bulk=bulk)
    assert "bulk" not in draw(rows=[Person("a")])


def test_saved_views_are_links_and_the_present_one_is_marked() -> None:
    views = (SavedView(1, "<b>Mine", "q=x&sort=name&cols=phone"), SavedView(2, "Other", "sort=name"))
    html = draw("?cols=phone&q=x&page=2", rows=[Person("a")], kept=Kept("people", views=views))
    links = re.findall(r'href="([^"]+)" hx-get="([^"]+)"( aria-current="true")?>(\S+)</a>', html)
    assert links == [
        (address, address, current, name)
        for address, current, name in (
            ("/people?q=x&amp;sort=name&amp;cols=phone", ' aria-current="true"', "&lt;b&gt;Mine"),
            ("/people?sort=name", "", "Other"),
        )
    ]


def test_a_table_that_keeps_nothing_offers_nothing() -> None:
    html = draw(rows=[Person("a")], kept=None)
    assert "Columns" not in html
    assert "Saved views" not in html


def test_links_keep_the_rest_of_the_query_and_have_a_real_address() -> None:
    html = draw("?q=x&sort=-phone&page=2&cols=count", rows=[Person("a")] * 120)
    assert 'aria-sort="descending"' not in html  # the phone column is not shown
    sort = re.search(r'id="people-table-sort-name" href="([^"]+)" hx-get="([^"]+)"', html)
    following = re.search(r'id="people-table-next" href="([^"]+)" hx-get="([^"]+)"', html)
    assert sort is not None
    assert following is not None
    assert sort[1] == sort[2] == "/people?q=x&amp;sort=name&amp;cols=count"
    assert following[1] == following[2] == "/people?q=x&amp;sort=-phone&amp;page=3&amp;cols=count"


def test_the_filter_form_keeps_order_and_columns_but_not_the_page() -> None:
    html = draw("?q=x&sort=-name&page=2&cols=count", rows=[Person("a")] * 120)
    form = html[html.index('<form method="get"') : html.index("</form>")]
    assert 'name="sort" value="-name"' in form
    assert 'name="cols" value="count"' in form
    assert 'name="page"' not in form


def test_a_folded_filter_opens_when_it_is_used() -> None:
    assert '<details class="more-filters">' in draw(rows=[Person("a")])
    assert '<details class="more-filters" open>' in draw("?state=1", rows=[Person("a")])


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (lambda: draw(), "Nobody yet"),
        (lambda: draw("?q=x"), "Nothing matches the filter"),
        (lambda: draw(trouble=Trouble.FAILED), "This could not be loaded"),
        (lambda: draw(trouble=Trouble.FORBIDDEN), "Not allowed"),
        (lambda: draw(trouble=Trouble.LOADING), "This takes a moment"),
    ],
)
def test_states_are_told_apart(html: Any, words: str) -> None:
    states = [
        "Nobody yet",
        "Nothing matches the filter",
        "This could not be loaded",
        "Not allowed",
        "This takes a moment",
    ]
    drawn = html()
    assert [state for state in states if state in drawn] == [words]
    assert "<table" not in drawn


def test_a_failed_table_can_be_tried_again_with_the_same_query() -> None:
    html = draw("?q=x&page=2", trouble=Trouble.FAILED)
    assert 'href="/people?q=x&amp;page=2" data-retry' in html
    assert "abc123" in html
    assert "All of them" not in html


def test_form_summary_leads_to_the_fields() -> None:
    class Two(Form):
        first = LineField(max_length=5, label="First")
        second = forms.ChoiceField(label="Second", choices=[("a", "A")], widget=forms.RadioSelect)

    html = include(
        "components/form.html", form=Two({"first": "", "second": ""}), submit="Save", cancel="/people"
    )
    assert 'role="alert" tabindex="-1" data-error-summary' in html
    assert "2 fields need your attention" in html
    assert '<a href="#id_first">First</a>' in html
    assert '<a href="#id_second_0">Second</a>' in html
    assert 'id="id_second_0"' in html
    assert "csrfmiddlewaretoken" in html
    assert "novalidate" in html


def test_form_without_errors_has_no_summary() -> None:
    assert "data-error-summary" not in include("components/form.html", form=ConfirmForm(), submit="Save")


def test_confirmation_names_the_object_and_its_impact() -> None:
    html = include(
        "components/confirm.html",
        form=ConfirmForm(expected="<70015327>"),
        name="<张伟>",
        impact=["Leaves 3 groups."],
        submit="Delete",
        cancel="/people",
    )
    assert "&lt;张伟&gt;" in html
    assert 'data-expected="&lt;70015327&gt;"' in html
    assert "<li>Leaves 3 groups.</li>" in html
    assert "btn-danger" in html


@pytest.mark.parametrize(
    "kind", ["failed", "refused", "unknown", "forbidden", "not-found", "stale", "throttled"]
)
def test_error_fragment_is_the_heart_of_the_page(kind: str) -> None:
    words = {
        "kind": kind,
        "title": "What <happened>",
        "text": "What to do",
        "retry_url": "/people",
        "request_id": "abc123",
    }
    html = include("errors/error.html#fragment", **words)
    assert 'role="alert"' in html
    assert "What &lt;happened&gt;" in html
    assert "What to do" in html
    assert 'href="/people" data-retry' in html
    assert "abc123" in html
    assert ("data-interrupts-drafts" in html) is (kind not in {"unknown", "not-found"})


def test_last_resort_page_needs_no_context() -> None:
    html = engines["django"].get_template("errors/500.html").render({})
    assert "系统出错了" in html
    assert "Something broke" in html


def test_moments_are_local_and_machine_readable() -> None:
    at = datetime(2026, 11, 21, 16, 5, 30, tzinfo=UTC)
    html = Template("{{ at|moment }} {{ at|day }} {{ none|moment }}").render(
        Context({"at": at, "none": None})
    )
    assert '<time datetime="2026-11-22T00:05:30+08:00">2026-11-22 00:05</time>' in html
    assert ">2026-11-22</time>" in html
    assert "—" in html


def test_detail_shows_a_dash_for_nothing() -> None:
    html = Template('{% detail "Phone" %}{{ phone }}{% enddetail %}').render(Context({"phone": "<1>"}))
    assert html == "<div><dt>Phone</dt><dd>&lt;1&gt;</dd></div>"
    assert "—" in Template('{% detail "Phone" %}{{ phone }}{% enddetail %}').render(Context({"phone": ""}))


def actor(role: Role, org_num: int | None = 100073) -> Actor:
    return Actor(UUID(int=1), 1, "70015325", "张三", role, org_num, "127.0.0.1", "abc123")


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "reverse", lambda name: "/" if name == "home" else f"/{name}")


def shell(path: str, signed_in: Actor | None) -> dict[str, Any]:
    request = request_for(path)
    request.signed_in = signed_in  # type: ignore[attr-defined]  # set by SignedInMiddleware
    return context.shell(request)


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/members", {"/members": "page"}),
        ("/members/1253446/edit", {"/members": "true"}),
        ("/", {"/": "page"}),
        ("/membership", {}),
    ],
)
def test_navigation_says_where_one_is(addresses: None, path: str, current: dict[str, str]) -> None:
    items = shell(path, actor(Role.OWNER))["navigation"]
    assert {item.url: item.current for item in items if item.current} == current


@pytest.mark.parametrize("person", [None, actor(Role.OWNER, None), actor(Role.MEMBER)])
def test_navigation_is_for_administrators_of_an_organization(addresses: None, person: Actor | None) -> None:
    assert shell("/", person)["navigation"] == []


def test_a_request_that_failed_early_gets_a_plain_page() -> None:
    found = context.shell(RequestFactory().get("/"))
    assert (found["layout"], found["actor"], found["organization_name"], found["as_of"]) == (
        "plain.html",
        None,
        "",
        None,
    )
    assert shell("/", actor(Role.OWNER, None))["layout"] == "shell.html"
