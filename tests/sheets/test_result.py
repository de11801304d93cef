"""/changes/<id>/result.xlsx: what came of a change set, as a workbook."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from accounts import sessions
from accounts.models import UpstreamSession
from audit.models import Event, Stage
from changes import apply, control, vocabulary
from changes.kinds import Draft, Trouble
from changes.models import Change, ChangeSet, Problem, State
from common.actor import Actor
from sheets import importing, making, recognition, storage
from sheets.models import Making, MakingState, Purpose, StoredFile
from sheets.tables import Mode
from tests.changes.support import System, an_actor, planned
from tests.orgs.views import asking
from tests.sheets import things
from tests.support.sandbox import OTHER_ORG, SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = ["Thing name", "Color", "Key", "Note"]
ROWS = [
    HEADER,
    ["一号", "red", "geheim", "x"],
    ["same", "", "geheim", "=1+1"],
    ["", "blue", "geheim"],
    ["二号", "red", "geheim", "y", "", "far"],
]


def imported(
    content: bytes = b"",
    *,
    suspend_missing: bool = False,
    sender: Actor | None = None,
    name: str = "名单.xlsx",
) -> ChangeSet:
    actor = sender or an_actor()
    content = content or things.book(("Things", ROWS))
    stored = storage.keep(actor, Purpose.ORIGINAL, name, io.BytesIO(content))
    sheets = [one.mapped for one in recognition.look_through(io.BytesIO(content))]
    change_set = importing.start(actor, stored, importing.Wish(Mode.BOTH, suspend_missing, sheets))
    change_set.refresh_from_db()
    return change_set


def actor_of_browser() -> Actor:
    """Whoever is signed in, as this file takes results in their browser."""
    row = UpstreamSession.objects.get(user_id=asking.OWNER_ID)
    return sessions.actor_for(row, address="127.0.0.1", request_id="test")


def applied(change_set: ChangeSet) -> ChangeSet:
    control.confirm(an_actor(), change_set)
    apply.work(change_set.pk)
    change_set.refresh_from_db()
    return change_set


def take(client: Client, change_set: ChangeSet, query: str = "") -> "Answer":
    return client.get(f"/changes/{change_set.pk}/result.xlsx{query}")


def rows(client: Client, change_set: ChangeSet, query: str = "", sheet: str = "Things") -> list[list[str]]:
    return things.cells(content(take(client, change_set, query)), sheet)


def content(response: "Answer") -> bytes:
    assert response.status_code == 200
    return b"".join(response)


def recorded() -> list[tuple[str, str, object]]:
    events = Event.objects.filter(operation="changes.result").order_by("id")
    return [(event.stage, event.target_id, event.after.get("rows")) for event in events]


def test_an_import_comes_back_with_what_came_of_each_row(owner_client: Client, system: System) -> None:
    change_set = imported(sender=actor_of_browser())
    system.faults = ["refused"]
    applied(change_set)
    failed = Change.objects.get(state=State.FAILED)
    found = rows(owner_client, change_set)
    by_name = {row[0]: row for row in found}
    assert found[0] == [*HEADER, "Result", "Reason"]
    done = "二号" if failed.target_text == "一号" else "一号"
    assert by_name[failed.target_text][4:6] == ["Failed", "40001: 不行"]
    assert by_name[failed.target_text][2] == "geheim"
    assert by_name[done][4] == "Done"
    assert by_name[done][2] == ""
    assert by_name["same"] == ["same", "", "", "=1+1", "Unchanged"]
    assert by_name[""][4:] == ["Problem", "Color: A thing needs a name."]
    assert by_name["二号"][6:] == ["", "far"]


def test_taking_it_is_recorded_with_its_rows(owner_client: Client, system: System) -> None:
    change_set = imported(suspend_missing=True)  # four rows of the file, one change without a row
    content(take(owner_client, change_set))
    number = str(change_set.pk)
    assert recorded() == [(Stage.ATTEMPTED, number, None), (Stage.DONE, number, 5)]
    assert "took the result of a change set" in asking.text(owner_client.get("/audit"))


def test_passwords_come_back_to_whoever_sent_them_only(owner_client: Client, system: System) -> None:
    change_set = imported()  # by a colleague
    for query in ("", "?only=failed"):
        found = rows(owner_client, change_set, query)
        assert "一号" in str(found) and "geheim" not in str(found)


def test_only_what_is_not_done_can_be_corrected_and_sent_again(owner_client: Client, system: System) -> None:
    change_set = imported()
    system.faults = ["refused"]
    applied(change_set)
    again = content(take(owner_client, change_set, "?only=failed"))
    assert len(things.cells(again, "Things")) == 3
    (recognized,) = recognition.look_through(io.BytesIO(again))
    assert recognized.mapped.columns == {0: "name", 1: "color", 2: "code"}
    second = imported(again)
    assert [one.target_text for one in Change.objects.filter(change_set=second)] == [
        Change.objects.get(state=State.FAILED).target_text
    ]
    assert rows(owner_client, second)[0] == [*HEADER, "Result", "Reason"]


def test_the_result_speaks_the_language_of_who_takes_it_and_is_understood_in_any(
    owner_client: Client, system: System
) -> None:
    response = owner_client.get(
        f"/changes/{imported().pk}/result.xlsx", headers={"Accept-Language": "zh-hans"}
    )
    found = content(response)
    assert things.cells(found, "Things")[0][-2:] == ["结果", "原因"]
    (recognized,) = recognition.look_through(io.BytesIO(found))
    assert recognized.columns[4] == recognized.columns[5] == importing.IGNORED


def test_the_worst_of_a_row_wins_and_all_reasons_are_said(owner_client: Client, system: System) -> None:
    change_set = imported()
    first = Change.objects.get(target_text="一号")
    Change.objects.filter(pk=first.pk).update(state=State.UNKNOWN, reason="lost_answer")
    first.pk, first.position, first.state = None, 77, State.BLOCKED
    first.reason, first.reason_text = "blocked", "部门"
    first.save()
    row = rows(owner_client, change_set)[1]
    assert row[4] == "Not known"
    assert "looking it up settled nothing.; It needs “部门”, which was not done." in row[5]


def test_a_sheet_without_headings_comes_back_with_those_that_were_chosen(
    owner_client: Client, system: System
) -> None:
    content_ = io.BytesIO(things.csv(["一号", "x", "red"], ["", "y", "blue"]))
    stored = storage.keep(an_actor(), Purpose.ORIGINAL, "名单.csv", content_)
    mapped = importing.Mapped(0, "things", {0: "name", 2: "color"}, 1, has_header=False)
    change_set = importing.start(an_actor(), stored, importing.Wish(Mode.BOTH, False, [mapped]))
    change_set.refresh_from_db()
    assert Problem.objects.get().column == "C"
    assert rows(owner_client, change_set, sheet="Rows") == [
        ["Thing name", "", "Color", "Result", "Reason"],
        ["一号", "x", "red", "Not sent yet"],
        ["", "y", "blue", "Problem", "C: A thing needs a name."],
    ]


def test_columns_that_an_import_leaves_out_stay_in_the_file(owner_client: Client, system: System) -> None:
    change_set = imported(things.book(("Things", [["Weight", "Thing name", "Reason"], ["5", "same", "x"]])))
    assert rows(owner_client, change_set) == [
        ["Weight", "Thing name", "Result", "Reason"],
        ["5", "same", "Unchanged"],
    ]


def test_what_has_no_row_is_listed_on_a_sheet_of_its_own(owner_client: Client, system: System) -> None:
    change_set = imported(suspend_missing=True)
    assert [row[1] for row in rows(owner_client, change_set, sheet="Changes")] == ["Target", "missing"]


def test_several_sheets_and_a_note_above_the_headings(owner_client: Client, system: System) -> None:
    text = things.book(
        ("Things", [["A note"], HEADER, ["一号"]]), ("东西", [HEADER, ["二号"]]), ("x", [["y"]])
    )
    found = things.read(content(take(owner_client, imported(text))))
    assert list(found) == ["Things", "东西"]
    assert [row.cells[0] for row in found["Things"]] == ["A note", "Thing name", "一号"]


def test_a_password_in_a_column_without_a_heading_is_left_out_where_it_is_done(
    owner_client: Client, system: System
) -> None:
    change_set = imported(things.book(("Things", [["Thing name"], ["same", "", "geheim"]])))
    change_set.arguments["sheets"][0]["columns"]["2"] = "code"
    change_set.save()
    assert rows(owner_client, change_set)[1] == ["same", "", "", "Unchanged"]


def test_other_sets_and_expired_files_are_a_list(owner_client: Client, system: System) -> None:
    before, after = {"color": "red"}, {"color": "blue"}
    draft = Draft(kind="test.set", target_id="1", target_text="一号", before=before, after=after)
    other = planned(an_actor(), draft, Trouble(code="no_name", target_text="谁"))
    kind = str(vocabulary.kinds.get("test.set", "test.set"))
    assert rows(owner_client, other, sheet="Changes") == [
        ["What", "Target", "Number", "Changes", "Result", "Reason"],
        [kind, "一号", "", "Color: red → blue", "Not sent yet"],
        ["", "谁", "", "", "Problem", "A thing needs a name."],
    ]
    expired = imported()
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    listed = rows(owner_client, expired, sheet="Changes")
    assert [row[:2] for row in listed[1:]] == [["Things", "2"], ["Things", "5"], ["Things", "4"]]
    assert "geheim" not in str(listed)


def test_a_conflict_says_what_was_found(owner_client: Client, system: System) -> None:
    change_set = planned(
        an_actor(), Draft(kind="test.set", target_id="1", target_text="一号", after={"color": "x"})
    )
    Change.objects.update(state=State.FAILED, reason="conflict", result={"now": {"color": ["red", "green"]}})
    reason = rows(owner_client, change_set, sheet="Changes")[1][5]
    assert reason.endswith("nothing was sent. Color: expected “red”, found “green”.")


def test_a_large_one_is_made_in_the_background(
    owner_client: Client, settings: Settings, system: System
) -> None:
    settings.EXPORT_INLINE_LIMIT = 1
    change_set = imported()
    response = take(owner_client, change_set)
    making = Making.objects.get()
    assert response["Location"] == f"/exports/{making.pk}"
    assert making.state == MakingState.READY
    assert making.name == "名单 – result.xlsx"
    assert f'href="/changes/{change_set.pk}"' in asking.text(owner_client.get(f"/exports/{making.pk}"))
    found = content(owner_client.get(f"/exports/{making.pk}/file"))
    assert things.cells(found, "Things")[1][0] == "一号"
    assert recorded()[-1] == (Stage.DONE, str(change_set.pk), 4)


UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def test_no_letter_that_is_not_seen_turns_the_name_of_the_file(owner_client: Client, system: System) -> None:
    change_set = imported(name=f"edited{UNSEEN}xslx.exe")
    assert StoredFile.objects.get().name == change_set.arguments["name"] == "editedxslx.exe"
    change_set.arguments["name"] = f"名单{UNSEEN}xslx.exe"  # as an earlier version has kept it
    change_set.save()
    named = unquote(take(owner_client, change_set)["Content-Disposition"])
    assert named.endswith("名单xslx – result.xlsx")


@pytest.mark.parametrize(
    ("name", "called"),
    [("名单.xlsx", "名单 – result.xlsx"), ("Pasted cells", "Pasted cells – result.xlsx")],
)
def test_it_is_called_after_what_was_imported(
    owner_client: Client, system: System, name: str, called: str
) -> None:
    named = take(owner_client, imported(name=name))["Content-Disposition"]
    assert unquote(named).endswith(called)


def test_cells_and_text_files_come_back_as_data(owner_client: Client, system: System) -> None:
    """“Rows” is what a column of the trail is called."""
    change_set = imported("Thing name,Color\n一号,red\n".encode())
    with translation.override("zh-hans"):
        owner_client.cookies["django_language"] = "zh-hans"
        response = owner_client.get(
            f"/changes/{change_set.pk}/result.xlsx", headers={"Accept-Language": "zh-hans"}
        )
    assert list(things.read(content(response))) == ["数据"]


def test_a_name_of_nothing_but_unseen_letters_is_called_a_file(system: System) -> None:
    imported(name="\u202e\u200b")
    assert StoredFile.objects.get().name == "file"


def test_a_full_disk_is_said_and_changes_nothing(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch, system: System
) -> None:
    change_set = imported()

    def full(*_args: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sheets.results.write_xlsx", full)
    response = take(owner_client, change_set)
    assert response.status_code == 507
    assert "disk is full" in asking.text(response)
    assert recorded() == [
        (Stage.ATTEMPTED, str(change_set.pk), None),
        (Stage.REFUSED, str(change_set.pk), None),
    ]
    assert Event.objects.get(operation="changes.result", stage=Stage.REFUSED).reason == making.NOT_MADE
    before = change_set.state
    change_set.refresh_from_db()
    assert change_set.state == before


def test_a_set_without_a_plan_has_no_result(owner_client: Client, system: System) -> None:
    change_set = imported()
    ChangeSet.objects.update(planned_as_of=None)
    assert take(owner_client, change_set).status_code == 404


def test_another_organization_s_set_is_not_there(
    owner_client: Client, sandbox: SandboxProcess, system: System
) -> None:
    change_set = imported()
    ChangeSet.objects.update(org_num=OTHER_ORG)
    for number in (change_set.pk, 4711):
        assert owner_client.get(f"/changes/{number}/result.xlsx").status_code == 404
    assert recorded() == []
    assert asking.sent(sandbox) == []


def test_it_needs_a_session(visitor: Client) -> None:
    asking.closed_to_strangers(visitor, "/changes/1/result.xlsx")


def test_an_ordinary_member_may_not(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/changes/1/result.xlsx")
    assert recorded() == []


def test_names_of_own_columns_are_recognized_in_every_language() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            header = ["Thing name", str(importing.RESULT), str(importing.REASON)]
        found = recognition.look_through(io.BytesIO(things.csv(header, ["x", "y", "z"])))
        assert found[0].certain
        assert set(found[0].mapped.columns.values()) == {"name"}
