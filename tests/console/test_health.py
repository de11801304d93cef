import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_healthz_answers_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_answers_when_the_tables_are_up_to_date(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("database", ["default", settings.MIRROR_DATABASE])
def test_readyz_refuses_while_migrations_are_pending(client: Client, database: str) -> None:
    MigrationRecorder(connections[database]).record_unapplied("audit", "0002_event_event_request")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "migrations pending"})
