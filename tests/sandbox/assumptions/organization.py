"""The organization."""

from __future__ import annotations

from tests.sandbox.api import Api
from tests.sandbox.assumptions.checks import Outcome, outcome
from tests.sandbox.flows import NO_ORG_PHONE
from tests.support.sandbox import ORG, OTHER_ORG, SandboxProcess


@outcome("no_org_reply", null=[0, {"corp": None}], missing=[0, {}], errcode=[45003, None])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in(NO_ORG_PHONE)
    answer = api.call("org-my-org")
    return [answer["errcode"], answer.get("data")]


@outcome("no_org_login", missing="nothing", null=None)
def _(api: Api, _: SandboxProcess) -> Outcome:
    return api.sign_in(NO_ORG_PHONE)["data"].get("org", "nothing")


@outcome("second_org", refused=45002, replaces=0)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    answer = api.call("org-create", name="第二家")
    if answer["errcode"] == 0:
        assert api.org() == answer["data"]["org"]
    return answer["errcode"]


@outcome("member_cnt", everyone=[60, True], people=[54, True], lagging=[60, False])
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return [api.org()["member_cnt"], api.org()["device_cnt"] == 6]


@outcome("org_change_body", partial=0, full=40001)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("org-change", org_num=ORG, name="x")


@outcome("foreign_org_code", not_found=45001, forbidden=32)
def _(api: Api, _: SandboxProcess) -> Outcome:
    api.sign_in()
    return api.errcode("get-address-list", org_num=OTHER_ORG)
