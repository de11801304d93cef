from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Count, F


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Who has planned what was confirmed was not kept, nor which passwords are out of a file: each that has a line and
    waits is taken for one, because those are nobody else's."""
    sets, changes = apps.get_model("changes", "ChangeSet"), apps.get_model("changes", "Change")
    sets.objects.update(planner_id=F("user_id"), planner_name=F("user_name"))
    given = changes.objects.filter(kind="orgs.member.create", line__isnull=False).exclude(secret="")
    given.update(secret_given=True)
    counts = changes.objects.filter(secret_given=True).values_list("change_set").annotate(Count("id"))
    for set_id, number in counts:
        sets.objects.filter(pk=set_id).update(secrets_given=number)


class Migration(migrations.Migration):
    dependencies = [("changes", "0004_planned_as_of")]

    operations = [
        migrations.AddField(
            "changeset", "planner_id", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField("changeset", "planner_name", models.CharField(blank=True, max_length=200)),
        migrations.AddField("changeset", "secrets_given", models.IntegerField(default=0)),
        migrations.AddField("change", "secret_given", models.BooleanField(default=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
