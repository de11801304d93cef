"""What a kind of change is. The rooms above register theirs; the mechanism knows none of them.

A kind says how its changes are checked, sent, found again after a lost answer, and taken back. The mechanism does
the rest: records before anything is sent, keeps the order, stays within the pace, and says what came of it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from audit.trail import Target
from common.actor import Actor
from common.outcome import Outcome, Recovery


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that another change of the same plan brings: ``field`` of the result of the draft with ``key``."""

    key: str
    field: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A single change as it is planned.

    Attributes:
        kind: the code of its kind.
        target: what is changed: an id and how people call it; the id is empty for what is to be created.
        target_ref: the target, where another change creates it.
        before, after: the values, by field. Secrets are in ``secret`` and nowhere else.
        refs: values of ``after`` that another change brings.
        needs: keys of drafts, yielded before this one, that have to be done first; those of refs need not be named.
        key: how others refer to this draft; empty when none does.
        said: before and after in words, by field.
        undoes: of an undo: the position of what it takes back.
    """

    kind: str
    target_id: str = ""
    target_text: str = ""
    target_ref: Ref | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    refs: Mapping[str, Ref] = field(default_factory=dict)
    needs: Sequence[str] = ()
    key: str = ""
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    sheet: str = ""
    line: int | None = None
    secret: str = field(default="", repr=False)
    undoes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why something can't be planned: ``code`` with ``params`` in words (``changes.vocabulary``)."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    target_text: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A change as its kind gets it: references are filled in, the secret is opened.

    ``attempted_at`` is when its call was recorded, None before that; ``change_set`` is the number of its set, None
    while that is being planned.
    """

    id: int
    kind: str
    target: Target
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    secret: str = field(default="", repr=False)
    attempted_at: datetime | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    change_set: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a change.

    Attributes:
        outcome: ``NOT_DONE`` after a look-up means that it may be sent again; None that it has to be looked up.
        values: what the other side made of it: ``id`` of something new, and what its page or undo needs.
        reason, text: a code of ``audit.vocabulary.reasons``, and the other side's own words.
        target: its target, where that has an id only now.
    """

    outcome: Outcome | None
    values: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    text: str = ""
    target: Target | None = None


DONE = Result(Outcome.DONE)
NOT_DONE = Result(Outcome.NOT_DONE)
LOOK_UP = Result(None)


def unknown(reason: str = "lost_answer") -> Result:
    """Nobody can tell, and it is never sent again."""
    return Result(Outcome.UNKNOWN, reason=reason)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a change is not sent: ``values`` are, by field, what was expected and what is there now."""

    reason: str
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


class Failure(Exception):
    """A call that did not succeed, as the mechanism needs to know it.

    Attributes:
        outcome: ``NOT_DONE`` or ``UNKNOWN``.
        reason, text: as in ``Result``.
        refused: the other side has decided about this very change. Otherwise it is nobody's fault: a change that
            was not done waits for another try.
        session_over: the credential is good for nothing any more.
        may_still_arrive: the request may be carried out later.
    """

    def __init__(
        self,
        outcome: Outcome,
        reason: str,
        text: str = "",
        *,
        refused: bool = False,
        session_over: bool = False,
        may_still_arrive: bool = True,
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.text = text
        self.refused = refused
        self.session_over = session_over
        self.may_still_arrive = may_still_arrive


class Kind(ABC):
    """One kind of change.

    Attributes:
        code: how plans name it, such as ``orgs.member.change``.
        operation: how the trail calls what it does.
        target_kind: the kind of its targets in ``audit.vocabulary``, which also says its fields.
        recovery: what may be done when an answer was lost.
        no_look_up: the reason that is given for an answer that was lost, of what must never be repeated.
        destructive: whether it takes something away from somebody.
        makes_secret: each change gets a new password, unless the plan gives one.
        undoable: whether there may be a way back; where there is none, no undo is offered.
        needs_secret: without the secret of its plan there is nothing to send, and it is deleted at the end.
        batch_limit: how many changes one call may carry.
        references: fields of ``after`` that hold an id, by the kind of target that it is of: an undo that has to
            create such a target anew fills in the new id.
    """

    code: ClassVar[str]
    operation: ClassVar[str]
    target_kind: ClassVar[str]
    recovery: ClassVar[Recovery]
    no_look_up: ClassVar[str] = "no_look_up"
    destructive: ClassVar[bool] = False
    makes_secret: ClassVar[bool] = False
    undoable: ClassVar[bool] = True
    needs_secret: ClassVar[bool] = False
    batch_limit: ClassVar[int] = 1
    references: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def lane(self, actor: Actor) -> str:
        """The credential that its calls are sent with."""

    @abstractmethod
    def patience(self) -> float:
        """Seconds after which a request that got no answer can no longer arrive."""

    def marks(self, actor: Actor, draft: Draft) -> str:
        """What nothing else in flight may share; by default the target, and nothing for what is new."""
        target = f"{self.target_kind}:{draft.target_id}" if draft.target_id else ""
        return f"{actor.organization}:{target}" if target else ""

    def batch(self, target_id: str, after: Mapping[str, Any]) -> str:
        """Changes with the same word here may travel in one call; empty: each in its own."""
        return ""

    def recorded(self, item: Item) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Before and after as the trail has them, where it calls them otherwise than the plan."""
        return item.before, item.after

    def new_secret(self) -> str:
        """A new password."""
        raise NotImplementedError

    def prepare(self, actor: Actor) -> None:  # noqa: B027 - not every kind has something to prepare
        """Bring up to date what ``check`` compares with. Called when a job begins or goes on.

        Raises:
            Failure: it can't be had.
        """

    def finished(self, actor: Actor) -> None:  # noqa: B027 - nor to read anew
        """A job that had such changes has ended or stopped: what should be read anew may be asked for."""

    @abstractmethod
    def check(self, actor: Actor, items: Sequence[Item]) -> Mapping[int, Refusal]:
        """Those that must not be sent, by id: the target is protected, gone, or changed since the preview.

        Called in an open transaction right before they are recorded: the database only, and quickly.
        """

    @abstractmethod
    def send(self, actor: Actor, items: Sequence[Item]) -> object:
        """Send one call for these changes, which fit into one; called in a thread of its own.

        Raises:
            Failure: it did not succeed.
        """

    @abstractmethod
    def settle(self, actor: Actor, answers: Sequence[tuple[Sequence[Item], object]]) -> Mapping[int, Result]:
        """Read what ``send`` returned, bring our own copies up to date, and say what came of each change.

        Several calls at once, so that all of this costs little. May be called again for the same after a crash.
        """

    @abstractmethod
    def find(self, actor: Actor, lost: Sequence[Sequence[Item]]) -> Mapping[int, Result]:
        """Look up what became of calls whose answers were lost, and bring our own copies up to date.

        Never called for what must never be repeated.

        Raises:
            Failure: it could not be looked up now.
        """

    @abstractmethod
    def invert(self, actor: Actor, item: Item) -> Sequence[Draft | Trouble]:
        """What takes the change back, in the order in which it has to be done; or why that can't be.

        ``item.result`` is what came of it. Compared with the present when the undo is applied, as any change is:
        ``before`` of the inverse is what this change left behind.
        """


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known."""
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """The kind with this code."""
    return _kinds[code]


def registered() -> Mapping[str, Kind]:
    """All kinds by code."""
    return _kinds
