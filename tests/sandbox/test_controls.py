"""The controls: what they answer, and whom they refuse."""

from __future__ import annotations

import json

import falcon.testing
import pytest
import requests

from sandbox.control import ACTIONS
from sandbox.store import Store
from tests.sandbox.api import Api
from tests.sandbox.flows import DEPT, MEMBER_PHONE, PERSON, captcha
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess

HEADERS = {"X-Sandbox": "1"}
EVERY = [(method, path) for path, methods in ACTIONS.items() for method in methods]
PEOPLE = [
    ("POST", "weila/members/1253446"),
    ("DELETE", "weila/members/1253446"),
    ("POST", "weila/users/1253446"),
]


@pytest.mark.parametrize(("method", "path"), EVERY + PEOPLE)
def test_the_header_is_needed(sandbox: SandboxProcess, method: str, path: str) -> None:
    for headers in ({}, {"X-Sandbox": "0"}):
        answer = requests.request(method, f"{sandbox.url}/_sandbox/{path}", headers=headers, timeout=10)
        assert answer.status_code == 403
        assert "X-Sandbox" in answer.json()["error"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:9000", 200),
        ("127.0.0.1", 200),
        ("[::1]:9000", 200),
        ("evil.example", 403),
        ("localhost.evil.example", 403),
        ("10.0.0.1:9000", 403),
    ],
)
def test_a_local_host_is_needed(sandbox: SandboxProcess, host: str, status: int) -> None:
    for path in ("/_sandbox/inbox", "/", "/page/page.js"):
        answer = requests.get(sandbox.url + path, headers=HEADERS | {"Host": host}, timeout=10)
        assert answer.status_code == status


@pytest.mark.parametrize("address", ["10.0.0.5", "192.168.1.1", "::ffff:10.0.0.5", "2001:db8::1"])
def test_another_machine_is_refused(inside: falcon.testing.TestClient, address: str) -> None:
    for path in ("/_sandbox/inbox", "/"):
        answer = inside.simulate_get(path, headers=HEADERS, remote_addr=address, host="localhost")
        assert answer.status_code == 403


@pytest.mark.parametrize("body", ["[]", "{", "null", '"x"', "x" * 70_000])
def test_a_body_that_is_no_object_is_400(sandbox: SandboxProcess, body: str) -> None:
    url = f"{sandbox.url}/_sandbox/faults"
    answer = requests.post(url, data=body.encode(), headers=HEADERS, timeout=10)
    assert answer.status_code == 400


def test_unknown_controls_and_methods(sandbox: SandboxProcess) -> None:
    for method, path, status in (
        ("GET", "nothing", 404),
        ("GET", "", 404),
        ("PUT", "inbox", 405),
        ("PUT", "weila/members/1253446", 405),
        ("POST", "weila/members/1", 404),
        ("POST", "weila/members/x", 404),
    ):
        answer = requests.request(method, f"{sandbox.url}/_sandbox/{path}", headers=HEADERS, timeout=10)
        assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_inbox_and_captchas_are_newest_first(api: Api, sandbox: SandboxProcess) -> None:
    codes = [captcha(api, sandbox) for _ in range(3)]
    assert [one["code"] for one in sandbox.captchas()] == codes[::-1]
    assert set(sandbox.captchas()[0]) == {"code", "at"}
    sandbox.assume(captcha_binding="none")
    for phone in ("18600000001", "18600000002"):
        body = {"phone": phone, "country_code": "86", "sms_type": "regist"}
        api.call("send-sms-verifycode", verify_code=captcha(api, sandbox), **body)
    messages = sandbox.inbox()
    assert [one["phone"] for one in messages[:2]] == ["18600000002", "18600000001"]
    assert {one["kind"] for one in messages} == {"regist", "device"}
    assert all(set(one) == {"phone", "kind", "code", "at"} for one in messages)
    assert messages == sorted(messages, key=lambda one: -one["at"])


def test_the_journal_is_oldest_first_and_has_no_secret(owner: Api, sandbox: SandboxProcess) -> None:
    owner.call("org-my-org")
    entries = sandbox.journal()
    assert [entry["path"].rsplit("/", 1)[1] for entry in entries] == ["login-by-phone", "org-my-org"]
    assert list(entries[0]) == ["at", "system", "method", "path", "status", "errcode", "ms"]
    assert "sandbox-" not in json.dumps(entries)
    newest = requests.get(f"{sandbox.url}/_sandbox/requests?last=1", headers=HEADERS, timeout=10).json()
    assert newest["requests"] == entries[-1:]
    sandbox.clear_journal()
    assert sandbox.journal() == []


