"""The sandbox as one WSGI application."""

from __future__ import annotations

from wsgiref.types import WSGIApplication

import falcon
import msgspec

from .control import Controls
from .gate import Gate
from .page import add_page
from .store import SYSTEMS, Store
from .weila.media import shown_inline
from .weila.service import Service

MEDIA_PREFIX = "/weila/media/"


class Pictures:
    """A Falcon sink for `/weila/media/`: what was uploaded or copied, and the default avatars."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_: object) -> None:
        if req.method not in ("GET", "HEAD"):
            raise falcon.HTTPMethodNotAllowed(["GET"])
        with self._store.lock:
            stored = self._store.weila.media.find(req.path.removeprefix(MEDIA_PREFIX))
            if stored is None:
                raise falcon.HTTPNotFound
            file = stored.file.open("rb")  # stays readable when the file is unlinked meanwhile
        resp.content_type = stored.content_type
        resp.set_headers({"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=60"})
        if not shown_inline(stored):
            resp.set_header("Content-Disposition", "attachment")
        resp.set_stream(file, stored.size)


def _serialize_error(_: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
    resp.content_type = falcon.MEDIA_JSON
    resp.data = msgspec.json.encode({"error": error.title})


def build(store: Store) -> WSGIApplication:
    """Everything behind the gate: systems, media, controls, page."""
    app = falcon.App()
    app.set_error_serializer(_serialize_error)
    # The newest sink is asked first.
    app.add_sink(Service(lambda: store.weila, store.lock, store.changed), "/weila/")
    app.add_sink(Pictures(store), MEDIA_PREFIX)
    app.add_sink(Controls(store), "/_sandbox/")
    add_page(app, store)
    gate = Gate(app, SYSTEMS, store.faults, store.journal)
    store.on_reset(gate.forget_late_work)
    return gate
