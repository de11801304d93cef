"""The steps before an SMS code is known, as a visitor makes them."""

from typing import Any

from django.test import Client

from tests.support.sandbox import SandboxProcess

SMS = "/v1/corp/web/send-sms-verifycode"
REGION = {"HX-Request": "true", "HX-Target": "verification"}
NEW_PASSWORD = "correct horse 9"


def ask_for_sms(
    client: Client, sandbox: SandboxProcess, phone: str, purpose: str = "regist", **fields: Any
) -> Any:  # a response of the test client, whose type the stubs keep to themselves
    """Look at a picture and ask for a code with the right answer."""
    client.get("/picture-code")
    sent = {"purpose": purpose, "phone": phone, "picture": sandbox.captchas()[0]["code"]} | fields
    if purpose == "reset-password":
        sent.setdefault("country_code", "86")
    return client.post("/sms-code", sent, headers=REGION)


def newest_code(sandbox: SandboxProcess, phone: str) -> str:
    return next(str(message["code"]) for message in sandbox.inbox() if message["phone"] == phone)
