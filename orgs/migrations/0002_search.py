"""The search index, which each database has in its own way (see orgs/search.py)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Rows are added to the index by orgs.store and not by a trigger: within a trigger FTS5 writes out what it has
# collected after each row, which makes a load of 100,000 members take 12 s longer.
SQLITE = [
    "CREATE VIRTUAL TABLE orgs_member_index USING fts5(search, content='', tokenize='ascii')",
    # Nothing is merged while somebody holds the write lock; orgs.search.tidy does it, a little at a time.
    "INSERT INTO orgs_member_index(orgs_member_index, rank) VALUES ('automerge', 0)",
    "INSERT INTO orgs_member_index(orgs_member_index, rank) VALUES ('crisismerge', 400)",
    """
    CREATE TRIGGER orgs_member_deleted AFTER DELETE ON orgs_member WHEN old.indexed BEGIN
        INSERT INTO orgs_member_index(orgs_member_index, rowid, search)
        VALUES ('delete', old.id, replace(old.search, ' ', ' o' || old.organization_id || 'o'));
    END
    """,
    """
    CREATE TRIGGER orgs_member_renamed AFTER UPDATE OF search ON orgs_member WHEN old.indexed BEGIN
        INSERT INTO orgs_member_index(orgs_member_index, rowid, search)
        VALUES ('delete', old.id, replace(old.search, ' ', ' o' || old.organization_id || 'o'));
        INSERT INTO orgs_member_index(rowid, search)
        VALUES (new.id, replace(new.search, ' ', ' o' || new.organization_id || 'o'));
    END
    """,
]
SQLITE_UNDONE = [
    "DROP TRIGGER orgs_member_renamed",
    "DROP TRIGGER orgs_member_deleted",
    "DROP TABLE orgs_member_index",
]
POSTGRESQL = [
    """
    CREATE INDEX orgs_member_index ON orgs_member
    USING gin (to_tsvector('simple', replace(search, ' ', ' o' || organization_id || 'o')))
    """,
]
POSTGRESQL_UNDONE = ["DROP INDEX orgs_member_index"]


def build(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQLITE, POSTGRESQL)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    run(schema_editor, SQLITE_UNDONE, POSTGRESQL_UNDONE)


def run(schema_editor: BaseDatabaseSchemaEditor, sqlite: list[str], postgresql: list[str]) -> None:
    for statement in {"sqlite": sqlite, "postgresql": postgresql}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
