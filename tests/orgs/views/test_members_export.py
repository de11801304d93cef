"""/members/export: what the table shows, as a file."""

import gzip
import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from common.actor import Actor, Role
from common.spreadsheets import open_table
from orgs import export, listing
from orgs.models import Department, Member, Organization
from orgs.tables.members import MemberPlanner
from orgs.views.members import COLUMNS
from orgs.words import Words
from sheets.importing import Mapped, lines
from sheets.recognition import recognize
from sheets.tables import Import, Mode
from tests.bulk import pages
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
ACTOR = Actor(UUID(int=1), 1, "", "", Role.OWNER, ORG, "", "")
CSV, XLSX = "/members/export?format=csv", "/members/export?format=xlsx"
BOTH = pytest.mark.parametrize("address", [CSV, XLSX])


def content(response: "Answer") -> bytes:
    return b"".join(stream_of(response)) if response.streaming else response.content


def rows(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200
    return [row.cells for row in open_table(io.BytesIO(content(response))).sheets[0].rows()]


def names(client: Client, address: str) -> list[str]:
    return [row[0] for row in rows(client, address)[1:]]


def stream_of(response: "Answer") -> Iterator[bytes]:
    assert response.streaming
    return response.streaming_content  # type: ignore[attr-defined,no-any-return]


def events() -> list[tuple[str, dict[str, object]]]:
    found = Event.objects.filter(operation="members.export").order_by("id")
    return [(event.stage, event.after) for event in found]


@BOTH
def test_it_has_everybody_in_the_columns_of_the_table(owner_client: Client, address: str) -> None:
    table = rows(owner_client, address)
    assert table[0] == [
        "Name",
        "Weila number",
        "Phone",
        "Department",
        "Type",
        "State",
        "Joined",
    ]
    assert len(table) == 61
    owner = next(row for row in table if row[0] == "ent19949504")
    assert owner[4:6] == ["Owner", "Enabled"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", owner[6])


def test_it_follows_filter_order_and_columns(owner_client: Client) -> None:
    table = rows(owner_client, f"{CSV}&type=people&sort=-number&cols=number,sex")
    assert table[0] == ["Name", "Weila number", "Sex"]
    numbers = [row[1] for row in table[1:]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == Member.objects.exclude(type=1).count()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["无部门", "No department", "-", "none", "x #6", "研发部"])
def test_a_list_that_comes_back_moves_nobody(owner_client: Client, name: str, language: str) -> None:
    owner_client.get("/members")
    some = list(Department.objects.exclude(dept_id=0).order_by("dept_id")[:2])
    for department in some:  # of the same name, too
        Department.objects.filter(pk=department.pk).update(name=name)
        response = owner_client.get(f"{CSV}&cols=number,department", headers={"Accept-Language": language})
        sheet = open_table(io.BytesIO(content(response))).sheets[0]
        found = recognize(sheet)
        assert found is not None and found.table == "members"
        planner = MemberPlanner(ACTOR, Import(Mode.BOTH))
        assert list(planner.plan(lines(sheet, Mapped(0, found.table, found.columns, found.line)))) == []
    assert Member.objects.filter(dept_id=some[0].dept_id).exists()
    assert f"{name} #{some[0].dept_id}" in {
        row[-1] for row in rows(owner_client, f"{CSV}&cols=number,department")
    }


@pytest.mark.parametrize("query", ["", "&cols=" + ",".join(column.key for column in COLUMNS[1:])])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@BOTH
def test_a_list_that_is_imported_unchanged_changes_nothing(
    owner_client: Client, address: str, language: str, query: str
) -> None:
    pages.comes_back_unchanged(owner_client, address + query, language)


def test_columns_chosen_last_are_taken(owner_client: Client) -> None:
    owner_client.get("/members")
    owner_client.post("/preferences/columns", {"table": "members", "cols": ["phone"], "query": ""})
    shown = owner_client.get("/members").context["table"].state.headings
    assert rows(owner_client, CSV)[0] == [str(heading.column.label) for heading in shown]


def test_it_speaks_the_language_of_the_page(owner_client: Client) -> None:
    response = owner_client.get(f"{CSV}&q=ent19949504", headers={"Accept-Language": "zh-hans"})
    body = content(response).decode("utf-8-sig")
    assert body.startswith("名称,微喇号,")
    assert ",企业主," in body


@pytest.mark.parametrize("query", ["q=林晓燕", "dept=6", "q=nobody-is-called-this"])
def test_it_has_whom_the_table_has(owner_client: Client, query: str) -> None:
    shown = owner_client.get(f"/members?{query}").context["table"].page.rows
    assert names(owner_client, f"{CSV}&{query}") == [row.member.name for row in shown]


def test_every_column_of_the_table_can_be_exported() -> None:
    assert {column.key for column in COLUMNS} == export._CELLS.keys()
    empty = Member(name="x")
    assert all(isinstance(cell(empty, Words([]).say), str) for cell in export._CELLS.values())


@BOTH
def test_it_is_a_file_with_a_name_that_is_kept_nowhere(owner_client: Client, address: str) -> None:
    response = owner_client.get(address)
    content(response)
    organization = Organization.objects.get().name
    disposition = unquote(response["Content-Disposition"])
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert re.search(
        rf"''{organization} Members and devices \d{{4}}-\d\d-\d\d\.{address[-4:].strip('=')}$", disposition
    )
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "ETag" not in response


def test_a_hostile_name_stays_in_its_header(owner_client: Client) -> None:
    owner_client.get("/members")
    Organization.objects.update(name='a/b\\c:"\r\nX-Evil: 1')
    response = owner_client.get(CSV)
    content(response)
    disposition = unquote(response["Content-Disposition"])
    assert not re.search(r'[\\/:"\r\n]', disposition.split("''")[-1].split("; ")[-1])


def test_what_would_be_calculated_is_neutralized(owner_client: Client) -> None:
    owner_client.get("/members")
    Member.objects.filter(user_id=asking.PERSON).update(name="=1+1", phone="+8613800001234")
    body = content(owner_client.get(f"{CSV}&cols=phone")).decode()
    assert "'=1+1,'+8613800001234\r\n" in body


@BOTH
def test_it_needs_a_session(visitor: Client, address: str) -> None:
    assert visitor.get(address)["Location"] == "/sign-in"


def test_signing_in_again_leads_back_to_the_table(visitor: Client) -> None:
    response = visitor.get(CSV, headers={"Referer": "http://testserver/members?q=1"})
    assert response["Location"] == "/sign-in?next=%2Fmembers%3Fq%3D1"


@BOTH
def test_an_ordinary_member_gets_nothing(
    ordinary_client: Client, sandbox: SandboxProcess, address: str
) -> None:
    asking.closed_to_members(ordinary_client, sandbox, address)
    assert events() == []


@BOTH
def test_the_right_is_confirmed_before(owner_client: Client, sandbox: SandboxProcess, address: str) -> None:
    owner_client.get("/members")
    sandbox.clear_journal()
    owner_client.get("/members")
    assert sandbox.journal() == []
    content(owner_client.get(address))
    assert [entry["path"].rsplit("/", 1)[-1] for entry in sandbox.journal()] == ["org-my-org"]


@BOTH
def test_nothing_leaves_while_nobody_can_confirm_it(
    owner_client: Client, sandbox: SandboxProcess, address: str
) -> None:
    owner_client.get("/members")
    sandbox.fault("*", "status", 503)
    response = owner_client.get(address)
    assert response.status_code == 503
    assert "Content-Disposition" not in response
    assert events() == []


@pytest.mark.parametrize("query", ["", "?format=", "?format=pdf"])
def test_an_unknown_format_is_not_found(owner_client: Client, query: str) -> None:
    assert owner_client.get(f"/members/export{query}").status_code == 404


@BOTH
def test_a_filter_that_is_not_understood_is_said_and_nothing_leaves(
    owner_client: Client, address: str
) -> None:
    response = owner_client.get(f"{address}&dept=999&q=张")
    assert (response.status_code, unquote(response["Location"])) == (302, "/members?dept=999&q=张")
    assert "this filter is left out" in asking.text(owner_client.get(response["Location"]))
    assert events() == []


def test_it_only_answers_get(owner_client: Client) -> None:
    assert owner_client.post(CSV).status_code == 405
    assert owner_client.head(CSV).status_code == 405


@BOTH
def test_it_is_recorded(owner_client: Client, address: str) -> None:
    content(owner_client.get(f"{address}&type=people&state=0"))
    count = Member.objects.exclude(type=1).filter(state=0).count()
    said = {
        "format": "CSV" if address == CSV else "Excel",
        "filter": "Type: People, no devices; State: Enabled",
        "rows": count,
    }
    assert events() == [(Stage.ATTEMPTED, said), (Stage.DONE, said)]
    body = asking.text(owner_client.get("/audit"))
    assert "exported members" in body
    assert "Type: People, no devices; State: Enabled" in body


def test_it_is_recorded_before_the_first_byte(owner_client: Client) -> None:
    response = owner_client.get(CSV)
    assert [stage for stage, _after in events()] == [Stage.ATTEMPTED]
    content(response)


@pytest.mark.django_db(transaction=True)  # closing an answer closes connections
def test_who_breaks_off_has_a_part(owner_client: Client) -> None:
    response = owner_client.get(CSV)
    assert next(stream_of(response)).startswith(b"\xef\xbb\xbfName,")
    response.close()
    assert Event.objects.get(operation="members.export", stage=Stage.UNKNOWN).reason == export.BROKEN_OFF
    assert "a part of the rows was taken" in asking.text(owner_client.get("/audit"))


def test_an_error_in_the_middle_is_no_end(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*args: object, **values: object) -> Iterator[Member]:
        yield Member(name="张三")
        raise RuntimeError

    monkeypatch.setattr(listing, "every", failing)
    stream = stream_of(owner_client.get(CSV))
    with pytest.raises(RuntimeError):
        list(stream)
    assert "broke off after 1 rows" in caplog.text
    assert events()[-1][0] == Stage.UNKNOWN


def test_members_are_read_while_they_are_taken(owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PART", 10)
    response = owner_client.get(CSV)
    stream = stream_of(response)
    with Queries() as queries:
        next(stream)  # the header
    assert len(queries) == 0
    with Queries() as queries:
        list(stream)
    assert sum("LIMIT 10" in statement for statement in queries.statements) == 7


def test_it_is_the_same_file_when_the_browser_takes_it_packed(owner_client: Client) -> None:
    response = owner_client.get(CSV, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(content(response)) == content(owner_client.get(CSV))


def test_a_workbook_of_many_rows_is_made_in_the_background(owner_client: Client, settings: Settings) -> None:
    settings.EXPORT_INLINE_LIMIT = 59
    response = owner_client.get(f"{XLSX}&cols=phone&sort=-name")
    assert response.status_code == 302 and response["Location"].startswith("/exports/")
    assert "download" in asking.text(owner_client.get(response["Location"])).lower()
    made = rows(owner_client, f"{response['Location']}/file")
    settings.EXPORT_INLINE_LIMIT = 60
    assert made == rows(owner_client, f"{XLSX}&cols=phone&sort=-name") and len(made) == 61
    assert [
        event.after["rows"] for event in Event.objects.filter(operation="members.export", stage="done")
    ] == [60, 60]


def test_the_table_offers_it_with_its_present_query(owner_client: Client) -> None:
    fragment = asking.fragment_equals_page(
        owner_client, "/members?q=2&state=0&sort=-created&cols=phone&page=2", "members-table"
    )
    for kind in ("csv", "xlsx"):
        assert (
            f'href="/members/export?format={kind}&amp;q=2&amp;state=0&amp;sort=-created&amp;cols=phone"'
            in fragment
        )
    assert "/members/export" not in owner_client.get("/members?q=nobody-is-called-this").content.decode()


def test_nothing_is_sent_that_changes_anything(owner_client: Client, sandbox: SandboxProcess) -> None:
    content(owner_client.get(CSV))
    assert asking.sent(sandbox) == []
