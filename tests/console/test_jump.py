"""The page and region /jump."""

from html import unescape

import pytest
from django.test import Client
from django.utils.html import escape

from console.jump import pages
from tests.orgs.views import asking
from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import OTHER_OWNER, sign_in

REGION = {"HX-Request": "true", "HX-Target": "jump-results"}
pytestmark = pytest.mark.django_db


def results(client: Client, query: str, language: str = "en") -> str:
    response = client.get("/jump", {"q": query}, headers={**REGION, "Accept-Language": language})
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("陈建国", 'href="/members/'),
        ("建国", 'href="/members/'),
        ("70011173", 'href="/members/1253446"'),
        ("18611111111", 'href="/members/1253446"'),
        ("研发部2", 'href="/members?dept=6"'),
        ("Create a member", 'href="/members/new"'),
        ("member create", 'href="/members/new"'),
        ("新建成员", 'href="/members/new"'),
        ("操作日志", 'href="/audit"'),
        ("新建群组", 'href="/groups/new"'),
        ("shortcuts", 'href="/shortcuts"'),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_members_departments_and_pages_are_found_by_name_and_number(
    owner_client: Client, query: str, address: str, language: str
) -> None:
    assert address in results(owner_client, query, language)


def test_groups_are_found_by_name_and_number(owner_client: Client) -> None:
    owner_client.get("/groups")  # reads them
    for query in ("测试群", "80000528"):
        assert 'href="/groups/80000528"' in results(owner_client, query)


def test_a_device_says_that_it_is_one(owner_client: Client) -> None:
    assert "tabler-device-mobile" in results(owner_client, "30015839")


def test_many_hits_lead_on_to_the_whole_list(owner_client: Client) -> None:
    page = results(owner_client, "7001")
    assert page.count('href="/members/') == 8
    assert 'href="/members?q=7001"' in page


def test_before_anything_is_typed_pages_are_suggested(owner_client: Client) -> None:
    page = results(owner_client, "")
    assert 'href="/departments"' in page
    assert 'href="/members/1' not in page
    assert page.count('class="hit"') == 8


@pytest.mark.parametrize("query", ["nobody-is-called-so", "'; --", "\0", "%", "x" * 500, "🐯", "NEAR(a b)"])
def test_whatever_is_typed_is_answered(owner_client: Client, query: str) -> None:
    results(owner_client, query)


def test_nothing_found_is_said(owner_client: Client) -> None:
    page = results(owner_client, "nobody-is-called-so")
    assert "Nothing is called “nobody-is-called-so”." in page
    assert 'data-said="0 results"' in page


def test_hostile_text_is_text(owner_client: Client) -> None:
    page = owner_client.get("/jump", {"q": asking.HOSTILE}).content.decode()
    assert "<img" not in page
    assert page.count(escape(asking.HOSTILE)) >= 2


def test_without_a_script_it_is_a_page_with_the_same_links(owner_client: Client) -> None:
    page = owner_client.get("/jump", {"q": "建国"}).content.decode()
    fragment = owner_client.get("/jump", {"q": "建国"}, headers=REGION).content.decode().strip()
    assert fragment in page
    assert "<html" not in fragment
    assert page.count('id="jump-results"') == page.count('id="jump-input"') == 1
    assert '<form method="get" action="/jump"' in page


def test_every_page_has_the_way_there(owner_client: Client) -> None:
    page = owner_client.get("/members").content.decode()
    assert 'href="/jump" data-jump' in page
    assert '<dialog class="box" id="jump"' in page


def test_every_place_exists(owner_client: Client) -> None:
    for place in pages.PLACES:
        assert owner_client.get(place.url).status_code == 200


def test_strangers_and_members_learn_nothing(
    visitor: Client, ordinary_client: Client, sandbox: SandboxProcess
) -> None:
    assert visitor.get("/jump?q=a")["Location"].startswith("/sign-in")
    asking.closed_to_members(ordinary_client, sandbox, "/jump?q=a")


def test_another_organization_is_another_world(owner_client: Client, visitor: Client) -> None:
    sign_in(visitor, OTHER_OWNER)
    assert 'href="/members/1253446"' in results(owner_client, "70011173")
    assert 'href="/members/1253446"' not in results(visitor, "70011173")
    assert "研发部2" not in results(visitor, "研发部")


def test_only_the_version_check_asks_weila(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")
    sandbox.clear_journal()
    for query in ("", "1", "建国", "成员"):
        results(owner_client, query)
    assert {entry["path"] for entry in sandbox.journal()} <= {"/v1/corp/web/org-my-org"}


def test_while_weila_is_down_it_goes_on(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/members")
    sandbox.fault("*", "status", 503)
    assert 'href="/members/1253446"' in results(owner_client, "70011173")
