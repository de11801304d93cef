"""GET /picture-code."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from common.crypto import unseal
from tests.support.sandbox import SandboxProcess

PATH = "/v1/corp/web/get-verifycode-image"
FRAGMENT = {"HX-Request": "true", "HX-Target": "picture"}
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_it_is_a_picture_that_nobody_keeps(visitor: Client, sandbox: SandboxProcess) -> None:
    response = visitor.get("/picture-code")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert "no-store" in response["Cache-Control"]


def test_the_fragment_holds_the_picture_and_a_way_to_a_new_one(
    visitor: Client, sandbox: SandboxProcess
) -> None:
    fragment = visitor.get("/picture-code", headers=FRAGMENT).content.decode()
    assert 'src="data:image/png;base64,' in fragment
    assert 'hx-get="/picture-code"' in fragment
    assert "<html" not in fragment


def test_the_upstreams_cookies_are_kept_sealed(visitor: Client, sandbox: SandboxProcess) -> None:
    visitor.get("/picture-code")
    assert list(visitor.session.keys()) == ["errand", "_session_expiry"]
    kept = json.loads(unseal(visitor.session["errand"], purpose="visitor.errand", row="", organization=""))
    assert kept["jar"]
    assert next(iter(kept["jar"].values())) not in visitor.session["errand"]
    assert visitor.session.get_expiry_age() <= 3600


def test_visitors_share_no_cookie(sandbox: SandboxProcess) -> None:
    jars = []
    for _ in range(2):
        client = Client()
        client.get("/picture-code")
        sealed = client.session["errand"]
        jars.append(json.loads(unseal(sealed, purpose="visitor.errand", row="", organization=""))["jar"])
    assert jars[0] != jars[1]


@pytest.mark.parametrize(("kind", "value"), [("malformed", "html"), ("malformed", "empty"), ("status", 500)])
def test_what_is_no_picture_is_a_readable_state_with_a_retry(
    visitor: Client, sandbox: SandboxProcess, kind: str, value: object
) -> None:
    sandbox.fault(PATH, kind, value)
    response = visitor.get("/picture-code", headers=FRAGMENT)
    assert response.status_code >= 500
    assert response["X-Fragment"] == "error"
    assert "/picture-code" in response.content.decode()


def test_an_unreachable_upstream_is_a_readable_state(visitor: Client, unreachable: None) -> None:
    response = visitor.get("/picture-code", headers=FRAGMENT)
    assert (response.status_code, response["X-Fragment"]) == (503, "error")


def test_one_visitor_has_to_wait_after_many(visitor: Client, sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        statuses = [visitor.get("/picture-code").status_code for _ in range(13)]
        assert (statuses[0], statuses[-1]) == (200, 429)
        clock.shift(timedelta(minutes=3))
        assert visitor.get("/picture-code").status_code == 200


def test_visitors_without_cookies_are_counted_by_their_address(sandbox: SandboxProcess) -> None:
    with time_machine.travel(NOON, tick=False):
        statuses = [Client().get("/picture-code").status_code for _ in range(63)]
    assert (statuses[0], statuses[-1]) == (200, 429)


def test_a_broken_seal_starts_a_new_errand(visitor: Client, sandbox: SandboxProcess) -> None:
    visitor.get("/picture-code")
    session = visitor.session
    session["errand"] = "broken"
    session.save()
    assert visitor.get("/picture-code").status_code == 200
