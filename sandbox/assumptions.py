"""What no document says, as numbered switches.

Each assumption has a reason and a default; the console has to stay honest with every choice.
README.md lists them; a test keeps the two equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .reasons_zh import REASONS_ZH


class AssumptionError(ValueError):
    """An unknown assumption, or a choice that it does not offer."""


@dataclass(frozen=True)
class Assumption:
    """One unproven statement about an upstream; the first of its choices is the default."""

    number: str
    system: str
    name: str
    choices: tuple[str, ...]
    reason: str

    @property
    def default(self) -> str:
        return self.choices[0]


def _weila(number: int, name: str, choices: str, reason: str) -> Assumption:
    return Assumption(f"A{number:02}", "weila", name, tuple(choices.split()), reason)


ASSUMPTIONS: tuple[Assumption, ...] = (
    # Picture and SMS codes
    _weila(
        1,
        "captcha_binding",
        "cookie address none",
        "The picture has no id, so something else must tie it to the SMS request: a cookie is likely.",
    ),
    _weila(2, "captcha_case", "ignored exact", "Whether upper and lower case matter in a picture code."),
    _weila(
        3,
        "captcha_use",
        "once until-success",
        "44005 says to refresh and try again, so a wrong answer probably uses the picture up.",
    ),
    _weila(4, "captcha_seconds", "300 60", "How long a picture code can be answered."),
    _weila(5, "sms_resend_seconds", "60 0", "How soon a phone may be sent the next code of the same kind."),
    _weila(6, "sms_seconds", "300 60", "How long an SMS code is good for."),
    _weila(
        7,
        "sms_phone_check",
        "at-submit at-sms",
        "Where a phone that is taken (regist, bind-phone) or unknown (reset-password) is refused.",
    ),
    # Signing in, tokens
    _weila(
        8,
        "signature",
        "off required",
        "Vendor clients send app_id, et and sign=md5(et+key); the document knows none of them.",
    ),
    _weila(
        9,
        "errcode_type",
        "as-document integer string",
        'The document writes "105" as a string and every other code as a number.',
    ),
    _weila(
        10,
        "unknown_account",
        "as-wrong-password own-code",
        "Whether sign-in tells an unknown account from a wrong password.",
    ),
    _weila(11, "suspended_sign_in", "refused allowed", "Whether a suspended member may still sign in."),
    _weila(
        12,
        "removal_ends_tokens",
        "yes no",
        "Whether suspending or deleting a member ends the tokens they already hold.",
    ),
    _weila(13, "member_sign_in", "allowed refused", "Whether an ordinary member may sign in at all."),
    _weila(14, "member_read", "allowed refused", "Whether an ordinary member may read the directory."),
    _weila(15, "member_write", "refused allowed", "Whether an ordinary member may change anything."),
    _weila(
        16,
        "manager_write",
        "allowed refused",
        "Type 2 is a manager by inference only; whether it administers is not stated.",
    ),
    _weila(
        17,
        "personal_account",
        "at-sign-in at-call",
        "Where a personal Weila account meets 45016: when it signs in, or at its first call.",
    ),
    _weila(
        18,
        "eight_digit_sign_in",
        "apart merged",
        "Whether login-by-phone takes a Weila number as well and login-by-name a phone.",
    ),
    _weila(
        19,
        "password_change_ends",
        "others none all",
        "Which of a user's tokens end when the password is changed or reset.",
    ),
    _weila(
        20,
        "refresh_old_access",
        "dead alive",
        "Whether the old access token ends at once when it is refreshed.",
    ),
    _weila(
        21,
        "refresh_needs_access",
        "matching ignored",
        "refresh carries the old access token in the query; whether it has to match is not said.",
    ),
    _weila(22, "refresh_seconds", "2592000 172800", "How long a refresh token lives."),
    _weila(23, "parallel_sessions", "allowed latest-only", "Whether a new sign-in ends the earlier ones."),
    # Organization
    _weila(
        24,
        "no_org_reply",
        "null missing errcode",
        "What org-my-org answers a user without an organization (data.corp).",
    ),
    _weila(25, "no_org_login", "missing null", "How the login reply says that there is no organization."),
    _weila(
        26,
        "second_org",
        "refused replaces",
        "Whether someone who has an organization may create another one, which then is theirs.",
    ),
    _weila(
        27,
        "member_cnt",
        "everyone people lagging",
        "The example has 7 members, 0 devices and a device in its list: devices seem to count as members. "
        "lagging: device_cnt stays 0 as there.",
    ),
    _weila(28, "org_change_body", "partial full", "Whether org-change may leave name or avatar out."),
    _weila(
        29,
        "foreign_org_code",
        "not-found forbidden",
        "How an organization number that is not the caller's is refused.",
    ),
    # Directory
    _weila(
        30,
        "address_ver",
        "every-change not-state not-edits never",
        "Which changes move address_ver: all, all but suspend/enable, only new and removed rows, none.",
    ),
    _weila(
        31,
        "dept_delete",
        "to-root refused deletes",
        "What becomes of the members of a deleted department.",
    ),
    _weila(
        32,
        "dept_zero",
        "hidden listed",
        "Vendor clients expect a pseudo-department 0 in dept-getall; the example shows none.",
    ),
    _weila(33, "empty_dept", "empty-list no-key", "How an empty department's members appear in the list."),
    _weila(34, "dept_names", "may-repeat unique", "Whether two departments (or groups) may share a name."),
    _weila(35, "phones", "may-repeat unique", "Whether two members may share a phone; the example says yes."),
    _weila(36, "name_limit", "64 20 none", "How many characters a name may have; vendor clients stop at 20."),
    _weila(37, "member_change_body", "partial full", "Vendor clients send partial bodies to member-change."),
    _weila(
        38,
        "track_on_people",
        "stored ignored",
        "member-change says that track works for devices only; whether a person's value is kept is not said.",
    ),
    _weila(
        39,
        "owner_protected",
        "yes no",
        "Whether the owner's suspension and deletion are refused; vendor consoles only hide the buttons.",
    ),
    _weila(
        40,
        "deleted_member",
        "account-gone no-org",
        "Whether a deleted person's account is gone or stays without an organization.",
    ),
    _weila(41, "deleted_device", "waits-again gone", "Whether a deleted device can be added again."),
    _weila(
        42,
        "device_password",
        "refused allowed",
        "Whether member-reset-password works on a device.",
    ),
    _weila(
        43,
        "member_phone_sign_in",
        "no if-free",
        "Whether the phone given to member-create becomes a phone to sign in with.",
    ),
    _weila(
        44,
        "later_fields",
        "off on",
        "Later editions add online, job_num, dept_name, user_count and org.creator to replies.",
    ),
    # Groups
    _weila(
        45,
        "group_add_reply",
        "added all",
        "group-member-add answers member rows: those added, or all of the group.",
    ),
    _weila(
        46,
        "group_delete_reply",
        "before removed remaining",
        "group-member-delete's example still lists the deleted member.",
    ),
    _weila(
        47,
        "group_change_reply",
        "changed all",
        "group-member-change answers member rows without the changed fields: whose is not said.",
    ),
    _weila(48, "group_change_body", "partial full", "Whether group-change may leave fields out."),
    _weila(
        49,
        "group_ver",
        "groups-and-members groups",
        "Whether a change of a group's members moves group_ver, or only member_version.",
    ),
    _weila(50, "priority_range", "0-100 any", "Which values prority takes; an old vendor form had 0 to 100."),
    _weila(51, "delete_leaves_groups", "yes no", "Whether a deleted member leaves their groups."),
    # Everywhere
    _weila(52, "role_code", "32 own-code", "What 32 means is unknown; a refusal by role is a guess."),
    _weila(53, "avatar_types", "images any", "Which files avatar-upload takes; only the size is stated."),
    _weila(54, "phone_format", "digits any", "Whether a member's phone has to be digits (at most 20)."),
)

_BY_KEY = {key: one for one in ASSUMPTIONS for key in (one.number, one.name)}


class Switches:
    """The chosen answer to every assumption."""

    def __init__(self) -> None:
        self._chosen: dict[str, str] = {}

    def get(self, name: str) -> str:
        return self._chosen.get(name, _BY_KEY[name].default)

    def seconds(self, name: str) -> int:
        return int(self.get(name))

    def choose(self, wanted: Mapping[str, object]) -> None:
        """Set several at once, by number or name: all of them, or (AssumptionError) none."""
        accepted: dict[str, str] = {}
        for key, choice in wanted.items():
            one = _BY_KEY.get(key)
            if one is None:
                raise AssumptionError(f"There is no assumption {key!r}.")
            if not isinstance(choice, str) or choice not in one.choices:
                raise AssumptionError(f"{one.number} {one.name} offers: {', '.join(one.choices)}.")
            accepted[one.name] = choice
        self._chosen.update(accepted)

    def reset(self) -> None:
        self._chosen.clear()

    def chosen(self) -> dict[str, str]:
        """What differs from the defaults, by name."""
        return {name: value for name, value in self._chosen.items() if value != _BY_KEY[name].default}

    def listed(self) -> list[dict[str, object]]:
        return [
            {
                "number": one.number,
                "system": one.system,
                "name": one.name,
                "reason": one.reason,
                "reason_zh": REASONS_ZH[one.number],
                "default": one.default,
                "choices": list(one.choices),
                "value": self.get(one.name),
            }
            for one in ASSUMPTIONS
        ]
