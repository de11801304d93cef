"""From the preview to the result and back, through the pages, with jobs that really run."""

import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import sessions
from changes import kinds, plan
from changes.kinds import Draft, Trouble
from changes.models import Change, ChangeSet, SetState
from tests.changes.support import DRAFTS, System
from tests.changes.views.making import session
from tests.common.spreadsheets.making import cells
from tests.orgs.views import asking

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db(transaction=True)


def begin(*drafts: Draft | Trouble) -> ChangeSet:
    DRAFTS[:] = drafts
    actor = sessions.actor_for(session(), address="127.0.0.1", request_id="test")
    return plan.start(actor, "test", {"title": "A test"})


def post(client: Client, change_set: ChangeSet, deed: str, **typed: object) -> "Answer":
    return client.post(f"/changes/{change_set.pk}/{deed}", typed)


def test_changes_are_confirmed_seen_through_and_taken_back(owner_client: Client, system: System) -> None:
    number = system.create("Ada", color="red")
    red, blue = {"color": "red"}, {"color": "blue"}
    change_set = begin(
        Draft(kind="test.set", target_id=str(number), target_text="Ada", before=red, after=blue),
        Draft(kind="test.create", target_text="Bo", after={"color": "green"}),
        Trouble(code="no_such", params={"name": "X"}, line=4),
    )
    page = asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert "2 changes would be made" in page and "1 problem" in page
    assert post(owner_client, change_set, "confirm", leave_out="on").status_code == 302
    result = asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert "Finished" in result and system.things[number]["color"] == "blue" and system.named("Bo")

    undo = ChangeSet.objects.get(pk=re.findall(r"\d+", post(owner_client, change_set, "undo")["Location"])[0])
    assert f'href="/changes/{change_set.pk}">undoes' in asking.text(owner_client.get(f"/changes/{undo.pk}"))
    post(owner_client, undo, "confirm")
    assert system.things == {number: {"name": "Ada", "color": "red"}}
    assert "Done 2" in asking.text(owner_client.get("/changes?state=finished"))


def test_new_passwords_are_handed_over_once(owner_client: Client, system: System) -> None:
    numbers = [system.create(name) for name in ("Ada", "Bo")]
    change_set = begin(
        *(
            Draft(kind="test.password", target_id=str(n), target_text=system.things[n]["name"])
            for n in numbers
        )
    )
    post(owner_client, change_set, "confirm")
    assert "Take 2 passwords" in asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    slips = asking.text(post(owner_client, change_set, "passwords", form="slips"))
    assert all(system.things[n]["password"] in slips for n in numbers)
    assert post(owner_client, change_set, "passwords", form="sheet").status_code == 200
    assert not change_set.changes.exclude(secret="").exists()


GIVEN = "Geheim-0815-Ente"


def with_a_given_password(system: System) -> ChangeSet:
    """Planned by whoever signed in last: one password out of a file, and one to be made."""
    ada, bo = (str(system.create(name)) for name in ("Ada", "Bo"))
    return begin(
        Draft(kind="test.password", target_id=ada, target_text="Ada", secret=GIVEN),
        Draft(kind="test.password", target_id=bo, target_text="Bo"),
    )


def test_passwords_of_a_file_are_handed_to_whoever_sent_it(owner_client: Client, system: System) -> None:
    change_set = with_a_given_password(system)
    assert "comes from the file" not in asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    post(owner_client, change_set, "confirm")
    assert "Take 2 passwords" in asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert GIVEN in asking.text(post(owner_client, change_set, "passwords", form="slips"))


def test_passwords_of_a_file_are_not_handed_to_whoever_else_confirms(
    manager_client: Client, owner_client: Client, system: System
) -> None:
    change_set = with_a_given_password(system)
    said = "1 password comes from the file of ent19949504, and is given to nobody else."
    assert said in asking.text(manager_client.get(f"/changes/{change_set.pk}"))
    post(manager_client, change_set, "confirm")
    assert system.things[1]["password"] == GIVEN
    page = asking.text(manager_client.get(f"/changes/{change_set.pk}"))
    assert "Take 1 password" in page and said in page
    assert f"No. {change_set.pk}, planned by ent19949504, applied by" in page
    slips = asking.text(post(manager_client, change_set, "passwords", form="slips"))
    assert GIVEN not in slips and system.things[2]["password"] in slips
    assert slips.count("It is the one in the file of ent19949504.") == 1
    sheet = cells(post(manager_client, change_set, "passwords", form="sheet").getvalue())
    assert [row[2] for row in sheet[1:]] == ["", system.things[2]["password"]]
    assert sheet[1][3] == "It is the one in the file of ent19949504."
    assert not Change.objects.exclude(secret="").exists()


def test_where_a_file_gave_all_passwords_nobody_else_is_offered_any(
    manager_client: Client, owner_client: Client, system: System
) -> None:
    number = str(system.create("Ada"))
    change_set = begin(Draft(kind="test.password", target_id=number, target_text="Ada", secret=GIVEN))
    post(manager_client, change_set, "confirm")
    assert "Take" not in asking.text(manager_client.get(f"/changes/{change_set.pk}"))
    page = asking.text(manager_client.get(f"/changes/{change_set.pk}/passwords"))
    assert "There are no passwords to take" in page and "comes from the file of ent19949504" in page
    assert post(manager_client, change_set, "passwords", form="sheet").status_code == 302


