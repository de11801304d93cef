"""What a browser complains about while a test clicks: a page that only looks right is not right."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

# Chromium's own policy messages name no directive that can be relied on: the event does.
_REPORT_VIOLATIONS = """
if (!window.watched) {
  window.watched = true;
  document.addEventListener("securitypolicyviolation", (event) => console.error(
    `policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
}
"""
_HTMX_STATUS = re.compile(r"Response Status Error Code (\d+) from ")
_HTMX_SILENCE = ("htmx:sendError", "htmx:sendAbort", "htmx:afterRequest")


class Watch:
    """Collects complaints of every page of every context that it follows.

    An answer of 400 or above is a complaint unless the test expects its status; a static file may never fail.
    """

    def __init__(self) -> None:
        self._complaints: list[str] = []
        self._expected: set[int] = set()
        self._seen: set[int] = set()
        self._expects_silence = False

    def follow(self, context: BrowserContext) -> None:
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("response", self._on_response)
        context.on("requestfailed", self._on_failure)

    def leave(self, context: BrowserContext) -> None:
        """Follow a context no longer that outlives the test."""
        context.remove_listener("console", self._on_console)
        context.remove_listener("weberror", self._on_error)
        context.remove_listener("response", self._on_response)
        context.remove_listener("requestfailed", self._on_failure)

    def expect(self, *statuses: int) -> None:
        """Answers with these statuses are part of the test, and must come."""
        self._expected.update(statuses)

    def expect_silence(self) -> None:
        """Requests may stay without an answer: the network is gone, or a later click replaces an earlier one."""
        self._expects_silence = True

    def verify(self) -> None:
        assert not self._complaints, "\n".join(self._complaints)
        missing = self._expected - self._seen
        assert not missing, f"expected answers never came: {sorted(missing)}"

    def _on_console(self, message: ConsoleMessage) -> None:
        text = message.text
        if message.type not in ("error", "warning") or text.startswith("Failed to load resource"):
            return  # the latter is judged by its response
        status = _HTMX_STATUS.match(text)
        if status and int(status[1]) in self._expected:
            return
        if self._expects_silence and text.startswith(_HTMX_SILENCE):
            return
        self._complaints.append(f"console {message.type}: {text} ({message.location.get('url')})")

    def _on_error(self, error: WebError) -> None:
        self._complaints.append(f"page error: {error.error}")

    def _on_response(self, response: Response) -> None:
        if response.status < 400:
            return
        self._seen.add(response.status)
        static = urlsplit(response.url).path.startswith("/static/")
        if static or response.status not in self._expected:
            self._complaints.append(f"{response.status}: {response.request.method} {response.url}")

    def _on_failure(self, request: Request) -> None:
        left = request.failure == "net::ERR_ABORTED"  # another page was opened meanwhile
        if urlsplit(request.url).path.startswith("/static/") and not (left or self._expects_silence):
            self._complaints.append(f"not loaded: {request.url} ({request.failure})")
