"""The statements for many events at once; model instances would cost several times as much."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Field
from django.utils import timezone

from audit.models import Event, Stage


class Attempted(NamedTuple):
    """What attempts of one actor differ in; the names are those of the columns."""

    action: UUID
    operation: str
    target_kind: str
    target_id: str
    target_text: str
    before: dict[str, Any]
    after: dict[str, Any]


class Ended(NamedTuple):
    """How an attempt ended; the names are those of the columns. None: as the attempt says."""

    action: UUID
    stage: str
    reason: str
    reason_text: str
    target_id: str | None
    target_text: str | None


def insert_attempts(pattern: Event, rows: Sequence[Attempted]) -> None:
    """Write attempts; what they have in common is in ``pattern``, which is not written."""
    own = [_field(name) for name in Attempted._fields]
    alike = [field for field in _FIELDS if field not in own]
    common = [_prepared(field, field.pre_save(pattern, add=True)) for field in alike]
    values = [(*common, *map(_prepared, own, row)) for row in rows]
    _insert([*alike, *own], f"VALUES ({', '.join(['%s'] * len(_FIELDS))})", values)


def insert_ends(rows: Sequence[tuple[UUID, Ended]]) -> None:
    """Write ends, each a copy of the attempt of the action that it comes with; none where there is no such attempt."""
    own = [_field(name) for name in Ended._fields]
    at = _field("at")
    copied = [field for field in _FIELDS if field not in (*own, at)]
    chosen = [f"coalesce(%s, {field.column})" for field in own]
    chosen += ["%s", *(str(field.column) for field in copied)]
    now = _prepared(at, timezone.now())
    values = [(*map(_prepared, own, row), now, _prepared(own[0], action)) for action, row in rows]
    source = (
        f"SELECT {', '.join(chosen)} FROM audit_event"  # noqa: S608 - names of ours
        f" WHERE action = %s AND stage = '{Stage.ATTEMPTED}'"
    )
    _insert([*own, at, *copied], source, values)


def _insert(fields: Sequence[Any], source: str, values: Sequence[tuple[Any, ...]]) -> None:
    if not values:
        return
    columns = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO audit_event ({columns}) {source}", values)


def _field(name: str) -> Any:
    return Event._meta.get_field(name)


def _prepared(field: "Field[Any, Any]", value: object) -> Any:
    return None if value is None else field.get_db_prep_save(value, connection)


_FIELDS: list[Any] = [field for field in Event._meta.concrete_fields if not field.primary_key]
