"""How long sets are kept, and what housekeeping does about them."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from changes import keeping
from changes.models import Call, Change, ChangeSet, Problem, SetState, State
from console import housekeeping
from tests.changes import support
from tests.changes.views import making

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody(db: None) -> None:
    making.register()
    support.an_actor()


def later(span: timedelta) -> time_machine.travel:
    return time_machine.travel(timezone.now() + span)


@pytest.mark.parametrize("state", [SetState.PLANNED, SetState.FAILED])
def test_a_preview_that_nobody_confirms_is_discarded(settings: Settings, state: SetState) -> None:
    change_set = making.a_set(state, [{"secret": "sealed"}])
    with later(settings.CHANGES_PREVIEW_KEPT - timedelta(hours=1)):
        assert keeping.discard_previews() == 0
    with later(settings.CHANGES_PREVIEW_KEPT + timedelta(hours=1)):
        assert keeping.discard_previews() == 1
    change_set.refresh_from_db()
    assert change_set.state == SetState.DISCARDED
    assert change_set.changes.get().secret == ""


@pytest.mark.parametrize("state", [SetState.APPLYING, SetState.PAUSED, SetState.FINISHED, SetState.PLANNING])
def test_nothing_else_is_discarded(settings: Settings, state: SetState) -> None:
    making.a_set(state, [{}])
    with later(settings.CHANGES_PREVIEW_KEPT * 2):
        assert keeping.discard_previews() == 0


def test_an_old_set_goes_with_everything_that_is_its(settings: Settings) -> None:
    old = making.a_set(SetState.FINISHED, [{"state": State.DONE}] * 3, [{"code": "no_such"}])
    call = Call.objects.create(change_set=old, operation="test", attempted_at=timezone.now())
    old.changes.update(call=call)
    undo = making.a_set(SetState.FINISHED, [{}], undoes=old)
    ChangeSet.objects.filter(pk=undo.pk).update(created_at=timezone.now() + timedelta(days=1))
    with later(settings.CHANGES_KEPT + timedelta(hours=1)):
        assert keeping.delete_old() == 5
    undo.refresh_from_db()
    assert undo.undoes is None
    assert list(ChangeSet.objects.all()) == [undo]
    assert (Change.objects.count(), Problem.objects.count(), Call.objects.count()) == (1, 0, 0)


def test_a_large_one_goes_in_several_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_ROWS", 2)
    monkeypatch.setattr(keeping, "_MOST", 2)
    making.a_set(SetState.FINISHED, [{}] * 7)
    with later(settings.CHANGES_KEPT + timedelta(hours=1)):
        left = []
        for _run in range(3):
            keeping.delete_old()
            left.append((Change.objects.count(), ChangeSet.objects.count()))
    assert left == [(3, 1), (0, 1), (0, 0)]


@pytest.mark.parametrize("state", [SetState.APPLYING, SetState.PLANNING])
def test_what_is_under_way_is_never_deleted(settings: Settings, state: SetState) -> None:
    making.a_set(state, [{}])
    with later(settings.CHANGES_KEPT * 2):
        assert keeping.delete_old() == 0
    assert ChangeSet.objects.count() == 1


def test_housekeeping_does_all_of_it(settings: Settings) -> None:
    preview = making.a_set()
    finished = making.with_passwords(2)
    with later(settings.CHANGES_PREVIEW_KEPT + timedelta(hours=1)):
        housekeeping.run()
    preview.refresh_from_db()
    assert preview.state == SetState.DISCARDED
    assert not finished.changes.exclude(secret="").exists()
    with later(settings.CHANGES_KEPT + timedelta(hours=1)):
        housekeeping.run()
    assert not ChangeSet.objects.exists()
