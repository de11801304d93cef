"""What is in which database, and that a busy mirror keeps nobody else waiting."""

import sqlite3
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, router

from orgs import database, sql, store
from orgs.models import Member, Organization
from tests.orgs.domain.conftest import directory, fill, member

on_sqlite = pytest.mark.skipif(
    settings.MIRROR_DATABASE == DEFAULT_DB_ALIAS, reason="PostgreSQL has one database for everything"
)


def test_the_mirror_is_in_its_database_and_nothing_else_is() -> None:
    for model in apps.get_models():
        wanted = settings.MIRROR_DATABASE if model._meta.app_label in ("orgs", "groups") else DEFAULT_DB_ALIAS
        assert router.db_for_read(model) == router.db_for_write(model) == wanted, model
        assert [name for name in connections if router.allow_migrate_model(name, model)] == [wanted], model


def test_no_table_refers_to_one_of_another_database() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.many_to_one or field.one_to_one or field.many_to_many:
                assert field.related_model is not None
                assert router.db_for_write(field.related_model) == router.db_for_write(model), field


@on_sqlite
def test_each_database_has_its_own_tables_only(db: None) -> None:
    tables = {name: set(connections[name].introspection.table_names()) for name in connections}
    assert "orgs_member" in tables[settings.MIRROR_DATABASE]
    assert "orgs_member" not in tables[DEFAULT_DB_ALIAS]
    assert tables[settings.MIRROR_DATABASE].isdisjoint({"audit_event", "accounts_upstreamsession"})


@on_sqlite
def test_a_load_locks_the_mirror_and_nothing_else(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs in meanwhile writes a session and the trail."""
    seen: list[tuple[bool, bool]] = []
    apply = sql.apply

    def look_and_apply(*args: object, **kwargs: object) -> None:
        seen.append((is_locked(settings.MIRROR_DATABASE), is_locked(DEFAULT_DB_ALIAS)))
        apply(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sql, "apply", look_and_apply)
    monkeypatch.setattr(sql, "BATCH", 5)
    fill(7, directory([member(number) for number in range(1, 20)]))
    assert Member.objects.count() == 19
    assert set(seen) == {(True, False)}


def is_locked(alias: str) -> bool:
    """Whether somebody holds the write lock of a database."""
    other = sqlite3.connect(connections[alias].settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return True
    finally:
        other.close()
    return False


def test_one_transaction_of_the_mirror_is_whole_or_not_at_all(transactional_db: None) -> None:
    with pytest.raises(RuntimeError), database.atomic():
        Organization.objects.create(num=7, name="x")
        store.patch_department(7, 6, None)
        raise RuntimeError
    assert not Organization.objects.exists()


@on_sqlite
def test_what_an_earlier_version_kept_in_the_other_file_goes(transactional_db: None) -> None:
    moved = import_module("console.migrations.0001_mirror_has_its_own_file")
    default = connections[DEFAULT_DB_ALIAS]
    with default.cursor() as cursor:
        cursor.execute("CREATE TABLE orgs_organization (num integer PRIMARY KEY)")
        cursor.execute("CREATE TABLE orgs_member (id integer REFERENCES orgs_organization (num))")
        cursor.execute("CREATE VIRTUAL TABLE orgs_member_index USING fts5(search, content='')")
        cursor.execute("INSERT INTO orgs_organization VALUES (7)")
        cursor.execute("INSERT INTO orgs_member VALUES (7)")
    Organization.objects.create(num=7, name="x")
    for alias in connections:
        with connections[alias].schema_editor() as editor:
            moved.drop(None, editor)
    assert not [name for name in default.introspection.table_names() if name.startswith("orgs_")]
    assert Organization.objects.filter(num=7).exists()