def test_expire_tokens(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.expire_tokens()
    assert owner.errcode("org-my-org") == 31
    assert owner.refresh()["errcode"] == 0
    sandbox.expire_tokens(refresh=True)
    assert owner.errcode("org-my-org") == 31
    assert owner.refresh()["errcode"] == 31
    assert owner.sign_in()["errcode"] == 0


def test_reset(owner: Api, sandbox: SandboxProcess) -> None:
    owner.data("dept-create", org_num=ORG, name="新")
    sandbox.assume(dept_zero="listed")
    sandbox.fault("*", "drop")
    sandbox.reset(members=12)
    assert sandbox.journal() == []
    assert owner.errcode("org-my-org") == 31
    owner.sign_in()
    assert owner.org()["member_cnt"] == len(owner.rows()) == 12
    names = [dept["name"] for dept in owner.data("dept-getall", org_num=ORG)["depts"]]
    assert not {"新", "未分配部门"} & set(names)
    sandbox.reset()
    owner.sign_in()
    assert owner.org()["member_cnt"] == 60


def test_after_a_reset_no_version_is_one_that_somebody_may_have_seen(
    owner: Api, sandbox: SandboxProcess
) -> None:
    seen = []
    for _again in range(3):
        org = owner.org()
        seen += [(org["address_ver"], org["group_ver"])]
        sandbox.reset()
        owner.sign_in()
    assert len({address_ver for address_ver, _ in seen}) == len({group_ver for _, group_ver in seen}) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("reset", {"members": 2}),
        ("reset", {"members": "60"}),
        ("reset", {"members": True}),
        ("reset", {"people": 60}),
        ("expire-tokens", {}),
        ("expire-tokens", {"system": "weila", "refresh": "yes"}),
        ("assumptions", {}),
        ("assumptions", {"A99": "x"}),
        ("assumptions", {"A01": "x"}),
        ("assumptions", {"A01": ["none"]}),
        ("weila/members/1253446", {}),
        ("weila/members/1253446", {"password": "x"}),
        ("weila/members/1253446", {"type": "boss"}),
        ("weila/members/1253446", {"dept_id": 9999}),
        ("weila/users/1253446", {}),
        ("weila/users/1253446", {"org_num": 5}),
    ],
)
def test_what_makes_no_sense_is_400(sandbox: SandboxProcess, path: str, body: object) -> None:
    answer = requests.post(f"{sandbox.url}/_sandbox/{path}", json=body, headers=HEADERS, timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_assumptions_are_set_all_or_none(sandbox: SandboxProcess) -> None:
    url = f"{sandbox.url}/_sandbox/assumptions"
    answer = requests.post(url, json={"A32": "listed", "A01": "nonsense"}, headers=HEADERS, timeout=10)
    assert answer.status_code == 400
    chosen = sandbox.control("POST", "assumptions", {"A32": "listed"})["assumptions"]
    assert {one["number"] for one in chosen if one["value"] != one["default"]} == {"A32"}


def test_change_a_member_as_somebody_else(owner: Api, sandbox: SandboxProcess) -> None:
    before, version = owner.rows()[PERSON], owner.org()["address_ver"]
    fields = {"type": 9, "name": "改", "phone": "x", "dept_id": 0, "state": 1, "track": 60}
    sandbox.control("POST", f"weila/members/{PERSON}", fields)
    assert owner.rows()[PERSON] == before | fields
    assert owner.org()["address_ver"] > version
    sandbox.control("DELETE", f"weila/members/{PERSON}")
    assert PERSON not in owner.rows()


def test_a_role_that_changes_while_signed_in(api: Api, sandbox: SandboxProcess) -> None:
    user_id = api.sign_in(MEMBER_PHONE)["data"]["user"]["id"]
    assert api.errcode("dept-change", org_num=ORG, dept_id=DEPT, name="x") == 32
    sandbox.control("POST", f"weila/members/{user_id}", {"type": 2})
    assert api.errcode("dept-change", org_num=ORG, dept_id=DEPT, name="x") == 0


def test_move_a_user_to_another_organization(owner: Api, sandbox: SandboxProcess) -> None:
    user_id = owner.data("user-selfinfo")["user"]["id"]
    sandbox.control("POST", f"weila/users/{user_id}", {"org_num": OTHER_ORG})
    assert owner.org()["num"] == OTHER_ORG
    assert set(owner.rows(OTHER_ORG)) == {1253447, user_id}
    assert owner.errcode("get-address-list", org_num=ORG) == 45001
    sandbox.control("POST", f"weila/users/{user_id}", {"org_num": None})
    assert owner.data("org-my-org") == {"corp": None}


def test_two_stores_make_the_same_company(store: Store, inside: falcon.testing.TestClient) -> None:
    first = [account.row for account in store.weila.orgs[ORG].members.values()]
    headers = HEADERS | {"Content-Type": "application/json"}
    answer = inside.simulate_post("/_sandbox/reset", headers=headers, body="{}", host="localhost")
    assert answer.json == {"members": 60}
    assert [account.row for account in store.weila.orgs[ORG].members.values()] == first
