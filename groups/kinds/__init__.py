"""The changes of groups that change sets are made of: one class a write, see ``changes.kinds.Kind``."""

from changes import kinds
from groups.kinds import groups, memberships, words
from groups.kinds.belongings import GROUPS
from orgs.kinds import belongings


def register() -> None:
    """Make them known."""
    for kind in (
        groups.CreateGroup(),
        groups.ChangeGroup(),
        groups.DeleteGroup(),
        memberships.AddToGroup(),
        memberships.RemoveFromGroup(),
    ):
        kinds.register(kind)
    belongings.registered.append(GROUPS)
    words.register()
