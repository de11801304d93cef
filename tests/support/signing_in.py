"""The people of the sandbox, and how a test signs one of them in: through the page, as a browser does."""

from django.test import Client

PASSWORD = "123456"
OWNER = "13353236154"  # of organization 100073; Weila number 70015325
MANAGER = "13353236160"  # of the same; 70016001
ORDINARY = "13353236161"  # a member of the same without rights; 70016002
ABROAD = "61234567"  # a manager of the same with a phone of eight digits; 70016003
OTHER_OWNER = "16675441248"  # of organization 100080; 70010885
NO_ORGANIZATION = "13353236170"  # 20100112
PERSONAL = "13353236171"  # 45016

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def sign_in(client: Client, account: str = OWNER, password: str = PASSWORD, *, kind: str = "") -> None:
    """Sign in, or raise; eight digits need a ``kind``: "phone" or "number"."""
    response = client.post("/sign-in", {"account": account, "password": password, "kind": kind})
    assert response.status_code == 302, f"{account} could not sign in: {response.status_code}"
