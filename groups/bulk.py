"""Doing one thing to many groups (see ``orgs.bulk``)."""

from collections.abc import Sequence

from groups import listing
from groups.listing import Filters
from orgs.bulk import Actions, Found

groups = Actions("group")


def resolve(org_num: int, wanted: Sequence[int] | Filters) -> Found:
    """The groups that are meant; ids of others are left out (see ``orgs.bulk.require``)."""
    return Found(listing.ids(org_num, wanted), [])
