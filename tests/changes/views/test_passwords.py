"""/changes/<id>/passwords: they are handed over once, and then gone."""

import logging
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from audit.models import Event
from changes import control, secrets
from changes.actors import actor_of
from changes.apply import apply_set
from changes.models import Change, ChangeSet, SetState, State
from tests.changes.views.making import HOSTILE, session, with_passwords
from tests.common.spreadsheets.making import cells
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import MANAGER, sign_in

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db


def take(client: Client, change_set: ChangeSet, form: str) -> "Answer":
    return client.post(f"/changes/{change_set.pk}/passwords", {"form": form})


def body(response: "Answer") -> str:
    return str(rows(response)) if response.streaming else asking.text(response)


def rows(response: "Answer") -> list[list[str]]:
    """The lines of the sheet, its heading first."""
    return cells(response.getvalue())


def kept(change_set: ChangeSet) -> int:
    return change_set.changes.exclude(secret="").count()


def test_the_page_shows_no_password(owner_client: Client) -> None:
    change_set = with_passwords(2)
    page = asking.text(owner_client.get(f"/changes/{change_set.pk}/passwords"))
    assert "2 passwords wait" in page and "pass-0" not in page
    assert f"/changes/{change_set.pk}/passwords" in asking.text(owner_client.get(f"/changes/{change_set.pk}"))


def test_deleting_them_is_asked_about_apart_from_taking_them(owner_client: Client) -> None:
    change_set = with_passwords(2)
    page = asking.text(owner_client.get(f"/changes/{change_set.pk}/passwords"))
    taking, _, deleting = page.partition("<details")
    assert "/passwords/delete" not in taking
    assert "2 passwords are deleted, and can only be reset afterwards." in deleting
    assert re.search(r'/passwords/delete".*?class="btn btn-danger"', deleting, re.DOTALL)
    assert kept(change_set) == 2


def test_slips_are_shown_once(owner_client: Client) -> None:
    change_set = with_passwords(2)
    response = take(owner_client, change_set, "slips")
    page = body(response)
    assert all(text in page for text in ("Person 0", "70010", "pass-0", "pass-1"))
    assert page.count("It is not known whether it was set.") == 1
    assert "no-store" in response["Cache-Control"]
    again = take(owner_client, change_set, "slips")
    assert again.status_code == 302 and b"pass-" not in again.content
    assert kept(change_set) == 2  # the sheet was not taken yet


def test_the_sheet_is_a_file_that_is_given_once(owner_client: Client) -> None:
    change_set = with_passwords(2)
    response = take(owner_client, change_set, "sheet")
    assert response["Content-Disposition"] == f'attachment; filename="passwords-{change_set.pk}.xlsx"'
    assert "no-store" in response["Cache-Control"]
    assert rows(response)[1:] == [
        ["Person 0", "70010", "pass-0"],
        ["Person 1", "70011", "pass-1", "It is not known whether it was set."],
    ]
    assert take(owner_client, change_set, "sheet").status_code == 302


def test_a_name_is_never_a_formula(owner_client: Client) -> None:
    change_set = with_passwords(1)
    change_set.changes.update(target_text='=1+"1"')
    content = take(owner_client, change_set, "sheet").getvalue()
    assert cells(content)[1][0] == '=1+"1"'
    assert b"<f>" not in ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")


def test_they_are_gone_when_both_forms_were_taken(owner_client: Client) -> None:
    change_set = with_passwords(2)
    for form in ("sheet", "slips"):
        assert "pass-1" in body(take(owner_client, change_set, form))
    change_set.refresh_from_db()
    assert (kept(change_set), change_set.secrets) == (0, 0)
    assert "can only be reset" in asking.text(owner_client.get(f"/changes/{change_set.pk}/passwords"))


