"""Which members a selection means, and what can be done to them."""

from dataclasses import replace

import pytest
from django.utils import translation

from audit.models import Event, Stage
from common.actor import Actor
from orgs import bulk
from orgs.bulk import Action, Actions, Found, Whom
from orgs.directory import NotHere
from orgs.forms.bulk import DeleteForm, EnableForm
from orgs.listing import Filters
from orgs.models import Organization
from tests.orgs.domain.conftest import directory, fill, member
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
PEOPLE, DEVICES = [member(1), member(4, type=255)], [member(2, type=1), member(3, type=1)]


@pytest.fixture
def organization() -> Organization:
    fill(7, directory([*PEOPLE, *DEVICES]))
    fill(8, directory([member(5), member(6, type=1)]))
    return Organization.objects.get(num=7)


def test_a_filter_means_everybody_who_matches(organization: Organization) -> None:
    assert bulk.resolve(organization, Filters()) == Found([1, 2, 3, 4], [2, 3])
    assert bulk.resolve(organization, Filters(type=1)) == Found([2, 3], [2, 3])
    assert bulk.resolve(organization, Filters(dept=9)) == Found([], [])


def test_ids_mean_those_who_are_in_the_organization(organization: Organization) -> None:
    assert bulk.resolve(organization, [6, 4, 2, 99, 2]) == Found([2, 4], [2])
    assert bulk.resolve(organization, []) == Found([], [])


def test_an_action_may_apply_to_some_only(organization: Organization) -> None:
    found = bulk.resolve(organization, Filters())
    assert [found.of(whom) for whom in Whom] == [[1, 2, 3, 4], [1, 4], [2, 3]]


def test_strangers_are_refused_and_recorded(actor: Actor, sandbox: SandboxProcess) -> None:
    found = Found([1, 2], [])
    bulk.require(actor, "member", [1, 2], found)
    sandbox.clear_journal()
    with pytest.raises(NotHere):
        bulk.require(actor, "member", [9, 1, 8], found)
    event = Event.objects.get(operation="member.bulk")
    assert (event.stage, event.reason, event.target_id) == (Stage.REFUSED, "not_here", "8")
    assert sandbox.journal() == []


def test_what_is_dangerous_comes_last() -> None:
    enable = Action(code="enable", label="Enable", section="Access", icon="x", form=EnableForm)
    delete = replace(enable, code="delete", form=DeleteForm, dangerous=True)
    move = replace(enable, code="move", section="Settings")
    actions = Actions("member")
    actions.register(enable, delete, move)
    assert actions.sections() == {"Settings": [move], "Access": [enable, delete]}
    assert list(actions.sections()) == ["Settings", "Access"]
    assert actions.find("move") is move
    assert actions.find("promote") is None
    assert actions.name_of(move) == "member.move"


def test_every_action_is_offered_once_and_named_in_both_languages() -> None:
    sections = bulk.members.sections()
    assert [action.code for actions in sections.values() for action in actions] == [
        "move", "tts", "loc-share", "track", "groups-add", "groups-remove", "enable", "suspend", "password", "delete",
    ]  # fmt: skip
    with translation.override("zh-hans"):
        labels = [str(action.label) for actions in sections.values() for action in actions]
        assert labels[:2] == ["移至部门", "语音播报：开启或关闭"]
