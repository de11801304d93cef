"""Where change sets come from: a bulk edit, an import, an undo. The rooms above register theirs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django_stubs_ext import StrOrPromise

from changes.kinds import Draft, Trouble
from changes.models import ChangeSet
from common.actor import Actor

Planned = Iterable[Draft | Trouble | int]


class NotPlannable(Exception):
    """The whole can't be planned; ``reason`` is a code of ``changes.vocabulary.problems``, with ``params``."""

    def __init__(self, reason: str, **params: Any) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


@dataclass(frozen=True, slots=True)
class Origin:
    """One way to a change set.

    Attributes:
        plan: compares what is wanted (the set's ``arguments``) with what is there, and yields drafts and troubles.
            A number among them says how many rows were looked at so far. Raises ``NotPlannable``.
        title: says a set of this origin by its arguments: "Suspend", "Import of members.xlsx".
        count: how many rows there are to look at, by the arguments; for the progress bar.
        named: the arguments that the title is made of; an undo keeps them, to say it in the language of its reader.
    """

    plan: Callable[[Actor, ChangeSet], Planned]
    title: Callable[[Mapping[str, Any]], StrOrPromise]
    count: Callable[[Mapping[str, Any]], int] = lambda _arguments: 0
    named: Sequence[str] = ()


_origins: dict[str, Origin] = {}


def register(code: str, origin: Origin) -> None:
    """Make an origin known."""
    _origins[code] = origin


def origin(code: str) -> Origin:
    """The origin with this code."""
    return _origins[code]


def title(change_set: ChangeSet) -> StrOrPromise:
    """What a set is about."""
    return title_of(change_set.origin, change_set.arguments)


def title_of(code: str, arguments: Mapping[str, Any]) -> StrOrPromise:
    """What a set of this origin with these arguments is about."""
    known = _origins.get(code)
    return known.title(arguments) if known else code
