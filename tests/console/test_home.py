"""/: the organization at a glance."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from console.glance.parts import Bar, Part
from groups.models import Group, Roster
from orgs.models import Department, Member, MemberType, Organization, SharedPhone
from tests.conftest import SignedInClient
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import ORG, SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION, OTHER_OWNER

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db


def glance_of(response: "Answer") -> Part:
    part: Part = response.context["glance"]
    return part


def listed(client: Client, url: str) -> int:
    """How many the list behind a number has."""
    path = urlsplit(url).path
    assert path in ("/members", "/departments") or path.startswith("/groups")
    total: int = client.get(url).context["table"].page.total
    return total


def chart(part: Part, name: str) -> dict[str, Bar]:
    charts = [*part.rankings, *part.columns, *part.shares]
    return {str(bar.label): bar for one in charts if one.name == name for bar in one.bars}


def test_every_number_leads_to_a_list_that_is_as_long(owner_client: Client) -> None:
    owner_client.get("/groups")  # reads them
    for bar in glance_of(owner_client.get("/")).rankings[1].bars:
        owner_client.get(bar.url)  # reads who is inside
    part = glance_of(owner_client.get("/"))
    assert len(part.tiles) == 5
    for tile in part.tiles:
        assert listed(owner_client, tile.url) == tile.value, tile
    for line in part.concerns:
        assert listed(owner_client, line.url) == int(line.text.split()[0]), line
    bars = [bar for one in (*part.rankings, *part.columns, *part.shares) for bar in one.bars if bar.url]
    assert len(bars) > 20
    for bar in bars:
        if bar.label != "Other departments":
            assert listed(owner_client, bar.url) == bar.value, bar


def test_its_numbers_are_those_of_the_directory(owner_client: Client) -> None:
    part = glance_of(owner_client.get("/"))
    people = Member.objects.exclude(type=MemberType.DEVICE)
    assert [tile.value for tile in part.tiles] == [
        people.count(),
        Member.objects.filter(type=MemberType.DEVICE).count(),
        Department.objects.count(),
        Member.objects.filter(state=1).count(),
    ]
    by_department = chart(part, "by-department")
    assert sum(bar.value for bar in by_department.values()) == people.count()
    assert by_department["No department"].value == people.filter(dept_id=0).count()
    assert sum(bar.value for bar in chart(part, "kinds").values()) == Member.objects.count()
    assert sum(bar.value for bar in chart(part, "states").values()) == Member.objects.count()


def test_what_wants_attention_is_said_with_its_list(owner_client: Client) -> None:
    body = asking.text(owner_client.get("/"))
    phoneless = Member.objects.filter(phone="").exclude(type=MemberType.DEVICE).count()
    sharing = sum(SharedPhone.objects.values_list("members", flat=True))
    assert re.search(rf'<a href="/members\?phone=none">{phoneless} people have no phone</a>', body)
    assert (
        f'<a href="/members?phone=shared&sort=phone">{sharing} members and devices have a phone that' in body
    )
    assert '<a href="/members?dept=0">' in body
    assert '<a href="/departments?people=none">' in body


def test_where_all_is_well_it_says_so_in_one_line(owner_client: Client) -> None:
    owner_client.get("/groups")
    Group.objects.all().delete()
    Roster.objects.update(insights_of="")
    head = Organization.objects.get(num=ORG)
    known = {**head.facets, "phone": {}, "dept": {"6": head.total}}
    Organization.objects.filter(num=ORG).update(facets=known)
    Department.objects.exclude(dept_id=6).delete()
    response = owner_client.get("/")
    assert glance_of(response).concerns == []
    assert "Nothing wants your attention." in asking.text(response)


def test_of_many_departments_the_largest_are_drawn_and_the_rest_is_summed(owner_client: Client) -> None:
    owner_client.get("/")
    head = Organization.objects.get(num=ORG)
    Department.objects.bulk_create(
        Department(organization=head, dept_id=number, name=f"D{number}") for number in range(1000, 1500)
    )
    dept = {str(number): number for number in range(1000, 1500)}
    Organization.objects.filter(num=ORG).update(
        total=sum(dept.values()),
        facets={**head.facets, "type": {"0": sum(dept.values())}, "dept": dept, "devices": {}},
    )
    response = owner_client.get("/")
    bars = [*chart(glance_of(response), "by-department").values()]
    assert [bar.label for bar in bars] == [
        *(f"D{number}" for number in range(1499, 1489, -1)),
        "Other departments",
    ]
    assert [bar.length for bar in bars[:2]] == ["100.00%", "99.93%"]
    assert bars[-1].value == sum(range(1000, 1490))
    assert not bars[-1].length  # as a bar it would dwarf the others
    assert len(response.content) < 40_000


def test_joins_are_counted_by_month_and_what_is_older_is_summed(owner_client: Client) -> None:
    owner_client.get("/")
    head = Organization.objects.get(num=ORG)
    month = f"{timezone.localtime():%Y-%m}"
    joined = {month: 3, "2019-05": 4, "2020-01": 1, "none": 2}
    Organization.objects.filter(num=ORG).update(facets={**head.facets, "joined": joined})
    response = owner_client.get("/")
    (drawn,) = glance_of(response).columns
    assert len(drawn.bars) == 24
    assert (drawn.bars[-1].label, drawn.bars[-1].value) == (month, 3)
    assert sum(bar.value for bar in drawn.bars) == 3
    assert [bool(bar.url) for bar in drawn.bars] == [False] * 23 + [True]
    assert [line.text for line in drawn.lines] == [
        f"5 joined before {drawn.bars[0].label}",
        "Of 2 it is not known when",
    ]


def test_a_small_organization_has_no_department_to_be_in(signed_in_client: SignedInClient) -> None:
    client = signed_in_client(OTHER_OWNER)
    client.get("/groups")
    response = client.get("/")
    part = glance_of(response)
    assert [tile.value for tile in part.tiles] == [1, 0, 0, 0, 0]
    assert part.rankings == []
    assert [bar.value for bar in chart(part, "kinds").values()] == [1]
    assert chart(part, "joined") == {}  # too long ago for a column
    assert "<bar-chart" not in response.content.decode()
    assert "1 joined before" in asking.text(response)
    assert "Nothing wants your attention." in asking.text(response)


def test_what_an_older_version_has_not_counted_is_not_known(
    owner_client: Client, sandbox: SandboxProcess
) -> None:
    owner_client.get("/")
    head = Organization.objects.get(num=ORG)
    old = {name: words for name, words in head.facets.items() if name not in ("phone", "joined")}
    Organization.objects.filter(num=ORG).update(facets=old)
    sandbox.fault("*", "status", 503)  # otherwise it would have been counted by now
    response = owner_client.get("/")
    body = asking.text(response)
    assert "will be counted when the directory is read next" in body
    assert "have no phone" not in body
    assert glance_of(response).columns == []
    assert "this filter is left out" in asking.text(owner_client.get("/members?phone=none"))


def test_an_unexplained_state_is_part_of_the_whole(owner_client: Client) -> None:
    owner_client.get("/")
    head = Organization.objects.get(num=ORG)
    Organization.objects.filter(num=ORG).update(
        facets={**head.facets, "state": {"0": head.total - 1, "7": 1}}
    )
    states = chart(glance_of(owner_client.get("/")), "states")
    assert {label: bar.value for label, bar in states.items()} == {
        "Enabled": head.total - 1,
        "Other state": 1,
    }


def test_it_says_as_of_when_the_directory_is(
    owner_client: Client, sandbox: SandboxProcess, settings: Settings
) -> None:
    body = asking.text(owner_client.get("/"))
    at = timezone.localtime(Organization.objects.get(num=ORG).mirrored_at)
    assert re.search(rf"Directory as of <time [^>]*>{at:%Y-%m-%d %H:%M}</time>", body)
    assert "being read again" not in body
    Organization.objects.filter(num=ORG).update(lease_until=timezone.now() + timedelta(seconds=9))
    assert "being read again right now" in asking.text(owner_client.get("/"))
    settings.MIRROR_VERSION_CHECK = timedelta()
    sandbox.fault("*", "status", 503)
    response = owner_client.get("/")
    assert response.status_code == 200
    assert "Weila cannot be reached at the moment" in asking.text(response)


def test_what_was_done_last_is_listed(owner_client: Client) -> None:
    assert "No changes yet." in asking.text(owner_client.get("/"))  # a sign-in changes nothing
    asking.fill(owner_client, "/departments/new", name="Night shift")
    body = asking.text(owner_client.get("/"))
    assert "created a department" in body
    assert "Night shift" in body
    assert "signed in" not in body


def test_everyday_work_starts_here(owner_client: Client) -> None:
    body = owner_client.get("/").content.decode()
    for address in ("/members/new", "/members/new-device", "/departments/new", "/audit"):
        assert f'href="{address}"' in body


def test_hostile_names_are_text(owner_client: Client) -> None:
    owner_client.get("/")
    Department.objects.all().update(name=asking.HOSTILE)
    body = owner_client.get("/").content.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;" in body
    assert "<img" not in body


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/")["Location"] == "/sign-in?next=%2F"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, "/")


def test_somebody_without_an_organization_is_led_to_create_one(signed_in_client: SignedInClient) -> None:
    assert signed_in_client(NO_ORGANIZATION).get("/")["Location"] == "/org/create"


def test_it_costs_few_queries(owner_client: Client) -> None:
    owner_client.get("/")
    with Queries() as queries:
        owner_client.get("/")
    assert len(queries) <= 8


def test_looking_changes_nothing(owner_client: Client, sandbox: SandboxProcess) -> None:
    owner_client.get("/")
    assert owner_client.post("/").status_code == 405
    assert asking.sent(sandbox) == []
