"""The questions that every page of this room is asked, and how to see what was sent."""

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from django.test import Client

from tests.support.sandbox import SandboxProcess

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

OWNER_ID, PERSON, DEVICE, FOREIGNER = 1253444, 1253446, 1253448, 1253447
DEPARTMENT = 6  # 研发部2, in which PERSON and DEVICE are
HOSTILE = "<img src=x onerror=alert(1)>"
UNREADABLE = "a\x00b"
NAMES = ["王小虎🐯", HOSTILE, "x" * 50, "Müller & Söhne, 总部"]  # any text is one
# What is typed into a form with a name, and the field that has to complain.
BAD_NAMES = [
    ({"name": name}, "name") for name in ("", "   ", "x" * 51, UNREADABLE, "a\u202eb", "a\nb", "\u200b")
]
API = "/v1/corp/web/"

_READS = {"org-my-org", "get-address-list", "dept-getall", "group-getall", "user-selfinfo", "refresh"}


def sent(sandbox: SandboxProcess) -> list[str]:
    """The operations that change something, as far as the sandbox received them since signing in."""
    names = [entry["path"].rsplit("/", 1)[-1] for entry in sandbox.journal()]
    return [name for name in names if name not in _READS and not name.startswith("login-")]


def text(response: "Answer") -> str:
    """The page as it reads: entities as letters."""
    return unescape(response.content.decode())


def fields(response: "Answer") -> dict[str, Any]:
    """What a browser would send if the form of this page were sent as it is."""
    form = response.context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def fill(client: Client, address: str, **typed: object) -> "Answer":
    """Open the page of a form, change ``typed`` in it, and send it."""
    return client.post(address, fields(client.get(address)) | typed)


def closed_to_strangers(visitor: Client, address: str) -> None:
    for response in (visitor.get(address), visitor.post(address, {"name": "x"})):
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in")


def closed_to_members(
    ordinary_client: Client, sandbox: SandboxProcess, address: str, **typed: object
) -> None:
    """Somebody without the role is signed out, is shown nothing, and nothing is sent for them."""
    response = ordinary_client.post(address, typed) if typed else ordinary_client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")
    assert sent(sandbox) == []


def foreign_id_is_not_found(client: Client, sandbox: SandboxProcess, address: str, **typed: object) -> None:
    """An id of another organization, or of nobody: 404, and no operation is sent that could name it."""
    assert client.get(address).status_code == 404
    assert client.post(address, typed).status_code == 404
    assert sent(sandbox) == []


def bad_input_is_said_at_its_field(
    client: Client, sandbox: SandboxProcess, address: str, field: str, **typed: object
) -> None:
    """The form comes back with the error where it belongs, and nothing is sent."""
    response = fill(client, address, **typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert sent(sandbox) == []


def is_shown_as_text(response: "Answer", name: str) -> None:
    assert name in text(response)
    assert "<img" not in response.content.decode()


def refused_while_down(client: Client, sandbox: SandboxProcess, address: str, **typed: object) -> None:
    """Weila is down: the form says so at once, nothing is sent."""
    values = fields(client.get(address)) | typed
    sandbox.fault("*", "status", 503)
    response = client.post(address, values)
    assert response.status_code == 503
    assert "Nothing was changed" in text(response)
    assert sent(sandbox) == []


def fragment_equals_page(client: Client, address: str, region: str) -> str:
    """The swapped region is the very part of the page; gives the region."""
    page = _unmasked(client.get(address))
    fragment = _unmasked(client.get(address, headers={"HX-Request": "true", "HX-Target": region})).strip()
    assert fragment.startswith(f'<section id="{region}"')
    assert fragment in page
    assert "<html" not in fragment
    return fragment


def _unmasked(response: "Answer") -> str:
    """Without the values of CSRF tokens, which Django masks anew each time."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())
