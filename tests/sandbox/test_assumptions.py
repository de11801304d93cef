"""Every assumption, flipped."""

from __future__ import annotations

import falcon.testing
import pytest
import time_machine

from sandbox.assumptions import ASSUMPTIONS
from sandbox.reasons_zh import REASONS_ZH
from sandbox.store import Store
from tests.sandbox import assumptions  # noqa: F401  # its modules register the checks
from tests.sandbox.api import Api, md5
from tests.sandbox.assumptions.checks import CHECKS, NEW
from tests.sandbox.flows import OWNER_ID
from tests.support.sandbox import SandboxProcess

CHOICES = [(name, choice) for name, (_, expected) in CHECKS.items() for choice in expected]


@pytest.mark.parametrize(("name", "choice"), CHOICES)
def test_choice(name: str, choice: str, api: Api, sandbox: SandboxProcess) -> None:
    check, expected = CHECKS[name]
    sandbox.assume(**{name: choice})
    assert check(api, sandbox) == expected[choice]


@pytest.mark.parametrize(("name", "choices"), [("captcha_seconds", (300, 60)), ("sms_seconds", (300, 60))])
def test_lifetimes_of_codes(
    name: str, choices: tuple[int, ...], inside: falcon.testing.TestClient, store: Store
) -> None:
    for seconds in choices:
        store.switches.choose({name: str(seconds), "captcha_binding": "none", "sms_resend_seconds": "0"})
        for age, right in ((seconds - 1, True), (seconds + 1, False)):
            with time_machine.travel(1_730_000_000, tick=False) as clock:
                captcha_code = store.weila.captchas.issue("visitor", "127.0.0.1").code
                store.weila.sms.send(NEW, "reset-password")
                sms_code = store.weila.sms.messages()[-1].code
                clock.shift(age)
                if name == "captcha_seconds":
                    body = {"phone": NEW, "country_code": "86", "sms_type": "bind-phone"}
                    operation, body["verify_code"] = "send-sms-verifycode", captcha_code
                else:
                    operation, body = "reset-password", {"phone": NEW, "verify_code": sms_code}
                    body |= {"country_code": "86", "password": md5("x")}
                errcode = inside.simulate_post(f"/weila/v1/corp/web/{operation}", json=body).json["errcode"]
            passed = errcode not in (44005, 44006)
            assert passed is right


@pytest.mark.parametrize("choice", ["2592000", "172800"])
def test_lifetime_of_a_refresh_token(choice: str, inside: falcon.testing.TestClient, store: Store) -> None:
    store.switches.choose({"refresh_seconds": choice})
    for age, errcode in ((int(choice) - 1, 0), (int(choice) + 1, 31)):
        with time_machine.travel(1_730_000_000, tick=False) as clock:
            session = store.weila.tokens.open(OWNER_ID)
            clock.shift(age)
            answer = inside.simulate_post(
                "/weila/v1/sessions/refresh",
                params={"access-token": session.access},
                json={"refresh_token": session.refresh},
            )
        assert answer.json["errcode"] == errcode


def test_no_assumption_is_left_out() -> None:
    apart = {"captcha_seconds", "sms_seconds", "refresh_seconds"}
    assert CHECKS.keys() | apart == {one.name for one in ASSUMPTIONS}
    assert [one.number for one in ASSUMPTIONS] == [f"A{n:02}" for n in range(1, len(ASSUMPTIONS) + 1)]
    assert list(REASONS_ZH) == [one.number for one in ASSUMPTIONS]
    assert all(len(one.choices) >= 2 and one.reason.endswith(".") for one in ASSUMPTIONS)
