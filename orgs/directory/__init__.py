"""The organization's directory: what pages read of one thing, and everything that can be changed.

Each write takes the actor and plain values, checks against the mirror, records itself in the trail, goes
upstream, brings the mirror up to date, and says what came of it. A lost answer is looked up, never repeated.
"""

from orgs.directory.departments import create_department, delete_department, department, rename_department
from orgs.directory.members import (
    change_member,
    delete_member,
    member,
    reset_member_password,
    set_member_state,
)
from orgs.directory.newcomers import NewDevice, NewMember, add_device, create_member
from orgs.directory.organization import change_organization, create_organization
from orgs.directory.written import Conflict, NotHere, Protected, Written

__all__ = [
    "Conflict",
    "NewDevice",
    "NewMember",
    "NotHere",
    "Protected",
    "Written",
    "add_device",
    "change_member",
    "change_organization",
    "create_department",
    "create_member",
    "create_organization",
    "delete_department",
    "delete_member",
    "department",
    "member",
    "rename_department",
    "reset_member_password",
    "set_member_state",
]
