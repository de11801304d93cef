"""A signed-in owner whose directory and groups have been read."""

import pytest

from accounts.tokens import weila
from common.actor import Actor
from groups import mirror
from groups.models import Group
from tests.orgs.domain.conftest import new_session as new_session
from tests.orgs.domain.conftest import session as session
from tests.orgs.kinds.conftest import actor as actor
from tests.orgs.kinds.conftest import quick as quick
from tests.support.sandbox import ORG, SandboxProcess


@pytest.fixture
def reader(actor: Actor, sandbox: SandboxProcess) -> Actor:
    """The owner; the journal is empty."""
    mirror.read_list(weila(actor), ORG)
    for group in Group.objects.filter(organization=ORG):
        mirror.read_members(weila(actor), group)
    sandbox.clear_journal()
    return actor
