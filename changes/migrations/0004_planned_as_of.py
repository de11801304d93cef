from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("changes", "0003_tries")]

    operations = [migrations.RenameField("changeset", "planned_at", "planned_as_of")]
