"""The state file: the sandbox goes on where it stopped, on another port too."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import requests

from tests.sandbox.api import Api
from tests.sandbox.flows import DEPT, GROUP, create_member, waiting_device
from tests.support.sandbox import ORG, ROOT, SandboxProcess


def test_a_stopped_sandbox_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with SandboxProcess(12, "--state", str(file)) as first:
        api = Api(first.weila_url)
        api.sign_in()
        create_member(api, dept_id=DEPT, avatar="http://x/y.png")
        api.data("dept-create", org_num=ORG, name="新部门")
        first.assume(dept_zero="listed")
        device, rows, org = waiting_device(first), api.rows(), api.org()
        groups = api.data("group-getall", org_num=ORG)
        token, refresh_token = api.token, api.refresh_token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    with SandboxProcess(60, "--state", str(file)) as second:
        api = Api(second.weila_url)
        api.token, api.refresh_token = token, refresh_token

        def here(value: object) -> object:
            moved = msgspec.json.encode(value).replace(first.url.encode(), second.url.encode())
            return msgspec.json.decode(moved)

        assert list(api.rows().values()) == here(list(rows.values()))
        assert api.org() == here(org)
        assert api.data("group-getall", org_num=ORG) == here(groups)
        assert api.data("dept-getall", org_num=ORG)["depts"][0]["id"] == 0
        assert len(api.data("group-member-getall", group_id=GROUP)["members"]) == 2
        for row in api.rows().values():
            assert requests.get(row["avatar"], timeout=10).status_code == 200
        body = {"org_num": ORG, "name": "x", "verify_code": device}
        assert api.data("member-add-device", **body)["user_id"] not in rows
        assert create_member(api)["user_id"] not in rows
        assert api.refresh()["errcode"] == 0


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"version": 99}'])
def test_another_file_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(content)
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(file)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip() == f"{file} is no state file of the sandbox."
    assert file.read_text() == content


def test_a_port_that_is_taken(sandbox: SandboxProcess) -> None:
    port = sandbox.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "sandbox", "--port", port]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"can't listen on 127.0.0.1:{port}" in ended.stderr
