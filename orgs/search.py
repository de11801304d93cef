"""Finding members by any part of name, phone, number or job number.

A member's ``search`` column holds each of these as pairs of neighboring characters, and its last character
alone: 张三丰 is ``张三 三丰 丰``. Two or more characters are then found as a phrase of pairs and a single
one as the beginning of a word, so that the hits are exactly the values that contain the query, two-character
Chinese names included (SQLite's trigram tokenizer finds none of those).

Each character is written in plain letters, so that no tokenizer and no query syntax has an opinion on it. And
in the index each word begins with the organization's number: a small organization never pays for a large one.
SQLite: an FTS5 table beside the members; PostgreSQL: a GIN index on an expression of the column.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from operator import add

from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, StrIndex

from orgs import database
from orgs.models import Member

INDEX = "orgs_member_index"
A_LITTLE, MUCH = 16, 100  # pages of the index to tidy at once: after a single write, and after many
# The same in SQL, for triggers and for the index of PostgreSQL.
INDEXED_SQL = "replace({0}search, ' ', ' o' || {0}organization_id || 'o')"


def normalized(text: str) -> str:
    """Text as it is compared: full width as half width, upper case as lower case, runs of space as one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


class _Alphabet(dict[str, str]):
    """Each character in plain letters, spelled once. No character's letters begin those of another.

    Digits, of which there are most, are one letter; Latin letters two; everything else four or five.
    """

    def __missing__(self, character: str) -> str:
        number = ord(character)
        if "a" <= character <= "z":
            letters = "k" + character
        elif number < 0x10000:
            letters = chr(ord("l") + number // 26**3) + _base26(number % 26**3, 3)
        else:
            letters = chr(ord("p") + number // 26**4) + _base26(number % 26**4, 4)
        return self.setdefault(character, letters)


_alphabet = _Alphabet(zip("0123456789", "abcdefghij", strict=True))
_digits = str.maketrans("0123456789", "abcdefghij")


def _base26(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 26)
        digits = chr(ord("a") + digit) + digits
    return digits


def text_of(values: Iterable[str | None]) -> str:
    """The ``search`` column of a member with these values."""
    text = ""
    for value in values:
        letters = _spelled(value) if value else ""
        if len(letters) > 1:
            text += f" {' '.join(map(add, letters, letters[1:]))} {letters[-1]}"
        elif letters:
            text += f" {letters[0]}"
    return text


def count(org_num: int, query: str) -> int:
    """How many members of an organization contain ``query``, from the index alone."""
    if database.connection().vendor == "sqlite":
        with database.connection().cursor() as cursor:
            sql = f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608  # a constant
            cursor.execute(sql, [_fts5(org_num, query)])
            return int(cursor.fetchone()[0])
    return Member.objects.filter(by_index(org_num, query), organization=org_num).count()


def by_index(org_num: int, query: str) -> Q:
    """The members that contain ``query``, looked up in the index: for few hits."""
    if database.connection().vendor == "sqlite":
        sql = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s"  # noqa: S608  # a constant
        return Q(id__in=RawSQL(sql, [_fts5(org_num, query)]))  # noqa: S611  # the query is a parameter
    column = INDEXED_SQL.format('"orgs_member".')
    sql = f"to_tsvector('simple', {column}) @@ to_tsquery('simple', %s)"
    return Q(RawSQL(sql, [_tsquery(org_num, query)], output_field=BooleanField()))  # noqa: S611  # as above


def some_by_index(org_num: int, query: str, most: int) -> QuerySet[Member]:
    """At most ``most`` of the members that contain ``query``, no matter which; the others are not looked at."""
    # The organization is compared as no index has it, or SQLite would walk all of its members.
    members = Member.objects.alias(plain_organization=Coalesce("organization_id", "organization_id"))
    members = members.filter(plain_organization=org_num)
    if database.connection().vendor == "sqlite":
        sql = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s LIMIT %s"  # noqa: S608  # a constant
        return members.filter(id__in=RawSQL(sql, [_fts5(org_num, query), most]))  # noqa: S611  # a parameter
    return members.filter(by_index(org_num, query))[:most]


def by_reading(members: QuerySet[Member], query: str) -> QuerySet[Member]:
    """Those of ``members`` that contain ``query``, seen by reading each: for many hits, while walking a sort."""
    found = StrIndex(F("search"), Value(" " + " ".join(_query_words(query))))
    return members.alias(found_at=found).filter(found_at__gt=0)


def tidy(pages: int) -> bool:
    """Merge parts of SQLite's index, at most about ``pages`` pages of it; False when nothing is left to merge.

    Each transaction that touches the index leaves a part of its own, and every search looks through all parts.
    """
    if database.connection().vendor != "sqlite":
        return False
    with database.atomic(), database.connection().cursor() as cursor:
        before = database.connection().connection.total_changes
        sql = f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('merge', %s)"  # noqa: S608  # a constant
        cursor.execute(sql, [pages])
        # Fewer than two changes: nothing was merged (sqlite.org/fts5.html, "The 'merge' Command").
        return bool(database.connection().connection.total_changes - before >= 2)


def _spelled(text: str) -> Sequence[str]:
    """The letters of each character of ``text`` as it is compared."""
    if text.isascii() and text.isdigit():
        return text.translate(_digits)  # what most values are made of: normal already, and one letter each
    return [_alphabet[character] for character in normalized(text)]


def _query_words(query: str) -> Sequence[str]:
    """The words of a query that ``normalized`` left something of."""
    letters = _spelled(query)
    return list(map(add, letters, letters[1:])) or letters


def _prefixed(org_num: int, query: str) -> tuple[list[str], bool]:
    """The query's words as the index has them, and whether the only one is the beginning of a word."""
    return [f"o{org_num}o{word}" for word in _query_words(query)], len(normalized(query)) == 1


def _fts5(org_num: int, query: str) -> str:
    words, begins = _prefixed(org_num, query)
    return f'"{" ".join(words)}"' + ("*" if begins else "")


def _tsquery(org_num: int, query: str) -> str:
    words, begins = _prefixed(org_num, query)
    return " <-> ".join(words) + (":*" if begins else "")
