"""Creating and changing the organization."""

import pytest

from accounts.models import UpstreamSession
from audit.models import Event, Stage
from common.actor import Actor
from common.outcome import Outcome
from orgs import directory
from orgs.directory import Conflict
from orgs.models import Organization
from tests.orgs.domain.conftest import NO_ORG_NUM, NewSession, actor_of
from tests.support.sandbox import ORG, SandboxProcess

PATH = "/v1/corp/web/"


def end() -> Event:
    event = Event.objects.order_by("-id").first()
    assert event is not None
    return event


def test_create_binds_the_session(new_session: NewSession) -> None:
    session = new_session(NO_ORG_NUM)
    written = directory.create_organization(actor_of(session), "我的公司", "")
    assert written.outcome is Outcome.DONE
    assert written.value is not None
    session.refresh_from_db()
    assert session.org_num == written.value.num
    assert Organization.objects.get(num=written.value.num).name == "我的公司"
    assert (end().operation, end().stage) == ("weila.org-create", Stage.DONE)
    assert end().target_id == str(written.value.num)


@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("drop-after", None, Outcome.DONE),
        ("status", 500, Outcome.NOT_DONE),
        ("drop", None, Outcome.UNKNOWN),
        ("late", 1, Outcome.UNKNOWN),
    ],
)
def test_create_with_a_lost_answer(
    new_session: NewSession, sandbox: SandboxProcess, fault: str, value: object, outcome: Outcome
) -> None:
    session = new_session(NO_ORG_NUM)
    sandbox.fault(PATH + "org-create", fault, value, times=1)
    assert directory.create_organization(actor_of(session), "我的公司", "").outcome is outcome
    assert len(sandbox.wait_for(PATH + "org-create")) == 1
    session.refresh_from_db()
    assert (session.org_num is not None) is (outcome is Outcome.DONE)


def test_change_sends_only_what_changed(actor: Actor) -> None:
    written = directory.change_organization(actor, {"name": "微喇测试"}, {"name": "新名字"})
    assert written.outcome is Outcome.DONE
    assert Organization.objects.get(num=ORG).name == "新名字"
    assert (end().before, end().after) == ({"name": "微喇测试"}, {"name": "新名字"})


def test_the_picture_is_kept_as_the_upstream_tells_it(actor: Actor) -> None:
    directory.change_organization(actor, {}, {"avatar": "http://example.com/a.png"})
    assert Organization.objects.get(num=ORG).avatar != ""


def test_a_changed_value_is_a_conflict(actor: Actor, sandbox: SandboxProcess) -> None:
    sandbox.clear_journal()
    with pytest.raises(Conflict):
        directory.change_organization(actor, {"name": "旧"}, {"name": "新"})
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("drop-after", None, Outcome.DONE),
        ("status", 500, Outcome.NOT_DONE),
        ("drop", None, Outcome.UNKNOWN),
        ("late", 1, Outcome.UNKNOWN),
    ],
)
def test_change_with_a_lost_answer(
    actor: Actor, sandbox: SandboxProcess, fault: str, value: object, outcome: Outcome
) -> None:
    sandbox.fault(PATH + "org-change", fault, value, times=1)
    assert directory.change_organization(actor, {}, {"name": "新名字"}).outcome is outcome
    assert len(sandbox.wait_for(PATH + "org-change")) == 1
    assert (Organization.objects.get(num=ORG).name == "新名字") is (outcome is Outcome.DONE)


def test_a_session_that_ended_changes_nothing(actor: Actor, sandbox: SandboxProcess) -> None:
    UpstreamSession.objects.update(ended_at="2024-01-01T00:00:00Z", ended_why="idle")
    sandbox.clear_journal()
    with pytest.raises(Exception, match="session_over"):
        directory.change_organization(actor, {}, {"name": "新名字"})
    assert sandbox.journal() == []
    assert end().stage == Stage.REFUSED
