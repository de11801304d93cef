"""How members are called in messages about several of them."""

from collections.abc import Iterable, Sequence

from groups import listing
from groups.models import Group
from groups.words import names
from orgs.middleware import AdministratorRequest
from orgs.words import called


class People:
    """Names these members; whoever is not in the directory is called by their id."""

    def __init__(self, request: AdministratorRequest, group: Group, user_ids: Iterable[int]) -> None:
        self._group = group.name
        self._found = listing.who(request.actor.organization, list(user_ids))

    def name(self, user_id: int) -> str:
        return called(self._found[user_id].name) if user_id in self._found else str(user_id)

    def number(self, user_id: int) -> str:
        """The Weila number, which tells people of the same name apart."""
        return self._found[user_id].user_num if user_id in self._found else ""

    def said(self, user_ids: Sequence[int]) -> dict[str, str]:
        """What a sentence about some of them and the group is filled with."""
        return {"names": names(list(map(self.name, user_ids))), "group": called(self._group)}
