"""From an HTTP request to an operation and back: parsing, tokens, roles, the envelope."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping

import falcon
import msgspec

from .call import Access, Call, Data, Operation, Raw
from .errors import (
    BAD_REQUEST,
    BAD_SIGNATURE,
    NOT_CORP_USER,
    Refused,
    role_refused,
    wire_errcode,
)
from .fields import Body
from .model import MANAGER, OWNER, PERSON
from .operations import BY_PATH, READS
from .uploads import receive
from .wire import OK_TEXT
from .world import World

PREFIX = "/weila"
JSON = "application/json; charset=utf-8"
VISITOR_COOKIE = "weila-visitor"
SIGNING_KEY = "sandbox-key"  # what A08 "required" checks `sign` with
LONGEST_BODY = 1024 * 1024
LONGEST_UPLOAD = 128 * 1024 * 1024  # read to its end before it is refused


class Service:
    """The operations over HTTP. One lock guards the world; nothing waits for the network inside it."""

    def __init__(
        self, world: Callable[[], World], lock: threading.RLock, changed: Callable[[], None]
    ) -> None:
        self._present = world
        self._lock = lock
        self._changed = changed

    @property
    def _world(self) -> World:
        """A reset puts another world in its place."""
        return self._present()

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: object) -> None:
        operation = BY_PATH.get(req.path.removeprefix(PREFIX))
        if operation is None:
            _drain(req)
            raise falcon.HTTPNotFound
        if req.method != operation.method:
            _drain(req)
            raise falcon.HTTPMethodNotAllowed([operation.method])
        try:
            data = self._run(req, resp, operation) if operation.handler else self._upload(req, operation)
        except Refused as refused:
            errcode = wire_errcode(refused.code, self._world.switches.get("errcode_type"))
            self._answer(req, resp, {"errcode": errcode, "errmsg": refused.text})
            return
        if isinstance(data, Raw):
            req.env["sandbox.errcode"] = 0
            resp.content_type, resp.data = data.content_type, data.body
            return
        if operation.name not in READS:
            self._changed()
        envelope: dict[str, object] = {"errcode": 0, "errmsg": OK_TEXT}
        self._answer(req, resp, envelope if data is None else envelope | {"data": data})

    @staticmethod
    def _answer(req: falcon.Request, resp: falcon.Response, envelope: Mapping[str, object]) -> None:
        req.env["sandbox.errcode"] = envelope["errcode"]
        resp.content_type, resp.data = JSON, msgspec.json.encode(envelope)

    def _run(self, req: falcon.Request, resp: falcon.Response, operation: Operation) -> Data:
        raw = _read(req)
        values = _parsed(raw) if operation.method == "POST" else {}
        with self._lock:
            call = self._call(req, values)
            if operation.name == "get-verifycode-image" and not call.visitor:
                call.visitor = "sandbox-" + secrets.token_hex(12)
                resp.set_cookie(VISITOR_COOKIE, call.visitor, path="/", http_only=True, secure=False)
            self._authorize(call, operation)
            return operation.handler(call) if operation.handler else None

    def _upload(self, req: falcon.Request, operation: Operation) -> Data:
        """The token is checked before the file is read, and the lock is free while it is."""
        try:
            with self._lock:
                self._authorize(self._call(req, {}), operation)
            only_images = self._world.switches.get("avatar_types") == "images"
            upload = receive(req, self._world.media, operation.name, only_images=only_images)
        finally:
            _drain(req)
        with self._lock:
            return {"url": upload.keep(self._world)}

    def _call(self, req: falcon.Request, values: dict[str, object]) -> Call:
        query = {name: value for name, value in req.params.items() if isinstance(value, str)}
        visitor = req.cookies.get(VISITOR_COOKIE, "")
        return Call(self._world, Body(values), query, req.remote_addr, visitor)

    def _authorize(self, call: Call, operation: Operation) -> None:
        if operation.access is Access.NOBODY:
            return
        switches = self._world.switches
        if switches.get("signature") == "required":
            _check_signature(call.query)
        call.session = self._world.tokens.holder(call.query.get("access-token", ""))
        account = call.account
        if account.personal:
            raise Refused(NOT_CORP_USER)
        if operation.access is Access.USER:
            return
        kind = account.row.type
        reads = operation.access is Access.READER
        if kind == PERSON and account.org_num is not None:
            self._allow("member_read" if reads else "member_write")
        elif kind == MANAGER and not reads:
            self._allow("manager_write")
        elif kind not in (PERSON, MANAGER, OWNER):
            raise role_refused(switches.get("role_code"))

    def _allow(self, switch: str) -> None:
        if self._world.switches.get(switch) != "allowed":
            raise role_refused(self._world.switches.get("role_code"))


def _check_signature(query: dict[str, str]) -> None:
    et, sign = query.get("et", ""), query.get("sign", "")
    wanted = hashlib.md5((et + SIGNING_KEY).encode(), usedforsecurity=False).hexdigest()
    if not query.get("app_id") or not et.isdigit() or sign != wanted:
        raise Refused(BAD_SIGNATURE)


def _read(req: falcon.Request) -> bytes:
    """The whole body; one that is too long is read away and refused."""
    if (req.content_length or 0) > LONGEST_BODY:
        _drain(req)
        raise Refused(BAD_REQUEST)
    return req.bounded_stream.read()


def _drain(req: falcon.Request) -> None:
    """Read the rest of a body away: a worker thread stalls on what is left unread."""
    left = LONGEST_UPLOAD
    while left > 0 and (chunk := req.bounded_stream.read(64 * 1024)):
        left -= len(chunk)


def _parsed(raw: bytes) -> dict[str, object]:
    """A JSON object; nothing at all counts as an empty one (reads are sent without a body)."""
    if not raw.strip():
        return {}
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(BAD_REQUEST) from error
