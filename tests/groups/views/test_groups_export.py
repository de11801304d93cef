"""/groups/export: what the table of groups shows, as a file."""

import io
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from audit.models import Event, Stage
from common.spreadsheets import open_table
from groups import export
from groups.models import Group, Roster
from groups.views.index import COLUMNS
from sheets.models import Making
from tests.bulk import pages
from tests.groups.views import asking
from tests.support.sandbox import SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
CSV, XLSX = "/groups/export?format=csv", "/groups/export?format=xlsx"
BOTH = pytest.mark.parametrize("address", [CSV, XLSX])


def content(response: "Answer") -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def rows(client: Client, address: str) -> list[list[str]]:
    response = client.get(address)
    assert response.status_code == 200
    return [row.cells for row in open_table(io.BytesIO(content(response))).sheets[0].rows()]


@BOTH
def test_it_has_every_group_in_the_columns_of_the_table(owner_client: Client, address: str) -> None:
    table = rows(owner_client, address)
    shown = owner_client.get("/groups").context["table"]
    assert table[0] == [str(heading.column.label) for heading in shown.state.headings]
    assert len(table) == shown.page.total + 1
    assert [row[0] for row in table[1 : len(shown.page.rows) + 1]] == [
        row.group.name for row in shown.page.rows
    ]


def test_it_follows_filter_order_and_columns(owner_client: Client) -> None:
    table = rows(owner_client, f"{CSV}&only=empty&sort=-number&cols=number,limit")
    assert table[0] == ["Name", "Group number", "Limit"]
    numbers = [int(row[1]) for row in table[1:]]
    assert numbers
    assert numbers == sorted(Group.objects.filter(size=0).values_list("group_id", flat=True), reverse=True)


@pytest.mark.parametrize("query", ["", "&cols=" + ",".join(column.key for column in COLUMNS[1:])])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@BOTH
def test_a_list_that_is_imported_unchanged_changes_nothing(
    owner_client: Client, address: str, language: str, query: str
) -> None:
    pages.comes_back_unchanged(owner_client, address + query, language)


def test_every_column_of_the_table_can_be_exported() -> None:
    assert {column.key for column in COLUMNS} == export._CELLS.keys()
    assert all(isinstance(cell(Group(group_id=1)), str) for cell in export._CELLS.values())


@BOTH
def test_it_needs_a_session(visitor: Client, address: str) -> None:
    assert visitor.get(address)["Location"] == "/sign-in"


@BOTH
def test_an_ordinary_member_gets_nothing(
    ordinary_client: Client, sandbox: SandboxProcess, address: str
) -> None:
    asking.closed_to_members(ordinary_client, sandbox, address)


@BOTH
def test_nothing_leaves_while_nobody_can_confirm_it(
    owner_client: Client, sandbox: SandboxProcess, address: str
) -> None:
    owner_client.get("/groups")
    sandbox.fault("*", "status", 503)
    assert owner_client.get(address).status_code == 503
    assert not Event.objects.filter(operation="groups.export").exists()


def test_what_is_not_understood_is_said_on_the_page(owner_client: Client) -> None:
    assert owner_client.get(f"{CSV}&only=perhaps")["Location"] == "/groups?only=perhaps"
    assert owner_client.get("/groups/export?format=pdf").status_code == 404


def test_a_list_that_was_never_read_is_no_empty_list(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.fault(f"{asking.API}group-getall", "status", 503)
    assert owner_client.get(CSV)["Location"].startswith("/groups")
    assert Roster.objects.get().read_at is None


@BOTH
def test_it_is_recorded(owner_client: Client, address: str) -> None:
    content(owner_client.get(f"{address}&only=empty"))
    done = Event.objects.get(operation="groups.export", stage=Stage.DONE)
    assert done.after["rows"] == Group.objects.filter(size=0).count()
    assert done.after["filter"] == "Only: Empty groups"
    assert "exported groups" in asking.text(owner_client.get("/audit"))


def test_the_table_offers_it_with_its_present_query(owner_client: Client) -> None:
    page = asking.text(owner_client.get("/groups?only=empty&sort=-number&cols=limit"))
    for kind in ("csv", "xlsx"):
        assert f'href="/groups/export?format={kind}&only=empty&sort=-number&cols=limit"' in page


def test_a_workbook_of_many_groups_is_made_by_a_job(owner_client: Client, settings: Settings) -> None:
    settings.EXPORT_INLINE_LIMIT = 1
    response = owner_client.get(f"{XLSX}&sort=-name")
    made = Making.objects.get()
    assert response["Location"] == f"/exports/{made.pk}"
    found = rows(owner_client, f"/exports/{made.pk}/file")
    assert found == rows(owner_client, f"{CSV}&sort=-name")
    assert len(found) == made.expected + 1
