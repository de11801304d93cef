"""The pages of a selection, and what stands in for the change sets that they lead to."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.test import Client

from common.actor import Actor
from orgs import bulk
from orgs.bulk import Said
from tests.support.sandbox import ORG

CHANGE_SET = "/org"  # stands in for the page of a change set


class Planned:
    """Remembers what was to be made into a change set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, list[int], Mapping[str, Any], Said]] = []
        monkeypatch.setattr(bulk, "start", self._start)

    def _start(
        self, actor: Actor, action: str, ids: Sequence[int], values: Mapping[str, Any], said: Said
    ) -> str:
        assert actor.organization == ORG
        self.calls.append((action, list(ids), dict(values), said))
        return CHANGE_SET


def select(client: Client, table: str, selected: Mapping[str, Any]) -> str:
    """Send what a table sends; gives the address that it leads to."""
    client.get(table)
    response = client.post(f"{table}/bulk", selected)
    assert response.status_code == 302
    return str(response["Location"])


def action(address: str, code: str) -> str:
    """The address of an action, whether or not it is offered."""
    path, _, query = address.partition("?")
    return f"{path}/{code}?{query}"


def offered(client: Client, address: str, code: str) -> str:
    """The address of an action on the page of a selection; empty where it applies to nobody."""
    sections = client.get(address).context["sections"]
    return str(next(o.address for some in sections.values() for o in some if o.action.code == code))
