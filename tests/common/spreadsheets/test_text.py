"""What a cell's text is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.spreadsheets import looks_rounded
from common.spreadsheets.text import clean, escaped, neutral, plain


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  张三 ", "张三"),
        ("\u3000张三\u3000", "张三"),
        ("\xa013800001234\xa0", "13800001234"),
        ("\u202d13800001234\u202c", "13800001234"),
        ("\ufeff姓名", "姓名"),
        ("a\x00b\x07c\x9f", "abc"),
        ("张三\r\n李四", "张三  李四"),
        ("a\tb\u2028c", "a b c"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("", ""),
    ],
)
def test_what_nobody_sees_is_taken_away(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    "text", ["=1+1", "+86138", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "'=1", "''=1"]
)
def test_what_would_be_calculated_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@pytest.mark.parametrize("text", ["张三", "13800001234", "'quoted'", "'", "a=b", "O'Neil"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert neutral(text) == escaped(text) == plain(text) == text


@given(st.text(alphabet="'=+-@＝＋－＠a1 "))
def test_plain_undoes_neutral_and_escaped(text: str) -> None:
    assert plain(neutral(text)) == plain(escaped(text)) == text


@pytest.mark.parametrize("text", ["1.38E+10", "1.38e10", "1E+15", "110101199001011000", "1100000000000000"])
def test_a_rounded_number_is_seen(text: str) -> None:
    assert looks_rounded(text)


@pytest.mark.parametrize(
    "text", ["13800001234", "E+10", "110101199001011234", "100000000000000", "1.5", "", "1e"]
)
def test_other_texts_are_not_taken_for_rounded(text: str) -> None:
    assert not looks_rounded(text)
