"""What the tests of several rooms need: the sandbox, a file database, people who are signed in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import BROWSER, MANAGER, ORDINARY, OWNER, sign_in

SignedInClient = Callable[[str], Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that uses a database may use all of them: which tables are in which is not its business."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark or {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ())):
            wanted = {**(mark.kwargs if mark else {}), "databases": "__all__"}
            item.add_marker(pytest.mark.django_db(**wanted), append=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files, as in use: in memory, threads would share one connection's locks and see other errors."""
    from django.conf import settings

    folder = tmp_path_factory.mktemp("databases")
    for alias, database in settings.DATABASES.items():
        if database["ENGINE"].endswith("sqlite3"):
            database.setdefault("TEST", {})["NAME"] = str(folder / f"{alias}.sqlite3")


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    with SandboxProcess(members=60) as process:
        yield process


@pytest.fixture
def sandbox(sandbox_process: SandboxProcess, settings: Settings) -> SandboxProcess:
    """The sandbox in its first state, and the console pointed at it."""
    sandbox_process.reset(60)
    settings.WEILA = {**settings.WEILA, "base_url": sandbox_process.weila_url}
    settings.MEDIA_HOSTS = {sandbox_process.url.removeprefix("http://"): sandbox_process.url}
    return sandbox_process


@pytest.fixture
def unreachable(settings: Settings) -> None:
    """Nobody listens where Weila should be."""
    settings.WEILA = {**settings.WEILA, "base_url": "http://127.0.0.1:9/weila"}


@pytest.fixture
def visitor() -> Client:
    """A browser that has never been here."""
    return Client(headers={"User-Agent": BROWSER, "Accept-Language": "en"})


@pytest.fixture
def signed_in_client(sandbox: SandboxProcess, db: None) -> SignedInClient:
    """Makes a browser in which the given account (see tests/support/signing_in.py) is signed in."""

    def make(account: str) -> Client:
        client = Client(headers={"User-Agent": BROWSER, "Accept-Language": "en"})
        sign_in(client, account)
        return client

    return make


@pytest.fixture
def owner_client(signed_in_client: SignedInClient) -> Client:
    return signed_in_client(OWNER)


@pytest.fixture
def manager_client(signed_in_client: SignedInClient) -> Client:
    return signed_in_client(MANAGER)


@pytest.fixture
def ordinary_client(signed_in_client: SignedInClient) -> Client:
    """Signed in, but no administrator: the next gated page finds that out."""
    return signed_in_client(ORDINARY)
