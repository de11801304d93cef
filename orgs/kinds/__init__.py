"""The changes of the directory that change sets are made of: one class a write, see ``changes.kinds.Kind``."""

from changes import kinds
from orgs.kinds import departments, members, newcomers, words


def register() -> None:
    """Make them known."""
    for kind in (
        newcomers.CreateMember(),
        newcomers.AddDevice(),
        members.ChangeMember(),
        members.SuspendMember(),
        members.EnableMember(),
        members.DeleteMember(),
        members.ResetPassword(),
        departments.CreateDepartment(),
        departments.RenameDepartment(),
        departments.DeleteDepartment(),
    ):
        kinds.register(kind)
    words.register()
