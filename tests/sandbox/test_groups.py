"""Groups and who is in them."""

from __future__ import annotations

import pytest

from tests.sandbox.api import Api
from tests.sandbox.flows import DEVICE, GROUP, OWNER_ID, PERSON
from tests.support.sandbox import ORG


def group(api: Api, group_id: int) -> dict[str, object]:
    groups = api.data("group-getall", org_num=ORG)["groups"]
    return next(one for one in groups if one["id"] == group_id)


def ids(answer: dict[str, list[dict[str, int]]]) -> list[int]:
    return [row["user_id"] for row in answer["members"]]


def test_the_documents_groups(owner: Api) -> None:
    shown = group(owner, GROUP)
    assert (shown["name"], shown["user_count"], shown["member_version"]) == ("测试群3", 2, 3)
    assert ids(owner.data("group-member-getall", group_id=GROUP)) == [PERSON, DEVICE]


def test_create_change_delete(owner: Api) -> None:
    made = owner.data("group-create", org_num=ORG, name="夜班", avatar="", burst_mode=1)
    assert f"/corp/{ORG}/g/{made['id']}/a/" in made["avatar"]
    changed = owner.data(
        "group-change", org_num=ORG, group_id=made["id"], name="白班", avatar="http://x/y.png"
    )
    assert (changed["name"], changed["burst_mode"], changed["user_limit"]) == ("白班", 1, 500)
    assert changed["avatar"].startswith(made["avatar"] + "?v=")
    owner.data("group-delete", group_id=made["id"])
    assert owner.errcode("group-delete", group_id=made["id"]) == 45006
    assert owner.org()["group_cnt"] == len(owner.data("group-getall", org_num=ORG)["groups"])


def test_members_come_and_go(owner: Api) -> None:
    added = owner.data("group-member-add", group_id=str(GROUP), member_ids=[str(OWNER_ID), PERSON])
    assert ids(added) == [OWNER_ID]
    assert group(owner, GROUP)["member_version"] == 4
    before = owner.data("group-member-delete", group_id=GROUP, member_ids=[PERSON])
    assert ids(before) == [PERSON, DEVICE, OWNER_ID]
    assert ids(owner.data("group-member-getall", group_id=GROUP)) == [DEVICE, OWNER_ID]
    assert group(owner, GROUP)["user_count"] == 2


def test_a_members_settings_in_the_group(owner: Api) -> None:
    owner.data("group-member-change", group_id=GROUP, member_id=PERSON, prority=7, tts=0, loc_share=1)
    row = owner.data("group-member-delete", group_id=GROUP, member_ids=[PERSON])["members"][0]
    assert (row["prority"], row["tts"], row["loc_share"]) == (7, 0, 1)


@pytest.mark.parametrize(
    ("operation", "body", "errcode"),
    [
        ("group-create", {"org_num": ORG, "name": ""}, 40001),
        ("group-create", {"org_num": ORG, "name": "x", "burst_mode": 3}, 40001),
        ("group-change", {"org_num": ORG, "group_id": GROUP}, 40001),
        ("group-member-add", {"group_id": GROUP, "member_ids": []}, 40001),
        ("group-member-add", {"group_id": GROUP, "member_ids": 3}, 40001),
        ("group-member-add", {"group_id": GROUP, "member_ids": [1253447]}, 45005),
        ("group-member-add", {"group_id": 1, "member_ids": [PERSON]}, 45006),
        ("group-member-change", {"group_id": GROUP, "member_id": OWNER_ID, "tts": 1}, 45005),
        ("group-member-change", {"group_id": GROUP, "member_id": PERSON, "prority": 101}, 40001),
        ("group-member-delete", {"group_id": GROUP, "member_ids": [OWNER_ID]}, 45005),
    ],
)
def test_what_is_refused(owner: Api, operation: str, body: dict[str, object], errcode: int) -> None:
    assert owner.errcode(operation, **body) == errcode


def test_another_organizations_group_is_not_there(api: Api) -> None:
    api.sign_in("16675441248")
    assert api.errcode("group-member-getall", group_id=GROUP) == 45006
    assert api.errcode("group-delete", group_id=GROUP) == 45006
