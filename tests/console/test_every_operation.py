"""Each of the 34 operations of the document is used where a person needs it: the page and button that send it.

What is sent is read from the sandbox's journal, after doing on the page what a person would.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.accounts.codes import NEW_PASSWORD, ask_for_sms, newest_code
from tests.accounts.test_account_phone import form as phone_form
from tests.groups.views.asking import GROUP
from tests.orgs.views import asking
from tests.support.sandbox import OWNER_NUM, OWNER_PHONE, PASSWORD, SandboxProcess
from tests.support.signing_in import NO_ORGANIZATION, sign_in
from upstream.weila.operations import OPERATIONS

pytestmark = pytest.mark.django_db

NEW_PHONE = "13912345678"
MEMBER, OF_GROUP = f"/members/{asking.PERSON}", f"/groups/{GROUP}"


@dataclass(frozen=True)
class Day:
    """A browser, and the sandbox whose codes a person would read from a phone."""

    client: Client
    sandbox: SandboxProcess

    def enter(self, account: str = OWNER_PHONE, kind: str = "") -> "Day":
        sign_in(self.client, account, kind=kind)
        return self

    def send(self, address: str, **typed: object) -> None:
        """Open a form, fill it in, press its button."""
        response = asking.fill(self.enter().client, address, **typed)
        assert response.status_code in (200, 302), asking.text(response)

    def with_code(self, address: str, purpose: str, phone: str, **more: str) -> None:
        ask_for_sms(self.client, self.sandbox, phone, purpose)
        typed = {"phone": phone, "password": NEW_PASSWORD, "repeat": NEW_PASSWORD} | more
        self.client.post(address, typed | {"code": newest_code(self.sandbox, phone)})


def create_member(day: Day) -> None:
    day.send("/members/new", name="新成员")


def add_device(day: Day) -> None:
    code = next(one["code"] for one in day.sandbox.inbox() if one["kind"] == "device")
    day.send("/members/new-device", verify_code=code, name="大门对讲机")


def create_organization(day: Day) -> None:
    day.enter(NO_ORGANIZATION).client.post("/org/create", {"name": "新企业"})


def upload_picture(day: Day) -> None:
    content = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(content, "PNG")
    day.send("/org/edit", **{"avatar-file": SimpleUploadedFile("logo.png", content.getvalue(), "image/png")})


def upload_file(day: Day) -> None:
    day.enter().client.post("/files", {"file": SimpleUploadedFile("手册.txt", b"content", "text/plain")})


def lose_the_answer_to_a_new_department(day: Day) -> None:
    day.sandbox.fault(asking.API + "dept-create", "drop-after", times=1)
    day.send("/departments/new", name="夜班")


def come_back_later(day: Day) -> None:
    day.enter().client.get("/members")
    day.sandbox.expire_tokens()
    day.client.post(f"{MEMBER}/state", {"before": "0", "state": "1"})


def change_password(day: Day) -> None:
    day.send("/account/password", password=PASSWORD, new=NEW_PASSWORD, repeat=NEW_PASSWORD)


def bind_phone(day: Day) -> None:
    client = day.enter().client
    client.post("/account/phone", phone_form(client, day.sandbox, NEW_PHONE))


def look(address: str) -> Callable[[Day], object]:
    return lambda day: day.enter().client.get(address)


def send(address: str, **typed: object) -> Callable[[Day], object]:
    return lambda day: day.send(address, **typed)


# operation → the page, the button (or what happens there), and how a person does it
USES: dict[str, tuple[str, str, Callable[[Day], object]]] = {
    "get_verifycode_image": ("/sign-up", "the picture", lambda day: day.client.get("/picture-code")),
    "send_sms_verifycode": (
        "/sign-up",
        "Send the code by SMS",
        lambda day: ask_for_sms(day.client, day.sandbox, NEW_PHONE),
    ),
    "regist": ("/sign-up", "Create the account", lambda day: day.with_code("/sign-up", "regist", NEW_PHONE)),
    "login_by_phone": ("/sign-in", "Sign in", lambda day: day.enter(OWNER_PHONE)),
    "login_by_name": ("/sign-in", "Sign in, with a number", lambda day: day.enter(OWNER_NUM, "number")),
    "refresh": ("any page", "when the token is over", come_back_later),
    "reset_password": (
        "/reset-password",
        "Set the new password",
        lambda day: day.with_code("/reset-password", "reset-password", OWNER_PHONE, country_code="86"),
    ),
    "org_create": ("/org/create", "Create the organization", create_organization),
    "org_change": ("/org/edit", "Save", send("/org/edit", name="新名称")),
    "org_my_org": ("any page", "the version check", look("/")),
    "user_selfinfo": ("/account", "on opening", look("/account")),
    "user_change_password": ("/account/password", "Change the password", change_password),
    "user_bind_phone": ("/account/phone", "Bind the phone", bind_phone),
    "get_address_list": ("/members", "on opening, when the version moved", look("/members")),
    "dept_create": ("/departments/new", "Create the department", send("/departments/new", name="夜班")),
    "dept_change": ("/departments/6/edit", "Save", send("/departments/6/edit", name="夜班")),
    "dept_delete": ("/departments/6/delete", "Delete", send("/departments/6/delete", confirm="研发部2")),
    # The directory names the departments too; this one tells what became of a write whose answer was lost.
    "dept_getall": (
        "/departments/new",
        "when the answer was lost",
        lose_the_answer_to_a_new_department,
    ),
    "member_create": ("/members/new", "Create the member", create_member),
    "member_add_device": ("/members/new-device", "Add the device", add_device),
    "member_change": (f"{MEMBER}/edit", "Save", send(f"{MEMBER}/edit", name="新姓名")),
    "member_change_state": (f"{MEMBER}/state", "Suspend", send(f"{MEMBER}/state")),
    "member_delete": (f"{MEMBER}/delete", "Delete", send(f"{MEMBER}/delete", confirm="222222")),
    "member_reset_password": (f"{MEMBER}/password", "Reset the password", send(f"{MEMBER}/password")),
    "group_create": ("/groups/new", "Create the group", send("/groups/new", name="夜班对讲群")),
    "group_change": (f"{OF_GROUP}/edit", "Save", send(f"{OF_GROUP}/edit", name="夜班对讲群")),
    "group_delete": (f"{OF_GROUP}/delete", "Delete", send(f"{OF_GROUP}/delete", confirm="测试群3")),
    "group_getall": ("/groups", "on opening, when the version moved", look("/groups")),
    "group_member_add": (
        f"{OF_GROUP}/members/add",
        "Add to the group",
        send(f"{OF_GROUP}/members/add", people=str(asking.OWNER_ID)),
    ),
    "group_member_change": (
        f"{OF_GROUP}/members/{asking.PERSON}",
        "Save",
        send(f"{OF_GROUP}/members/{asking.PERSON}", priority="7"),
    ),
    "group_member_delete": (
        f"{OF_GROUP}/members/remove",
        "Remove",
        send(f"{OF_GROUP}/members/remove?m={asking.PERSON}"),
    ),
    "group_member_getall": (OF_GROUP, "on opening", look(OF_GROUP)),
    "avatar_upload": ("/org/edit", "Save, with a picture", upload_picture),
    "file_upload": ("/files", "Upload", upload_file),
}


def test_every_operation_has_its_place() -> None:
    assert USES.keys() == OPERATIONS.keys()
    assert len(USES) == 34


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_place_sends_it(visitor: Client, sandbox: SandboxProcess, name: str) -> None:
    page, _button, play = USES[name]
    if page.startswith(f"{OF_GROUP}/"):
        sign_in(visitor, OWNER_PHONE)
        visitor.get(OF_GROUP)  # a person comes from there
        sandbox.clear_journal()
    play(Day(visitor, sandbox))
    received = sandbox.journal(OPERATIONS[name].path)
    assert received and received[-1]["errcode"] in (0, None)
