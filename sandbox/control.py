"""`/_sandbox/`: inbox, journal, faults, tokens, assumptions, reset. JSON, for tests and the page."""

from __future__ import annotations

from collections.abc import Callable

import falcon
import msgspec

from .assumptions import AssumptionError
from .faults import FaultError, parse
from .guard import controls_only
from .store import SYSTEMS, Store
from .weila.control import ControlError, change_member, delete_member, inbox, move_user
from .weila.seed import FEWEST, MOST

LONGEST_BODY = 64 * 1024
Answer = dict[str, object]
Action = Callable[[Store, Answer], Answer]


class BadControl(ValueError):
    """A control's body that makes no sense; the text says what is wrong."""


def _inbox(store: Store, _: Answer) -> Answer:
    return {"messages": inbox(store.weila)}


def _captchas(store: Store, _: Answer) -> Answer:
    return {"captchas": store.weila.captchas.listed()}


def _requests(store: Store, query: Answer) -> Answer:
    """All that the journal holds; `?last=50` only the newest."""
    last = str(query.get("last", ""))
    return {"requests": store.journal.listed(int(last) if last.isascii() and last.isdigit() else None)}


def _clear_requests(store: Store, _: Answer) -> Answer:
    store.journal.clear()
    return {"requests": []}


def _faults(store: Store, _: Answer) -> Answer:
    return {"faults": store.faults.listed()}


def _add_fault(store: Store, body: Answer) -> Answer:
    store.faults.add(parse(body, SYSTEMS))
    return _faults(store, {})


def _clear_faults(store: Store, _: Answer) -> Answer:
    store.faults.clear()
    return _faults(store, {})


def _expire_tokens(store: Store, body: Answer) -> Answer:
    _only(body, "system", "refresh")
    if body.get("system") not in SYSTEMS:
        raise BadControl(f"system: one of {', '.join(SYSTEMS)}.")
    refresh = body.get("refresh", False)
    if not isinstance(refresh, bool):
        raise BadControl("refresh: true or false.")
    store.weila.tokens.expire(refresh=refresh)
    return {"system": body["system"], "refresh": refresh}


def _assumptions(store: Store, _: Answer) -> Answer:
    return {"assumptions": store.switches.listed()}


def _choose(store: Store, body: Answer) -> Answer:
    if not body:
        raise BadControl('Send {"<number or name>": "<choice>"}.')
    store.switches.choose(body)
    return _assumptions(store, {})


def _reset(store: Store, body: Answer) -> Answer:
    _only(body, "members")
    members = body.get("members")
    if members is not None and (
        not isinstance(members, int) or isinstance(members, bool) or not FEWEST <= members <= MOST
    ):
        raise BadControl(f"members: a whole number from {FEWEST} to {MOST}.")
    store.reset(members)
    return {"members": store.members}


def _only(body: Answer, *fields: str) -> None:
    if unknown := sorted(set(body) - set(fields)):
        raise BadControl(f"{unknown[0]}: no such field; there are {', '.join(fields)}.")


ACTIONS: dict[str, dict[str, Action]] = {
    "inbox": {"GET": _inbox},
    "captchas": {"GET": _captchas},
    "requests": {"GET": _requests, "DELETE": _clear_requests},
    "faults": {"GET": _faults, "POST": _add_fault, "DELETE": _clear_faults},
    "expire-tokens": {"POST": _expire_tokens},
    "assumptions": {"GET": _assumptions, "POST": _choose},
    "reset": {"POST": _reset},
}


class Controls:
    """A Falcon sink for everything below `/_sandbox/`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: object) -> None:
        controls_only(req)
        path = req.path.removeprefix("/_sandbox/")
        try:
            body: Answer = {**req.params} if req.method == "GET" else _body(req)
            with self._store.lock:
                answer = self._act(req.method, path, body)
            if req.method != "GET":
                self._store.changed()
        except (BadControl, FaultError, AssumptionError, ControlError) as error:
            raise falcon.HTTPBadRequest(title=str(error)) from error
        resp.set_header("Cache-Control", "no-store")
        resp.content_type, resp.data = falcon.MEDIA_JSON, msgspec.json.encode(answer)

    def _act(self, method: str, path: str, body: Answer) -> Answer:
        if actions := ACTIONS.get(path):
            if method not in actions:
                raise falcon.HTTPMethodNotAllowed(list(actions))
            return actions[method](self._store, body)
        return self._act_on_people(method, path.split("/"), body)

    def _act_on_people(self, method: str, parts: list[str], body: Answer) -> Answer:
        """`weila/members/<id>` and `weila/users/<id>`: another administrator's hand."""
        world = self._store.weila
        match parts:
            case ["weila", "members" | "users" as kind, user_id] if user_id.isdigit():
                if int(user_id) not in world.accounts:
                    raise falcon.HTTPNotFound(title="There is no such user.")
                account = world.accounts[int(user_id)]
                if kind == "members" and method == "POST":
                    return change_member(world, account, body)
                if kind == "members" and method == "DELETE":
                    return delete_member(world, account)
                if kind == "users" and method == "POST":
                    return move_user(world, account, body)
                raise falcon.HTTPMethodNotAllowed(["POST", "DELETE"] if kind == "members" else ["POST"])
        raise falcon.HTTPNotFound(title="There is no such control.")


def _body(req: falcon.Request) -> Answer:
    raw = req.bounded_stream.read(LONGEST_BODY + 1)
    if len(raw) > LONGEST_BODY:
        while req.bounded_stream.read(LONGEST_BODY):
            pass
        raise BadControl("The body is too long.")
    if not raw.strip():
        return {}
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadControl("The body is not a JSON object.") from error