def test_very_many_are_a_sheet_only(owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "SLIPS_MOST", 1)
    change_set = with_passwords(2)
    assert "slips can't be printed" in asking.text(owner_client.get(f"/changes/{change_set.pk}/passwords"))
    assert take(owner_client, change_set, "slips").status_code == 302
    assert kept(change_set) == 2
    assert "pass-1" in body(take(owner_client, change_set, "sheet"))
    assert kept(change_set) == 0


def test_they_can_be_deleted_at_once(owner_client: Client) -> None:
    change_set = with_passwords(2)
    owner_client.post(f"/changes/{change_set.pk}/passwords/delete")
    assert kept(change_set) == 0
    assert b"pass-" not in take(owner_client, change_set, "sheet").content
    assert Event.objects.filter(operation="changes.passwords-delete", stage="done").count() == 1


def test_only_what_was_done_or_may_have_been_is_handed_over(owner_client: Client) -> None:
    change_set = with_passwords(3)
    change_set.changes.filter(position=1).update(state=State.FAILED)
    assert "pass-1" not in body(take(owner_client, change_set, "sheet"))


@pytest.mark.parametrize("state", [SetState.APPLYING, SetState.PLANNED, SetState.DISCARDED])
def test_nothing_is_handed_over_while_it_moves(owner_client: Client, state: SetState) -> None:
    change_set = with_passwords(2, state)
    assert b"pass-" not in take(owner_client, change_set, "slips").content
    assert kept(change_set) == 2


def test_only_the_person_whose_set_it_is_may_have_them(owner_client: Client) -> None:
    change_set = with_passwords(2)
    colleague = Client(headers={"Accept-Language": "en"})
    sign_in(colleague, MANAGER)
    assert "Only ent19949504" in asking.text(colleague.get(f"/changes/{change_set.pk}/passwords"))
    for form in ("sheet", "slips"):
        response = take(colleague, change_set, form)
        assert response.status_code == 403 and b"pass-" not in response.content
    assert colleague.post(f"/changes/{change_set.pk}/passwords/delete").status_code == 403
    assert kept(change_set) == 2
    assert Event.objects.filter(reason="not_yours", actor_num="70016001").count() == 3
    assert "pass-0" in body(take(owner_client, change_set, "sheet"))


