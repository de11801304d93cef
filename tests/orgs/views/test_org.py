"""/org: the organization."""

import re

import pytest
from django.test import Client

from orgs.models import Organization
from tests.conftest import SignedInClient
from tests.orgs.views import asking
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION

pytestmark = pytest.mark.django_db


def test_it_shows_what_weila_tells(owner_client: Client) -> None:
    body = asking.text(owner_client.get("/org"))
    for known in ("微喇测试", "100073", "2024-10-30 15:53", "/corp/100073/a/7ddf8c72.jpg"):
        assert known in body


def test_it_counts_what_the_directory_really_holds(owner_client: Client) -> None:
    shown = owner_client.get("/org").context
    assert shown["known"].people + shown["known"].devices == 60
    assert shown["known"].devices > 0
    assert shown["disagreement"] == ""


def test_counts_that_differ_are_said_plainly(owner_client: Client, sandbox: SandboxProcess) -> None:
    sandbox.assume(member_cnt="lagging")
    body = asking.text(owner_client.get("/org"))
    assert "Weila itself counts 60 members and 0 devices" in body


def test_a_picture_comes_from_our_own_address(owner_client: Client) -> None:
    pictures = re.findall(r'<img[^>]* src="([^"]*)"', owner_client.get("/org").content.decode())
    assert len(pictures) == 1
    assert pictures[0].startswith("/media/")


def test_an_introduction_is_shown_only_if_there_is_one(owner_client: Client) -> None:
    assert "Introduction" not in asking.text(owner_client.get("/org"))
    Organization.objects.filter(num=ORG).update(intro=asking.HOSTILE)
    body = owner_client.get("/org").content.decode()
    assert "Introduction" in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/org")["Location"] == "/sign-in?next=%2Forg"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/org")


def test_somebody_without_one_is_led_to_create_it(signed_in_client: SignedInClient) -> None:
    assert signed_in_client(NO_ORGANIZATION).get("/org")["Location"] == "/org/create"


def test_it_is_still_shown_while_weila_is_down(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/org")
    sandbox.fault("*", "status", 503)
    assert owner_client.get("/org").status_code == 200
