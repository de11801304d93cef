import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def proved_at_sign_in(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "UpstreamSession").objects.update(proved_at=models.F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_kept_views"),
    ]

    operations = [
        migrations.AddField(
            model_name="upstreamsession",
            name="left_to_jobs_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upstreamsession",
            name="proved_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunPython(proved_at_sign_in, migrations.RunPython.noop),
    ]
