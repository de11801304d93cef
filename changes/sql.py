"""The statements for many changes at once; model instances would cost ten times as much."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from django.db import connection

from changes.models import Change, State


class Planned(NamedTuple):
    """A change as it is written when it is planned; the names are those of the columns."""

    change_set_id: int
    position: int
    wave: int
    kind: str
    target_id: str
    target_text: str
    before: object
    after: object
    refs: object
    needs: object
    undoes: int | None
    said: object
    note: str
    sheet: str
    line: int | None
    marks: str
    secret: str
    secret_given: bool


_JSON = frozenset({"before", "after", "refs", "needs", "said"})
_LATER = {"state": State.WAITING.value, "reason": "", "reason_text": "", "result": "{}", "attempts": 0}
_encode = msgspec.json.Encoder().encode


def insert(rows: Sequence[Planned]) -> None:
    """Write planned changes."""
    columns = ", ".join(f'"{name}"' for name in (*Planned._fields, *_LATER))
    places = ", ".join(["%s"] * (len(Planned._fields) + len(_LATER)))
    json = [name in _JSON for name in Planned._fields]
    later = tuple(_LATER.values())
    values: list[tuple[Any, ...]] = [
        (*(_encode(v).decode() if is_json else v for v, is_json in zip(row, json, strict=True)), *later)
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO changes_change ({columns}) VALUES ({places})",  # noqa: S608 - names of ours
            values,
        )


def update(columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Set these columns of single changes; a row is the id and the values."""
    by_name = {field.name: field for field in Change._meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    assignments = ", ".join(f"{field.column} = %s" for field in fields)
    prepared = [
        (*(f.get_db_prep_save(v, connection) for f, v in zip(fields, values, strict=True)), pk)
        for pk, *values in rows
    ]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE changes_change SET {assignments} WHERE id = %s",  # noqa: S608 - names of ours
                prepared,
            )
