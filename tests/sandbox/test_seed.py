"""The first companies: who is in them, whether the counts are true, whether they are believable."""

from __future__ import annotations

import dataclasses
import re
import time
from pathlib import Path

import pytest

from sandbox.store import Store
from sandbox.weila.model import DEVICE, MANAGER, OWNER, SUSPENDED
from sandbox.weila.seed import DEMO_ACCOUNTS, EMOJI_NAME, HOSTILE_NAME, DemoAccount
from tests.sandbox.api import Api, md5
from tests.support.sandbox import ORG, OTHER_ORG, PASSWORD


@pytest.mark.parametrize("demo", DEMO_ACCOUNTS, ids=lambda demo: demo.who_en)
def test_every_demo_account_signs_in(api: Api, demo: DemoAccount) -> None:
    by_phone = api.sign_in(demo.phone)
    by_num = api.call("login-by-name", user_name=demo.num, password=md5(PASSWORD))
    if "45016" in demo.who_en:
        assert (by_phone["errcode"], by_num["errcode"]) == (45016, 45016)
        return
    user = by_phone["data"]["user"]
    assert (user["num"], user["bind_phone"], by_num["data"]["user"]) == (demo.num, demo.phone, user)
    org = by_phone["data"].get("org", {}).get("num")
    wanted = next((num for num in (ORG, OTHER_ORG) if str(num) in demo.who_en), None)
    assert org == wanted
    if org:
        row = api.rows(org)[user["id"]]
        kinds = {"Owner": OWNER, "Manager": MANAGER, "Ordinary": 0}
        assert row["type"] == kinds[demo.who_en.split()[0]]


def test_the_company_is_believable(store: Store) -> None:
    accounts = list(store.weila.orgs[ORG].members.values())
    rows = [account.row for account in accounts]
    names = {row.name for row in rows}
    assert len(rows) == 60
    assert {HOSTILE_NAME, EMOJI_NAME} <= names
    assert 4 <= sum(row.type == DEVICE for row in rows) <= 12
    assert [row.type for row in rows].count(OWNER) == 1
    assert any(row.state == SUSPENDED for row in rows)
    assert any(row.dept_id == 0 and row.type == 0 for row in rows)
    assert any(row.phone == "" and row.type == 0 for row in rows)
    phones = [row.phone for row in rows if row.phone]
    assert len(set(phones)) < len(phones)
    assert 60 in {row.track for row in rows}
    assert all(row.user_num.startswith("3001" if row.type == DEVICE else "7001") for row in rows)
    chinese = [row for row in rows if row.type == 0 and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", row.name)]
    assert len(chinese) > 35


def test_times_of_joining_lie_in_the_last_two_years(store: Store) -> None:
    listed = {1253444, 1253446, 1253448}
    times = [user_id_row[1].row.created for user_id_row in store.weila.orgs[ORG].members.items()
             if user_id_row[0] not in listed]  # fmt: skip
    assert time.time() - 733 * 86_400 < min(times) < max(times) < time.time()
    assert len(set(times)) == len(times)


@pytest.mark.parametrize("members", [3, 4, 8, 60, 1000, 20_000])
def test_the_counts_are_true(tmp_path: Path, members: int) -> None:
    world = Store("http://127.0.0.1:9000", tmp_path, members).weila
    org = world.orgs[ORG]
    assert len(org.members) == members == sum(len(dept.members) for dept in org.depts.values())
    assert org.device_cnt == sum(account.is_device for account in org.members.values())
    assert all(
        account.row.dept_id == dept.id for dept in org.depts.values() for account in dept.members.values()
    )
    assert len(world.by_num) == len(world.accounts) == members + 3
    assert len({account.row.user_num for account in world.accounts.values()}) == len(world.accounts)
    for group in org.groups.values():
        assert group.member_version == 1 + len(group.members)
        assert group.members.keys() <= org.members.keys()


def test_a_large_company_has_more_departments(tmp_path: Path) -> None:
    org = Store("http://127.0.0.1:9000", tmp_path, 20_000).weila.orgs[ORG]
    assert max(len(dept.members) for dept in org.depts.values() if dept.id) < 1000


def test_the_document_and_the_table_name_the_same_people() -> None:
    owner = dataclasses.astuple(DEMO_ACCOUNTS[0])[:2]
    assert owner == ("13353236154", "70015325")
