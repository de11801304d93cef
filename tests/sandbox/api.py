"""A plain client of the simulated Weila: as little as the tests need, nothing of the console's."""

from __future__ import annotations

import hashlib
from typing import Any

import requests

from tests.support.sandbox import OWNER_PHONE, PASSWORD

CORP = "/v1/corp/web/"


def md5(password: str) -> str:
    return hashlib.md5(password.encode()).hexdigest()


class Api:
    """One caller: its token, its cookies. `call` gives the decoded answer of an operation."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False
        self.token = ""
        self.refresh_token = ""

    def sign_in(self, phone: str = OWNER_PHONE, password: str = PASSWORD) -> dict[str, Any]:
        answer = self.call("login-by-phone", phone=phone, password=md5(password))
        if answer["errcode"] == 0:
            self.take(answer)
        return answer

    def take(self, answer: dict[str, Any]) -> None:
        self.token, self.refresh_token = answer["data"]["access_token"], answer["data"]["refresh_token"]

    def post(self, operation: str, **body: object) -> requests.Response:
        path = "/v1/sessions/refresh" if operation == "refresh" else CORP + operation
        query = {"access-token": self.token} if self.token else {}
        return self.http.post(self.url + path, params=query, json=body, timeout=30)

    def call(self, operation: str, **body: object) -> dict[str, Any]:
        answer = self.post(operation, **body)
        assert answer.status_code == 200, answer.text
        decoded: dict[str, Any] = answer.json()
        return decoded

    def data(self, operation: str, **body: object) -> dict[str, Any]:
        """The data of an operation that has to succeed."""
        answer = self.call(operation, **body)
        assert answer["errcode"] == 0, answer
        data: dict[str, Any] = answer.get("data", {})
        return data

    def errcode(self, operation: str, **body: object) -> object:
        return self.call(operation, **body)["errcode"]

    def refresh(self) -> dict[str, Any]:
        answer = self.call("refresh", refresh_token=self.refresh_token)
        if answer["errcode"] == 0:
            self.take(answer)
        return answer

    def picture(self, width: object = 150, height: object = 50) -> requests.Response:
        size = {"width": str(width), "height": str(height)}
        return self.http.get(f"{self.url}{CORP}get-verifycode-image", params=size, timeout=30)

    def upload(self, operation: str, name: str, content: bytes) -> dict[str, Any]:
        answer = self.http.post(
            f"{self.url}{CORP}{operation}",
            params={"access-token": self.token},
            files={"file": (name, content)},
            timeout=60,
        )
        decoded: dict[str, Any] = answer.json()
        return decoded

    def rows(self, org: int = 100073) -> dict[int, dict[str, Any]]:
        """Everybody in the address list, by user id."""
        listed = self.data("get-address-list", org_num=org)["address_list"]
        rows = list(listed["members"])
        for dept in listed["depts"]:
            rows += dept.get("members", [])
        return {row["user_id"]: row for row in rows}

    def org(self) -> dict[str, Any]:
        corp: dict[str, Any] = self.data("org-my-org")["corp"]
        return corp