def test_passwords_of_a_file_are_not_handed_to_whoever_resumes(
    manager_client: Client, owner_client: Client, system: System, settings: Settings
) -> None:
    """Neither those that were set before it stopped, nor those that are set afterwards."""
    settings.CHANGES_AT_ONCE = 1
    system.faults = ["", "session"]
    numbers = [str(system.create(name)) for name in ("Ada", "Bo")]
    change_set = begin(
        *(
            Draft(kind="test.password", target_id=one, target_text=f"No. {one}", secret=GIVEN + one)
            for one in numbers
        )
    )
    post(owner_client, change_set, "confirm")
    assert "Take 1 password" in asking.text(owner_client.get(f"/changes/{change_set.pk}"))
    assert "2 passwords come from the file" in asking.text(manager_client.get(f"/changes/{change_set.pk}"))
    post(manager_client, change_set, "resume")
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, change_set.secrets) == (SetState.FINISHED, 2, 0)
    assert [system.things[int(one)]["password"] for one in numbers] == [GIVEN + one for one in numbers]
    assert not Change.objects.exclude(secret="").exists()


def test_what_a_retry_makes_in_place_of_a_password_of_a_file_is_handed_over(
    manager_client: Client, owner_client: Client, system: System
) -> None:
    number = system.create("Ada")
    system.faults = ["refused"]
    change_set = begin(Draft(kind="test.password", target_id=str(number), target_text="Ada", secret=GIVEN))
    post(owner_client, change_set, "confirm")
    post(manager_client, change_set, "retry")
    made = system.things[number]["password"]
    assert made != GIVEN
    assert made in asking.text(post(manager_client, change_set, "passwords", form="slips"))


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is created has a password."""
    create = type(kinds.kind("test.create"))
    monkeypatch.setattr(create, "makes_secret", True)
    monkeypatch.setattr(create, "new_secret", lambda _kind: f"made-{uuid4()}")


def test_passwords_of_those_whose_creation_was_undone_are_gone(
    owner_client: Client, system: System, accounts: None
) -> None:
    """Of one it is not: somebody has changed it since."""
    names = ("Ada", "Bo", "Cy")
    change_set = begin(
        *(Draft(kind="test.create", target_text=name, secret=f"pass-{name}") for name in names)
    )
    post(owner_client, change_set, "confirm")
    address = f"/changes/{change_set.pk}"
    assert "Take 3 passwords" in asking.text(owner_client.get(address))
    post(owner_client, change_set, "undo")
    undo = ChangeSet.objects.get(undoes=change_set)
    system.faults = ["refused"]
    assert "Take 3 passwords" in asking.text(owner_client.get(address))
    post(owner_client, undo, "confirm")
    (left,) = (thing["name"] for thing in system.things.values())
    assert "Take 1 password" in asking.text(owner_client.get(address))
    sheet = cells(post(owner_client, change_set, "passwords", form="sheet").getvalue())
    assert [(row[0], row[2]) for row in sheet[1:]] == [(left, f"pass-{left}")]
    assert list(Change.objects.exclude(secret="").values_list("target_text", flat=True)) == [left]

    post(owner_client, undo, "retry")
    assert not system.things and not Change.objects.exclude(secret="").exists()
    page = asking.text(owner_client.get(address))
    assert "Take" not in page and "/passwords" not in page
    assert b"pass-" not in post(owner_client, change_set, "passwords", form="slips").content


def test_nobody_is_told_any_more_in_whose_file_the_password_of_somebody_undone_is(
    manager_client: Client, owner_client: Client, system: System, accounts: None
) -> None:
    change_set = begin(Draft(kind="test.create", target_text="Ada", secret=GIVEN))
    post(manager_client, change_set, "confirm")
    assert change_set.changes.get().secret_given
    post(manager_client, change_set, "undo")
    post(manager_client, ChangeSet.objects.get(undoes=change_set), "confirm")
    assert not change_set.changes.get().secret_given


def test_what_was_done_before_it_stopped_has_its_passwords(
    owner_client: Client, system: System, settings: Settings
) -> None:
    settings.CHANGES_AT_ONCE = 1
    numbers = [system.create(name) for name in ("Ada", "Bo")]
    system.faults = ["", "session"]
    change_set = begin(
        *(
            Draft(kind="test.password", target_id=str(n), target_text=system.things[n]["name"])
            for n in numbers
        )
    )
    post(owner_client, change_set, "confirm")
    change_set.refresh_from_db()
    assert (change_set.state, change_set.done, change_set.secrets) == (SetState.PAUSED, 1, 1)
    slips = asking.text(post(owner_client, change_set, "passwords", form="slips"))
    assert system.things[numbers[0]]["password"] in slips

    post(owner_client, change_set, "resume")
    slips = asking.text(post(owner_client, change_set, "passwords", form="slips"))
    assert system.things[numbers[1]]["password"] in slips
    assert system.things[numbers[0]]["password"] not in slips
