"""The organization's groups: what pages read of them, and everything that can be changed.

Each write takes the actor and plain values, reads the groups anew (the operations carry no organization, so that is
what proves that a group is ours), checks, records itself in the trail, goes upstream, brings the mirror up to date,
and says what came of it. A lost answer is looked up, never repeated; an answer about members is never believed.
"""

from groups.roster.groups import NewGroup, change_group, create_group, delete_group
from groups.roster.members import (
    Added,
    Removed,
    add_members,
    change_membership,
    last_settings,
    remove_members,
)
from groups.roster.reading import (
    GroupGone,
    GroupNotHere,
    bring_up_to_date,
    group,
    keep_fresh,
    opened,
    read_again,
)

__all__ = [
    "Added",
    "GroupGone",
    "GroupNotHere",
    "NewGroup",
    "Removed",
    "add_members",
    "bring_up_to_date",
    "change_group",
    "change_membership",
    "create_group",
    "delete_group",
    "group",
    "keep_fresh",
    "last_settings",
    "opened",
    "read_again",
    "remove_members",
]
