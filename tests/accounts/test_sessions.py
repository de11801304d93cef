"""Sessions as rows: confirmed, bound, ended, purged, sealed anew."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts import roles, sealing, sessions, upkeep
from accounts.models import FamiliarAddress, UpstreamSession, Why
from accounts.tokens import weila_of
from audit.models import Event
from common.actor import Role
from common.crypto import SealBroken
from common.models import Throttle
from tests.accounts.conftest import NewRow

OWNER_ID = 1253444
OLD_KEY = "dGVzdHMtb25seS1ub3QtYS1zZWNyZXQtMDEyMzQ1Njc="
NEW_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItMDA="
pytestmark = pytest.mark.django_db


def test_what_ends_a_session_first_stays(new_row: NewRow) -> None:
    row = new_row()
    assert sessions.end(row.id, Why.IDLE)
    assert not sessions.end(row.id, Why.SIGNED_OUT)
    row.refresh_from_db()
    assert row.why is Why.IDLE
    assert Event.objects.filter(operation="session.end").count() == 1


@pytest.mark.parametrize(
    ("member_type", "role"),
    [(255, Role.OWNER), (2, Role.MANAGER), (0, Role.MEMBER), (1, Role.MEMBER), (77, Role.MEMBER)],
)
def test_roles(member_type: int, role: Role) -> None:
    assert roles.role_of(member_type) is role


def test_which_types_administer_is_a_setting(settings: Settings) -> None:
    settings.WEILA_ADMIN_TYPES = [255, 77]
    assert (roles.role_of(77), roles.role_of(2)) == (Role.MANAGER, Role.MEMBER)


def test_a_confirmation_is_noted(new_row: NewRow) -> None:
    row = new_row()
    at = timezone.now()
    roles.confirm(row.id, role=Role.OWNER, at=at)
    row.refresh_from_db()
    assert (row.role, row.confirmed_at) == (Role.OWNER, at)


@pytest.mark.parametrize(
    ("before", "types", "role", "why"),
    [
        (Role.UNKNOWN, {OWNER_ID: 255}, Role.OWNER, None),
        (Role.OWNER, {OWNER_ID: 2}, Role.MANAGER, None),
        (Role.OWNER, {OWNER_ID: 0}, Role.OWNER, Why.ROLE_LOST),
        (Role.UNKNOWN, {OWNER_ID: 0}, Role.UNKNOWN, Why.NOT_ADMINISTRATOR),
        (Role.OWNER, {1: 255}, Role.OWNER, Why.NOT_MEMBER),
    ],
)
def test_the_directory_decides_who_goes_on(
    new_row: NewRow, before: Role, types: dict[int, int], role: Role, why: Why | None
) -> None:
    row = new_row()
    roles.confirm(row.id, role=before, at=timezone.now())
    roles.confirm_roles(100073, types)
    row.refresh_from_db()
    assert (row.role, row.why) == (role, why)


def test_another_organizations_directory_decides_nothing(new_row: NewRow) -> None:
    row = new_row()
    roles.confirm_roles(100080, {})
    row.refresh_from_db()
    assert row.ended_at is None
    assert roles.people_signed_in(100073) == {OWNER_ID}
    assert roles.people_signed_in(100080) == set()


def test_tokens_open_in_their_own_row_and_organization_only(new_row: NewRow) -> None:
    row, other = new_row(), new_row()
    other.access_sealed = row.access_sealed
    with pytest.raises(SealBroken):
        sealing.unseal_tokens(other)
    row.org_num = 100080
    with pytest.raises(SealBroken):
        sealing.unseal_tokens(row)


def test_the_two_tokens_cannot_be_exchanged(new_row: NewRow) -> None:
    row = new_row()
    row.access_sealed, row.refresh_sealed = row.refresh_sealed, row.access_sealed
    with pytest.raises(SealBroken):
        sealing.unseal_tokens(row)


def test_a_new_organization_binds_the_tokens_anew(new_row: NewRow) -> None:
    row = without_organization(new_row())
    roles.bind_organization(row.id, 100073)
    row.refresh_from_db()
    assert (row.org_num, row.role, row.confirmed_at) == (100073, Role.UNKNOWN, None)
    assert weila_of(row.id).org_my_org() is not None


def test_a_session_with_an_organization_is_not_moved(new_row: NewRow) -> None:
    row = new_row()
    roles.bind_organization(row.id, 100080)
    row.refresh_from_db()
    assert row.org_num == 100073


def test_unreadable_tokens_are_not_bound_but_end_the_session(new_row: NewRow, settings: Settings) -> None:
    row = without_organization(new_row())
    settings.TOKEN_KEYS = [NEW_KEY]
    roles.bind_organization(row.id, 100073)
    row.refresh_from_db()
    assert row.why is Why.UNREADABLE


def test_keys_are_rotated(new_row: NewRow, settings: Settings) -> None:
    row = new_row()
    before = sealing.unseal_tokens(row)
    settings.TOKEN_KEYS = [NEW_KEY, OLD_KEY]
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "1 sessions sealed" in out.getvalue()
    settings.TOKEN_KEYS = [NEW_KEY]
    row.refresh_from_db()
    after = sealing.unseal_tokens(row)
    assert (after.access, after.refresh) == (before.access, before.refresh)
    assert weila_of(row.id).org_my_org() is not None


def test_rotation_ends_what_no_key_opens(new_row: NewRow, settings: Settings) -> None:
    row = new_row()
    settings.TOKEN_KEYS = [NEW_KEY]
    errors = StringIO()
    call_command("rotate_keys", stdout=StringIO(), stderr=errors)
    assert "1 sessions could be opened with no key" in errors.getvalue()
    row.refresh_from_db()
    assert row.why is Why.UNREADABLE


def test_rotation_leaves_newer_tokens_alone(
    new_row: NewRow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = new_row()
    original = sealing.rotate_tokens

    def refreshed_meanwhile(stale: UpstreamSession) -> tuple[str, str] | None:
        UpstreamSession.objects.filter(pk=row.pk).update(access_sealed="newer", token_version=2)
        return original(stale)

    monkeypatch.setattr(sealing, "rotate_tokens", refreshed_meanwhile)
    assert upkeep.rotate_keys() == (0, 0)
    row.refresh_from_db()
    assert row.access_sealed == "newer"


def test_purging(new_row: NewRow, settings: Settings) -> None:
    long_ago = timezone.now() - settings.ENDED_SESSIONS_KEPT - timedelta(days=1)
    live, overdue, ended, gone = (new_row() for _ in range(4))
    UpstreamSession.objects.filter(pk=overdue.pk).update(last_used_at=timezone.now() - settings.SESSION_IDLE)
    sessions.end(ended.id, Why.SIGNED_OUT)
    sessions.end(gone.id, Why.SIGNED_OUT)
    UpstreamSession.objects.filter(pk=gone.pk).update(ended_at=long_ago)
    FamiliarAddress.objects.create(key="old", seen_at=timezone.now() - timedelta(days=181))
    Throttle.objects.create(key="old", expires=timezone.now() - timedelta(seconds=1), blocked_until=None)
    out = StringIO()
    call_command("purge_sessions", stdout=out)
    assert out.getvalue() == "1 overdue sessions ended, 1 ended sessions removed.\n"
    whys = {row.pk: row.why for row in UpstreamSession.objects.all()}
    assert whys == {live.pk: None, overdue.pk: Why.IDLE, ended.pk: Why.SIGNED_OUT}
    assert not UpstreamSession.objects.filter(pk=overdue.pk).exclude(access_sealed="").exists()
    assert not FamiliarAddress.objects.exists()
    assert not Throttle.objects.exists()


def test_sessions_of_an_earlier_version_were_proved_when_they_began(new_row: NewRow) -> None:
    migration = import_module("accounts.migrations.0003_proof_and_jobs")
    row = new_row()
    UpstreamSession.objects.update(created_at=row.created_at - timedelta(hours=1))
    migration.proved_at_sign_in(apps, None)
    row.refresh_from_db()
    assert row.proved_at == row.created_at
    assert not sessions.proved_lately(row)


def without_organization(row: UpstreamSession) -> UpstreamSession:
    tokens = sealing.unseal_tokens(row)
    row.org_num = None
    row.access_sealed, row.refresh_sealed = sealing.seal_tokens(row.id, None, tokens)
    row.save()
    return row
