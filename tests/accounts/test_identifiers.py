import pytest

from accounts.identifiers import Account, Kind, NoAccount, masked, national, read


@pytest.mark.parametrize(
    ("typed", "digits", "kind"),
    [
        ("13353236154", "13353236154", Kind.PHONE),
        (" 133 5323-6154 ", "13353236154", Kind.PHONE),
        ("１３３５３２３６１５４", "13353236154", Kind.PHONE),
        ("+8613353236154", "13353236154", Kind.PHONE),
        ("008613353236154", "13353236154", Kind.PHONE),
        ("8613353236154", "13353236154", Kind.PHONE),
        ("+85261234567", "61234567", Kind.PHONE),
        ("+853 6123 4567", "61234567", Kind.PHONE),
        ("+886912345678", "912345678", Kind.PHONE),
        ("+447911123456", "447911123456", Kind.PHONE),
        ("0912345678", "0912345678", Kind.PHONE),
        ("70015325", "70015325", None),
        ("20100114", "20100114", None),
        ("30015840", "30015840", None),
        ("61234567", "61234567", None),
        ("10000001", "10000001", Kind.NUMBER),
        ("100073", "100073", Kind.NUMBER),
    ],
)
def test_the_shape_decides(typed: str, digits: str, kind: Kind | None) -> None:
    assert read(typed) == Account(digits, kind)


@pytest.mark.parametrize("typed", ["", "1234", "1" * 16, "abc", "133x", "+", "١٢٣٤٥٦٧٨", "①23456 x"])
def test_what_is_no_account(typed: str) -> None:
    with pytest.raises(NoAccount):
        read(typed)


def test_a_choice_only_settles_what_was_open() -> None:
    assert read("70015325").as_kind(Kind.PHONE).kind is Kind.PHONE
    assert read("13353236154").as_kind(Kind.NUMBER).kind is Kind.PHONE


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13353236154", "13353236154"),
        ("+8613353236154", "13353236154"),
        ("0085261234567", "61234567"),
        ("+447911123456", "447911123456"),
    ],
)
def test_country_codes_are_taken_apart(typed: str, digits: str) -> None:
    assert national(typed) == digits


@pytest.mark.parametrize(("phone", "shown"), [("13353236154", "133****6154"), ("61234567", "****567")])
def test_masking(phone: str, shown: str) -> None:
    assert masked(phone) == shown