def test_whoever_is_quicker_gets_them(owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests have read the row; the comparison in the database decides."""
    change_set = with_passwords(2)
    stale = ChangeSet.objects.get(pk=change_set.pk)
    take(owner_client, change_set, "slips")
    monkeypatch.setattr(control, "get", lambda _actor, _set_id: stale)
    assert b"pass-" not in take(owner_client, change_set, "slips").content


def test_what_no_key_opens_any_more_is_said(owner_client: Client) -> None:
    change_set = with_passwords(2)
    change_set.changes.filter(position=0).update(secret="broken")
    page = body(take(owner_client, change_set, "slips"))
    assert "can't be read any more" in page and "pass-1" in page


def test_they_open_after_the_keys_were_rotated(owner_client: Client, settings: Settings) -> None:
    change_set = with_passwords(2)
    old, new = settings.TOKEN_KEYS[0], Fernet.generate_key().decode()
    settings.TOKEN_KEYS = [new, old]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "2 passwords and codes sealed" in out.getvalue()
    settings.TOKEN_KEYS = [new]
    owner = actor_of(change_set)
    assert owner is not None
    handed = secrets.hand_over(owner, change_set, secrets.Form.SHEET)
    assert [one.password for one in handed] == ["pass-0", "pass-1"]


def test_what_no_key_opens_is_left_as_it_is_by_a_rotation(owner_client: Client) -> None:
    change_set = with_passwords(2)
    change_set.changes.filter(position=0).update(secret="broken")
    assert secrets.rotate() == (1, 1)
    assert kept(change_set) == 2


def test_what_is_in_a_file_and_not_known_to_be_set_says_both(owner_client: Client) -> None:
    change_set = with_passwords(2, planner_id=8, planner_name="李雷")
    change_set.changes.filter(position=1).update(secret="", secret_given=True)
    note = rows(take(owner_client, change_set, "sheet"))[2][3]
    assert note == "It is the one in the file of 李雷. It is not known whether it was set."


def one_has_failed(change_set: ChangeSet) -> None:
    Change.objects.create(change_set=change_set, position=2, kind="test.set", state=State.FAILED)
    ChangeSet.objects.filter(pk=change_set.pk).update(failed=1, total=3)


def test_after_another_try_only_what_is_new_is_handed_over(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(apply_set), "enqueue", lambda _task, _set_id: None)
    change_set = with_passwords(2)
    one_has_failed(change_set)
    take(owner_client, change_set, "sheet")
    owner_client.post(f"/changes/{change_set.pk}/retry")
    change_set.refresh_from_db()
    assert (kept(change_set), change_set.sheet_taken_at) == (0, None)


def test_what_was_not_taken_survives_another_try(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(apply_set), "enqueue", lambda _task, _set_id: None)
    change_set = with_passwords(2)
    one_has_failed(change_set)
    owner_client.post(f"/changes/{change_set.pk}/retry")
    assert kept(change_set) == 2


def test_it_is_in_the_trail_and_no_password_is_anywhere_else(
    owner_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    change_set = with_passwords(2)
    for form in ("sheet", "slips"):
        assert "pass-1" in body(take(owner_client, change_set, form))
    ends = Event.objects.filter(operation="changes.passwords", stage="done")
    assert [event.after for event in ends] == [{"form": "sheet"}, {"form": "slips"}]
    assert "slips to print" in asking.text(owner_client.get("/audit"))
    assert "pass-" not in str(list(Event.objects.values()))
    logged = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]
    assert "pass-1" not in "\n".join(logged)


def test_a_hostile_name_is_text(owner_client: Client) -> None:
    change_set = with_passwords(1, title=HOSTILE)
    change_set.changes.update(target_text=HOSTILE, result={"number": HOSTILE})
    asking.is_shown_as_text(owner_client.get(f"/changes/{change_set.pk}/passwords"), HOSTILE)
    asking.is_shown_as_text(take(owner_client, change_set, "slips"), HOSTILE)


@pytest.mark.parametrize("form", ["", "nonsense", "sheet\x00"])
def test_a_form_that_there_is_not_takes_nothing(owner_client: Client, form: str) -> None:
    change_set = with_passwords(2)
    assert take(owner_client, change_set, form).status_code == 422
    assert secrets.forms(ChangeSet.objects.get(pk=change_set.pk)) == ["sheet", "slips"]


def test_it_needs_a_session_and_the_role(
    visitor: Client, ordinary_client: Client, sandbox: SandboxProcess
) -> None:
    change_set = with_passwords(2, user_id=session().user_id)
    address = f"/changes/{change_set.pk}/passwords"
    asking.closed_to_strangers(visitor, address)
    asking.closed_to_members(ordinary_client, sandbox, address, form="slips")
    assert kept(change_set) == 2


def test_a_set_of_another_organization_is_not_found(owner_client: Client, sandbox: SandboxProcess) -> None:
    change_set = with_passwords(2, org_num=100080)
    asking.foreign_id_is_not_found(owner_client, sandbox, f"/changes/{change_set.pk}/passwords", form="slips")
    assert kept(change_set) == 2


def test_what_nobody_fetches_is_forgotten(owner_client: Client) -> None:
    change_set, younger = with_passwords(2), with_passwords(2)
    waiting = with_passwords(2, SetState.PAUSED)
    waiting.changes.filter(position=0).update(state=State.WAITING)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert secrets.forget() == 0
    ChangeSet.objects.filter(pk=younger.pk).update(finished_at=timezone.now() + timedelta(days=5))
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert secrets.forget() == 2
    assert (kept(change_set), kept(younger)) == (0, 2)
    assert list(waiting.changes.exclude(secret="").values_list("position", flat=True)) == [
        0
    ]  # still to be sent
