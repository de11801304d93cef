"""Is this archive a workbook that can be opened without harm? Decided before anything is parsed.

A workbook is XML, packed a hundred times smaller than it is, and its reader builds a tree of each row and each
shared text. Its size is told by the directory of the archive, and no part can unpack to more than it says there
(zipfile stops); what is left is XML that is small enough and made of a single endless row, which is looked for.
"""

import re
import zlib
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from common.spreadsheets.errors import Unreadable
from common.spreadsheets.rows import Limits

_MANIFEST = "[Content_Types].xml"
# ECMA-376 part 1, 12.3.23 (workbook), and what Microsoft calls those with macros, which are never run.
_WORKBOOK = re.compile(
    rb"(spreadsheetml\.(sheet|template)|ms-excel\.(sheet|template)\.macroEnabled)\.main\+xml"
)
_BINARY = b"ms-excel.sheet.binary.macroEnabled.main"  # .xlsb
_STRICT = (
    b"http://purl.oclc.org/ooxml/spreadsheetml/main"  # ISO/IEC 29500 strict: Excel can save it, few read it
)
# What tables of other programs have in their archive: OpenDocument, Numbers.
_OTHERS = re.compile(r"\A(mimetype|Index/.*|Index\.zip|index\.xml|.*\.iwa)\Z")
_PARTS = 1_000
_PACKED = 200  # times smaller than it is; a sheet that says little again and again reaches 50
_SMALL = 1024 * 1024  # bytes of which the packing does not matter
_STRETCH = 4 * 1024 * 1024  # bytes of XML from one record to the next
_RECORD = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?(row|si|r)[\s/>]"
)  # of a sheet, of the shared texts, of a pivot
_OVERLAP = 64  # bytes in which the beginning of a record fits
_RECORDS = 2_000_000
_EMPTY_ROWS = 3  # times the rows that may be: formatted ones without a value cost memory, too
_CHUNK = 256 * 1024


def check(file: IO[bytes], limits: Limits) -> None:
    """Let only workbooks pass that can be read within the limits.

    Raises:
        Unreadable: it is no workbook, needs a password, is damaged, or is larger than it looks.
    """
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            _check_directory(archive.infolist(), limits)
            _check_kind(archive)
            for part in archive.infolist():
                _check_part(archive, part, limits)
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error):
        raise Unreadable("damaged") from None


def _check_kind(archive: ZipFile) -> None:
    """Whether this is the kind of workbook that can be read."""
    manifest = archive.read(_MANIFEST)
    if _BINARY in manifest:
        raise Unreadable("other_program")
    if not _WORKBOOK.search(manifest):
        raise Unreadable("not_a_table")
    if "xl/workbook.xml" in archive.namelist():
        with archive.open("xl/workbook.xml") as book:
            if _STRICT in book.read(_SMALL):
                raise Unreadable("strict")


def _check_directory(parts: list[ZipInfo], limits: Limits) -> None:
    if not any(part.filename == _MANIFEST for part in parts):
        others = any(_OTHERS.match(part.filename) for part in parts)
        raise Unreadable("other_program" if others else "not_a_table")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted")
    if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
        raise Unreadable("damaged")
    bombs = (part for part in parts if part.file_size > max(_SMALL, part.compress_size * _PACKED))
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > limits.unpacked or any(bombs):
        raise Unreadable("unpacks_too_large")


def _check_part(archive: ZipFile, part: ZipInfo, limits: Limits) -> None:
    """Look through the bytes for stretches without a new record, and count the records."""
    records = rows = last = read = 0
    before = b""
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            if not read and not _is_markup(chunk):
                return  # a picture, say
            window, offset = before + chunk, read - len(before)
            for found in _RECORD.finditer(window):
                at = offset + found.start()
                if at <= last:
                    continue  # seen before, in the overlap
                if at - last > _STRETCH:
                    raise Unreadable("unpacks_too_large")
                last, records, rows = at, records + 1, rows + (found[1] == b"row")
            read += len(chunk)
            before = window[-_OVERLAP:]
            if read - last > _STRETCH or records > _RECORDS:
                raise Unreadable("unpacks_too_large")
            if rows > limits.rows * _EMPTY_ROWS:
                raise Unreadable("too_many_formatted", limit=limits.rows)


def _is_markup(head: bytes) -> bool:
    """Whether an XML parser would read on; it passes over a mark of the encoding and white space."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] in (b"<", b"")
