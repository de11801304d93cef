"""What migrations make of the rows that are there."""

from importlib import import_module

from django.apps import apps

from changes.kinds import Draft
from changes.models import Change, ChangeSet
from common.actor import Actor
from tests.changes.support import System, planned


def test_who_planned_what_waits_is_known_and_the_passwords_of_its_file(actor: Actor, system: System) -> None:
    change_set = planned(
        actor, *(Draft(kind="test.password", target_text=name) for name in ("Ada", "Bo", "Cy"))
    )
    Change.objects.update(kind="orgs.member.create", line=2, secret="sealed")
    Change.objects.filter(target_text="Bo").update(kind="orgs.device.add")
    Change.objects.filter(target_text="Cy").update(line=None)
    ChangeSet.objects.update(planner_id=0, planner_name="")
    import_module("changes.migrations.0005_planner").fill(apps, None)
    change_set.refresh_from_db()
    assert (change_set.planner_id, change_set.planner_name) == (actor.user_id, actor.name)
    assert (change_set.secrets_given, change_set.changes.get(secret_given=True).target_text) == (1, "Ada")
