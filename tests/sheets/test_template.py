"""/changes/new/import/template.xlsx."""

import io

import pytest
from django.test import Client

from common.spreadsheets import open_table
from sheets import recognition
from tests.orgs.views import asking
from tests.sheets import things
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
ADDRESS = "/changes/new/import/template.xlsx"


def test_it_has_a_note_and_the_headings(owner_client: Client) -> None:
    response = owner_client.get(f"{ADDRESS}?table=things")
    assert "Things%20%E2%80%93%20template.xlsx" in response["Content-Disposition"]
    assert things.cells(response.content, "Things") == [
        ["Thing number: Empty for a new one."],
        ["Thing number", "Thing name", "Color", "Key"],
    ]


def test_all_tables_are_sheets_of_one(owner_client: Client) -> None:
    found = open_table(io.BytesIO(owner_client.get(ADDRESS).content)).sheets
    assert [sheet.name for sheet in found] == ["Things", "Others"]
    for sheet in found:
        recognized = recognition.recognize(sheet)
        assert recognized is not None
        assert recognized.certain


def test_an_unknown_table_is_not_found(owner_client: Client) -> None:
    assert owner_client.get(f"{ADDRESS}?table=nothing").status_code == 404


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, ADDRESS)


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, ADDRESS)
