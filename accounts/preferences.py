"""What a person keeps for the tables of an organization: saved views, and the columns that they chose last."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from accounts.models import KeptView, UpstreamSession
from audit import trail
from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome
from common.tables import Kept, SavedView

LIMIT = 30  # saved views of one person for one table: more than anybody finds their way in
KIND = "saved-view"
_COLUMNS = ""  # the name of the row that holds the chosen columns


class NameTaken(Exception):
    """The person has another view of this table under that name."""


class TooMany(Exception):
    """The person has ``LIMIT`` saved views of this table."""


class NotHere(Http404):
    """The person has no such view in this organization. Recorded."""


def kept(actor: Actor, table: str) -> Kept:
    """Everything that the acting person keeps for a table, in one query."""
    rows = list(_of(actor, table).order_by("name")) if actor.org_num is not None else []
    cols = next((row.query for row in rows if row.name == _COLUMNS), "")
    views = tuple(SavedView(row.pk, row.name, row.query) for row in rows if row.name != _COLUMNS)
    return Kept(table, ",".join(parse_qs(cols).get("cols", ())), views)


def choose_columns(actor: Actor, table: str, columns: list[str]) -> None:
    """Remember which columns the table shows; an empty list goes back to the table's own choice."""
    if not columns:
        _of(actor, table).filter(name=_COLUMNS).delete()
        return
    KeptView.objects.update_or_create(
        user_id=actor.user_id,
        org_num=actor.organization,
        table=table,
        name=_COLUMNS,
        defaults={"query": urlencode({"cols": ",".join(columns)}, safe=",")},
    )


def save(actor: Actor, table: str, name: str, query: str) -> None:
    """Save what a table shows under a name.

    Raises:
        NameTaken, TooMany: nothing was saved.
    """
    with _one_name(), transaction.atomic():
        names = set(_of(actor, table).exclude(name=_COLUMNS).values_list("name", flat=True))
        if name in names:
            raise NameTaken
        if len(names) >= LIMIT:
            raise TooMany
        KeptView.objects.create(**_whose(actor), table=table, name=name, query=query)


def saved(actor: Actor, view_id: int) -> KeptView:
    """One saved view of the acting person.

    Raises:
        NotHere: it is somebody else's, or of another organization, or gone.
    """
    view = (
        KeptView.objects.filter(**_whose(actor), pk=view_id).exclude(name=_COLUMNS).first()
        if actor.org_num is not None
        else None
    )
    if view is None:
        target = Target(KIND, str(view_id), "")
        trail.record(actor, "saved-view.change", target, Outcome.NOT_DONE, reason="not_here")
        raise NotHere
    return view


def rename(actor: Actor, view: KeptView, name: str) -> None:
    """Give a saved view another name.

    Raises:
        NameTaken: nothing was changed.
    """
    with _one_name(), transaction.atomic():
        if _of(actor, view.table).filter(name=name).exclude(pk=view.pk).exists():
            raise NameTaken
        KeptView.objects.filter(pk=view.pk).update(name=name)


def purge() -> int:
    """Forget what is kept for people who have not been here for so long that no session of theirs is left; returns
    how many rows went. Filters may name people."""
    sessions = UpstreamSession.objects.filter(user_id=OuterRef("user_id"))
    return KeptView.objects.filter(~Exists(sessions)).delete()[0]


@contextmanager
def _one_name() -> Iterator[None]:
    """Of two that take a name at once, the second finds it taken."""
    try:
        yield
    except IntegrityError:
        raise NameTaken from None


def _whose(actor: Actor) -> dict[str, int]:
    return {"user_id": actor.user_id, "org_num": actor.organization}


def _of(actor: Actor, table: str) -> QuerySet[KeptView]:
    return KeptView.objects.filter(**_whose(actor), table=table)
