"""Files that are not what they seem: refused before they cost memory or time."""

import io
import struct
import tracemalloc
import zipfile

import pytest

from common.spreadsheets import Limits
from tests.common.spreadsheets.making import SHEET, changed, read, refused, with_rows, workbook
from tests.support.pictures import picture

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MEGABYTE = 1024 * 1024


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return file.getvalue()


def with_bit(content: bytes) -> bytes:
    """Every entry of the archive marked as encrypted, in the directory."""
    at = 0
    marked = bytearray(content)
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        flags = struct.unpack_from("<H", content, at + 8)[0]
        struct.pack_into("<H", marked, at + 8, flags | 1)
    return bytes(marked)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (picture(), "not_a_table"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "not_a_table"),
        (b"\x1f\x8b\x08\0", "not_a_table"),
        (packed(document=b"x"), "not_a_table"),
        (
            packed(**{"[Content_Types].xml": b"<Types>wordprocessingml.document.main+xml</Types>"}),
            "not_a_table",
        ),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "other_program"),
        (packed(**{"Index/Document.iwa": b"x"}), "other_program"),
        (
            packed(**{"[Content_Types].xml": b"<Types>ms-excel.sheet.binary.macroEnabled.main</Types>"}),
            "other_program",
        ),
        (
            changed(
                workbook(["a"]),
                "xl/workbook.xml",
                lambda old: old.replace(
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
            ),
            "strict",
        ),
        (OLE, "old_excel"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (with_bit(workbook(["a"])), "encrypted"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web_page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web_page"),
        (workbook(["a"])[:-100], "damaged"),
        (workbook(["a"])[:200], "damaged"),
        (changed(workbook(["a"]), SHEET, lambda _old: b"<worksheet"), "damaged"),
        (changed(workbook(["a"]), "xl/workbook.xml", lambda _old: b"<workbook>"), "damaged"),
        (changed(workbook(["a"]), "xl/styles.xml", lambda _old: b"no xml at all"), "damaged"),
    ],
)
def test_what_it_is_the_content_says(content: bytes, code: str) -> None:
    assert refused(content) == (code, None)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = with_part(workbook(["a"]), "xl/media/image1.bin", bytes(300 * MEGABYTE))
    assert peak_while_refusing(bomb, "unpacks_too_large") < 5 * MEGABYTE


def test_many_small_parts_are_a_bomb_as_well() -> None:
    parts = {f"{number}.xml": b"" for number in range(1001)}
    assert refused(packed(**{"[Content_Types].xml": b""}, **parts)) == ("unpacks_too_large", None)


def test_shared_texts_that_unpack_to_too_much_are_refused() -> None:
    texts = b"<sst>" + b"<si><t>aaaaaaaa</t></si>" * 500_000 + b"</sst>"
    bomb = with_part(workbook(["a"]), "xl/sharedStrings.xml", texts)
    assert peak_while_refusing(bomb, "unpacks_too_large") < 5 * MEGABYTE


def test_what_unpacks_to_more_than_the_limit_is_refused_however_it_is_packed() -> None:
    assert refused(workbook(["a"]), Limits(unpacked=3000)) == ("unpacks_too_large", None)


def test_a_single_endless_row_is_refused_before_it_is_parsed() -> None:
    row = "<row>" + "".join(f'<c r="A{n}"/>' for n in range(1_000_000, 1_400_000)) + "</row>"
    assert peak_while_refusing(with_rows(row), "unpacks_too_large") < 5 * MEGABYTE


def test_rows_without_end_are_refused_before_they_are_parsed() -> None:
    assert refused(with_rows('<row r="1"/>' * 500), Limits(rows=100)) == (
        "too_many_formatted",
        None,
    )


@pytest.mark.parametrize(
    ("cell", "row", "code"),
    [
        ("XFD1048576", 1048576, "too_many_columns"),
        ("A9999999999", 9999999999, "damaged"),
        ("ZZZZ1", 1, "damaged"),
    ],
)
def test_one_cell_far_away_is_not_counted_to(cell: str, row: int, code: str) -> None:
    far = with_rows(f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>')
    assert refused(far)[0] == code


def test_a_cell_far_below_is_read_where_it_is() -> None:
    rows = read(with_rows('<row r="1048576"><c r="C1048576"><v>1</v></c></row>'))
    assert rows == [(1048576, ["", "", "1"])]


@pytest.mark.parametrize("name", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_entities_are_never_expanded(name: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'.encode()
    bomb = changed(workbook(["a"]), name, lambda old: old.replace(b"?>", b"?>" + doctype, 1))
    assert peak_while_refusing(bomb, "damaged") < 5 * MEGABYTE


def test_links_to_other_files_are_not_followed() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    linked = changed(workbook(["a"]), SHEET, lambda old: old.replace(b"?>", b"?>" + doctype, 1))
    assert refused(linked) == ("damaged", None)


def peak_while_refusing(content: bytes, code: str) -> int:
    """Bytes of memory that it took."""
    tracemalloc.start()
    try:
        assert refused(content)[0] == code
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
