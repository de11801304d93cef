"""The questions that every page of this room is asked; the general ones are those of tests/orgs/views/asking.py."""

from django.test import Client

from tests.orgs.views.asking import (
    API,
    DEVICE,
    FOREIGNER,
    HOSTILE,
    OWNER_ID,
    PERSON,
    UNREADABLE,
    closed_to_members,
    closed_to_strangers,
    fields,
    fill,
    fragment_equals_page,
    text,
)
from tests.orgs.views.asking import sent as _sent
from tests.support.sandbox import SandboxProcess

__all__ = [
    "API",
    "DEVICE",
    "FOREIGNER",
    "HOSTILE",
    "OWNER_ID",
    "PERSON",
    "UNREADABLE",
    "closed_to_members",
    "closed_to_strangers",
    "fields",
    "fill",
    "fragment_equals_page",
    "text",
]

GROUP, EMPTY, FOREIGN = 80000528, 80010090, 81000001
ADDRESS = f"/groups/{GROUP}"


def sent(sandbox: SandboxProcess) -> list[str]:
    """The operations that change something, as far as the sandbox received them since signing in."""
    return [name for name in _sent(sandbox) if name != "group-member-getall"]


def foreign_group_is_not_found(client: Client, sandbox: SandboxProcess, below: str, **typed: object) -> None:
    """A group of another organization, or of nobody: a page that leads to the list, and nothing names the group."""
    address = f"/groups/{FOREIGN}{below}"
    for response in (client.get(address), client.post(address, typed)):
        assert response.status_code == 404
        assert 'href="/groups"' in text(response)
    assert _sent(sandbox) == []


def deleted_elsewhere(manager_client: Client, sandbox: SandboxProcess) -> None:
    """Another administrator deletes the group while its page is open."""
    fill(manager_client, f"{ADDRESS}/delete", confirm="测试群3")
    sandbox.clear_journal()


def refused_while_down(client: Client, sandbox: SandboxProcess, address: str, **typed: object) -> None:
    """Weila is down: the form says so at once, nothing is sent."""
    values = fields(client.get(address)) | typed
    sandbox.fault("*", "status", 503)
    sandbox.clear_journal()
    response = client.post(address, values)
    assert response.status_code == 503
    assert "Nothing was changed" in text(response)
    assert sent(sandbox) == []
