"""/changes/new/import/<file>: what is what, by hand."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from changes.models import Change, ChangeSet
from common.actor import Actor
from sheets import importing, storage
from sheets.importing import Mapped, Wish
from sheets.models import Purpose, StoredFile
from sheets.tables import Mode
from tests.changes.support import System, an_actor
from tests.common.spreadsheets.making import workbook
from tests.orgs.views import asking
from tests.sheets import things
from tests.support.queries import Queries
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
Keep = Callable[..., StoredFile]
REGION = {"HX-Request": "true", "HX-Target": "import-columns"}


@pytest.fixture
def keep(db: None) -> Keep:
    def make(
        content: bytes,
        org_num: int = ORG,
        purpose: Purpose = Purpose.ORIGINAL,
        user_id: int = asking.OWNER_ID,
    ) -> StoredFile:
        actor = an_actor()
        other = Actor(actor.session_id, user_id, "1", "x", actor.role, org_num, "", "test")
        return storage.keep(other, purpose, "名单.xlsx", io.BytesIO(content))

    return make


def address(stored: StoredFile, query: str = "") -> str:
    return f"/changes/new/import/{stored.pk}{query}"


def fields(response: "Answer") -> dict[str, Any]:
    """What a browser would send."""
    form = response.context["form"]
    values = {bound.html_name: bound.value() or "" for bound in form}
    shown = {f"shown-{choice.sheet.index}": choice.shown for choice in form.sheets}
    body = response.content.decode()
    assert all(f'name="{name}"' in body for name in [*values, *shown])
    return values | shown


def fill(client: Client, where: str, **typed: str) -> "Answer":
    return client.post(where, fields(client.get(where)) | {k.replace("_", "-"): v for k, v in typed.items()})


def test_what_is_recognized_is_chosen_already_and_the_rest_is_asked(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name", "Colour", "Key"], ["一号", "红", "geheim"]))
    response = owner_client.get(address(stored))
    sent = fields(response)
    assert [sent[f"column-0-{n}"] for n in range(3)] == ["name", "", "code"]
    body = asking.text(response)
    assert "一号" in body
    assert "红" in body
    assert "geheim" not in body
    assert "Each row needs at least one of: Thing number, Thing name. They are matched by number." in body


def test_how_much_was_recognized_is_said(owner_client: Client, keep: Keep) -> None:
    said = {
        "Nothing was recognized": ["Wie", "Farbe"],
        "Not every heading was recognized": ["Thing name", "Farbe"],
        "Every heading was recognized. You can change what each is.": ["Thing name", "Color"],
    }
    for sentence, header in said.items():
        text = asking.text(owner_client.get(address(keep(workbook(header, ["一号", "红"])))))
        assert [one for one in said if one in text] == [sentence]


def test_what_was_said_is_planned(
    owner_client: Client, sandbox: SandboxProcess, keep: Keep, system: System
) -> None:
    stored = keep(workbook(["Wie", "Farbe"], ["一号", "红"]))
    where = address(stored, "?mode=create&suspend_missing=on")
    response = fill(owner_client, where, table_0="things")
    assert response.status_code == 422  # its columns were not shown yet
    response = owner_client.post(
        where, fields(response) | {"column-0-0": "name", "column-0-1": "color", "shown-0": "things"}
    )
    change_set = ChangeSet.objects.get()
    assert response["Location"] == f"/changes/{change_set.pk}"
    assert (change_set.arguments["mode"], change_set.arguments["suspend_missing"]) == ("create", True)
    created = Change.objects.get(line=2)
    assert (created.target_text, created.after) == ("一号", {"color": "红"})
    assert asking.sent(sandbox) == []


HEADLESS = [["一号", "红"], ["二号", "蓝"]]


def test_the_line_that_is_not_imported_is_named(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook([None, "Items"], ["Thing name", "Farbe"], ["一号", "红"]))
    body = asking.text(owner_client.get(address(stored)))
    assert "Line 2 is taken as the heading and not imported." in body
    assert "headless-0" not in body  # one of the headings is known: that they are some is no question


def test_a_list_without_headings_can_be_imported_whole(
    owner_client: Client, keep: Keep, system: System
) -> None:
    where = address(keep(things.csv(*HEADLESS)))
    sent = fields(owner_client.get(where)) | {"table-0": "things", "show": "1"}
    shown = owner_client.post(where, sent)
    assert "Line 1 is taken as the heading" in asking.text(shown)
    said = fields(shown) | {"headless-0": "on", "column-0-0": "name", "column-0-1": "color"}
    again = owner_client.post(where, said | {"show": "1"}, headers=REGION)
    assert fields(again)["column-0-0"] == "name"
    assert "Line 1 is taken as the heading" not in asking.text(again)
    assert [list(one.sample) for one in again.context["form"].sheets[0].columns] == [
        ["一号", "二号"],
        ["红", "蓝"],
    ]
    assert owner_client.post(where, said).status_code == 302
    created = Change.objects.order_by("position").values_list("line", "target_text")
    assert list(created) == [(1, "一号"), (2, "二号")]


def test_without_headings_the_first_password_is_covered_as_the_others(
    owner_client: Client, keep: Keep
) -> None:
    where = address(keep(things.csv(["一号", "geheim"], ["二号", "secret"])))
    sent = {"table-0": "things", "shown-0": "things", "headless-0": "on", "column-0-1": "code", "show": "1"}
    body = asking.text(owner_client.post(where, {"mode": "both"} | sent))
    assert "geheim" not in body and "secret" not in body


def test_where_headings_are_known_nobody_can_say_that_there_are_none(
    owner_client: Client, keep: Keep, system: System
) -> None:
    stored = keep(workbook(["Thing name", "x"], ["1", "2"]))
    assert fill(owner_client, address(stored), headless_0="on").status_code == 302
    assert ChangeSet.objects.get().arguments["sheets"][0]["header"] is True


def test_another_table_shows_its_columns(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name", "Other name", "Title"], ["a", "b", "c"]))
    sent = fields(owner_client.get(address(stored)))
    assert [sent[f"column-0-{n}"] for n in range(3)] == ["", "name", "title"]
    response = owner_client.post(address(stored), sent | {"table-0": "things", "show": "1"}, headers=REGION)
    assert response.status_code == 200
    assert response.content.decode().strip().startswith('<section id="import-columns"')
    shown = fields(response)
    assert [shown[f"column-0-{n}"] for n in range(3)] == ["name", "", ""]
    assert not ChangeSet.objects.exists()


def test_what_was_said_of_the_columns_stays_while_another_sheet_changes(
    owner_client: Client, keep: Keep
) -> None:
    stored = keep(things.book(("a", [["Thing name", "x"], ["1", "2"]]), ("b", [["y"], ["3"]])))
    sent = fields(owner_client.get(address(stored)))
    response = owner_client.post(
        address(stored), sent | {"column-0-1": "color", "table-1": "others", "show": "1"}
    )
    assert fields(response)["column-0-1"] == "color"
    assert "column-1-0" in fields(response)


def test_left_out_sheets_are_left_out(owner_client: Client, keep: Keep, system: System) -> None:
    stored = keep(things.book(("a", [["Thing name"], ["1"]]), ("b", [["y"], ["3"]])))
    fill(owner_client, address(stored))
    assert [one["sheet"] for one in ChangeSet.objects.get().arguments["sheets"]] == [0]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"column_0_1": "name"}, "column-0-1", "column “Thing name” already"),
        ({"column_0_0": ""}, "table-0", "Each row needs at least one of: Thing number, Thing name. Choose"),
        ({"table_0": ""}, "__all__", "Say of one sheet"),
        ({"table_0": "others"}, "table-0", "those of another table"),
        ({"table_0": "nothing"}, "table-0", "nothing"),
        ({"column_0_1": "nothing"}, "column-0-1", "nothing"),
        ({"mode": "guess"}, "mode", "guess"),
    ],
    ids=str,
)
def test_bad_input_is_said_at_its_place(
    owner_client: Client, keep: Keep, typed: dict[str, str], field: str, words: str
) -> None:
    stored = keep(workbook(["Thing name", "x"], ["1", "2"]))
    response = fill(owner_client, address(stored), **typed)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert words in errors[field][0]
    assert errors[field][0] in asking.text(response)
    assert not ChangeSet.objects.exists()


def test_the_fields_of_200_columns_can_be_sent(owner_client: Client, keep: Keep, system: System) -> None:
    wide = [["Thing name", *(f"c{number}" for number in range(199))], ["x"]]
    stored = keep(workbook(*wide))
    owner_client.get(address(stored))
    with Queries() as queries:
        response = owner_client.get(address(stored))
    assert len(queries) <= 12
    assert fill(owner_client, address(stored)).status_code == 302
    assert "GR" in asking.text(response)


def test_no_page_asks_for_more_fields_than_may_be_sent(owner_client: Client, keep: Keep) -> None:
    wide = [["Thing name", *(f"c{number}" for number in range(199))], ["x"]]
    stored = keep(things.book(*((f"s{number}", wide) for number in range(6))))
    response = owner_client.get(address(stored))
    names = re.findall(r'<(?:select|input)[^>]* name="', response.content.decode())
    assert 800 < len(names) < (django_settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0)
    refused = fill(owner_client, address(stored))
    assert refused.status_code == 422
    assert "more than 800 columns" in asking.text(refused)
    assert not ChangeSet.objects.exists()
    assert fill(owner_client, address(stored), table_4="", table_5="").status_code == 302


def test_too_many_fields_are_bad_input(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name"], ["x"]))
    response = owner_client.post(address(stored), {f"column-0-{number}": "" for number in range(1001)})
    assert response.status_code == 400
    assert not ChangeSet.objects.exists()


def test_an_import_can_be_mapped_anew(owner_client: Client, keep: Keep, system: System) -> None:
    stored = keep(workbook(["Thing name", "x"], ["一号", "红"]))
    wish = Wish(Mode.UPDATE, True, [Mapped(0, "things", {0: "name", 1: "color"}, 1)])
    change_set = importing.start(an_actor(), stored, wish)
    sent = fields(owner_client.get(address(stored, f"?set={change_set.pk}")))
    assert (sent["mode"], sent["suspend_missing"], sent["column-0-1"]) == ("update", "on", "color")


def test_what_was_said_of_headings_stays_when_it_is_mapped_anew(
    owner_client: Client, keep: Keep, system: System
) -> None:
    stored = keep(things.csv(*HEADLESS))
    wish = Wish(Mode.BOTH, False, [Mapped(0, "things", {0: "name"}, 1, has_header=False)])
    change_set = importing.start(an_actor(), stored, wish)
    sent = fields(owner_client.get(address(stored, f"?set={change_set.pk}")))
    assert (sent["headless-0"], sent["column-0-0"]) == ("on", "name")


@pytest.mark.parametrize("number", ["", "x", "²", "9" * 30, "4711"])
def test_a_set_that_is_not_there_says_nothing(owner_client: Client, keep: Keep, number: str) -> None:
    stored = keep(workbook(["Thing name", "x"], ["一号", "红"]))
    assert (
        owner_client.get(address(stored, f"?set={number}&mode=x")).context["form"]["mode"].value() == "both"
    )


def test_another_organization_s_file_is_not_there(
    owner_client: Client, sandbox: SandboxProcess, keep: Keep
) -> None:
    foreign = keep(workbook(["Thing name"], ["x"]), OTHER_ORG)
    made = keep(workbook(["Thing name"], ["x"]), purpose=Purpose.EXPORT)
    for where in (address(foreign), address(made), f"/changes/new/import/{uuid4()}"):
        asking.foreign_id_is_not_found(owner_client, sandbox, where, mode="both")
    assert not ChangeSet.objects.exists()


def test_a_colleague_s_file_is_not_there(owner_client: Client, sandbox: SandboxProcess, keep: Keep) -> None:
    """It may hold passwords; mapped otherwise, they would be shown."""
    stored = keep(workbook(["Thing name", "Key"], ["x", "geheim"]), user_id=asking.PERSON)
    asking.foreign_id_is_not_found(owner_client, sandbox, address(stored), mode="both")
    assert not ChangeSet.objects.exists()


def test_a_password_is_covered_also_where_its_column_is_left_out(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name", "Key", "x"], ["1", "geheim", "y"]))
    page = owner_client.get(address(stored))
    assert "geheim" not in asking.text(page)
    sent = fields(page) | {"column-0-1": "color", "show": "1"}
    assert "geheim" not in asking.text(owner_client.post(address(stored), sent))


def test_a_file_opens_after_the_keys_were_rotated(keep: Keep, settings: Settings) -> None:
    content = workbook(["Thing name"], ["x"])
    stored = keep(content)
    old, new = settings.TOKEN_KEYS[0], Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, old]
    call_command("rotate_keys", stdout=StringIO())
    settings.TOKEN_KEYS = [new]
    assert b"".join(storage.pieces(stored)) == content


def test_an_expired_file_is_not_there(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name"], ["x"]))
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert owner_client.get(address(stored)).status_code == 404
    assert storage.purge() == 2
    assert not StoredFile.objects.exists()


def test_the_region_is_part_of_the_page(owner_client: Client, keep: Keep) -> None:
    stored = keep(workbook(["Thing name", "x"], ["1", "2"]))
    asking.fragment_equals_page(owner_client, address(stored), "import-columns")


def test_cells_are_shown_as_text(owner_client: Client, keep: Keep) -> None:
    stored = keep(things.book((asking.HOSTILE, [["Thing name", asking.HOSTILE], [asking.HOSTILE, "x"]])))
    asking.is_shown_as_text(owner_client.get(address(stored)), asking.HOSTILE)


def test_it_needs_a_session(visitor: Client, keep: Keep) -> None:
    asking.closed_to_strangers(visitor, address(keep(workbook(["x"], ["y"]))))


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess, keep: Keep) -> None:
    where = address(keep(workbook(["Thing name"], ["x"])))
    asking.closed_to_members(ordinary_client, sandbox, where, mode="both")
    assert not ChangeSet.objects.exists()
