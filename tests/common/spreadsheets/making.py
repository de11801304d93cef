"""Files as people send them, and how they are read here."""

import io
import zipfile
from collections.abc import Callable, Sequence

import pytest

from common.spreadsheets import Limits, NewSheet, Row, Unreadable, open_table, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"


def read(content: bytes, limits: Limits = Limits()) -> list[Row]:  # noqa: B008  # it is frozen
    """The rows of the first sheet."""
    return list(open_table(io.BytesIO(content), limits).sheets[0].rows())


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in read(content)]


def refused(content: bytes, limits: Limits = Limits()) -> tuple[str, int | None]:  # noqa: B008
    """With which code a file is refused, and for which line."""
    with pytest.raises(Unreadable) as caught:
        read(content, limits)
    assert str(caught.value.message)
    return caught.value.code, caught.value.line


def workbook(*rows: Sequence[str | int | None]) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, [NewSheet("Sheet", rows[0] if rows else [], rows[1:])])  # type: ignore[arg-type]
    return file.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed, packed anew."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return packed.getvalue()


def with_rows(xml: str) -> bytes:
    """A workbook whose only sheet has these rows, as XML."""
    return changed(
        workbook(["x"]),
        SHEET,
        lambda old: (
            old[: old.index(b"<sheetData>")]
            + f"<sheetData>{xml}</sheetData>".encode()
            + old[old.index(b"</sheetData>") + len(b"</sheetData>") :]
        ),
    )
