"""What the tests of several rooms need: the sandbox, a file database, people who are signed in."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests.support.sandbox import SandboxProcess
from tests.support.signing_in import BROWSER, MANAGER, ORDINARY, OWNER, sign_in

SignedInClient = Callable[[str], Client]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A file, as in use: in memory, threads would share one connection's locks and see other errors."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "tests.sqlite3")


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
