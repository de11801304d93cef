"""Text files of rows, as Excel, WPS, editors and other programs write them."""

import codecs
import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest

from common.spreadsheets import Limits, Row, Unreadable, open_pasted, open_table
from tests.common.spreadsheets.making import cells, read, refused

TEXT = "姓名,电话\r\n张三,13800001234\r\n李四,013800005678\r\n"
ROWS = [["姓名", "电话"], ["张三", "13800001234"], ["李四", "013800005678"]]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("gbk"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.strip().encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        f"sep=;\r\n{TEXT.replace(',', ';')}".encode(),
        f"sep=;\r\n{TEXT.replace(',', ';')}".encode("utf-8-sig"),
        TEXT.replace(",", ",\u3000").encode(),
    ],
)
def test_however_it_was_saved_it_reads_the_same(content: bytes) -> None:
    assert cells(content) == ROWS


def test_the_line_is_the_one_at_which_the_row_begins() -> None:
    rows = read('sep=,\n\n姓名,备注\n张三,"一\n二\n三"\n\n李四,\n'.encode())
    assert rows == [
        Row(3, ["姓名", "备注"]),
        Row(4, ["张三", "一 二 三"]),
        Row(8, ["李四"]),
    ]


def test_a_delimiter_inside_quotes_divides_nothing() -> None:
    content = b'name;note\n"a";"1,2,3"\n"b";"4,5,6"\n'
    assert cells(content) == [["name", "note"], ["a", "1,2,3"], ["b", "4,5,6"]]


def test_commas_inside_the_cells_of_a_tab_separated_text_divide_nothing() -> None:
    content = "name, first\tcity\nWang, Li\t深圳, 南山\n".encode()
    assert cells(content) == [["name, first", "city"], ["Wang, Li", "深圳, 南山"]]


def test_one_column_needs_no_delimiter() -> None:
    assert cells("姓名\n张三\n".encode()) == [["姓名"], ["张三"]]


def test_ragged_rows_stay_ragged() -> None:
    assert cells(b"a,b,c\n1\n1,2,3,4\n,,\n,2,,\n") == [
        ["a", "b", "c"],
        ["1"],
        ["1", "2", "3", "4"],
        ["", "2"],
    ]


def test_a_separator_of_paragraphs_ends_no_line() -> None:
    assert read("a,b\n1\u2028x,2\x0c\n3,4\n".encode())[1:] == [Row(2, ["1 x", "2"]), Row(3, ["3", "4"])]


def test_a_phone_that_was_rounded_before_stays_as_it_is() -> None:
    assert cells(b"phone\n1.38E+10\n")[1] == ["1.38E+10"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n \t\r\n", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert refused(content) == ("empty", None)


def test_a_header_alone_is_one_row() -> None:
    assert cells("姓名,电话".encode()) == [["姓名", "电话"]]


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_quote_that_never_closes_is_named_with_its_line(end: str) -> None:
    rest = "\n".join(f"{number},x" for number in range(200))
    assert refused(f'a,b\n1,2\n3,"4\n{rest}{end}'.encode()) == ("open_quote", 3)
    assert refused(f'a,b\n1,2\n3,"4{end}'.encode()) == ("open_quote", 3)


def test_a_quoted_cell_may_span_a_few_lines() -> None:
    limits = Limits(quoted=3)
    assert len(read(b'a\n"1\n2\n3"\n', limits)) == 2
    assert refused(b'a\n"1\n2\n3\n4"\n', limits) == ("open_quote", 2)


def test_a_byte_that_is_no_text_is_named_with_its_line() -> None:
    assert refused(b"a,b\n1,2\n3,\0\n") == ("nul", 3)


def test_one_wrong_byte_at_the_end_makes_it_another_encoding_from_the_beginning() -> None:
    lines = "姓名,电话\n" + "张三,1\n" * 90_000
    mixed = lines.encode("gb18030") + "李四,2\n".encode("gb18030")
    assert cells(mixed)[0] == ["姓名", "电话"]
    ascii_first = b"name,phone\n" + b"a,1\n" * 90_000 + "张三,2\n".encode("gb18030")
    assert cells(ascii_first)[-1] == ["张三", "2"]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_bytes_of_no_encoding_are_named_with_their_line(mark: bytes) -> None:
    assert refused(mark + "姓名,电话\n张三,1\n".encode() + b"\xff\xff,2\n") == ("encoding", 3)


def test_more_rows_than_may_be_are_an_error_at_the_first_of_them() -> None:
    limits = Limits(rows=2)
    assert len(read(b"a\n1\n\n2\n\n\n", limits)) == 3
    assert refused(b"a\n1\n\n2\n3\n4\n", limits) == ("too_many_rows", 5)


def test_two_hundred_columns_are_fine_and_more_are_an_error() -> None:
    wide = ",".join(map(str, range(200)))
    assert len(cells(wide.encode())[0]) == 200
    assert refused(f"{wide}\n{wide},x\n".encode()) == ("too_many_columns", 2)
    assert len(cells(f"{wide},,,\n".encode())[0]) == 200


@pytest.mark.parametrize("long", ["x" * 2001, "x" * 200_000, "x" * 3_000_000])
def test_a_cell_that_is_too_long_is_named_with_its_line(long: str) -> None:
    assert refused(f"a,b\n1,{long}\n".encode()) == ("cell_too_long", 2)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert refused(b"a\n" * 100, Limits(file=199)) == ("too_large", None)


class Wide(io.RawIOBase):
    """A hundred thousand rows that are nowhere as a whole."""

    ROWS = 100_000

    def __init__(self) -> None:
        self._line = "13800001234,张三\n".encode()
        self._at = 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else len(self._line) * self.ROWS
        return self._at

    def read(self, size: int = -1) -> bytes:
        size = min(size, len(self._line) * self.ROWS - self._at)
        start = self._at % len(self._line)
        self._at += size
        return (self._line * (size // len(self._line) + 2))[start : start + size]


def test_memory_does_not_grow_with_the_rows() -> None:
    tracemalloc.start()
    try:
        rows: Iterator[Row] = open_table(Wide()).sheets[0].rows()  # type: ignore[arg-type]
        count = sum(1 for _ in rows)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == Wide.ROWS
    assert peak < 3 * 1024 * 1024


def test_it_can_be_read_again() -> None:
    sheet = open_table(io.BytesIO(TEXT.encode())).sheets[0]
    assert list(sheet.rows()) == list(sheet.rows())


def test_pasted_cells_are_read_like_a_file() -> None:
    pasted = '姓名\t备注\r\n张三\t"a\r\nb, c"\r\n'
    rows = list(open_pasted(pasted).sheets[0].rows())
    assert rows == [Row(1, ["姓名", "备注"]), Row(2, ["张三", "a b, c"])]
    assert list(open_pasted("").sheets[0].rows()) == []


def test_what_was_pasted_is_held_to_the_same_limits() -> None:
    with pytest.raises(Unreadable) as caught:
        list(open_pasted("a\r1\r2\r3", Limits(rows=2)).sheets[0].rows())
    assert (caught.value.code, caught.value.line) == ("too_many_rows", 4)


def test_what_csv_itself_may_hold_is_more_than_a_cell_may() -> None:
    assert csv.field_size_limit() > Limits().cell
