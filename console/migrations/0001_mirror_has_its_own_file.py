"""An earlier version kept the mirror in this database. What is left of it here would be read and erased by nobody."""

from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The index goes first and the organizations last: the others refer to them.
TABLES = ["orgs_member_index", "orgs_member", "orgs_department", "orgs_ownwrite", "orgs_organization"]


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.alias != settings.MIRROR_DATABASE:
        for table in TABLES:
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}", params=None)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_search")]
    operations = [migrations.RunPython(drop, migrations.RunPython.noop)]
