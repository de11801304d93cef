"""Each kind of fault over a real socket: what the caller gets, whether the work was done."""

from __future__ import annotations

import time

import pytest
import requests

from sandbox.faults import FaultBook, Kind, parse
from sandbox.malformed import MALFORMATIONS
from sandbox.store import SYSTEMS
from tests.sandbox.api import Api
from tests.support.sandbox import ORG, SandboxProcess

CREATE, OWN = "/v1/corp/web/dept-create", "/v1/corp/web/org-my-org"


def names(api: Api) -> list[str]:
    return [dept["name"] for dept in api.data("dept-getall", org_num=ORG)["depts"]]


def test_status_without_work(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault(CREATE, "status", 503, times=1)
    assert owner.post("dept-create", org_num=ORG, name="新").status_code == 503
    assert sandbox.journal()[-1] | {"at": 0, "ms": 0} == {
        "at": 0,
        "system": "weila",
        "method": "POST",
        "path": CREATE,
        "status": 503,
        "errcode": None,
        "ms": 0,
    }
    assert "新" not in names(owner)


@pytest.mark.parametrize("value", [32, "105"])
def test_errcode_without_work(owner: Api, sandbox: SandboxProcess, value: object) -> None:
    sandbox.fault(CREATE, "errcode", value, times=1)
    assert owner.errcode("dept-create", org_num=ORG, name="新") == value
    assert sandbox.journal()[-1]["errcode"] == value
    assert "新" not in names(owner)


@pytest.mark.parametrize(("kind", "done"), [("drop", False), ("drop-after", True)])
def test_a_dropped_connection(owner: Api, sandbox: SandboxProcess, kind: str, done: bool) -> None:
    sandbox.fault(CREATE, kind, times=1)
    with pytest.raises(requests.ConnectionError):
        owner.post("dept-create", org_num=ORG, name="新")
    entry = sandbox.journal(CREATE)[-1]
    assert (entry["status"], entry["errcode"]) == ((200, 0) if done else (None, None))
    assert ("新" in names(owner)) is done


def test_late_work(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault(CREATE, "late", 0.3, times=1)
    with pytest.raises(requests.ConnectionError):
        owner.post("dept-create", org_num=ORG, name="新")
    assert "新" not in names(owner)
    assert sandbox.wait_for(CREATE)[0]["errcode"] == 0
    assert "新" in names(owner)


def test_late_work_ends_with_a_reset(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault(CREATE, "late", 0.1, times=1)
    with pytest.raises(requests.ConnectionError):
        owner.post("dept-create", org_num=ORG, name="新")
    sandbox.reset()
    time.sleep(0.3)
    assert sandbox.journal() == []


def test_latency_comes_before_another_fault(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault("*", "latency", 0.2, times=1)
    sandbox.fault(OWN, "errcode", 45001, times=1)
    assert owner.errcode("org-my-org") == 45001
    assert sandbox.journal(OWN)[-1]["ms"] >= 200
    assert owner.errcode("org-my-org") == 0


def test_malformed_answers(owner: Api, sandbox: SandboxProcess) -> None:
    def answer(how: str) -> requests.Response:
        sandbox.fault(OWN, "malformed", how, times=1)
        return owner.post("org-my-org")

    good = owner.post("org-my-org").json()
    assert answer("html").headers["Content-Type"] == "text/html"
    assert answer("empty").content == b""
    assert answer("not-object").json() == [good]
    assert answer("string-errcode").json() == good | {"errcode": "0"}
    assert "data" not in answer("missing-data").json()
    assert answer("null-data").json()["data"] is None
    assert answer("string-numbers").json()["data"]["corp"]["num"] == "100073"
    assert answer("wrong-types").json()["data"]["corp"]["name"] == 12345
    with pytest.raises(UnicodeDecodeError):
        answer("garbage").content.decode()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        answer("truncated")


def test_unknown_enums_and_the_work_is_done(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault("/v1/corp/web/member-change-state", "malformed", "unknown-enum", times=1)
    answer = owner.data("member-change-state", org_num=ORG, member_id=1253446, state=1)
    assert (answer["type"], answer["state"], answer["user_id"]) == (77, 77, 1253446)
    assert owner.rows()[1253446]["state"] == 1


def test_a_huge_answer_is_sent_in_pieces(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault(OWN, "malformed", "huge", times=1)
    url = owner.url + OWN
    with owner.http.post(url, params={"access-token": owner.token}, stream=True, timeout=30) as answer:
        assert int(answer.headers["Content-Length"]) > 256 * 1024 * 1024
        assert next(answer.iter_content(1024)).startswith(b'{"errcode":0')


def test_every_malformation_is_tried_here() -> None:
    assert set(MALFORMATIONS) == {
        "html", "empty", "truncated", "garbage", "huge", "not-object", "string-errcode", "missing-data",
        "null-data", "unknown-enum", "string-numbers", "wrong-types",
    }  # fmt: skip


def test_times_and_star_and_clearing(owner: Api, sandbox: SandboxProcess) -> None:
    sandbox.fault("*", "errcode", 7, times=2)
    assert [owner.errcode(one) for one in ("org-my-org", "user-selfinfo", "org-my-org")] == [7, 7, 0]
    sandbox.fault("*", "errcode", 8)
    assert [owner.errcode("org-my-org") for _ in range(3)] == [8, 8, 8]
    assert sandbox.control("GET", "faults")["faults"][0]["times"] is None
    sandbox.clear_faults()
    assert owner.errcode("org-my-org") == 0


def test_probability_is_seeded() -> None:
    def run() -> list[bool]:
        book = FaultBook()
        body = {"system": "weila", "operation": "*", "kind": "status", "value": 500, "probability": 0.5}
        book.add(parse(body, SYSTEMS))
        return [book.next_for("weila", OWN)[1] is not None for _ in range(200)]

    assert run() == run()
    assert 60 < sum(run()) < 140


def test_the_prefixed_path_names_the_same_operation() -> None:
    body = {"system": "weila", "operation": f"/weila{OWN}", "kind": "drop"}
    assert parse(body, SYSTEMS).operation == OWN


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"system": "nobody"}, "system"),
        ({"operation": "/v1/nothing"}, "operation"),
        ({"operation": None}, "operation"),
        ({"kind": "explode"}, "kind"),
        ({"kind": ["drop"]}, "kind"),
        ({"value": None}, "value"),
        ({"value": 99}, "value"),
        ({"value": True}, "value"),
        ({"kind": "latency", "value": -1}, "value"),
        ({"kind": "late", "value": "1"}, "value"),
        ({"kind": "drop", "value": 1}, "value"),
        ({"kind": "errcode", "value": 0}, "value"),
        ({"kind": "errcode", "value": "x"}, "value"),
        ({"kind": "malformed", "value": "ugly"}, "value"),
        ({"times": 0}, "times"),
        ({"times": 1.5}, "times"),
        ({"probability": 0}, "probability"),
        ({"probability": 1.1}, "probability"),
        ({"times": 1, "probability": 0.5}, "times or probability"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_fault_that_makes_no_sense_is_400(
    sandbox: SandboxProcess, change: dict[str, object], named: str
) -> None:
    body = {"system": "weila", "operation": "*", "kind": "status", "value": 503} | change
    answer = requests.post(
        f"{sandbox.url}/_sandbox/faults", json=body, headers={"X-Sandbox": "1"}, timeout=10
    )
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(named)
    assert sandbox.control("GET", "faults")["faults"] == []


def test_malformed_is_html_unless_said_otherwise() -> None:
    fault = parse({"system": "weila", "operation": "*", "kind": "malformed"}, SYSTEMS)
    assert fault.value == "html"


def test_every_kind_has_its_value_checked() -> None:
    for kind in Kind:
        value = {"malformed": "html", "status": 500, "errcode": 5, "latency": 1, "late": 1}.get(kind.value)
        fault = parse({"system": "weila", "operation": "*", "kind": kind.value, "value": value}, SYSTEMS)
        assert (fault.kind, fault.value) == (kind, value)
