"""The 34 operations of the Weila corp web API, in the document's order."""

from upstream.operations import Body, Effect, Operation, Pace, Recovery, TokenPlace, by_name

_SYSTEM = "weila"
_WEB = "/v1/corp/web/"
_PASSWORD = frozenset({"password"})
_TOKENS = frozenset({"access_token", "refresh_token", "password"})
_CODE = frozenset({"verify_code"})

_COOKIE = "What binds a picture code to the request that answers it is not stated; a cookie is likely."
_PARTIAL = (
    "Partial bodies are accepted: the vendor's console sends them for members, for others it is unproven."
)
_NO_TOKEN_RULE = "Whether other tokens stay valid afterwards is not stated."  # noqa: S105 - a sentence
_ID_REUSED = "Whether ids are used again is not stated, so a delete is looked up and not repeated."


def _read(
    name: str, *, pace: Pace = Pace.READ, body: Body = Body.JSON, assumptions: tuple[str, ...] = ()
) -> Operation:
    return Operation(
        name=name,
        system=_SYSTEM,
        method="POST",
        path=_WEB + name.replace("_", "-"),
        effect=Effect.READ,
        recovery=Recovery.REPEATABLE,
        body=body,
        pace=pace,
        assumptions=assumptions,
    )


def _write(
    name: str,
    recovery: Recovery,
    *,
    path: str = "",
    token: TokenPlace = TokenPlace.QUERY,
    body: Body = Body.JSON,
    pace: Pace = Pace.WRITE,
    checks_password: bool = False,
    secret_fields: frozenset[str] = frozenset(),
    assumptions: tuple[str, ...] = (),
) -> Operation:
    return Operation(
        name=name,
        system=_SYSTEM,
        method="POST",
        path=path or _WEB + name.replace("_", "-"),
        effect=Effect.WRITE,
        recovery=recovery,
        token=token,
        body=body,
        pace=pace,
        checks_password=checks_password,
        secret_fields=secret_fields,
        assumptions=assumptions,
    )


_UPLOADS = (
    _write(
        "avatar_upload",
        Recovery.REPEATABLE,
        body=Body.MULTIPART,
        pace=Pace.UPLOAD,
        assumptions=(
            "The limit (4 MB) stands in the title only; which picture types are taken is not stated.",
        ),
    ),
    _write(
        "file_upload",
        Recovery.REPEATABLE,
        body=Body.MULTIPART,
        pace=Pace.UPLOAD,
        assumptions=("The limit (100 MB) stands in the title only.",),
    ),
)

_SIGN_IN = (
    Operation(
        name="get_verifycode_image",
        system=_SYSTEM,
        method="GET",
        path=_WEB + "get-verifycode-image",
        effect=Effect.READ,
        recovery=Recovery.REPEATABLE,
        token=TokenPlace.NONE,
        body=Body.EMPTY,
        assumptions=(_COOKIE, "The answer is the picture itself; the document shows none."),
    ),
    _write(
        "send_sms_verifycode",
        Recovery.NEVER,
        token=TokenPlace.NONE,
        secret_fields=_CODE,
        assumptions=(_COOKIE,),
    ),
    _write(
        "regist",
        Recovery.FINDABLE,
        token=TokenPlace.NONE,
        secret_fields=_CODE | _PASSWORD,
        assumptions=("Whether it was done shows in signing in with phone and password.",),
    ),
    _write(
        "login_by_phone",
        Recovery.REPEATABLE,
        token=TokenPlace.NONE,
        checks_password=True,
        secret_fields=_TOKENS,
        assumptions=("Parallel sessions are allowed.",),
    ),
    _write(
        "login_by_name",
        Recovery.REPEATABLE,
        token=TokenPlace.NONE,
        checks_password=True,
        secret_fields=_TOKENS,
        assumptions=("Parallel sessions are allowed.",),
    ),
    _write(
        "refresh",
        Recovery.NEVER,
        path="/v1/sessions/refresh",
        secret_fields=_TOKENS,
        assumptions=(
            "The access token in the query may have expired.",
            "Whether the old access token stays valid is not stated; the refresh token is replaced.",
        ),
    ),
    _write(
        "reset_password",
        Recovery.NEVER,
        token=TokenPlace.NONE,
        secret_fields=_CODE | _PASSWORD,
        assumptions=(_NO_TOKEN_RULE,),
    ),
)

_ORGANIZATION = (
    _write(
        "org_create",
        Recovery.FINDABLE,
        assumptions=("Whether one person may create a second organization is not stated.",),
    ),
    _write("org_change", Recovery.REPEATABLE, assumptions=(_PARTIAL,)),
    _read(
        "org_my_org",
        body=Body.EMPTY,
        assumptions=("Somebody without an organization gets data.corp null or missing.",),
    ),
)

_USER = (
    _read("user_selfinfo", body=Body.EMPTY),
    _write(
        "user_change_password",
        Recovery.NEVER,
        checks_password=True,
        secret_fields=frozenset({"old_password", "new_password"}),
        assumptions=(_NO_TOKEN_RULE,),
    ),
    _write("user_bind_phone", Recovery.FINDABLE, checks_password=True, secret_fields=_CODE | _PASSWORD),
)

_DIRECTORY = (
    _read(
        "get_address_list",
        pace=Pace.LIST,
        assumptions=("A department without members has an empty list of members, or none.",),
    ),
    _write("dept_create", Recovery.FINDABLE),
    _write("dept_change", Recovery.REPEATABLE),
    _write(
        "dept_delete",
        Recovery.FINDABLE,
        assumptions=("What becomes of the people inside is not stated.", _ID_REUSED),
    ),
    _read("dept_getall", assumptions=("A department 0 (without department) may be in the list.",)),
    _write("member_create", Recovery.FINDABLE, secret_fields=_PASSWORD),
    _write("member_add_device", Recovery.FINDABLE, secret_fields=_CODE),
    _write("member_change", Recovery.REPEATABLE, assumptions=(_PARTIAL,)),
    _write(
        "member_change_state",
        Recovery.REPEATABLE,
        assumptions=("0 is enabled and 1 suspended; the reply may contradict the request.",),
    ),
    _write("member_delete", Recovery.FINDABLE, assumptions=(_ID_REUSED,)),
    _write("member_reset_password", Recovery.NEVER, secret_fields=_PASSWORD, assumptions=(_NO_TOKEN_RULE,)),
)

_GROUPS = (
    _write("group_create", Recovery.FINDABLE),
    _write("group_change", Recovery.REPEATABLE, assumptions=(_PARTIAL,)),
    _write("group_delete", Recovery.FINDABLE, assumptions=(_ID_REUSED,)),
    _read("group_getall", pace=Pace.LIST),
    _write(
        "group_member_add",
        Recovery.FINDABLE,
        assumptions=("Whether the reply lists the added or all members is not stated.",),
    ),
    _write(
        "group_member_change",
        Recovery.REPEATABLE,
        assumptions=("The reply doesn't show what was changed; the field is spelled prority.",),
    ),
    _write(
        "group_member_delete",
        Recovery.FINDABLE,
        assumptions=("The reply may still list the removed members.",),
    ),
    _read("group_member_getall", pace=Pace.LIST),
)

OPERATIONS = by_name((*_UPLOADS, *_SIGN_IN, *_ORGANIZATION, *_USER, *_DIRECTORY, *_GROUPS))
