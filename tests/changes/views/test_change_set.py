"""/changes/<id>: one page, which shows what the state of the set asks for."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Event
from changes import vocabulary
from changes.models import Change, ChangeSet, Pause, SetState, State
from tests.changes.views.making import HOSTILE, a_set, being_applied
from tests.orgs.views import asking
from tests.support.queries import Queries
from tests.support.sandbox import SandboxProcess

pytestmark = pytest.mark.django_db
REGION = "set-changes"
RECOLOR = {"before": {"color": "red"}, "after": {"color": "blue"}}


def page(client: Client, change_set: ChangeSet, query: str = "") -> str:
    return asking.text(client.get(f"/changes/{change_set.pk}{query}"))


def shown(client: Client, change_set: ChangeSet, query: str = "") -> list[int]:
    table = client.get(f"/changes/{change_set.pk}{query}").context["table"]
    return [line.change.position for line in table.page.rows]


# --- the preview


def test_a_preview_shows_every_change_with_its_values(owner_client: Client) -> None:
    change_set = a_set(changes=[RECOLOR | {"note": "new_id", "sheet": "People", "line": 7}])
    text = page(owner_client, change_set)
    assert "1 change would be made" in text
    assert "<del>red</del>" in text and "<ins>blue</ins>" in text
    assert "It gets a new number." in text
    assert '<span class="text-secondary">People</span> 7</span></td>' in text


def test_words_of_the_plan_win_over_values(owner_client: Client) -> None:
    change_set = a_set(changes=[RECOLOR | {"said": {"color": ["crimson", "navy"]}}])
    text = page(owner_client, change_set)
    assert "<del>crimson</del>" in text and "<ins>navy</ins>" in text
    assert "<del>red</del>" not in text


def test_fields_have_the_order_of_the_trail_whoever_words_them(owner_client: Client) -> None:
    change = {"before": {}, "after": {"parent": 7, "color": "blue"}, "said": {"parent": ["", "Above"]}}
    text = page(owner_client, a_set(changes=[RECOLOR | change]))
    assert text.index("<ins>blue</ins>") < text.index("<ins>Above</ins>")


def test_a_value_that_another_change_brings_is_called_by_its_target(owner_client: Client) -> None:
    creates = {"kind": "test.create", "target_id": "", "target_text": "New parent"}
    change_set = a_set(changes=[creates, {"refs": {"parent": [0, "id"]}}])
    assert "<ins>New parent</ins>" in page(owner_client, change_set)


def test_counts_by_kind_lead_to_their_changes(owner_client: Client) -> None:
    change_set = a_set(changes=[{}, {"kind": "test.delete"}, {}])
    text = page(owner_client, change_set)
    assert f'<a href="/changes/{change_set.pk}?kind=test.set">Set <strong>2</strong></a>' in text
    assert "1 of them deletes, suspends, removes, or resets a password" in text
    assert shown(owner_client, change_set, "?kind=test.set") == [0, 2]
    assert shown(owner_client, change_set, "?kind=test.delete") == [1]
    assert shown(owner_client, change_set, "?kind=nonsense") == [0, 1, 2]


def test_targets_are_found_by_their_beginning(owner_client: Client) -> None:
    change_set = a_set(changes=[{"target_text": name} for name in ("王芳", "李雷", "王小虎", "100%", "Ada")])
    assert shown(owner_client, change_set, "?q=王") == [0, 2]
    assert shown(owner_client, change_set, "?q=ada") == [4]
    assert shown(owner_client, change_set, "?q=%25") == []
    assert "Nothing matches the filter" in page(owner_client, change_set, "?q=nobody")


def test_targets_of_one_name_have_their_numbers(
    owner_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers(_org_num: int, changes: Sequence[Change]) -> dict[int, str]:
        return {change.pk: f"700{change.target_id}" for change in changes}

    monkeypatch.setitem(vocabulary.numbers, "thing", numbers)
    text = page(owner_client, a_set(changes=[{"target_text": "王芳", "target_id": "7"}] * 2))
    assert text.count('<span class="target-number">7007</span>') == 2


def test_nothing_to_change_can_only_be_discarded(owner_client: Client) -> None:
    text = page(owner_client, a_set())
    assert text.count("There is nothing to change") == 1
    assert "Everything is already as it was to be.</p>" in text and "Nothing of this can be done" not in text
    assert "/confirm" not in text and "/discard" in text


def test_where_nothing_can_be_done_the_problems_say_why(owner_client: Client) -> None:
    change_set = a_set(problems=[{"code": "no_such", "params": {"name": "X"}, "line": 3}])
    text = page(owner_client, change_set)
    assert "Nothing of this can be done" in text and "in 1 row" in text
    assert '<span class="status-dot"></span>Nothing can be done' in text
    assert "as it was to be" not in text and "There is nothing to change" not in text
    assert "would be left out" not in text
    assert 'id="set-problems"' in text and "There is no “X”." in text
    assert 'class="tabs"' not in text and "/confirm" not in text


def test_problems_are_counted_and_linked(owner_client: Client) -> None:
    problems = [{"code": "no_such", "params": {"name": "X"}, "line": 3}] * 2
    change_set = a_set(changes=[{}], problems=problems)
    text = page(owner_client, change_set)
    assert "2 problems" in text and "in 1 row, which would be left out" in text
    assert f'href="/changes/{change_set.pk}/problems"' in text
    assert "Leave out the row with problems" in text


def test_an_undo_leads_to_what_it_undoes(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}])
    undo = a_set(changes=[{"undoes": 0, "state": State.DONE}], undoes=done)
    assert f'href="/changes/{done.pk}">undoes' in page(owner_client, undo)
    assert "undone by" not in page(owner_client, done)
    for state in (SetState.APPLYING, SetState.PAUSED, SetState.FINISHED):
        ChangeSet.objects.filter(pk=undo.pk).update(state=state)
        assert f'href="/changes/{undo.pk}">undone by' in page(owner_client, done)


# --- while it is planned or applied


def test_its_buttons_can_be_told_apart(owner_client: Client) -> None:
    """htmx gives the focus back to what has an id."""
    change_set = being_applied(a_set(SetState.APPLYING, [{}]))
    assert '<button type="submit" id="change-set-stop"' in page(owner_client, change_set)


def test_planning_shows_how_far_it_is_and_asks_again(owner_client: Client) -> None:
    change_set = a_set(SetState.PLANNING, progress=30, expected=120)
    text = page(owner_client, change_set)
    assert '<progress value="30" max="120">' in text
    assert f'hx-get="/changes/{change_set.pk}/progress?state=planning&waited=1"' in text
    assert "/discard" in text and "/stop" not in text


def test_why_it_could_not_be_planned_is_said(owner_client: Client) -> None:
    assert "The session ended before" in page(owner_client, a_set(SetState.FAILED, reason="session_over"))


def test_applying_shows_counts_rate_and_time_left(owner_client: Client) -> None:
    changes = [{"state": State.DONE}] * 30 + [{"state": State.FAILED}] * 2 + [{}] * 60
    change_set = being_applied(a_set(SetState.APPLYING, changes), since=timedelta(minutes=1))
    text = page(owner_client, change_set)
    assert "32 of 92 (34%)" in text
    assert "Done 30" in text and "Failed 2" in text
    assert "32 a minute, about 2 minutes left" in text
    assert "/stop" in text


def test_nothing_is_estimated_from_nothing(owner_client: Client) -> None:
    change_set = being_applied(a_set(SetState.APPLYING, [{}] * 9), since=timedelta(seconds=1))
    assert " left" not in page(owner_client, change_set)


def test_what_was_done_before_a_break_does_not_count_for_the_rate(owner_client: Client) -> None:
    changes = [{"state": State.DONE}] * 30 + [{}] * 60
    change_set = being_applied(a_set(SetState.APPLYING, changes, started_with=30))
    assert " left" not in page(owner_client, change_set)


def test_it_says_that_it_waits_for_another_set(owner_client: Client) -> None:
    first = being_applied(a_set(SetState.APPLYING, [{}]))
    second = a_set(SetState.APPLYING, [{}])
    assert f"It waits until no. {first.pk} is through" in page(owner_client, second)
    assert "It begins in a moment" not in page(owner_client, second)


def test_it_says_that_it_is_about_to_stop(owner_client: Client) -> None:
    text = page(owner_client, being_applied(a_set(SetState.APPLYING, [{}], stop=True)))
    assert "It stops as soon as" in text
    assert "/stop" not in text


# --- afterwards


@pytest.mark.parametrize("reason", Pause.values)
def test_a_stopped_set_says_why_and_can_go_on(owner_client: Client, reason: str) -> None:
    change_set = a_set(SetState.PAUSED, [{"state": State.DONE}, {"state": State.FAILED}, {}], reason=reason)
    text = page(owner_client, change_set)
    assert str(Pause(reason).label) in text
    assert all(f"/changes/{change_set.pk}/{deed}" in text for deed in ("resume", "undo"))
    assert f"/changes/{change_set.pk}/retry" not in text  # what was stopped is gone on with first


def test_the_result_is_filtered_by_what_came_of_it(owner_client: Client) -> None:
    ended = [State.DONE, State.FAILED, State.DONE, State.BLOCKED, State.UNKNOWN]
    change_set = a_set(SetState.FINISHED, [{"state": state} for state in ended])
    assert shown(owner_client, change_set, "?state=done") == [0, 2]
    assert shown(owner_client, change_set, "?state=failed") == [1]
    assert shown(owner_client, change_set, "?state=unknown&q=Thing") == [4]
    assert shown(owner_client, change_set) == [0, 1, 2, 3, 4]


def test_what_has_not_ended_can_be_listed_while_it_is_stopped(owner_client: Client) -> None:
    states = [State.DONE, State.WAITING, State.LOST]
    change_set = a_set(SetState.PAUSED, [{"state": state} for state in states], reason=Pause.CANCELED)
    assert shown(owner_client, change_set, "?state=open") == [1, 2]
    card = rf'<a class="card stat" href="/changes/{change_set.pk}\?state=open">.*?Not ended yet</span>'
    assert re.search(card + '<span class="stat-value">2</span>', page(owner_client, change_set))
    assert "Not ended yet</span>" not in page(owner_client, a_set(SetState.FINISHED, [{"state": State.DONE}]))


def test_what_has_ended_has_the_colors_of_its_badges(owner_client: Client) -> None:
    ended = [State.DONE, State.FAILED, State.BLOCKED, State.UNKNOWN]
    change_set = a_set(SetState.FINISHED, [{"state": state} for state in ended])
    icons = re.findall(r'class="stat-icon bg-(\w+)-lt"', page(owner_client, change_set))
    assert icons == ["green", "red", "yellow", "orange"]


def test_a_failure_says_why_in_words_and_in_the_words_of_the_other_side(owner_client: Client) -> None:
    failed = {"state": State.FAILED, "reason": "gave_up", "reason_text": HOSTILE}
    response = owner_client.get(f"/changes/{a_set(SetState.FINISHED, [failed]).pk}")
    assert "tried several times" in asking.text(response)
    asking.is_shown_as_text(response, HOSTILE)


def test_a_conflict_shows_both_values(owner_client: Client) -> None:
    failed = {"state": State.FAILED, "reason": "conflict", "result": {"now": {"color": ["red", "green"]}}}
    text = page(owner_client, a_set(SetState.FINISHED, [failed]))
    assert "Color: expected <del>red</del>, found <ins>green</ins>" in text


def test_a_blocked_change_names_what_blocks_it(owner_client: Client) -> None:
    failed = {"state": State.FAILED, "target_text": "Root"}
    blocked: dict[str, Any] = {"state": State.BLOCKED, "reason": "blocked", "result": {"by": 0}}
    change_set = a_set(SetState.FINISHED, [failed, blocked])
    assert "needs no. 1, Root, which was not done" in page(owner_client, change_set)


def test_it_leads_to_its_entries_in_the_trail(owner_client: Client) -> None:
    change_set = a_set(SetState.FINISHED, [{"state": State.DONE}])
    Event.objects.create(
        org_num=100073, request_id=change_set.request_id, operation="test.thing", stage="done"
    )
    Event.objects.create(org_num=100073, request_id="another", operation="test.other", stage="done")
    address = f"/audit?request={change_set.request_id}"
    assert f'href="{address}"' in page(owner_client, change_set)
    rows = owner_client.get(address).context["table"].page.rows
    assert [row.event.operation for row in rows] == ["test.thing"]


FAILED_PASSWORD = {"kind": "test.password", "state": State.FAILED}


@pytest.mark.parametrize(
    ("state", "changes", "said"),
    [
        (SetState.FINISHED, [FAILED_PASSWORD], True),
        (SetState.FINISHED, [FAILED_PASSWORD | {"state": State.BLOCKED}], True),
        (SetState.FINISHED, [FAILED_PASSWORD | {"state": State.DONE}, {"state": State.FAILED}], False),
        (SetState.PAUSED, [FAILED_PASSWORD], False),  # its password is still there
    ],
)
def test_other_passwords_for_what_is_tried_again_are_said(
    owner_client: Client, state: SetState, changes: list[dict[str, Any]], said: bool
) -> None:
    text = page(owner_client, a_set(state, changes))
    assert ("Trying again sets new passwords" in text) is said


def test_no_passwords_of_a_file_are_said_to_be_gone_where_none_gave_any(owner_client: Client) -> None:
    owner_client.post("/language", {"language": "zh-hans"})
    text = page(owner_client, a_set(SetState.FINISHED, [FAILED_PASSWORD]))
    assert "重试时也会设置新密码" in text and "文件中填写的密码已删除" not in text


def test_what_is_undone_offers_no_second_undo(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}])
    assert "/undo" in page(owner_client, done)
    undo = a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 0}], undoes=done)
    assert "/undo" not in page(owner_client, done)
    a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 0}], undoes=undo)
    assert "/undo" in page(owner_client, done) and "undone by" not in page(owner_client, done)


def test_no_undo_is_offered_where_nothing_can_be_undone(owner_client: Client) -> None:
    password = {"kind": "test.password", "state": State.DONE}
    assert "/undo" not in page(owner_client, a_set(SetState.FINISHED, [password]))
    failed = {"state": State.FAILED}
    assert "/undo" not in page(owner_client, a_set(SetState.FINISHED, [password, failed]))
    both = a_set(SetState.FINISHED, [password, {"state": State.DONE}])
    assert "/undo" in page(owner_client, both)
    undo = a_set(SetState.FINISHED, [{"state": State.DONE, "undoes": 1}], undoes=both)
    text = page(owner_client, both)
    assert "/undo" not in text and f">undone by {undo.pk}<" in text


def test_a_planned_undo_hides_nothing(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}])
    for state in (SetState.PLANNING, SetState.PLANNED, SetState.FAILED, SetState.DISCARDED):
        a_set(state, undoes=done)
    assert "/undo" in page(owner_client, done) and "undone by" not in page(owner_client, done)


def test_what_an_undo_has_left_can_be_undone(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}] * 2)
    undo = a_set(
        SetState.FINISHED,
        [{"state": State.DONE, "undoes": 1}, {"state": State.FAILED, "undoes": 0}],
        undoes=done,
    )
    text = page(owner_client, done)
    assert f">partly undone by {undo.pk}<" in text and "/undo" in text
    undo.changes.update(state=State.UNKNOWN)  # may have been: it is never taken back once more
    text = page(owner_client, done)
    assert f">undone by {undo.pk}<" in text and "/undo" not in text


def test_an_undo_that_failed_altogether_has_undone_nothing(owner_client: Client) -> None:
    done = a_set(SetState.FINISHED, [{"state": State.DONE}])
    a_set(SetState.FINISHED, [{"state": State.FAILED, "undoes": 0}], undoes=done)
    text = page(owner_client, done)
    assert "undone by" not in text and "/undo" in text


# --- the questions that every page is asked


def test_it_needs_a_session(visitor: Client) -> None:
    assert visitor.get("/changes/1")["Location"] == "/sign-in?next=%2Fchanges%2F1"


def test_an_ordinary_member_sees_nothing(ordinary_client: Client, sandbox: SandboxProcess) -> None:
    asking.closed_to_members(ordinary_client, sandbox, f"/changes/{a_set().pk}")


@pytest.mark.parametrize("part", ["", "/problems", "/progress", "/passwords"])
def test_a_set_of_another_organization_is_not_found_and_that_is_recorded(
    owner_client: Client, part: str
) -> None:
    foreign = a_set(org_num=100080, title="secret plan")
    response = owner_client.get(f"/changes/{foreign.pk}{part}")
    assert response.status_code == 404
    assert "secret plan" not in asking.text(response)
    assert owner_client.get(f"/changes/999{part}").status_code == 404
    assert Event.objects.filter(operation="changes.open", reason="not_here").count() == 2


@pytest.mark.parametrize("state", SetState)
def test_the_fragment_equals_the_page(owner_client: Client, state: SetState) -> None:
    change_set = a_set(state, [RECOLOR] * 3)
    address = f"/changes/{change_set.pk}"
    if change_set.planned_as_of is None:
        assert owner_client.get(address).status_code == 200
    else:
        asking.fragment_equals_page(owner_client, address, REGION)


def test_hostile_texts_are_text(owner_client: Client) -> None:
    change = {
        "target_text": HOSTILE,
        "before": {"color": HOSTILE},
        "after": {"color": HOSTILE + "!"},
        "note": HOSTILE[:40],
    }
    change_set = a_set(changes=[change], title=HOSTILE, user_name=HOSTILE)
    asking.is_shown_as_text(owner_client.get(f"/changes/{change_set.pk}"), HOSTILE)


@pytest.mark.parametrize("query", ["", "?page=3", "?page=99", "?kind=test.set&page=2", "?q=Thing&page=2"])
def test_its_cost_does_not_grow_with_the_changes(owner_client: Client, query: str) -> None:
    change_set = a_set(changes=[RECOLOR | {"refs": {"parent": [0, "id"]}}] * 130)
    owner_client.get("/changes")
    with Queries() as queries:
        response = owner_client.get(f"/changes/{change_set.pk}{query}")
    assert response.status_code == 200
    assert len(queries) <= 12
    assert not [one for one in queries.statements if "COUNT(" in one and "changes_change" in one]


def test_pages_are_cut_without_gaps(owner_client: Client) -> None:
    change_set = a_set(changes=[{}] * 130)
    assert shown(owner_client, change_set, "?page=2") == list(range(50, 100))
    assert shown(owner_client, change_set, "?page=99") == list(range(100, 130))
    assert shown(owner_client, change_set, "?kind=test.set&page=3") == list(range(100, 130))
    assert shown(owner_client, change_set, "?q=thing&page=2") == list(range(50, 100))


def test_time_passes_between_reading_and_now(owner_client: Client) -> None:
    """A set whose worker died is not said to be at work."""
    change_set = being_applied(a_set(SetState.APPLYING, [{}] * 9))
    ChangeSet.objects.filter(pk=change_set.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "It begins in a moment" in page(owner_client, change_set)
